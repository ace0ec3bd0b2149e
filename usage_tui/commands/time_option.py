"""Times on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from usage_tui.core.time_words import moment_of
from usage_tui.core.wording import harmless


def read_moment(_context: click.Context, _parameter: click.Parameter, value: str | None) -> datetime | None:
    """Read an option's moment: an ISO 8601 time, or a span before now.

    Raises:
        click.BadParameter: it is neither.
    """
    if value is None:
        return None
    try:
        return moment_of(value, datetime.now(UTC))
    except ValueError as error:
        raise click.BadParameter(f"{harmless(value, 60)}: {error}.") from None
