"""A table of any number of rows: its cursor stays on its row and in sight, and stands out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.makers import NOW, a_snapshot, a_view
from tests.ui.monitor import Monitor, running
from usage_tui.ui.widgets.rows_table import RowsTable

pytestmark = pytest.mark.anyio
MANY = tuple(a_view(name=f"account-{number:02}") for number in range(40))


def seen(monitor: Monitor) -> list[str]:
    """Give the names of the accounts that are seen, from the top down."""
    return [line.split()[0] for line in monitor.lines if line.strip().startswith("account-")]


def pointed(monitor: Monitor) -> str:
    """Give the name of the account whose row stands out."""
    table = monitor.app.screen.query_one(RowsTable)
    rows = [
        y
        for y in range(table.size.height)
        if any(s.style and s.style.bgcolor for s in table.row(y)) and _is_lit(table, y)
    ]
    assert len(rows) == 1
    return "".join(segment.text for segment in table.row(rows[0])).split()[0]


def _is_lit(table: RowsTable, y: int) -> bool:
    lit = table.get_component_rich_style("rows--cursor").bgcolor
    return all(segment.style is not None and segment.style.bgcolor == lit for segment in table.row(y))


async def test_the_cursor_is_kept_in_sight(tmp_path: Path) -> None:
    async with running(tmp_path, *MANY, size=(80, 24)) as monitor:
        await monitor.press("a")
        assert seen(monitor)[0] == pointed(monitor) == "account-00"
        await monitor.press("G")
        assert seen(monitor)[-1] == pointed(monitor) == "account-39"
        await monitor.press("k", "k")
        assert seen(monitor)[-1] == "account-39"
        assert pointed(monitor) == "account-37"
        await monitor.press("g", "j", "pagedown")
        assert pointed(monitor) in seen(monitor)
        await monitor.press("home")
        assert seen(monitor)[0] == pointed(monitor) == "account-00"


async def test_one_row_of_room_shows_the_row_under_the_cursor(tmp_path: Path) -> None:
    async with running(tmp_path, *MANY, size=(40, 5)) as monitor:
        await monitor.press("a", "j")
        assert seen(monitor) == [pointed(monitor)] == ["account-01"]


async def test_the_cursor_stays_on_its_account_when_the_order_changes(tmp_path: Path) -> None:
    async with running(tmp_path, *MANY[:3], size=(80, 24)) as monitor:
        await monitor.press("a", "j")
        assert pointed(monitor) == "account-01"
        worse = replace(a_view(a_snapshot(used=2_999_000)), name="account-02")
        await monitor.show(worse, now=NOW + timedelta(seconds=1))
        assert seen(monitor) == ["account-02", "account-00", "account-01"]
        assert pointed(monitor) == "account-01"


async def test_a_second_click_opens_the_row_of_the_first(tmp_path: Path) -> None:
    async with running(tmp_path, *MANY[:3], size=(80, 24)) as monitor:
        await monitor.press("a")
        await monitor.pilot.click(RowsTable, offset=(4, 3))
        assert pointed(monitor) == "account-02"
        await monitor.pilot.click(RowsTable, offset=(4, 3))
        assert "CONCURRENCY" in monitor.text
        assert monitor.roster.current == "account-02"
