"""An app that has a terminal: it draws it again, gives it back, rings it, and is ended in order."""

from __future__ import annotations

from functools import partial

from rich.text import Text

from usage_tui.ui.ports import Outcome, Ports
from usage_tui.ui.terminal import TerminalDriver
from usage_tui.ui.themed_app import ThemedApp

CRASH_EXIT_CODE = 70
INTERRUPTED_EXIT_CODE = 130


class TerminalApp(ThemedApp):
    """What the monitor does with the terminal, whatever it shows there."""

    def __init__(self, theme_name: str, driver_class: type[TerminalDriver], ports: Ports) -> None:
        super().__init__(theme_name, driver_class)
        self.is_leaving = False
        self.pause_collecting = ports.pause
        self.resume_collecting = ports.resume
        self._log_crash = ports.log_crash

    def on_mount(self) -> None:
        """Draw anew whenever the terminal is had again."""
        self.app_resume_signal.subscribe(self, self._draw_anew)

    def action_redraw(self) -> None:
        """Draw every cell again, whatever the terminal shows."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.redraw()
        self.screen.refresh(layout=True)

    def _draw_anew(self, _resumed: object) -> None:
        self.action_redraw()

    def action_suspend_process(self) -> None:
        """Go to the background."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.stop_job()

    def action_interrupt(self) -> None:
        """End the monitor as an interrupt would."""
        self.exit(Outcome.QUIT, return_code=INTERRUPTED_EXIT_CODE)

    def leave(self, exit_code: int) -> None:
        """End the monitor; from whichever thread, and from a signal's handler."""
        self.is_leaving = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(partial(self.exit, Outcome.QUIT, return_code=exit_code))

    def ring(self, signal: str) -> None:
        """Write what makes the terminal call its user; from whichever thread."""
        if self._loop is not None and self._driver is not None:
            self._loop.call_soon_threadsafe(self._driver.write, signal)

    def let_go(self) -> None:
        """Give the terminal back for a monitor that does not answer; from another thread."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.let_go()

    def _handle_exception(self, error: Exception) -> None:
        """End with one sentence: a traceback with local values could show a key."""
        if self._exit_renderables:
            return
        self._log_crash(error)
        self._return_code = CRASH_EXIT_CODE
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._exit_renderables.append(Text(f"usage-tui ended by a fault of its own ({type(error).__name__})."))
        self._close_messages_no_wait()
