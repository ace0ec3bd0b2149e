"""The domains screen: what it shows at every size, sorting, filtering, going inside, and importing a file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.makers import a_view
from tests.ui.monitor import SIZES, Monitor, running, three_accounts
from usage_tui.core import report_bars
from usage_tui.ui.ports import ReportTaken

pytestmark = pytest.mark.anyio
SHOPS = ("www.amazon.com", "www.walmart.com", "www.google.com", "shop.example.com", "news.example.org")
WORDS = ("", "render=true", "premium=true&render=true")


def a_report(folder: Path, *, days: int = 21) -> Path:
    """Write a report of five domains over three weeks."""
    lines = ["Domain,Date,Parameters,Successful,Credits,Failed,Cancelled"]
    for day in range(days):
        when = date(2026, 11, 1) + timedelta(days=day)
        for number, domain in enumerate(SHOPS):
            for place, words in enumerate(WORDS[: 1 + number % 3]):
                requests = (number + 2) * (50 + 7 * day if number % 2 else 400 - 5 * day)
                price = (1, 10, 25)[place]
                lines.append(f"{domain},{when},{words},{requests},{requests * price},{requests // 90},{number}")
    path = folder / "report.csv"
    path.write_text("\n".join(lines))
    return path


def import_report(monitor: Monitor, folder: Path, account: str = "production") -> None:
    """Have a report stored."""
    taken = ReportTaken(a_report(folder), account, told={}, date_order=None, skips_bad_rows=False)
    monitor.reports.ports.take(taken, lambda _share: None)


async def press(monitor: Monitor, *keys: str) -> None:
    """Press keys, and wait for what each of them has read."""
    for key in keys:
        await monitor.press(key)
        await monitor.settle()


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_domains_fit_every_size(tmp_path: Path, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with running(tmp_path, *three_accounts(), size=size) as monitor:
        import_report(monitor, tmp_path)
        await press(monitor, "d")
        assert monitor.text == snapshot


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_no_report_says_how_to_get_one(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(tmp_path, *three_accounts(), size=size) as monitor:
        await press(monitor, "d")
        words = " ".join(monitor.text.split())
        assert "production has no report yet" in words
        assert "from the dashboard of the service (Monitoring & Stats), then press i to import it, or" in words
        assert "usage-tui report import FILE" in words


async def test_another_account_has_its_own_report(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(120, 36)) as monitor:
        import_report(monitor, tmp_path, "staging")
        await press(monitor, "d", "2")
        assert "www.google.com" in monitor.text
        await press(monitor, "3")
        assert "client-acme has no report yet" in monitor.text


async def test_nothing_of_the_account_before_stays_while_a_report_is_read(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(120, 36)) as monitor:
        import_report(monitor, tmp_path)
        await press(monitor, "d")
        assert "5 domains" in monitor.lines[0]
        with monitor.reports._turn:
            await monitor.press("2")
            await monitor.pilot.pause()
            assert monitor.lines[0].strip() == "DOMAINS  staging"
            assert "CREDITS" not in monitor.text
            assert "google" not in monitor.text
        await monitor.settle()
        assert "staging has no report yet" in monitor.text


async def test_help_and_palette_leave_place_order_and_filter_as_they_are(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(120, 36)) as monitor:
        import_report(monitor, tmp_path)
        await press(monitor, "d", "enter", "left", "slash", *"2026-11-1", "enter", "j", "j")
        before = monitor.text
        assert "www.google.com  10 dates" in before
        for key in ("question_mark", "ctrl+p"):
            await press(monitor, key)
            assert monitor.text != before
            await press(monitor, "escape")
            assert monitor.text == before


async def test_tab_goes_from_domains_to_dates_to_parameters(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(120, 36)) as monitor:
        import_report(monitor, tmp_path)
        await press(monitor, "d")
        assert "5 domains" in monitor.lines[0]
        assert monitor.line_of("domain ", below=1).lstrip().startswith("www.google.com")
        await press(monitor, "tab")
        assert "21 dates" in monitor.lines[0]
        assert monitor.line_of("date ▼", below=1).lstrip().startswith("2026-11-21")
        await press(monitor, "tab")
        assert "3 sets of parameters" in monitor.lines[0]
        await press(monitor, "tab")
        assert "5 domains" in monitor.lines[0]


async def test_enter_goes_inside_and_escape_back_up(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(120, 36)) as monitor:
        import_report(monitor, tmp_path)
        await press(monitor, "d", "enter")
        assert "www.google.com  21 dates" in monitor.lines[0]
        await press(monitor, "j", "enter")
        assert "www.google.com · 2026-11-20  3 sets of parameters" in monitor.lines[0]
        await press(monitor, "enter")
        assert "3 sets of parameters" in monitor.lines[0]
        await press(monitor, "escape")
        assert "www.google.com  21 dates" in monitor.lines[0]
        await press(monitor, "escape", "escape")
        assert "CONCURRENCY" in monitor.text


async def test_arrows_choose_the_column_to_sort_by_and_o_turns_it_round(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(120, 36)) as monitor:
        import_report(monitor, tmp_path)
        await press(monitor, "d", "left")
        assert monitor.line_of("domain ▲", below=1).lstrip().startswith("news.example.org")
        await press(monitor, "o")
        assert monitor.line_of("domain ▼", below=1).lstrip().startswith("www.walmart.com")
        await press(monitor, "left")
        assert "▼ trend" in monitor.text
        await press(monitor, "right", "right", "right")
        assert "▼ requests" in monitor.text


async def test_filter_narrows_the_table_and_escape_gives_it_up(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(120, 36)) as monitor:
        import_report(monitor, tmp_path)
        await press(monitor, "d", "slash", *"EXAMPLE")
        assert "2 domains" in monitor.lines[0]
        assert "amazon" not in monitor.text
        await press(monitor, "enter", "j", "escape")
        assert "5 domains" in monitor.lines[0]
        await press(monitor, "slash", "z", "z")
        assert "nothing has 'zz' in its name" in monitor.text


async def test_cursor_moves_by_letters_and_arrows_and_stays_in_sight(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(80, 14)) as monitor:
        import_report(monitor, tmp_path)
        await press(monitor, "d", "tab", "G")
        assert "2026-11-01" in monitor.text
        assert "2026-11-21" not in monitor.text
        await press(monitor, "g", "down", "j", "up", "enter")
        assert "2026-11-20" in monitor.lines[0]


async def test_chart_follows_the_sort_the_filter_and_the_way_inside(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(120, 36)) as monitor:
        import_report(monitor, tmp_path)
        await press(monitor, "d")
        assert monitor.lines[3].strip() == "CREDITS  5 domains"
        assert monitor.lines[12].split() == ["google.com", "news.example.org", "walmart.com", "amazon.com", SHOPS[3]]
        await press(monitor, "left", "left")
        assert monitor.lines[3].strip() == "CREDITS  5 domains"
        await press(monitor, "left")
        assert monitor.lines[3].strip() == "CREDITS PER SUCCESS  5 domains"
        await press(monitor, "slash", *"EXAMPLE")
        assert monitor.lines[12].split() == ["news.example.org", "shop.example.com"]
        await press(monitor, "escape", "enter")
        assert monitor.lines[3].strip() == "CREDITS A DAY  mean 23,100 · most 26,400 on 1 Nov"


async def test_chart_points_to_the_entry_under_the_cursor(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(80, 24)) as monitor:
        import_report(monitor, tmp_path)
        await press(monitor, "d", "tab")
        chart = monitor.lines[4:9]
        assert [line.index("│") for line in chart if "│" in line] == [76]
        await press(monitor, "j", "j")
        assert [line.index("│") for line in monitor.lines[4:9] if "│" in line] == [69]
        await press(monitor, "tab", "j")
        assert monitor.line_of("▼ credits", below=2).split()[0] == "premium=true&render=true"
        strips = monitor.app.screen._compositor.render_strips()
        bold = {segment.text for segment in strips[10] if segment.style is not None and segment.style.bold}
        assert bold == {"premium&render"}


async def test_chart_has_room_only_where_the_table_keeps_its_own(tmp_path: Path) -> None:
    for columns, rows, is_charted in ((120, 36, True), (80, 24, True), (59, 24, False), (80, 19, False)):
        async with running(tmp_path / f"{columns}x{rows}", *three_accounts(), size=(columns, rows)) as monitor:
            import_report(monitor, tmp_path)
            await press(monitor, "d")
            assert ("CREDITS " in monitor.text) is is_charted
            assert sum(domain in monitor.text for domain in SHOPS) == len(SHOPS)


async def test_chart_that_cannot_be_drawn_says_so_and_leaves_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(report_bars, "plot", fail)
    async with running(tmp_path, *three_accounts(), size=(120, 36)) as monitor:
        import_report(monitor, tmp_path)
        await press(monitor, "d")
        assert "This chart cannot be drawn, by a fault of the program's (ZeroDivisionError)." in monitor.text
        assert "www.google.com" in monitor.text
        await press(monitor, "tab")
        assert "CREDITS A DAY" in monitor.text


async def test_columns_that_have_no_room_are_not_sorted_by(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(40, 10)) as monitor:
        import_report(monitor, tmp_path)
        await press(monitor, "d", "right")
        assert "domain ▲" in monitor.text
        await press(monitor, "right")
        assert "▼ credits" in monitor.text


async def test_report_and_counters_are_compared(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(120, 36)) as monitor:
        import_report(monitor, tmp_path)
        await press(monitor, "d")
        assert "report and counters cannot be compared: no day was watched whole" in monitor.text


async def test_markup_in_parameters_is_shown_as_text(tmp_path: Path) -> None:
    async with running(tmp_path, a_view(), size=(120, 36)) as monitor:
        path = tmp_path / "hostile.csv"
        path.write_text('Domain,Date,Parameters,Credits\na.com,2026-11-20,"[/foo] [red]x",5\n')
        taken = ReportTaken(path, "production", told={}, date_order=None, skips_bad_rows=False)
        monitor.reports.ports.take(taken, lambda _share: None)
        await press(monitor, "d", "tab", "tab")
        assert "[/foo] [red]x" in monitor.text


async def typed(monitor: Monitor, text: str) -> None:
    """Type into the field that has the focus."""
    for character in text:
        await monitor.pilot.press(
            {"/": "slash", ".": "full_stop", "=": "equals_sign", "_": "underscore"}.get(character, character)
        )


async def test_a_file_is_looked_at_and_imported_and_then_seen(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(100, 30)) as monitor:
        path = a_report(tmp_path)
        await press(monitor, "d", "i")
        assert "a domain report of production" in monitor.text
        await typed(monitor, str(path))
        await press(monitor, "enter")
        assert "credits     Credits" in monitor.text
        assert "CSV, commas, UTF-8" in monitor.text
        await press(monitor, "enter")
        assert "189 rows are stored" in monitor.text
        await press(monitor, "escape")
        assert "5 domains" in monitor.lines[0]


async def test_a_column_that_is_not_recognised_is_asked_for(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(100, 30)) as monitor:
        path = tmp_path / "odd.csv"
        path.write_text("Domain,Date,Spent\na.com,2026-11-20,5\n")
        await press(monitor, "d", "i")
        await typed(monitor, str(path))
        await press(monitor, "enter")
        assert "No column is recognised as credits" in monitor.text
        await typed(monitor, "spent=money")
        await press(monitor, "enter")
        assert "Say it as COLUMN=FIELD" in monitor.text
        for _ in "spent=money":
            await monitor.press("backspace")
        await typed(monitor, "spent=credits")
        await press(monitor, "enter", "enter")
        assert "1 row is stored" in monitor.text


async def test_bad_rows_and_undecided_dates_offer_the_way_on(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(100, 30)) as monitor:
        path = tmp_path / "odd.csv"
        path.write_text("Domain,Date,Credits\na.com,03/04/2026,5\nb.com,03/04/2026,x\n")
        await press(monitor, "d", "i")
        await typed(monitor, str(path))
        await press(monitor, "enter", "enter")
        assert "03/04/2026 can be read two ways" in monitor.text
        await press(monitor, "enter")
        said = " ".join(monitor.text.split())
        assert "credits: no whole number: x; nothing is stored. Mend the file, or enter leaves bad rows out." in said
        assert "--" not in said
        await press(monitor, "enter")
        assert "1 row is stored. 1 bad row is left out." in monitor.text
        await press(monitor, "escape", "tab")
        assert "2026-04-03" in monitor.text


async def test_columns_that_may_be_the_same_are_asked_for(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(100, 30)) as monitor:
        path = tmp_path / "odd.csv"
        path.write_text("Domain,Date,Credits A,Credits B\na.com,2026-11-20,5,6\n")
        await press(monitor, "d", "i")
        await typed(monitor, str(path))
        await press(monitor, "enter")
        said = " ".join(monitor.text.split())
        assert "the columns Credits A and Credits B may both be credits: say which, as COLUMN=credits" in said
        assert "--" not in said
        await typed(monitor, "Credits B=credits")
        await press(monitor, "enter", "enter")
        assert "1 row is stored." in monitor.text


async def test_on_a_small_screen_what_is_said_stands_whole_above_the_columns(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(40, 10)) as monitor:
        path = tmp_path / "odd.csv"
        path.write_text("Domain,Date,Credits\na.com,2026-11-20,5\nb.com,2026-11-20,x\n")
        await press(monitor, "d", "i")
        await typed(monitor, str(path))
        await press(monitor, "enter")
        assert "domain      Domain" in monitor.text
        assert "Import" in monitor.text
        await press(monitor, "enter")
        assert "enter leaves bad rows out." in " ".join(monitor.text.split())
        await press(monitor, "enter")
        assert "1 row is stored. 1 bad row is left out." in " ".join(monitor.text.split())


async def test_on_a_small_screen_columns_that_are_missing_are_asked_for(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(40, 10)) as monitor:
        path = tmp_path / "odd.csv"
        path.write_text("Name,Date,Credits\na.com,2026-11-20,5\n")
        await press(monitor, "d", "i")
        await typed(monitor, str(path))
        await press(monitor, "enter")
        assert "as domain: say which, as COLUMN=FIELD (columns: Name)." in " ".join(monitor.text.split())


async def test_an_import_says_what_it_replaced(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(100, 30)) as monitor:
        import_report(monitor, tmp_path)
        await press(monitor, "d", "i")
        await typed(monitor, str(a_report(tmp_path)))
        await press(monitor, "enter", "enter")
        assert "189 rows are stored; 189 rows of" in monitor.text


async def test_a_wrong_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(100, 30)) as monitor:
        await press(monitor, "d", "i", "enter")
        assert "Name a file." in monitor.text
        await typed(monitor, str(tmp_path))
        await press(monitor, "enter")
        assert "is a folder" in monitor.text


async def test_import_has_room_for_what_is_said_what_is_offered_and_the_way_back_on_a_small_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("odd.csv").write_text("Domain,Date,Credits,Failed,Seen\na.com,03/04/2026,5,0,1\nb.com,03/04/2026,x,0,1\n")
    async with running(tmp_path, *three_accounts(), size=(40, 10)) as monitor:
        await press(monitor, "d", "i")
        assert monitor.lines[-1].split() == ["esc", "back"]
        await typed(monitor, "odd.csv")
        for said, offered in (
            ("CSV, commas", "Import"),
            ("read two ways", "Day first"),
            ("whole", "Leave bad rows out"),
        ):
            await press(monitor, "enter")
            assert said in monitor.text
            assert offered in monitor.text
            assert "domain      Domain" in monitor.text
            assert "esc back" in monitor.lines[-1]
        await press(monitor, "enter")
        assert "1 row is stored" in monitor.text


async def test_columns_that_a_small_screen_cannot_show_are_scrolled_to(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(40, 10)) as monitor:
        path = tmp_path / "odd.csv"
        path.write_text("Domain,Date,Spent\na.com,2026-11-20,5\n")
        await press(monitor, "d", "i")
        await typed(monitor, str(path))
        await press(monitor, "enter")
        assert "not used" not in monitor.text
        await press(monitor, "tab", "end")
        assert "not used    Spent" in monitor.text


async def test_columns_of_one_file_are_not_shown_beside_another(tmp_path: Path) -> None:
    async with running(tmp_path, *three_accounts(), size=(100, 30)) as monitor:
        path = a_report(tmp_path)
        await press(monitor, "d", "i")
        await typed(monitor, str(path))
        await press(monitor, "enter", "shift+tab", "x", "enter")
        assert "Domain " not in monitor.text
        assert "Import " not in monitor.text


async def test_footer_offers_the_import_alone_where_there_is_no_report(tmp_path: Path) -> None:
    async with running(tmp_path, a_view()) as monitor:
        await press(monitor, "d")
        assert monitor.lines[-1].split() == ["i", "import", "esc", "back", "?", "help", "q", "quit"]
        import_report(monitor, tmp_path)
        await press(monitor, "escape", "d")
        assert "enter inside" in monitor.lines[-1]
