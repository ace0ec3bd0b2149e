"""What a config may hold: its tables as typed structs, and for each value what it needs to be, in words.

The description of a type completes the sentence "needs …". In `extra`, `check` is a function that says what is wrong
with a value of the right type, `choices` are the texts that are known, `is_secret` keeps a value out of messages, and
`can_be_off` lets an empty list mean None.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from usage_tui.services import config_values as values

THEMES = (
    "auto",
    "usage-dark",
    "usage-light",
    "ansi-dark",
    "ansi-light",
    "gruvbox",
    "nord",
    "tokyo-night",
    "catppuccin-mocha",
    "solarized-light",
)
GRAPHS = ("auto", "block", "ascii")
_LARGEST = 2**63 - 1
_DAY = 86_400

Flag = Annotated[bool, Meta(description="true or false")]
Text = Annotated[str, Meta(min_length=1, description="a text in quotes", extra={"check": values.text_fault})]
Secret = Annotated[Text, Meta(extra={"check": values.text_fault, "is_secret": True})]
Words = Annotated[
    tuple[Secret, ...],
    Meta(
        min_length=1,
        description='the command and its arguments as an array of texts, such as ["pass", "show", "scraperapi"]',
        extra={"is_secret": True},
    ),
]
Interval = Annotated[float, Meta(ge=0.2, le=_DAY, description="a number of seconds from 0.2 to 86,400")]
Seconds = Annotated[float, Meta(gt=0, le=_DAY, description="a number of seconds above 0, at most 86,400")]
Minutes = Annotated[float, Meta(gt=0, le=_DAY, description="a number of minutes above 0, at most 86,400")]
Share = Annotated[float, Meta(ge=0, le=1, description="a share from 0 to 1, such as 0.8 for 80 %")]
Threshold = Annotated[float, Meta(gt=0, le=10, description="a share above 0, such as 0.8 for 80 %")]
Credits = Annotated[int, Meta(ge=0, le=_LARGEST, description="a whole number of credits, 0 or more")]
Days = Annotated[int, Meta(ge=1, le=36_500, description="a whole number of days from 1 to 36,500")]
Factor = Annotated[float, Meta(ge=1, le=1_000_000, description="a number, 1 or more")]
Moment = Annotated[
    Any, Meta(description="a date and time such as 2026-11-03T10:00:00Z", extra={"check": values.moment_fault})
]
Day = Annotated[Any, Meta(description="a date such as 2026-11-12", extra={"check": values.day_fault})]
Keys = Annotated[Text, Meta(extra={"check": values.keys_fault})]
Hours = Annotated[Text, Meta(extra={"check": values.hours_fault})]


class _Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the config."""


class PollSettings(_Table, frozen=True):
    """How often accounts are polled."""

    interval_seconds: Interval = 1.0
    background_seconds: Interval = 15.0
    timeout_seconds: Seconds = 5.0


class CycleSettings(_Table, frozen=True):
    """What is known of an account's billing cycle."""

    period: Annotated[Literal["month", "year"], Meta(description='"month" or "year"')] = "month"
    anchor: Moment = None


class BudgetSettings(_Table, frozen=True):
    """The user's own ceilings."""

    credits: Credits | None = None
    daily_credits: Credits | None = None
    near_at: Share = 0.8


class ForecastSettings(_Table, frozen=True):
    """What an account's forecast is made of."""

    one_off_days: Annotated[tuple[Day, ...], Meta(description="an array of dates such as [2026-11-12]")] = ()


class AccountSettings(_Table, frozen=True):
    """One `[[accounts]]` table."""

    name: Annotated[Text, Meta(extra={"check": values.name_fault})]
    api_key_env: Annotated[Text, Meta(extra={"check": values.variable_fault})] | None = None
    api_key_command: Words | None = None
    api_key_file: Text | None = None
    api_key_keyring: Annotated[Text, Meta(extra={"check": values.keyring_fault})] | None = None
    api_key: Annotated[Secret, Meta(extra={"check": values.key_fault, "is_secret": True})] | None = None
    base_url: Annotated[Text, Meta(extra={"check": values.base_url_fault})] = "https://api.scraperapi.com"
    allow_insecure: Flag = False
    cycle: CycleSettings = CycleSettings()
    budget: BudgetSettings = BudgetSettings()
    forecast: ForecastSettings = ForecastSettings()


class HistorySettings(_Table, frozen=True):
    """How long samples and minutes are kept; hours are kept for ever."""

    raw_days: Days = 7
    minute_days: Days = 90


class SaturatedRule(_Table, frozen=True):
    """Concurrency at its limit for a while."""

    share: Share = 0.95
    for_seconds: Seconds = 60.0


class FailureRule(_Table, frozen=True):
    """More requests fail than should."""

    share: Share = 0.1
    for_minutes: Minutes = 15.0


class SpendRule(_Table, frozen=True):
    """Credits go faster than is usual for the hour."""

    times_usual: Factor = 3.0
    for_minutes: Minutes = 30.0


class NotifySettings(_Table, frozen=True):
    """Where alerts are sent."""

    terminal: Flag = True
    command: Words | None = None
    webhook: Annotated[Secret, Meta(extra={"check": values.webhook_fault, "is_secret": True})] | None = None
    apprise: Annotated[
        tuple[Secret, ...], Meta(description="an array of URLs in quotes", extra={"is_secret": True})
    ] = ()
    on_recovery: Flag = False
    quiet_hours: Annotated[tuple[Hours, ...], Meta(description='an array such as ["22:00-07:00"]')] = ()


_OFF = Meta(extra={"can_be_off": True})


class AlertSettings(_Table, frozen=True):
    """What is worth an alert; None where a rule is off."""

    budget_used: Annotated[
        tuple[Threshold, ...], Meta(description="an array of shares above 0, such as [0.8, 0.95, 1.0]")
    ] = (0.8, 0.95, 1.0)
    run_out_probability: Annotated[Share | None, _OFF] = 0.5
    saturated: Annotated[SaturatedRule | None, _OFF] = SaturatedRule()
    failure_rate: Annotated[FailureRule | None, _OFF] = FailureRule()
    spend: Annotated[SpendRule | None, _OFF] = SpendRule()
    key_refused: Flag = True
    exhausted: Flag = True
    stale_seconds: Seconds = 120.0
    notify: NotifySettings = NotifySettings()


class Settings(_Table, frozen=True):
    """The whole config as it is written."""

    timezone: Annotated[Text, Meta(extra={"check": values.zone_fault})] = "local"
    graph: Annotated[Text, Meta(extra={"choices": GRAPHS})] = "auto"
    theme: Annotated[Text, Meta(extra={"choices": THEMES})] = "auto"
    poll: PollSettings = PollSettings()
    accounts: tuple[AccountSettings, ...] = ()
    history: HistorySettings = HistorySettings()
    alerts: AlertSettings = AlertSettings()
    keys: Annotated[dict[Text, Keys], Meta(description="a table of texts in quotes")] = {}
