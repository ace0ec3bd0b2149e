"""The way from the monitor to the domain reports."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from usage_tui.core.errors import HistoryUnavailable
from usage_tui.services.paths import StateFolder
from usage_tui.ui.ports import ReportAsked, ReportPorts, ReportTaken

if TYPE_CHECKING:
    from usage_tui.core.account import Account
    from usage_tui.core.reconcile import ComparedDay
    from usage_tui.core.report import Field, Page
    from usage_tui.services.report_desk import ReportDesk
    from usage_tui.services.report_import import Imported, Look


class ReportWays:
    """Makes the desk of reports when one of them is first asked for, and lets `fill` store what is there from then on.

    Without a folder there are none. What the user should know of the history goes to `tell`.
    """

    def __init__(
        self,
        folder: StateFolder | None,
        environ: Mapping[str, str],
        accounts: Sequence[Account],
        tell: Callable[[str], None],
        fill: Callable[[ReportDesk], None] | None = None,
    ) -> None:
        self._fill = fill
        self._folder = folder
        self._environ = environ
        self._accounts = accounts
        self._tell = tell
        self._desk: ReportDesk | None = None
        self._turn = threading.Lock()

    @property
    def ports(self) -> ReportPorts:
        """The way, as the screens take it."""
        return ReportPorts(page=self._page, compared=self._compared, look=self._look, take=self._take)

    def replan(self, accounts: Sequence[Account]) -> None:
        """Take up the accounts of a changed config."""
        with self._turn:
            self._accounts = accounts
            if self._desk is not None:
                self._desk.take_accounts(accounts)

    def close(self) -> None:
        """Close the history."""
        if self._desk is not None:
            self._desk.close()

    def _opened(self) -> ReportDesk:
        """Give the desk.

        Raises:
            HistoryUnavailable: nothing is kept here.
        """
        from usage_tui.services.clock import SystemClock  # noqa: PLC0415 -- the first frame does without
        from usage_tui.services.report_desk import ReportDesk  # noqa: PLC0415 -- imports SQLite

        if self._folder is None:
            raise HistoryUnavailable("No reports are kept here.")
        with self._turn:
            if self._desk is None:
                desk = ReportDesk(self._folder, SystemClock(), self._environ, self._accounts, self._tell)
                if self._fill is not None:
                    self._fill(desk)
                self._desk = desk
            return self._desk

    def _page(self, asked: ReportAsked) -> Page | None:
        return self._opened().page(
            asked.account, asked.place, asked.order, is_turned=asked.is_turned, part=asked.part, most=asked.most
        )

    def _compared(self, account: str) -> Sequence[ComparedDay]:
        return self._opened().compared(account)

    def _look(self, path: Path, told: Mapping[str, Field]) -> Look:
        return self._opened().look(path, told)

    def _take(self, taken: ReportTaken, progress: Callable[[float], None]) -> Imported:
        from msgspec.structs import replace  # noqa: PLC0415 -- only an import needs it

        desk = self._opened()
        terms = replace(desk.terms(taken.account), told=taken.told, date_order=taken.date_order)
        return desk.run(taken.path, terms, progress, skips_bad_rows=taken.skips_bad_rows)
