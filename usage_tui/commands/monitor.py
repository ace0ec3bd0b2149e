"""Starts the monitor: wires collector, config and screen together."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from usage_tui.commands.accounts_in_force import accounts_in_force, chosen
from usage_tui.commands.alert_ports import alert_ports, bell
from usage_tui.commands.budget_ports import budget_ports
from usage_tui.commands.common import Common
from usage_tui.commands.config_following import changed_config, take_up
from usage_tui.commands.demo_past import fill_with_reports
from usage_tui.commands.desk_in_force import KeptHistory
from usage_tui.commands.job_ports import JobWays
from usage_tui.commands.report_ports import ReportWays
from usage_tui.core.errors import ConfigError
from usage_tui.core.view import AccountView
from usage_tui.services.characters import knows_ascii_alone
from usage_tui.services.clipboard import copy_through_screen, copy_through_tmux
from usage_tui.services.clock import SystemClock
from usage_tui.services.collector import Collector
from usage_tui.services.config import Config, folded
from usage_tui.services.config_watch import ConfigWatch
from usage_tui.services.connection import ServiceConnection
from usage_tui.services.log_file import keep_log, log_crash
from usage_tui.services.mailbox import Mailbox
from usage_tui.services.memory import Memory
from usage_tui.services.paths import config_place, state_folder
from usage_tui.services.secrets import read_key
from usage_tui.ui.app import MonitorApp
from usage_tui.ui.departure import Departure
from usage_tui.ui.messages import ConfigChanged, ConfigRefused, ViewsArrived
from usage_tui.ui.ports import Outcome, Ports, Settings
from usage_tui.ui.roster import Roster
from usage_tui.ui.terminal import AsciiTerminalDriver, TerminalDriver

if TYPE_CHECKING:
    from usage_tui.commands.demo_history import DemoHistory

CONFIG_LOOK_SECONDS = 2.0
STOP_SECONDS = 1.0
REMEMBER_SECONDS = 0.5
GREETING_SECONDS = 15.0
DEFAULT_THEME = "usage-dark"
SIXTEEN_COLOUR_THEME = "ansi-dark"
FULL_COLOUR = frozenset({"truecolor", "24bit"})
MANY_COLOURS = ("256color", "kitty")


def run_monitor(options: Common) -> int:
    """Open the monitor; give the exit code.

    Raises:
        ConfigError: the config is wrong at the start.
        click.UsageError: the options name an account that is not there.
    """
    is_demo, greeting = options.is_demo, ""
    while True:
        left = _watch_demo(options) if is_demo else _watch_config(options, greeting)
        if left.outcome is Outcome.QUIT:
            return left.exit_code
        is_demo, greeting = left.outcome is Outcome.DEMO, left.remark


class _Left(NamedTuple):
    """How the screen was left, and a remark for the next one to begin with."""

    outcome: Outcome
    exit_code: int
    remark: str


def _watch_demo(options: Common) -> _Left:
    """Watch the simulated service; nothing of the user's is read or written."""
    from usage_tui.commands.demo_history import DemoHistory  # noqa: PLC0415 - only the demo needs it

    with accounts_in_force(Common(is_demo=True)) as in_force:
        chosen(in_force.accounts, options.account)
        demo = DemoHistory(in_force.simulated, in_force.config.accounts)
        try:
            kept = KeptHistory(in_force.config, demo.folder)
            reports = ReportWays(demo.folder, os.environ, in_force.config.accounts, kept.tell, fill_with_reports)
            return _Monitor(in_force.config, options, None, None, kept, reports, demo).run()
        finally:
            demo.remove()


def _watch_config(options: Common, greeting: str) -> _Left:
    """Watch the accounts of the config, and the config itself; `greeting` is said first."""
    watch = ConfigWatch(options.config, os.environ, SystemClock())
    config = watch.load()
    if config.accounts:
        chosen(config.accounts, options.account)
    folder = state_folder(os.environ)
    keep_log(folder.log)
    kept = KeptHistory(config)
    reports = ReportWays(folder, os.environ, config.accounts, kept.tell)
    memory = Memory(folder.path / "state.toml")
    return _Monitor(config, options, memory, watch, kept, reports, greeting=greeting).run()


class _Monitor:
    """One run of the screen over one collector."""

    def __init__(
        self,
        config: Config,
        options: Common,
        memory: Memory | None,
        watch: ConfigWatch | None,
        kept: KeptHistory,
        reports: ReportWays,
        demo: DemoHistory | None = None,
        greeting: str = "",
    ) -> None:
        self._options = options
        self._memory = memory
        self._watch = watch
        self._kept = kept
        self._demo = demo
        self._greeting = greeting
        self._remark = ""
        self._clock = SystemClock()
        self._is_over = threading.Event()
        self._reports = reports
        self._jobs = JobWays(config)
        self._mailbox = Mailbox(self._announce)
        self._collector = Collector(
            config.accounts,
            config.plan,
            connect=ServiceConnection(read_key),
            publish=self._mailbox.post,
            zone=config.zone,
            clock=self._clock,
            random=Random(),  # noqa: S311 - it spreads retries, and guards nothing
            desk=kept.desk,
        )
        self._roster = Roster(_waiting_views(config), self._clock.now, config.zone)
        wanted = options.account or self._recall("account")
        self._roster.select(next((name for name in self._roster.names if folded(name) == folded(wanted or "")), ""))
        self._roster.choose_range(self._recall("range") or "")
        is_plain = config.graph == "auto" and sys.stdout is not None and knows_ascii_alone(sys.stdout, os.environ)
        is_ascii = options.is_ascii or config.graph == "ascii" or is_plain
        driver = AsciiTerminalDriver if is_ascii else TerminalDriver
        self._app = MonitorApp(self._roster, self._ports(), self._settings(config), driver)
        self._bell = bell(self._app.ring, is_ascii=is_ascii)
        self._heed_alerts(config)

    def run(self) -> _Left:
        """Show the screen until it is left; give how."""
        with Departure(self._app.leave, self._let_go):
            outcome = self._app.run(mouse=self._options.has_mouse)
        self._is_over.set()
        if self._demo is not None:
            self._demo.stop()
        self._collector.stop(STOP_SECONDS)
        if self._memory is not None:
            self._memory.close(REMEMBER_SECONDS)
        self._reports.close()
        return _Left(outcome or Outcome.QUIT, self._app.return_code or 0, self._remark)

    def _heed_alerts(self, config: Config) -> None:
        """Ring for alerts, where the config wants that."""
        self._kept.alerts.ring = self._bell if config.alerts.notify.terminal else None

    def _copy(self, text: str) -> bool:
        """Copy through what the terminal runs in; False where that is nothing that hinders the terminal's own way."""
        return copy_through_tmux(text, os.environ) or copy_through_screen(text, os.environ, self._app.ring)

    def _let_go(self) -> None:
        """Leave the terminal and the temporary folder as they were, for an end by force."""
        self._app.let_go()
        if self._demo is not None:
            self._demo.remove()

    def _ports(self) -> Ports:
        return Ports(
            now=self._clock.now,
            start=self._start,
            take_views=self._mailbox.take,
            show=self._collector.show,
            refresh=self._collector.refresh,
            pause=self._collector.pause,
            resume=self._collector.resume,
            remember=self._remember,
            log_crash=log_crash,
            screenshot_folders=self._screenshot_folders(),
            edit_config=self._edit_config,
            add_account=self._add_account,
            copy=self._copy,
            look_back=self._kept.looking.look,
            reports=self._reports.ports,
            estimate=self._jobs.estimate,
            alerts=alert_ports(self._kept.alerts),
            budgets=budget_ports(self._options.config, os.environ, is_demo=self._watch is None),
        )

    def _add_account(self, name: str, key: str) -> None:
        """Try a key, and put its account into the config; the next screen says how that went."""
        from usage_tui.commands.account_adding import add_account_with_key  # noqa: PLC0415 - the first start only

        self._remark = add_account_with_key(self._options.config, os.environ, name, key)

    def _announce(self) -> None:
        """Tell the screen that there are views to take; called in the collector's thread."""
        self._app.post_message(ViewsArrived())

    def _edit_config(self) -> str | None:
        """Open the config in the user's editor until that ends; give what went wrong."""
        if self._watch is None:
            return "The demo has no config."
        from usage_tui.commands.config_editing import edit_config  # noqa: PLC0415 - only the key needs it

        try:
            return edit_config(
                config_place(self._options.config, os.environ).path, state_folder(os.environ), os.environ
            )
        except ConfigError as error:
            return str(error)

    def _start(self) -> None:
        """Begin to collect and to watch the config: called when the first frame stands."""
        gc.freeze()
        gc.enable()
        self._collector.show(self._roster.current)
        if self._demo is None:
            self._collector.start()
        else:
            self._demo.start(self._roster.current, self._collector.start)
        if self._watch is not None:
            threading.Thread(target=self._follow, args=(self._watch,), name="usage-tui config", daemon=True).start()
        if self._greeting:
            self._app.notify(self._greeting, timeout=GREETING_SECONDS, markup=False)

    def _follow(self, watch: ConfigWatch) -> None:
        """Take up changes of the config, in a thread of its own: a file system may be slow."""
        while not self._is_over.wait(CONFIG_LOOK_SECONDS):
            changed = changed_config(watch, None, self._say_refused)
            if changed is not None:
                config = changed.config
                take_up(config, config.accounts, self._collector, self._kept)
                self._reports.replan(config.accounts)
                self._jobs.replan(config)
                self._heed_alerts(config)
                self._app.post_message(ConfigChanged(_waiting_views(config), self._settings(config)))

    def _say_refused(self, text: str) -> None:
        """Say in one line why a changed config is not taken up: its first fault, and what is in force."""
        lines = text.splitlines()
        self._app.post_message(ConfigRefused(f"{lines[0]} {lines[-1]}"))

    def _settings(self, config: Config) -> Settings:
        theme = config.theme if config.theme != "auto" else self._recall("theme") or default_theme(os.environ)
        return Settings(zone=config.zone, theme=theme, keys=config.keys)

    def _recall(self, name: str) -> str | None:
        return self._memory.recall(name) if self._memory is not None else None

    def _remember(self, words: Mapping[str, str]) -> None:
        if self._memory is not None:
            self._memory.remember(words)

    def _screenshot_folders(self) -> tuple[Path, ...]:
        """Name the folders that a picture of the screen may go to; the demo's goes to the current one alone."""
        here = Path.cwd()
        return (here,) if self._memory is None else (here, state_folder(os.environ).path)


def _waiting_views(config: Config) -> tuple[AccountView, ...]:
    """Make the views of accounts that nothing was heard of yet."""
    return tuple(
        AccountView(account.name, config.plan.background_seconds, config.plan.stale_seconds)
        for account in config.accounts
    )


def default_theme(environ: Mapping[str, str]) -> str:
    """Choose the theme for a terminal: one of sixteen colours where Textual uses no more of it."""
    has_many = environ.get("COLORTERM", "").strip().lower() in FULL_COLOUR
    has_many |= environ.get("TERM", "").strip().lower().rpartition("-")[2] in MANY_COLOURS
    return DEFAULT_THEME if has_many else SIXTEEN_COLOUR_THEME
