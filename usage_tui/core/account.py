"""An account: one configured key, its name, and what its owner wants of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

from msgspec import Struct, field

from usage_tui.core.budget import Budget
from usage_tui.core.cycle import CyclePlan

SERVICE_URL = "https://api.scraperapi.com"


class AccountState(StrEnum):
    """What the last finished poll says of an account; `WAITING` before any."""

    OK = "ok"
    STALE = "stale"
    UNAUTHORIZED = "unauthorized"
    EXHAUSTED = "exhausted"
    UNREACHABLE = "unreachable"
    INVALID = "invalid"
    WAITING = "waiting"


class ApiKey:
    """A secret that shows itself only when asked to: `repr`, `str` and formatting are masked."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Give the secret itself; only what puts it on the wire or into a file of its own asks for it."""
        return self._value

    def __repr__(self) -> str:
        return "ApiKey(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ApiKey) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str:
        raise TypeError("an API key is not pickled")


class KeyFromEnv(Struct, frozen=True):
    """The key stands in an environment variable."""

    variable: str


class KeyFromCommand(Struct, frozen=True):
    """A command prints the key on the first line of its output."""

    arguments: tuple[str, ...]


class KeyFromFile(Struct, frozen=True):
    """The key is the first line of a file that only its owner can read."""

    path: str


class KeyFromKeyring(Struct, frozen=True):
    """The key is in the OS key store, under `service` and `username`."""

    service: str
    username: str


class KeyInConfig(Struct, frozen=True):
    """The key stands in the config itself."""

    key: ApiKey


KeySource = KeyFromEnv | KeyFromCommand | KeyFromFile | KeyFromKeyring | KeyInConfig


class Wishes(Struct, frozen=True):
    """What is set of an account in the monitor: its owner's ceilings, and the days left out of its forecast."""

    budget: Budget = Budget()
    one_off_days: tuple[date, ...] = ()


class Account(Struct, frozen=True):
    """One configured account; `one_off_days` are left out of its forecast, in the order of time."""

    name: str
    key_source: KeySource
    base_url: str = SERVICE_URL
    allow_insecure: bool = False
    cycle: CyclePlan = field(default_factory=CyclePlan)
    budget: Budget = field(default_factory=Budget)
    one_off_days: tuple[date, ...] = ()


class PollPlan(Struct, frozen=True):
    """How often accounts are polled, and for how long an answer is waited for, in seconds."""

    interval_seconds: float = 1.0
    background_seconds: float = 15.0
    timeout_seconds: float = 5.0
    stale_seconds: float = 120.0


@lru_cache(maxsize=16)  # a hundred accounts are of one service
def is_insecure(base_url: str) -> bool:
    """Whether a key sent to `base_url` crosses a network unencrypted: no https, and not this machine's loopback."""
    try:
        parts = urlsplit(base_url)
        host = parts.hostname or ""
    except ValueError:
        return True
    if parts.scheme == "https" or host == "localhost":
        return False
    from ipaddress import ip_address  # noqa: PLC0415 - https, which is usual, does without

    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return True
