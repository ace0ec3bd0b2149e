"""The monitor without a terminal: views go in, the screen comes out as text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TypeVar

from msgspec.structs import replace
from textual.pilot import Pilot

from tests.makers import NOW, a_view, an_account
from usage_tui.commands.report_ports import ReportWays
from usage_tui.core.account import Wishes
from usage_tui.core.alert_log import AlertLog, Mute
from usage_tui.core.budget import Budget
from usage_tui.core.budget_form import read_form, written_form
from usage_tui.core.errors import UsageTuiError
from usage_tui.core.estimate import Estimate, Price, estimate
from usage_tui.core.job import Job
from usage_tui.core.rollup import ReadSpans, TimeSpan, folded
from usage_tui.core.view import AccountView
from usage_tui.services.config_file import Edit
from usage_tui.services.paths import StateFolder
from usage_tui.ui.app import MonitorApp
from usage_tui.ui.messages import ViewsArrived
from usage_tui.ui.ports import AlertPorts, BudgetPorts, Outcome, Ports, Settings
from usage_tui.ui.roster import Roster

T = TypeVar("T")
SIZES = {"roomy": (120, 36), "normal": (80, 24), "small": (40, 10)}


class Monitor:
    """A running monitor on a fake outside that notes what it is asked for."""

    def __init__(self, views: Sequence[AccountView], folder: Path, settings: Settings) -> None:
        self.now = NOW
        self.asked: list[tuple[str, ...]] = []
        self.remembered: dict[str, str] = {}
        self.copied: list[str] = []
        self.crashes: list[BaseException] = []
        self.refusal: UsageTuiError | None = None
        self.budgets: dict[str, Budget] = {}
        self.one_off_days: dict[str, tuple[date, ...]] = {}
        self.hold_budgets = Lock()
        self.hold_adding = Lock()
        self.stored: dict[str, Sequence[TimeSpan]] = {}
        self.reads: list[tuple[str, int, int, int]] = []
        self.read_fault: Exception | None = None
        self.alerts = AlertLog()
        self.serial = 1
        self._unread: list[AccountView] = []
        self.roster = Roster(views, lambda: self.now, settings.zone)
        accounts = [an_account(view.name) for view in views]
        self.reports = ReportWays(StateFolder(folder / "state"), {}, accounts, print)
        ports = Ports(
            now=lambda: self.now,
            start=lambda: self.asked.append(("start",)),
            take_views=self._take,
            show=lambda name: self.asked.append(("show", name)),
            refresh=lambda name: self.asked.append(("refresh", name)),
            pause=lambda: None,
            resume=lambda: None,
            remember=self._remember,
            log_crash=self.crashes.append,
            screenshot_folders=(folder / "missing", folder),
            edit_config=lambda: None,
            add_account=self.add_account,
            copy=self._copy,
            look_back=self.look_back,
            reports=self.reports.ports,
            estimate=self.estimate,
            alerts=AlertPorts(lambda: self.serial, self.read_alerts, self.acknowledge, self.mute),
            budgets=BudgetPorts(self.read_wishes, self.save_wishes, self.undo_wishes),
        )
        self.app = MonitorApp(self.roster, ports, settings)
        self.pilot: Pilot[Outcome]

    def add_account(self, name: str, key: str) -> None:
        """Take a new account, as soon as nobody holds it up."""
        self.asked.append(("add", name, key))
        with self.hold_adding:
            pass
        if self.refusal is not None:
            raise self.refusal

    def read_wishes(self, name: str) -> Wishes:
        """Read what the config wishes, as soon as nobody holds it up."""
        with self.hold_budgets:
            pass
        if self.refusal is not None:
            raise self.refusal
        return Wishes(self.budgets.get(name, Budget()), self.one_off_days.get(name, ()))

    def save_wishes(self, name: str, wishes: Wishes) -> Edit:
        """Save wishes to the config."""
        before = self.read_wishes(name)
        self.budgets[name], self.one_off_days[name] = wishes.budget, wishes.one_off_days
        return Edit(name, "|".join(written_form(before)))

    def undo_wishes(self, edit: Edit) -> None:
        """Undo what was saved."""
        before = read_form(edit.after.split("|"), self.now.date()).wishes
        assert before is not None
        self.budgets[edit.before], self.one_off_days[edit.before] = before.budget, before.one_off_days

    def look_back(self, name: str, question: Callable[[ReadSpans], T], /) -> T:
        """Answer a question on what is stored of an account, as the history does."""
        if self.read_fault is not None:
            raise self.read_fault

        def read(begin_ms: int, end_ms: int, step_ms: int) -> list[TimeSpan]:
            self.reads.append((name, begin_ms, end_ms, step_ms))
            return folded((span for span in self.stored.get(name, ()) if begin_ms <= span.start_ms < end_ms), step_ms)

        return question(read)

    def estimate(self, view: AccountView, job: Job, seconds_per_request: float | None, /) -> Estimate:
        """Hold a job against an account, at five credits a request."""
        self.asked.append(("estimate", view.name, *(each.url for each in job.requests), *job.parameters))
        if self.refusal is not None:
            raise self.refusal
        return estimate(view, job, [Price(5) for _ in job.requests], self.now, seconds_per_request)

    def read_alerts(self) -> AlertLog:
        """Give the alerts."""
        if self.read_fault is not None:
            raise self.read_fault
        return self.alerts

    def acknowledge(self, number: int) -> None:
        """Take note that an alert was seen."""
        if self.read_fault is not None:
            raise self.read_fault
        records = tuple(
            replace(record, acknowledged_at=self.now) if record.number == number else record
            for record in self.alerts.records
        )
        self.alerts, self.serial = replace(self.alerts, records=records), self.serial + 1

    def mute(self, name: str, rule: str | None) -> datetime | None:
        """Mute for an hour, or no more."""
        if self.read_fault is not None:
            raise self.read_fault
        is_muted = any((mute.account, mute.rule) == (name, rule) for mute in self.alerts.mutes)
        until = None if is_muted else self.now + timedelta(hours=1)
        mutes = () if until is None else (Mute(name, rule, until),)
        self.alerts, self.serial = replace(self.alerts, mutes=mutes), self.serial + 1
        return until

    async def show(self, *views: AccountView, now: datetime | None = None) -> None:
        """Let views arrive, as the collector would."""
        self.now = now or self.now
        self._unread += views
        self.app.post_message(ViewsArrived())
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def settle(self) -> None:
        """Wait until all that runs beside the screen has come to it."""
        while any(not worker.is_finished for worker in self.app.workers):
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()
        await self.pilot.pause()

    @property
    def lines(self) -> list[str]:
        """The screen's rows."""
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]

    @property
    def text(self) -> str:
        """The screen as text."""
        return "\n".join(self.lines)

    @property
    def told(self) -> list[str]:
        """What the user was told in passing."""
        return [notification.message for notification in self.app._notifications]

    def line_of(self, text: str, below: int = 0) -> str:
        """Give the row that holds `text`, or one below it."""
        found = [number for number, line in enumerate(self.lines) if text in line]
        assert found, f"{text!r} is not on the screen:\n{self.text}"
        return self.lines[found[0] + below]

    def _take(self) -> list[AccountView]:
        taken, self._unread = self._unread, []
        return taken

    def _remember(self, facts: Mapping[str, str]) -> None:
        self.remembered |= facts

    def _copy(self, text: str) -> bool:
        self.copied.append(text)
        return True


@asynccontextmanager
async def running(
    folder: Path,
    *views: AccountView,
    size: tuple[int, int] = SIZES["normal"],
    settings: Settings | None = None,
    has_toasts: bool = False,
) -> AsyncIterator[Monitor]:
    """Run the monitor on a screen of `size` columns and rows; what is told in passing is drawn where toasts are."""
    monitor = Monitor(views, folder, settings or Settings(zone=UTC))
    async with monitor.app.run_test(size=size, notifications=has_toasts) as pilot:
        monitor.pilot = pilot
        await pilot.pause()
        yield monitor


def three_accounts() -> tuple[AccountView, ...]:
    """Make the views of three accounts, the first one busy."""
    return (a_view(), a_view(name="staging"), a_view(name="client-acme"))
