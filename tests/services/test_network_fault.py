"""What is wrong with the network, in words."""

from __future__ import annotations

import errno
import socket
import ssl

import pytest

from usage_tui.services.network_fault import worded_cause

REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")


def wrapped(cause: BaseException) -> Exception:
    """An error that was raised from another, with a text of its own that nobody may see."""
    error = OSError("https://example.com/?api_key=secret")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (REFUSED, "could not be reached: connection refused"),
        (ExceptionGroup("all attempts", [REFUSED]), "could not be reached: connection refused"),
        (socket.gaierror(socket.EAI_NONAME, "Name not known"), "could not be found (DNS: Name not known)"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "could not be reached: network is unreachable"),
        (ssl.SSLError(1, "[SSL: WRONG] wrong"), "could not be spoken to over TLS (unknown)"),
        (ValueError("https://example.com/?api_key=secret"), None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_cause_is_found_and_worded(cause: BaseException, words: str | None) -> None:
    assert worded_cause(wrapped(cause)) == words


def test_causes_that_go_in_a_circle_come_to_an_end() -> None:
    one, other = ValueError(), ValueError()
    one.__cause__, other.__cause__ = other, one
    assert worded_cause(one) is None
