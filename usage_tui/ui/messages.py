"""What the screens are told, in the past tense."""

from __future__ import annotations

from textual.message import Message

from usage_tui.core.view import AccountView
from usage_tui.ui.ports import Settings


class ViewsArrived(Message):
    """Newer views can be taken."""


class ConfigChanged(Message):
    """The config changed and is right: these accounts and settings are in force now."""

    def __init__(self, views: tuple[AccountView, ...], settings: Settings) -> None:
        super().__init__()
        self.views = views
        self.settings = settings


class ConfigRefused(Message):
    """The config changed and is wrong: the last good one stays in force."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class ScreenAsked(Message):
    """The user asked for a screen, by its name in `screens.opening`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class AccountChosen(Message):
    """The user chose an account to look at."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class DemoChosen(Message):
    """The user chose to look at the simulated service."""


class AccountAdded(Message):
    """The user added an account, and it is in the config."""
