"""What goes to stderr, and the exit code that each of our errors ends with."""

from __future__ import annotations

import sys

from usage_tui.commands import exits
from usage_tui.core.errors import (
    ConfigError,
    ImportInvalid,
    KeyRefused,
    KeyUnavailable,
    ReportInvalid,
    SpendInvalid,
    UsageTuiError,
)
from usage_tui.core.wording import harmless

_LONGEST_LINE = 600


def complain(text: str) -> None:
    """Say something on stderr, line by line, harmless whatever it repeats."""
    for line in text.splitlines():
        print(harmless(line, _LONGEST_LINE), file=sys.stderr)


def code_of(error: UsageTuiError) -> int:
    """Give the exit code of one of our errors."""
    match error:
        case KeyRefused():
            return exits.KEY_REFUSED
        case ConfigError() | KeyUnavailable():
            return exits.CONFIG_WRONG
        case SpendInvalid() | ReportInvalid() | ImportInvalid():
            return exits.WRONG_USAGE
        case _:
            return exits.NO_ANSWER
