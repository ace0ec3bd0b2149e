"""Alerts to a command of the user's."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence

import msgspec

from usage_tui.core.alert_log import AlertBody
from usage_tui.core.errors import DeliveryFailed
from usage_tui.core.wording import harmless
from usage_tui.services.masking import masked
from usage_tui.services.session import ended_with_us

DEADLINE_SECONDS = 10.0
_MEND = "check alerts.notify.command"
_FIELDS = ("message", "account", "rule", "state", "threshold", "value", "at")
_FIELD = re.compile("{(" + "|".join(_FIELDS) + ")}")


class CommandChannel:
    """Runs a command without a shell, an alert's fields filled into its arguments, each staying one argument."""

    name = "command"

    def __init__(
        self, arguments: Sequence[str], environ: Mapping[str, str], deadline_seconds: float = DEADLINE_SECONDS
    ) -> None:
        self._arguments = tuple(arguments)
        self._environ = dict(environ)
        self._deadline_seconds = deadline_seconds
        self.place = harmless(masked(arguments[0]), 80)

    def send(self, body: AlertBody) -> None:
        """Run the command to its end; at the deadline, it is ended with all that it started in its session.

        Raises:
            DeliveryFailed: it could not be started, failed, or did not end in time.
        """
        try:
            process = subprocess.Popen(  # noqa: S603 - the user's own command, as an argument list
                filled(self._arguments, body),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=self._environ,
                start_new_session=True,
            )
        except FileNotFoundError:
            raise DeliveryFailed(f"{self.place} was not found; {_MEND}.", is_final=True) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "its arguments are impossible"
            raise DeliveryFailed(f"{self.place} could not be started: {reason}; {_MEND}.", is_final=True) from None
        try:
            with ended_with_us(process):
                code = process.wait(self._deadline_seconds)
        except subprocess.TimeoutExpired:
            raise DeliveryFailed(
                f"{self.place} did not end within {self._deadline_seconds:g} s, and was ended; {_MEND}."
            ) from None
        if code != 0:
            how = f"failed with exit code {code}" if code > 0 else f"was ended by signal {-code}"
            raise DeliveryFailed(f"{self.place} {how}; {_MEND}.")


def filled(arguments: Sequence[str], body: AlertBody) -> list[str]:
    """Fill an alert's fields into a command's arguments; what is not known is empty, and other braces stay."""
    fields = msgspec.structs.asdict(body)

    def value_of(match: re.Match[str]) -> str:
        value = fields[match[1]]
        return "" if value is None else str(value)

    return [_FIELD.sub(value_of, argument) for argument in arguments]
