"""What a poller does for the alerts of its account."""

from __future__ import annotations

from typing import Protocol

from usage_tui.core.account import Account
from usage_tui.core.snapshot import Sample
from usage_tui.core.view import AccountView, OpenAlert


class AlertDesk(Protocol):
    """Watches accounts for what is worth an alert. All is called in the collector's event loop, and never fails."""

    def add(self, account: Account, sample: Sample, interval_seconds: float) -> None:
        """Take in a sample, made by this process or another."""

    async def take_up(self, account: Account) -> None:
        """Go on from where the one who polled before this process left off."""

    def look(self, account: Account, view: AccountView) -> None:
        """Look at an account after a poll of this process."""

    def forget(self, account: Account) -> None:
        """Know nothing more of what was seen of an account: its key became another's."""

    def newest(self, account: Account) -> OpenAlert | None:
        """Give the newest alert of an account that goes on and that the user has neither seen nor muted."""

    def close(self) -> None:
        """Tell nobody anything any more."""


class NoAlerts:
    """Watches nothing: for one look at an account, and where nothing is kept."""

    def add(self, account: Account, sample: Sample, interval_seconds: float) -> None:
        """Take nothing in."""

    async def take_up(self, account: Account) -> None:
        """Go on from nothing."""

    def look(self, account: Account, view: AccountView) -> None:
        """Look at nothing."""

    def forget(self, account: Account) -> None:
        """Forget nothing, for nothing is known."""

    def newest(self, account: Account) -> OpenAlert | None:  # noqa: ARG002 -- there is none
        """Give none."""
        return None

    def close(self) -> None:
        """End nothing."""
