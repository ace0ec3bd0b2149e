"""The first start: add an account, or look at the simulated service."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Button, Input, Static

from usage_tui.core.errors import UsageTuiError
from usage_tui.ui.keys import WELCOME_KEYS
from usage_tui.ui.messages import AccountAdded, DemoChosen
from usage_tui.ui.resizing import leave_stale


class WelcomeScreen(Screen[None]):
    """Asks for a name and a key, and tries the key at the service before anything is saved."""

    AUTO_FOCUS = ""  # a field that was left stays left when a screen on top of this one is closed
    BINDINGS: ClassVar[list[BindingType]] = [*WELCOME_KEYS]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-roomy")]  # noqa: RUF012  # as Textual types it

    def __init__(self, add_account: Callable[[str, str], None]) -> None:
        super().__init__()
        self._add_account = add_account

    def compose(self) -> ComposeResult:
        """Lay the form out."""
        with VerticalScroll(id="welcome"):
            yield Static(Content("usage-tui"), classes="heading")
            yield Static(Content("Watches ScraperAPI accounts: requests in flight, credits, and whether they last."))
            yield Static(Content("Add an account"), classes="heading")
            yield Input(placeholder="a name, such as production", id="name", compact=True)
            yield Input(placeholder="its API key (stays hidden)", id="key", password=True, compact=True)
            with Horizontal(id="choices"):
                yield Button("Check and add", id="add", variant="primary", compact=True)
                yield Button("Look at the demo", id="demo", compact=True)
            yield Static(id="outcome")
            yield Static(
                Content(
                    "The key is tried at once, and kept in a file that only you can read. The demo is simulated. "
                    "ctrl+c ends this."
                ),
                classes="remark",
            )

    def on_mount(self) -> None:
        """Begin with the name."""
        self.query_one("#name", Input).focus()

    async def _on_resize(self, event: events.Resize) -> None:
        """Take up the size that the terminal has now, and no earlier one."""
        leave_stale(self, event)

    def action_blur(self) -> None:
        """Leave the field."""
        self.set_focus(None)

    @on(Button.Pressed, "#demo")
    def action_demo(self) -> None:
        """Look at the simulated service."""
        self.post_message(DemoChosen())

    @on(Input.Submitted, "#name")
    def go_on_to_key(self) -> None:
        """Go from the name to the key."""
        self.query_one("#key", Input).focus()

    @on(Input.Submitted, "#key")
    @on(Button.Pressed, "#add")
    def check(self) -> None:
        """Try the key, one at a time."""
        add = self.query_one("#add", Button)
        if add.disabled:
            return
        name, key = (self.query_one(selector, Input).value.strip() for selector in ("#name", "#key"))
        if not name or not key:
            self._say("Both a name and a key are needed.", is_fault=True)
            self.query_one("#key" if name else "#name", Input).focus()
            return
        self._say("Asking the service …", is_fault=False)
        add.disabled = True
        self._try_key(name, key)

    @work(thread=True, exclusive=True, group="welcome", exit_on_error=False)
    def _try_key(self, name: str, key: str) -> None:
        """Add the account, on a thread of its own: it asks the service."""
        try:
            self._add_account(name, key)
        except UsageTuiError as error:
            self.app.call_from_thread(self._refuse, str(error))
        else:
            self.post_message(AccountAdded())

    def _refuse(self, reason: str) -> None:
        self._say(reason, is_fault=True)
        self.query_one("#add", Button).disabled = False

    def _say(self, text: str, *, is_fault: bool) -> None:
        outcome = self.query_one("#outcome", Static)
        outcome.set_class(is_fault, "-fault")
        outcome.update(Content(text))
