"""`report` as a user runs it: imports, tables, JSON, exit codes, and the question on a terminal."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import click
import pytest

from tests.commands.program import Program, ProgramHere, end
from tests.services.stored import rows
from usage_tui.services.paths import StateFolder

ONE_ACCOUNT = '[[accounts]]\nname = "production"\napi_key_env = "SCRAPERAPI_KEY"\n'
TWO_ACCOUNTS = ONE_ACCOUNT + '[[accounts]]\nname = "staging"\napi_key_env = "OTHER_KEY"\n'
REPORT = (
    "Domain;Date;Options;Successful;API credits;Failed;Cancelled\n"
    "shop.com;2026-11-20;render=true;10;100;1;0\n"
    "shop.com;2026-11-21;render=true;20;200;2;1\n"
    "news.com;2026-11-21;;1.000;1,000;0;0\n"
)
pytestmark = pytest.mark.usefixtures("_restored_logging")


def a_file(program: Program, text: str, name: str = "report.csv") -> Path:
    path = program.home / name
    path.write_text(text)
    return path


def test_import_shows_the_mapping_and_what_was_stored(here: ProgramHere) -> None:
    here.write_config(ONE_ACCOUNT)
    a_file(here, REPORT)
    ending = here.run("report", "import", "report.csv")
    assert (ending.code, ending.err) == (0, "")
    assert ending.out.splitlines() == [
        "report.csv: CSV, semicolons, UTF-8, 3 rows",
        "  domain      Domain",
        "  date        Date",
        "  parameters  Options",
        "  requests    Successful",
        "  credits     API credits",
        "  failed      Failed",
        "  cancelled   Cancelled",
        "production: 1,300 credits on 2 days, 20 Nov 2026 – 21 Nov 2026",
    ]


def test_show_is_a_table_with_the_largest_first(here: ProgramHere) -> None:
    here.write_config(ONE_ACCOUNT)
    a_file(here, REPORT)
    here.run("report", "import", "report.csv")
    title, titles, first, second = here.run("report", "show").out.splitlines()
    assert "production  2 domains" in title
    assert "1,300 credits   20 Nov 2026 – 21 Nov 2026" in title
    assert " ".join(titles.split()) == "domain ▼ credits share requests failed cancelled per success trend"
    assert first.split() == ["news.com", "1,000", "76.9", "%", "1,000", "0", "0", "1.0", "–"]
    assert second.split()[:4] == ["shop.com", "300", "23.1", "%"]
    by_date = here.run("report", "show", "--by", "date", "--limit", "1").out.splitlines()
    assert by_date[2].startswith("2026-11-20")
    assert "no parameters" in here.run("report", "show", "--by", "parameters").out


def test_show_has_a_chart_on_a_terminal_alone(program: Program) -> None:
    program.write_config(ONE_ACCOUNT)
    a_file(program, REPORT)
    program.run("report", "import", "report.csv")
    shown = click.unstyle(program.run_at_terminal("report", "show").out)
    assert "CREDITS  2 domains" in shown
    assert "▟" in shown or "█" in shown
    assert shown.index("CREDITS") < shown.index("▼ credits")
    by_date = click.unstyle(program.run_at_terminal("report", "show", "--by", "date", "--ascii").out)
    assert "CREDITS A DAY  mean 650 . most 1,200 on 21 Nov" in by_date
    assert by_date.isascii()
    for arguments in (("report", "show"), ("report", "show", "--csv"), ("report", "show", "--json")):
        assert "CREDITS" not in program.run(*arguments).out
    assert program.run_at_terminal("report", "show", "--json").out.startswith("{")


def test_show_json_says_null_for_what_is_not_known(here: ProgramHere) -> None:
    here.write_config(ONE_ACCOUNT)
    a_file(here, "Host,Day,Credits\nshop.com,2026-11-20,100\n")
    assert here.run("report", "import", "report.csv").code == 0
    unknown = dict.fromkeys(("requests", "failed", "cancelled", "credits_per_success"))
    assert json.loads(here.run("report", "show", "--json").out) == {
        "schema": "usage-tui/report/1",
        "accounts": [
            {
                "name": "production",
                "by": "domain",
                "first_day": "2026-11-20",
                "last_day": "2026-11-20",
                "total": {
                    "credits": 100,
                    "requests": None,
                    "failed": None,
                    "cancelled": None,
                    "credits_per_success": None,
                },
                "rows": [
                    {
                        "domain": "shop.com",
                        "credits": 100,
                        **unknown,
                        "share": 1.0,
                        "trend": None,
                    }
                ],
            }
        ],
    }


def test_show_csv_is_defused_and_can_be_imported_again(here: ProgramHere) -> None:
    here.write_config(ONE_ACCOUNT)
    a_file(here, "Host,Day,Params,Credits\nshop.com,2026-11-20,+1+cmd,100\nnews.com,2026-11-21,-,5\n")
    assert here.run("report", "import", "report.csv").code == 0
    out = here.run("report", "show", "--by", "parameters", "--csv").out
    assert out.splitlines() == [
        "account,parameters,credits,share,requests,failed,cancelled,credits_per_success,trend",
        "production,'+1+cmd,100,0.952381,,,,,",
        "production,'-,5,0.047619,,,,,",
    ]
    assert here.run("report", "show", "--csv", "--json").code == 2


def test_no_report_is_said_with_the_way_to_one(here: ProgramHere) -> None:
    here.write_config(ONE_ACCOUNT)
    for command in ("show", "reconcile"):
        ending = here.run("report", command)
        assert (ending.code, ending.out) == (0, "")
        assert "production has no report yet: download the domain report" in ending.err
    assert json.loads(here.run("report", "show", "--json").out)["accounts"][0]["rows"] == []


def test_reconcile_says_which_days_have_no_samples(here: ProgramHere) -> None:
    here.write_config(ONE_ACCOUNT)
    a_file(here, REPORT)
    here.run("report", "import", "report.csv")
    out = here.run("report", "reconcile").out.splitlines()
    assert out[2].split("  ")[-1] == "no samples of this day"
    assert "no day was watched whole" in out[-1]
    account = json.loads(here.run("report", "reconcile", "--json").out)["accounts"][0]
    assert account["days_without_samples"] == 2
    assert account["days"][0]["reported"] == 100
    assert account["days"][0]["collected"] is None


def test_days_before_the_first_sample_can_be_filled_in(here: ProgramHere) -> None:
    here.write_config(ONE_ACCOUNT)
    a_file(here, REPORT)
    out = here.run("report", "import", "report.csv", "--backfill").out
    assert "production: 2 days before the first sample are filled in from the report" in out
    assert "the history holds it from the report" in here.run("report", "reconcile").out


def test_several_accounts_need_to_be_told_apart(here: ProgramHere) -> None:
    here.write_config(TWO_ACCOUNTS)
    a_file(here, REPORT)
    ending = here.run("report", "import", "report.csv")
    assert ending.code == 2
    assert "names no accounts, and there are several: say whose it is with --account NAME" in ending.err
    ending = here.run("report", "import", "report.csv", "--account", "STAGING")
    assert ending.out.splitlines()[-1].startswith("staging: 1,300 credits")
    a_file(here, "account,domain,date,credits\nproduction,a.com,2026-11-20,5\nStaging,a.com,2026-11-21,7\n")
    ending = here.run("report", "import", "report.csv")
    assert ending.out.splitlines()[-2:] == [
        "production: 5 credits on 1 day, 20 Nov 2026",
        "staging: 7 credits on 1 day, 21 Nov 2026; 2 rows of 1 day stored before are replaced",
    ]


def test_a_column_can_be_told_of_and_is_remembered(here: ProgramHere) -> None:
    here.write_config(ONE_ACCOUNT)
    a_file(here, "Domain,Date,Spent\nshop.com,2026-11-20,100\n")
    ending = here.run("report", "import", "report.csv")
    assert ending.code == 2
    assert "no column is recognised as credits; say which with --map COLUMN=credits (columns: Spent)" in ending.err
    assert here.run("report", "import", "report.csv", "--map", "spent=credits").code == 0
    assert here.run("report", "import", "report.csv").code == 0
    for wrong in ("spent", "spent=money", "=credits"):
        assert here.run("report", "import", "report.csv", "--map", wrong).code == 2
    ending = here.run("report", "import", "report.csv", "--map", "spend=credits")
    assert (ending.code, "there is no column spend; the nearest is Spent" in ending.err) == (2, True)


def test_bad_rows_are_listed_and_can_be_left_out(here: ProgramHere) -> None:
    here.write_config(ONE_ACCOUNT)
    a_file(here, REPORT + "shop.com;2026-11-22;;1;x;0;0\n[/foo];2026-11-22;;1;1;0;0\n")
    ending = here.run("report", "import", "report.csv")
    assert ending.code == 2
    assert ending.err.splitlines() == [
        "report.csv:5: credits: no whole number: x",
        "report.csv:6: domain: no domain: [/foo]",
        "report.csv:5: credits: no whole number: x (2 of 5 rows are wrong); nothing is stored. Mend the file, or leave "
        "bad rows out with --skip-bad-rows.",
    ]
    assert "no report yet" in here.run("report", "show").err
    ending = here.run("report", "import", "report.csv", "--skip-bad-rows")
    assert (ending.code, ending.err.splitlines()[-1]) == (0, "report.csv: 2 bad rows are left out.")


def test_dates_that_can_be_read_two_ways_need_a_format(here: ProgramHere) -> None:
    here.write_config(ONE_ACCOUNT)
    a_file(here, "Domain,Date,Credits\nshop.com,03/04/2026,100\n")
    ending = here.run("report", "import", "report.csv")
    assert ending.code == 2
    assert "report.csv:2: 03/04/2026 can be read with the day or the month first" in ending.err
    ending = here.run("report", "import", "report.csv", "--date-format", "%d/%m/%Y")
    assert "100 credits on 1 day, 3 Apr 2026" in ending.out


def test_dates_that_can_be_read_two_ways_are_asked_about_on_a_terminal(program: Program) -> None:
    program.write_config(ONE_ACCOUNT)
    a_file(program, "Domain,Date,Credits\nshop.com,03/04/2026,100\n")
    ending = program.run_at_terminal("report", "import", "report.csv", typed=b"month\n")
    assert ending.code == 0
    assert "03/04/2026 can be read two ways" in ending.out
    assert "(month first)" in ending.out
    assert "100 credits on 1 day, 4 Mar 2026" in ending.out


@pytest.mark.parametrize("name", ["missing.csv", "folder", "empty.csv", "picture.csv", "nul.csv", "quote.csv"])
def test_a_wrong_file_ends_with_2_and_one_sentence(here: ProgramHere, name: str) -> None:
    here.write_config(ONE_ACCOUNT)
    (here.home / "folder").mkdir()
    a_file(here, "", "empty.csv")
    (here.home / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n")
    a_file(here, "Domain,Date,Credits\na\0,2026-11-20,1\n", "nul.csv")
    a_file(here, 'Domain,Date,Credits\n"' + "a\n" * 100_000, "quote.csv")
    ending = here.run("report", "import", name)
    assert (ending.code, ending.out, len(ending.err.splitlines())) == (2, "", 1)
    assert ending.err.startswith(name)


def test_an_import_that_is_killed_is_never_seen_in_part(program: Program) -> None:
    program.write_config(ONE_ACCOUNT)
    a_file(program, REPORT)
    assert program.run("report", "import", "report.csv").code == 0
    days = [f"2026-10-{day:02}" for day in range(1, 31)]
    lines = [f"site{number % 997}.com,{days[number % 30]},{number % 7},{number}" for number in range(60_000)]
    a_file(program, "Domain,Date,Parameters,Credits\n" + "\n".join(lines), "large.csv")
    process = program.start("report", "import", "large.csv")
    folder = StateFolder(program.state)
    while process.poll() is None and rows(folder, "SELECT count(*) FROM report_rows") == [(3,)]:
        continue
    assert end(process, signal.SIGKILL).code == -signal.SIGKILL
    assert rows(folder, "SELECT is_whole, row_count FROM report_imports") == [(1, 3), (0, 60_000)]
    shown = json.loads(program.run("report", "show", "--json").out)["accounts"][0]
    assert shown["total"]["credits"] == 1_300
    assert program.run("report", "import", "large.csv").code == 0
    shown = json.loads(program.run("report", "show", "--by", "date", "--json").out)["accounts"][0]
    assert shown["total"]["credits"] == 1_300 + sum(range(60_000))
    assert len(shown["rows"]) == 32
    assert rows(folder, "SELECT count(DISTINCT import) FROM report_rows") == [(2,)]


@pytest.mark.parametrize(
    "arguments",
    [("report", "show"), ("report", "reconcile"), ("alerts", "list"), ("history", "export"), ("backtest",)],
    ids=" ".join,
)
def test_what_only_reads_says_that_the_history_is_damaged_and_leaves_it_where_it_is(
    here: ProgramHere, arguments: tuple[str, ...]
) -> None:
    here.write_config(ONE_ACCOUNT)
    here.state.mkdir(parents=True)
    (here.state / "history.sqlite3").write_bytes(b"no database" * 1000)
    ending = here.run(*arguments)
    assert ending.code != 0
    assert "The history is damaged; see `usage-tui doctor`." in ending.err
    assert (here.state / "history.sqlite3").read_bytes() == b"no database" * 1000
    assert not list(here.state.glob("*damaged*"))


def test_import_says_that_it_set_a_damaged_history_aside(here: ProgramHere) -> None:
    here.write_config(ONE_ACCOUNT)
    a_file(here, REPORT)
    here.state.mkdir(parents=True)
    (here.state / "history.sqlite3").write_bytes(b"no database" * 1000)
    ending = here.run("report", "import", "report.csv")
    (kept,) = here.state.glob("*damaged*")
    assert ending.code != 0
    assert f"The history was damaged: it is kept as {kept.name}, and a new one was begun." in ending.err
    assert here.run("report", "import", "report.csv").code == 0
