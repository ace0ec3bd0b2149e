"""`backtest`: how right the forecast would have been, over a file, over the stored cycles, over the demo."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.commands.program import Program, ProgramHere
from tests.makers import utc
from usage_tui.core.rollup import HOUR_MS, TimeSpan, epoch_ms
from usage_tui.core.snapshot import Snapshot
from usage_tui.services.clock import SystemClock
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.history_rows import put_spans
from usage_tui.services.paths import StateFolder

START = utc(2026, 1, 5)
SCORES = {"n", "mean_ape", "median_ape", "pinball", "coverage_80", "width_80", "brier", "run_out_hours"}
CONFIG = '[[accounts]]\nname = "production"\napi_key_env = "NO_SUCH_KEY"\n'


def spend(hour: int) -> int:
    """Give an hour's spend that differs by hour and day."""
    return 100 + 10 * (hour % 24) + 37 * (hour // 24 * 7919 % 11)


def write_csv(folder: Path, days: int, name: str = "spend.csv") -> Path:
    """Write so many days of hours."""
    file = folder / name
    rows = (f"{(START + timedelta(hours=hour)).isoformat()},{spend(hour)}\n" for hour in range(24 * days))
    file.write_text("time,spend\n" + "".join(rows))
    return file


def test_json_has_the_shape_that_scripts_rely_on(here: ProgramHere) -> None:
    write_csv(here.home, 91)
    done = here.run("backtest", "--csv", "spend.csv", "--cycle-days", "30", "--json")
    assert (done.code, done.err) == (0, "")
    report = json.loads(done.out)
    assert list(report) == ["schema", "methods", "horizons", "forecasts"]
    assert report["schema"] == "usage-tui/backtest/1"
    assert list(report["methods"]) == ["usage-tui", "last-7-days", "straight-line"]
    for found in report["methods"].values():
        assert set(found) == SCORES
        assert found["n"] == 18
        assert 0 < found["median_ape"] < 0.2
    assert [set(horizon) for horizon in report["horizons"]] == [
        {"elapsed", "n", "median_ape", "coverage_80", "brier"}
    ] * 6
    assert [horizon["elapsed"] for horizon in report["horizons"]] == [0.03, 0.1, 0.25, 0.5, 0.75, 0.9]
    assert len(report["forecasts"]) == 18
    first, last = report["forecasts"][0], report["forecasts"][-1]
    assert first["at"] == "2026-01-05T21:00:00Z"
    assert (first["cycle_started_at"], first["cycle_ends_at"]) == ("2026-01-05T00:00:00Z", "2026-02-04T00:00:00Z")
    assert (first["limit"], first["run_out_probability"]) == (None, None)
    assert last["limit"] == sum(spend(hour) for hour in range(24 * 30, 24 * 60))
    assert last["actual_total"] == sum(spend(hour) for hour in range(24 * 60, 24 * 90))
    assert 0 < last["run_out_probability"] < 1
    assert last["total_p10"] < last["total_p50"] < last["total_p90"]


def test_cycles_of_a_file_are_months_from_its_first_row(here: ProgramHere) -> None:
    write_csv(here.home, 60)
    report = json.loads(here.run("backtest", "--csv", "spend.csv", "--json").out)
    assert {(each["cycle_started_at"], each["cycle_ends_at"]) for each in report["forecasts"]} == {
        ("2026-01-05T00:00:00Z", "2026-02-05T00:00:00Z"),
        ("2026-02-05T00:00:00Z", "2026-03-05T00:00:00Z"),
    }


def test_nothing_later_than_its_moment_changes_a_forecast(here: ProgramHere) -> None:
    write_csv(here.home, 91)
    whole = json.loads(here.run("backtest", "--csv", "spend.csv", "--cycle-days", "30", "--json").out)["forecasts"]
    lines = (here.home / "spend.csv").read_text().splitlines(keepends=True)
    for forecast in whole[6:12:2]:
        cut = next(number for number, line in enumerate(lines) if line.startswith(forecast["at"][:-1]))
        changed = lines[:cut] + [line.partition(",")[0] + ",5000\n" for line in lines[cut:]]
        (here.home / "changed.csv").write_text("".join(changed))
        again = json.loads(here.run("backtest", "--csv", "changed.csv", "--cycle-days", "30", "--json").out)
        there = next(each for each in again["forecasts"] if each["at"] == forecast["at"])
        assert {**there, "actual_total": 0} == {**forecast, "actual_total": 0}


def test_the_table_names_who_was_best_and_fits_eighty_columns(here: ProgramHere) -> None:
    write_csv(here.home, 91)
    done = here.run("backtest", "--csv", "spend.csv", "--cycle-days", "30")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "18 forecasts in 3 cycles, each from what was known then."
    rows = {line.split()[0]: line for line in lines[3:6]}
    errors = {name: float(line.split()[2]) for name, line in rows.items()}
    closest = next(line for line in lines if line.startswith("Closest to the total: "))
    assert min(errors, key=lambda name: errors[name]) in closest
    assert max(errors, key=lambda name: errors[name]) not in closest
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("time,spend\nsoon,1\n", "bad.csv:2: `soon` is no time in ISO 8601 and no epoch seconds."),
        (
            "time,spend\n2026-01-05,1\n2026-01-05,2\n",
            "bad.csv:3: its time stands twice; put the rows in order, and times in UTC.",
        ),
    ],
)
def test_a_wrong_file_is_wrong_usage_and_one_sentence(here: ProgramHere, text: str, sentence: str) -> None:
    (here.home / "bad.csv").write_text(text)
    done = here.run("backtest", "--csv", "bad.csv", "--json")
    assert (done.code, done.out, done.err) == (2, "", sentence + "\n")


def test_a_file_that_is_none_is_wrong_usage(here: ProgramHere) -> None:
    (here.home / "noise.csv").write_bytes(bytes(range(256)))
    assert here.run("backtest", "--csv", "noise.csv").code == 2
    done = here.run("backtest", "--csv", "none.csv")
    assert (done.code, done.err) == (2, "none.csv cannot be read: No such file or directory.\n")


def test_too_little_history_is_told_in_a_sentence(here: ProgramHere) -> None:
    write_csv(here.home, 29)
    done = here.run("backtest", "--csv", "spend.csv", "--cycle-days", "30")
    assert (done.code, done.out) == (69, "")
    assert done.err == ("There is too little to try: spend.csv has no whole cycle in which something was spent.\n")
    here.write_config(CONFIG)
    done = here.run("backtest")
    assert (done.code, done.out) == (69, "")
    assert done.err == ("There is too little to try: the history has no whole cycle in which something was spent.\n")
    assert not here.state.exists()


def test_unknown_hours_are_told(here: ProgramHere) -> None:
    file = write_csv(here.home, 35)
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:300] + lines[310:]))
    done = here.run("backtest", "--csv", "spend.csv", "--cycle-days", "30")
    assert done.code == 0
    said = "10 of 840 hours are unknown, and count for nothing in the totals; where nothing was spent, write 0."
    assert done.err == f"spend.csv: {said}\n"


def test_stored_cycles_are_tried_and_the_one_that_runs_is_not(here: ProgramHere) -> None:
    here.write_config(CONFIG)
    store_hours(here, days=70)
    done = here.run("backtest", "--json")
    assert (done.code, done.err) == (0, "")
    forecasts = json.loads(done.out)["forecasts"]
    assert {each["cycle_started_at"] for each in forecasts} == {"2026-01-05T10:00:00Z", "2026-02-05T10:00:00Z"}
    assert len(forecasts) == 12
    totals = {each["actual_total"] for each in forecasts}
    assert totals == {sum(spend(hour) for hour in range(24 * days)) for days in (31, 28)}
    assert here.run("backtest", "--account", "PRODUCTION", "--json").out == done.out
    assert here.run("backtest", "--account", "staging").code == 2


def test_one_off_days_of_the_config_are_left_out_in_its_time_zone(here: ProgramHere) -> None:
    store_hours(here, days=70)

    def tried(zone: str) -> list[str]:
        days = "[accounts.forecast]\none_off_days = [2026-02-07]\n"
        here.write_config(f'timezone = "{zone}"\n{CONFIG}{days}')
        done = here.run("backtest", "--account", "production", "--json")
        assert (done.code, done.err) == (0, "")
        return [each["at"] for each in json.loads(done.out)["forecasts"] if each["at"] >= "2026-02-05T10"]

    assert tried("UTC")[0] == "2026-02-08T05:00:00Z"
    assert tried("Pacific/Honolulu")[0] == "2026-02-12T10:00:00Z"


def store_hours(program: Program, days: int) -> None:
    """Store so many days of hours of an account whose cycles begin on the 5th at 10:00."""
    folder = StateFolder(program.state)
    folder.path.mkdir(parents=True)
    begun = START.replace(hour=10)
    spans, used = [], 0
    for hour in range(24 * days):
        at = begun + timedelta(hours=hour)
        starts = [begun, utc(2026, 2, 5, 10), utc(2026, 3, 5, 10)]
        started = max(start for start in starts if start <= at)
        passed = (at - started) // timedelta(hours=1)
        used = spend(passed) + (used if passed else 0)
        spans.append(
            TimeSpan(
                start_ms=epoch_ms(at),
                last=Snapshot(used=used, limit=10**9, cycle_started_at=started),
                covered_ms=HOUR_MS,
                spend=spend(passed),
                has_reset=passed == 0 and hour > 0,
            )
        )
    history = HistoryFile(folder, SystemClock(), print)
    with history.writing() as connection:
        connection.execute(
            """INSERT INTO accounts (id, fingerprint, name, minutes_until, hours_until)
            VALUES (1, 'f', 'production', ?1, ?1)""",
            (spans[-1].start_ms + HOUR_MS,),
        )
        put_spans(connection, "hours", 1, spans)
    history.close()


def test_the_demo_is_tried_over_its_simulated_past(here: ProgramHere) -> None:
    done = here.run("backtest", "--demo", "--account", "staging", "--json")
    assert (done.code, done.err) == (0, "")
    report = json.loads(done.out)
    assert report["methods"]["usage-tui"]["n"] == 36
    assert list(here.home.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("--csv", "spend.csv", "--account", "production"),
        ("--csv", "spend.csv", "--demo"),
        ("--cycle-days", "30"),
        ("--csv", "spend.csv", "--cycle-days", "0"),
        ("--demo", "--account", "nobody"),
    ],
)
def test_options_that_make_no_sense_are_wrong_usage(here: ProgramHere, arguments: tuple[str, ...]) -> None:
    write_csv(here.home, 3)
    done = here.run("backtest", *arguments)
    assert (done.code, done.out) == (2, "")
    assert "Error: " in done.err


def test_a_bar_is_on_a_terminal_alone(program: Program) -> None:
    write_csv(program.home, 61)
    shown = program.run_at_terminal("backtest", "--csv", "spend.csv", "--cycle-days", "30")
    assert shown.code == 0
    assert "Trying cycles" in shown.out
    assert "100%" in shown.out
    assert "Trying cycles" not in program.run("backtest", "--csv", "spend.csv").err
