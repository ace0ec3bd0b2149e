"""The footer: the keys that work now."""

from __future__ import annotations

from textual.reactive import reactive

from usage_tui.ui.keys import hints, live_keys
from usage_tui.ui.widgets.clickable import Clickable


class KeyHints(Clickable):
    """Hints made from the live bindings of the screen that it is on."""

    account_count: reactive[int] = reactive(0, repaint=False)

    def on_mount(self) -> None:
        """Follow the bindings."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.word())

    def on_resize(self) -> None:
        """Word the hints for the new room."""
        self.word()

    def watch_account_count(self) -> None:
        """Word the hints for the new number of accounts."""
        self.word()

    def word(self) -> None:
        """Word the hints."""
        self.show_lines((hints(live_keys(self.screen), self.account_count, self.size.width),))
