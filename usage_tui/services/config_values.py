"""What makes a single value of the config wrong, beyond its type: a reason and its mend, or None."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from usage_tui.core.account import is_insecure
from usage_tui.core.time_words import KNOWN_YEARS
from usage_tui.core.wording import harmless
from usage_tui.services.masking import masked

LONGEST_NAME = 64
LONGEST_KEY = 256
LOCAL_ZONE = "local"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HOURS = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]")


def shown(value: object) -> str:
    """Word a value of the config for a message: harmless, short, and hidden where it looks like a key."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() if abs(value) >= 10**30:
            return "a number far too large"
        case str():
            return f'"{harmless(masked(value), 60)}"'
        case dict():
            return "a table"
        case list() | tuple():
            return "an array"
        case _:
            return harmless(str(value), 60)


def text_fault(text: str) -> str | None:
    """Refuse what no operating system takes as a text."""
    return "holds a NUL character; remove it" if "\0" in text else None


def name_fault(name: str) -> str | None:
    """Refuse what is no name of an account."""
    if not 1 <= len(name) <= LONGEST_NAME:
        return f"has {len(name)} characters; a name has 1 to {LONGEST_NAME}"
    if not name.isprintable():
        return f"is {shown(name)}, which has characters that cannot be shown; use printable ones"
    return None


def variable_fault(name: str) -> str | None:
    """Refuse what is no name of an environment variable."""
    if _VARIABLE.fullmatch(name) and masked(name) == name:
        return None
    return "is no name of an environment variable; write a name such as SCRAPERAPI_KEY, not the key itself"


def keyring_fault(entry: str) -> str | None:
    """Refuse what does not name an entry of the OS key store."""
    service, _, username = entry.partition("/")
    if service and username and entry.isprintable():
        return None
    return 'needs the form "service/username", such as "usage-tui/production"'


def key_fault(key: str) -> str | None:
    """Refuse what cannot be an API key; the reason does not repeat it."""
    if not 1 <= len(key) <= LONGEST_KEY:
        return f"has {len(key)} characters; an API key has 1 to {LONGEST_KEY}"
    if not key.isascii() or not key.isprintable() or " " in key:
        return "has spaces, accents or control characters; an API key has none"
    return None


@lru_cache(maxsize=16)  # a hundred accounts are of one service
def base_url_fault(url: str) -> str | None:
    """Refuse what is no address of a service."""
    split = _split(url)
    mend = "write it as https://host"
    if split is None:
        return f"is {shown(url)}, which is no web address; {mend}"
    if split.username is not None or split.password is not None:
        return f"has a user name or a password in it; {mend}"
    if split.query or split.fragment or "?" in url or "#" in url:
        return f"has a query or a fragment; {mend}"
    return None


def webhook_fault(url: str) -> str | None:
    """Refuse what is no web address to send to; the reason does not repeat it, for such an address is a secret."""
    split = _split(url)
    mend = "write it as https://host/path"
    if split is None:
        return f"is no web address; {mend}"
    if split.username is not None or split.password is not None:
        return f"has a user name or a password in it; {mend}"
    return f"is sent unencrypted to another machine; {mend}" if is_insecure(url) else None


def _split(url: str) -> SplitResult | None:
    if not url.isprintable() or any(character in url for character in " \\<>\"'`{}|^"):
        return None
    try:
        split = urlsplit(url)
        is_address = split.scheme in ("http", "https") and bool(split.hostname) and split.port != 0
    except ValueError:
        return None
    return split if is_address else None


def zone_fault(name: str) -> str | None:
    """Refuse a time zone that this machine does not know."""
    if name == LOCAL_ZONE or zone_of(name) is not None:
        return None
    from difflib import get_close_matches  # noqa: PLC0415 - only a fault needs it
    from zoneinfo import available_timezones  # noqa: PLC0415 - likewise

    near = get_close_matches(name, available_timezones(), 1, 0.5)
    mend = f'did you mean "{near[0]}"?' if near else 'write "local" or an IANA name such as "Europe/Berlin"'
    return f"is {shown(name)}, which is no known time zone; {mend}"


def zone_of(name: str) -> tzinfo | None:
    """Find a time zone; None for `local`, and for a name that is unknown."""
    if name == LOCAL_ZONE:
        return None
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - the local zone does without

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def keys_fault(keys: str) -> str | None:
    """Refuse keys, apart by commas, that no terminal sends."""
    from usage_tui.core.key_names import COMMON_NAMES, key_names  # noqa: PLC0415 - most configs change no keys

    wrong = next((key for key, name in zip(keys.split(","), key_names(keys), strict=False) if name is None), None)
    if wrong is None:
        return None
    from difflib import get_close_matches  # noqa: PLC0415 - only a fault needs it

    near = get_close_matches(wrong.strip().lower(), COMMON_NAMES, 1, 0.6)
    mend = f'did you mean "{near[0]}"?' if near else 'write a key such as "r", "R", "f5", "ctrl+r" or "space"'
    return f"is {shown(wrong)}, which no terminal sends; {mend}"


def hours_fault(span: str) -> str | None:
    """Refuse quiet hours that are no span of clock times."""
    return None if _HOURS.fullmatch(span) else f'is {shown(span)}; write a span such as "22:00-07:00"'


def moment_fault(value: object) -> str | None:
    """Refuse what is no moment of a billing cycle."""
    try:
        year = moment_of(value, UTC).year
    except (TypeError, ValueError, OverflowError):
        return f"needs a date and time such as 2026-11-03T10:00:00Z, not {shown(value)}"
    return None if year in KNOWN_YEARS else f"is {shown(value)}, which is no date of a billing cycle"


def day_fault(value: object) -> str | None:
    """Refuse what is no day: a date that has a time or stands in quotes, too."""
    if not isinstance(value, date) or isinstance(value, datetime):
        return f"needs a date such as 2026-11-12, without a time and without quotes, not {shown(value)}"
    return None if value.year in KNOWN_YEARS else f"is {shown(value)}, which is no day of an account's history"


def moment_of(value: object, zone: tzinfo | None) -> datetime:
    """Make a UTC moment of a TOML date, with a time or without, or of a text; without an offset it is in `zone`.

    Raises:
        TypeError, ValueError, OverflowError: it is no moment.
    """
    if isinstance(value, str):
        value = datetime.fromisoformat(value.strip())
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time.min)
    if not isinstance(value, datetime):
        raise TypeError("no date")
    if value.tzinfo is None and zone is not None:
        value = value.replace(tzinfo=zone)
    return value.astimezone(UTC)
