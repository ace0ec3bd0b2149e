"""The OS key store, through the extra `keyring`; it can hang, so it is asked in a thread with a deadline."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from usage_tui.core.errors import KeyUnavailable
from usage_tui.core.wording import harmless

_Answer = TypeVar("_Answer")


def stored_key(service: str, username: str, deadline_seconds: float) -> str:
    """Get what the key store holds under `service` and `username`; empty where it holds nothing.

    Raises:
        KeyUnavailable: the extra is missing, there is no key store, or it does not answer in time.
    """

    def look_up() -> str:
        from keyring import get_password  # noqa: PLC0415 - an extra, and slow

        return get_password(service, username) or ""

    return _within(deadline_seconds, look_up)


def store_key(service: str, username: str, key: str, deadline_seconds: float) -> None:
    """Put a key into the key store under `service` and `username`.

    Raises:
        KeyUnavailable: as for `stored_key`.
    """

    def put() -> None:
        from keyring import set_password  # noqa: PLC0415 - an extra, and slow

        set_password(service, username, key)

    _within(deadline_seconds, put)


def _within(deadline_seconds: float, ask: Callable[[], _Answer]) -> _Answer:
    """Ask the key store in a daemon thread, and give up on it at the deadline."""
    answers: list[_Answer] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(ask())
        except BaseException as error:  # noqa: BLE001 - back ends raise what they like; it is worded below
            errors.append(error)

    thread = threading.Thread(target=run, name="usage-tui key store", daemon=True)
    thread.start()
    thread.join(deadline_seconds)
    if answers:
        return answers[0]
    if not errors:
        raise KeyUnavailable(f"The OS key store did not answer within {deadline_seconds:g} s; unlock it.")
    if isinstance(errors[0], ImportError):
        raise KeyUnavailable(
            "The OS key store needs the extra `keyring`; install it with `pip install 'usage-tui[keyring]'`."
        )
    kind = harmless(type(errors[0]).__name__)
    raise KeyUnavailable(f"The OS key store gave an error ({kind}); unlock it, or keep the key elsewhere.")
