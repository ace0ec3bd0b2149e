"""Where the collector leaves views for a viewer to take."""

from __future__ import annotations

import threading
from collections.abc import Callable

from usage_tui.core.view import AccountView


class Mailbox:
    """The newest view of each account that was not yet taken; it never holds more than one an account.

    `wake` is called, in the poster's thread, when the first view comes into an empty box; it must not block. Safe to
    use from several threads.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._unread: dict[str, AccountView] = {}

    def post(self, view: AccountView) -> None:
        """Leave a view; it replaces an unread older one of the same account."""
        with self._lock:
            was_empty = not self._unread
            self._unread[view.name] = view
        if was_empty:
            self._wake()

    def take(self) -> list[AccountView]:
        """Take all unread views."""
        with self._lock:
            unread, self._unread = self._unread, {}
        return list(unread.values())
