"""The channels of the config: each takes an alert away from this machine's screen, one message at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from usage_tui.core.account import Account, KeyFromEnv
from usage_tui.core.alert_log import AlertBody
from usage_tui.services.config import ZERO_CONFIG_VARIABLES
from usage_tui.services.config_schema import NotifySettings


class Channel(Protocol):
    """A way out for alerts. `name` is what it is called in the history, `place` where it leads, without a secret."""

    @property
    def name(self) -> str:
        """The channel's name."""

    @property
    def place(self) -> str:
        """Where it leads."""

    def send(self, body: AlertBody) -> None:
        """Send an alert; may take seconds, but not much more than ten.

        Raises:
            DeliveryFailed: it did not arrive.
        """


def channels(
    settings: NotifySettings, accounts: Collection[Account], environ: Mapping[str, str]
) -> tuple[Channel, ...]:
    """Make the channels that the config names, but for the terminal, which belongs to the open monitors."""
    from usage_tui.services.apprise_channel import AppriseChannel  # noqa: PLC0415 -- the first frame does without
    from usage_tui.services.command_channel import CommandChannel  # noqa: PLC0415 -- likewise
    from usage_tui.services.webhook_channel import WebhookChannel  # noqa: PLC0415 -- likewise

    made: list[Channel] = []
    if settings.command:
        made.append(CommandChannel(settings.command, without_keys(environ, accounts)))
    if settings.webhook is not None:
        made.append(WebhookChannel(settings.webhook))
    made += [AppriseChannel(url, number) for number, url in enumerate(settings.apprise, start=1)]
    return tuple(made)


def without_keys(environ: Mapping[str, str], accounts: Collection[Account]) -> dict[str, str]:
    """Give the environment without any variable that holds an account's key."""
    named = {source.variable for account in accounts if isinstance(source := account.key_source, KeyFromEnv)}
    named.update(ZERO_CONFIG_VARIABLES)
    keys = {environ[name] for name in named if environ.get(name)}
    return {name: value for name, value in environ.items() if name not in named and value not in keys}
