"""The screens that are pictured, and the real monitor that shows them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.segment import Segment
from textual.widgets import Input

from screenshots.drawing import Palette, svg
from screenshots.fired import fired
from screenshots.stage import NOW, SEED, Views, look_back
from usage_tui.commands.demo_past import fill_with_reports
from usage_tui.commands.job_ports import JobWays
from usage_tui.commands.report_ports import ReportWays
from usage_tui.core.account import Account, KeyFromEnv, Wishes
from usage_tui.core.ascii_text import in_ascii
from usage_tui.core.budget import Budget
from usage_tui.core.view import AccountView
from usage_tui.demo.accounts import simulated_accounts
from usage_tui.demo.seed_history import SeedHistory
from usage_tui.services.clock import SystemClock
from usage_tui.services.config import Config
from usage_tui.services.config_file import Edit
from usage_tui.services.history_file import HistoryFile
from usage_tui.services.history_rows import put_spans
from usage_tui.services.paths import StateFolder
from usage_tui.services.report_desk import ReportDesk
from usage_tui.ui.app import MonitorApp
from usage_tui.ui.ports import AlertPorts, BudgetPorts, Ports, Settings
from usage_tui.ui.roster import Roster

BUDGET = Budget(2_000_000, 80_000, 0.7)
WISHES = Wishes(BUDGET, (date(2026, 11, 12),))


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: its file's name, the terminal's columns and rows, the keys that lead there, and what is special."""

    name: str
    columns: int
    rows: int
    title: str
    keys: tuple[str, ...] = ()
    theme: str = "usage-dark"
    is_key_refused: bool = False
    is_first_start: bool = False
    is_plain: bool = False
    has_report: bool = False


LONGER = "right_square_bracket"
SCENES = (
    Scene("dashboard-120", 120, 36, "The dashboard at 120×36"),
    Scene("dashboard-80", 80, 24, "The dashboard at 80×24"),
    Scene("dashboard-40", 40, 10, "The dashboard at 40×10"),
    Scene("dashboard-light", 80, 24, "The dashboard with the light theme", theme="usage-light"),
    Scene("plain", 80, 24, "The dashboard without colour, in ASCII", is_plain=True),
    Scene("refused", 80, 24, "The dashboard while the service refuses the key", is_key_refused=True),
    Scene("accounts", 120, 24, "All accounts", keys=("a",)),
    Scene("domains", 84, 22, "Where the credits went", keys=("d",), has_report=True),
    Scene("budget", 80, 18, "The budget editor", keys=("b", *"2.3M")),
    Scene("history", 120, 36, "The cycle so far, and what is likely", keys=("h", *[LONGER] * 2, "c", "c")),
    Scene("history-spend", 80, 24, "The spend of a week", keys=("h", LONGER, "c", *["left"] * 9)),
    Scene("alerts", 96, 14, "What fired", keys=("l",)),
    Scene("help", 80, 38, "The help", keys=("question_mark",)),
    Scene("welcome", 80, 24, "The first start", is_first_start=True),
)


async def picture(scene: Scene, views: Views) -> str:
    """Run the monitor without a terminal, press the scene's keys, and draw the screen as SVG."""
    with TemporaryDirectory() as folder:
        return await _picture(scene, views, StateFolder(Path(folder)) if scene.has_report else None)


async def _picture(scene: Scene, views: Views, reports: StateFolder | None) -> str:
    """Draw the screen; the demo's reports are kept in a folder."""
    app = _monitor(scene, _views(scene, views), reports)
    async with app.run_test(size=(scene.columns, scene.rows)) as pilot:
        await pilot.pause()
        for key in scene.keys:
            await pilot.press(key)
            while any(not worker.is_finished for worker in app.workers):
                await app.workers.wait_for_complete()
                await pilot.pause()
        for _ in range(2):  # a blink that was on its way comes through the first time
            for field in app.screen.query(Input):
                field.cursor_blink = True
                field.cursor_blink = False
            await pilot.pause()
        variables = app.theme_variables
        palette = Palette(
            app.ansi_theme,
            foreground=variables["foreground"].lower(),
            background=variables["background"].lower(),
            has_colour=not app.no_color,
        )
        strips = app.screen._compositor.render_strips()  # noqa: SLF001 - Textual shows its cells to nobody else
        return svg([_cells(strip, is_plain=scene.is_plain) for strip in strips], scene.columns, palette, scene.title)


def _views(scene: Scene, views: Views) -> tuple[AccountView, ...]:
    if scene.is_first_start:
        return ()
    return views.refused if scene.is_key_refused else views.well


def _cells(strip: Iterable[Segment], *, is_plain: bool) -> list[Segment]:
    """Give a row's segments as the terminal gets them: without Unicode where it has none."""
    return [Segment(in_ascii(text) if is_plain else text, style) for text, style, _ in strip]


def _monitor(scene: Scene, views: Sequence[AccountView], reports: StateFolder | None) -> MonitorApp:
    """Make the monitor; nothing that it asks for leaves the picture."""
    accounts = [Account(view.name, KeyFromEnv("USAGE_TUI_NO_KEY")) for view in views]
    if scene.is_plain:
        os.environ["NO_COLOR"] = "1"
    else:
        os.environ.pop("NO_COLOR", None)
    ports = Ports(
        now=lambda: NOW,
        start=_ignore,
        take_views=tuple,
        show=_ignore,
        refresh=_ignore,
        pause=_ignore,
        resume=_ignore,
        remember=_ignore,
        log_crash=_ignore,
        screenshot_folders=(),
        edit_config=_ignore,
        add_account=_ignore,
        copy=lambda _: True,
        budgets=BudgetPorts(read=lambda _: WISHES, save=lambda *_: Edit("", ""), undo=_ignore),
        look_back=look_back,
        estimate=JobWays(Config()).estimate,
        reports=ReportWays(reports, {}, accounts, print, partial(_fill, reports)).ports,
        alerts=AlertPorts(lambda: 0, partial(fired, views), lambda _number: None, lambda _name, _rule: None),
    )
    return MonitorApp(Roster(views, lambda: NOW, UTC), ports, Settings(zone=UTC, theme=scene.theme))


def _fill(folder: StateFolder | None, desk: ReportDesk) -> None:
    """Store the simulated reports, and two months of hours of the first account to hold its report against."""
    fill_with_reports(desk, now=NOW, seed=SEED)
    account = simulated_accounts(NOW, seed=SEED)[0]
    hours = SeedHistory(account, NOW).newer_hours()
    if folder is not None:
        file = HistoryFile(folder, SystemClock(), _ignore)
        with file.writing() as connection:
            put_spans(connection, "hours", desk.terms(account.name).accounts[account.name], hours)
        file.close()


def _ignore(*_: object) -> None:
    """Do nothing."""
