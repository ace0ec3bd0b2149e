"""What gathers the rows of a report stays within its bounds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from sqlite3 import Connection, connect

import pytest

from usage_tui.core.report import Unreadable
from usage_tui.services import report_staging
from usage_tui.services.report_staging import Numbering, Remembered, staging


@pytest.fixture
def connection() -> Iterator[Connection]:
    with closing(connect(":memory:", isolation_level=None)) as connection, staging(connection):
        yield connection


def test_names_are_numbered_once_and_no_more_than_fit_into_their_bits(connection: Connection) -> None:
    numbering = Numbering(connection, "domains", bits=2)
    assert [numbering.number(name) for name in ("a.b", "c.d", "a.b", "e.f")] == [1, 2, 1, 3]
    with pytest.raises(Unreadable, match="more than 3 different ones"):
        numbering.number("g.h")


def test_what_cells_were_read_as_is_kept_in_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_staging, "MOST_REMEMBERED", 3)
    read: list[str] = []

    def reading(cell: str) -> int:
        read.append(cell)
        return len(cell)

    remembered = Remembered(reading)
    assert [remembered[cell] for cell in ("", "a", "bb", "a", "ccc")] == [0, 1, 2, 1, 3]
    assert (read, len(remembered)) == (["", "a", "bb", "ccc"], 1)
