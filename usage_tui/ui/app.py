"""The monitor: screens over a roster of accounts. It computes nothing and fetches nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual import on, work
from textual._styles_cache import StylesCache
from textual.app import SystemCommand
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.markup import escape
from textual.notifications import Notify
from textual.screen import Screen

from usage_tui import __version__
from usage_tui.core.errors import UsageTuiError
from usage_tui.core.wording import local
from usage_tui.ui import keys, theme
from usage_tui.ui.messages import (
    AccountAdded,
    AccountChosen,
    ConfigChanged,
    ConfigRefused,
    DemoChosen,
    ScreenAsked,
    ViewsArrived,
)
from usage_tui.ui.ports import Outcome, Ports, Settings
from usage_tui.ui.roster import Roster
from usage_tui.ui.screens.dashboard import DashboardScreen
from usage_tui.ui.screens.opening import opened
from usage_tui.ui.screens.palette import Palette
from usage_tui.ui.screens.roster_screen import RosterScreen
from usage_tui.ui.terminal import TerminalDriver
from usage_tui.ui.terminal_app import TerminalApp
from usage_tui.ui.ticker import Ticker

LATE_SECONDS = 0.25


class MonitorApp(TerminalApp):
    """Shows the roster; with no accounts, the welcome screen."""

    CSS_PATH = "usage_tui.tcss"
    TITLE = "usage-tui"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.PROGRAM_KEYS]

    def __init__(
        self, roster: Roster, ports: Ports, settings: Settings, driver_class: type[TerminalDriver] = TerminalDriver
    ) -> None:
        super().__init__(settings.theme, driver_class, ports)
        self._roster = roster
        self._ports = ports
        self._ticker = Ticker(
            ports.now,
            partial(self.call_later, self._tick),
            lambda seconds, tick: asyncio.get_running_loop().call_later(seconds, tick),
        )
        self._apply(settings)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every live key, and every account, in the palette."""
        for line in keys.key_lines(keys.live_keys(screen)):
            if line.action.startswith("account("):
                continue
            verb = partial(self.run_action, line.action, line.node)
            yield SystemCommand(f"{line.group}: {line.tooltip}", f"key: {line.keys} · {line.words}", verb)
        for name in self._roster.names:
            yield SystemCommand(f"Account: Show {escape(name)}", "switch, open", partial(self._open, name))
        if isinstance(screen, RosterScreen):
            ask = partial(self.post_message, ScreenAsked("estimate"))
            yield SystemCommand("Account: Estimate a job…", "what it would cost, and whether it fits · price", ask)
        for name in theme.choices(self.available_themes):
            yield SystemCommand(f"View: Use the theme {name}", "colours, colors", partial(self._choose_theme, name))

    def get_key_display(self, binding: Binding) -> str:
        """Name a key as keyboards do, in letters that every terminal has."""
        return "enter" if binding.key == "enter" else super().get_key_display(binding)

    def get_default_screen(self) -> Screen[None]:
        """Make the first screen."""
        if self._roster.names:
            return DashboardScreen(
                self._roster,
                refresh_account=self._ports.refresh,
                copy=self._copy,
                remember=self._ports.remember,
                alerts=self._ports.alerts,
            )
        from usage_tui.ui.screens.welcome import WelcomeScreen  # noqa: PLC0415  # the first start only

        return WelcomeScreen(self._ports.add_account)

    def on_mount(self) -> None:
        """Fetch what the first screen shows, once it stands."""
        self.call_after_refresh(self._ports.start)
        self._ticker.put_off()

    def _tick(self) -> None:
        """Let ages and the clock go on where no new view did so lately."""
        if self._roster.is_frozen:
            self._ticker.put_off()
        else:
            self._look()

    def _look(self) -> None:
        """Have the screen that is seen show the roster as it is now; one that is being laid out looks by itself."""
        if not self.is_running:
            return
        self._ticker.put_off()
        screen = self._seen
        if isinstance(screen, RosterScreen) and screen.stands:
            screen.look()

    @property
    def _seen(self) -> Screen[object]:
        """The topmost screen that fills the terminal: the palette lets it be seen."""
        return next(screen for screen in reversed(self.screen_stack) if not screen.is_modal)

    def _apply(self, settings: Settings) -> None:
        self._roster.zone = settings.zone
        keymap = keys.keymap(settings.keys)
        freeze_key = keymap.get("freeze", "space").rpartition(",")[2]  # of several, the one that the footer names
        self._roster.freeze_key = self.get_key_display(Binding(freeze_key, "freeze"))
        self.use_theme(settings.theme)
        self.set_keymap(keymap)

    @on(Notify)
    def _take_back(self, event: Notify) -> None:
        """Take away what was told, in its time: where it was late to stand there, Textual leaves it for ever."""
        self.set_timer(event.notification.timeout + LATE_SECONDS, self._refresh_notifications)

    @on(ViewsArrived)
    def take_views(self) -> None:
        """Take the newest views, and show them if the current account's is among them."""
        views = self._ports.take_views()
        self._roster.take(views)
        is_seen = not isinstance(self._seen, DashboardScreen) or any(v.name == self._roster.current for v in views)
        if is_seen and not self._roster.is_frozen:
            self._look()

    @on(ConfigChanged)
    def take_config(self, message: ConfigChanged) -> None:
        """Take up a changed config as a whole."""
        self._roster.reset(message.views)
        self._roster.remark = None
        self._apply(message.settings)
        self._ports.show(self._roster.current)
        self._look()

    @on(ConfigRefused)
    def keep_config(self, message: ConfigRefused) -> None:
        """Say what is wrong with the changed config."""
        self._roster.remark = message.reason
        self._look()

    @on(ScreenAsked)
    def open_screen(self, message: ScreenAsked) -> None:
        """Show the screen that was asked for, unless it is there."""
        if self.screen.id != message.name:
            screen = opened(message.name, self._roster, self._ports)
            screen.id = message.name
            self.push_screen(screen)

    @on(AccountChosen)
    async def open_account(self, message: AccountChosen) -> None:
        """Go back to the dashboard, with that account on it."""
        self._open(message.name)

    @on(DemoChosen)
    def leave_for_demo(self) -> None:
        """Begin again with the simulated service."""
        self.exit(Outcome.DEMO)

    @on(AccountAdded)
    def leave_for_account(self) -> None:
        """Begin again with the account that was added."""
        self.exit(Outcome.AGAIN)

    def _open(self, name: str) -> None:
        """Show an account on the topmost screen that is about one, in the end the dashboard."""
        if not self._roster.select(name):
            return
        self._ports.show(name)
        self._ports.remember({"account": name})
        while len(self.screen_stack) > 1 and not (
            isinstance(self.screen, RosterScreen) and self.screen.stays_for_account
        ):
            self.pop_screen()
        self._look()

    def action_account(self, number: int) -> None:
        """Show the account with that number."""
        names = self._roster.names
        if number <= len(names):
            self._open(names[number - 1])

    def action_next_account(self, by: int) -> None:
        """Show the account `by` places on."""
        if self._roster.names:
            self._open(self._roster.step(by))

    def pop_screen(self) -> AwaitComplete:
        """Go back; what Textual remembers of widgets' colours would keep a thousand that are gone, cells and all."""
        StylesCache.get_inner_outer.cache_clear()
        return super().pop_screen()

    def action_next_theme(self) -> None:
        """Use the next theme."""
        names = theme.choices(self.available_themes)
        self._choose_theme(names[(names.index(self.theme) + 1) % len(names)] if self.theme in names else names[0])

    def _choose_theme(self, name: str) -> None:
        self.use_theme(name)
        self._ports.remember({"theme": name})
        self.notify(f"theme: {name}", timeout=2, markup=False)

    def action_command_palette(self) -> None:
        """Offer every command by name."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def action_help(self) -> None:
        """Show the keys of the screen on top."""
        from usage_tui.ui.screens.help import HelpScreen  # noqa: PLC0415  # not needed for the first frame

        self.push_screen(HelpScreen(keys.key_lines(keys.live_keys(self.screen)), __version__))

    def action_edit_config(self) -> None:
        """Edit the config; collecting goes on meanwhile."""
        with self.suspend():
            remark = self._ports.edit_config()
        if remark:
            self.notify(remark, markup=False)

    @work(thread=True, group="copy", exit_on_error=False)
    def _copy(self, text: str) -> None:
        """Copy through what the terminal's surroundings offer, else through the terminal itself."""
        try:
            is_copied = self._ports.copy(text)
        except UsageTuiError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        if not is_copied:
            self.call_from_thread(self.copy_to_clipboard, text)
        self.notify("The numbers are copied.", timeout=2, markup=False)

    def action_save_screenshot(self) -> None:
        """Save the screen as SVG, which fetches nothing when it is opened, and say where."""
        now = local(self._ports.now(), self._roster.zone)
        self._write_screenshot(self.export_screenshot(), f"usage-tui-{now:%Y%m%d-%H%M%S}")

    @work(thread=True, group="screenshot", exit_on_error=False)
    def _write_screenshot(self, svg: str, stem: str) -> None:
        from usage_tui.ui.screenshot import save  # noqa: PLC0415  # not needed for the first frame

        save(self, svg, stem, self._ports.screenshot_folders)

    async def action_quit(self) -> None:
        """End the monitor."""
        self.exit(Outcome.QUIT)
