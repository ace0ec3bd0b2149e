"""What is wrong with the network, in words."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from usage_tui.core.wording import harmless


def worded_cause(error: BaseException) -> str | None:
    """Word what the system says lies behind `error`, to follow a host's name, or None where it says nothing.

    An error's own text is never used, for it may hold a URL: only what the system or the TLS library says.
    """
    return next((words for cause in _causes(error) if (words := _worded(cause)) is not None), None)


def _worded(cause: BaseException) -> str | None:
    match cause:
        case ssl.SSLCertVerificationError():
            return f"has no certificate that can be trusted ({_told(cause, 'verify_message')})"
        case ssl.SSLError():
            return f"could not be spoken to over TLS ({_told(cause, 'reason')})"
        case socket.gaierror():
            return f"could not be found (DNS: {harmless(cause.strerror or 'unknown', 60)})"
        case ConnectionRefusedError():
            return "could not be reached: connection refused"
        case OSError() if cause.errno is not None and cause.strerror:
            return f"could not be reached: {harmless(cause.strerror, 60).lower()}"
    return None


def _told(error: ssl.SSLError, attribute: str) -> str:
    """Give what the TLS library says; an error that Python made itself lacks it."""
    return harmless(getattr(error, attribute, None) or "unknown", 80)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Give an error and all that led to it, the latest first."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [before for before in (cause.__cause__, cause.__context__) if before is not None]
        if isinstance(cause, BaseExceptionGroup):
            waiting += cause.exceptions
