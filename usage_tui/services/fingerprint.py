"""What identifies an account in the history: a fingerprint of its origin and key that says nothing of either."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from usage_tui.core.account import Account, KeyFromCommand, KeyFromKeyring
from usage_tui.core.errors import KeyUnavailable
from usage_tui.services.secrets import read_key

SECRET_BYTES = 32


def shared_secret(path: Path) -> bytes:
    """Give the secret that makes fingerprints on this machine; the first who asks makes it.

    Raises:
        OSError: it can be neither read nor made.
    """
    with suppress(FileNotFoundError):
        secret = path.read_bytes()
        if len(secret) == SECRET_BYTES:
            return secret
        path.unlink()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(SECRET_BYTES))
        with suppress(FileExistsError):
            os.link(made, path)
    finally:
        made.unlink()
    return path.read_bytes()


def fingerprint(account: Account, secret: bytes, environ: Mapping[str, str]) -> str:
    """Make an account's fingerprint, by its key as it is now: 32 hexadecimal digits.

    A key that a command or a key store would have to be asked for counts by what names it, whether it is there or not.

    Raises:
        KeyUnavailable: there is no key in the file, the variable or the config that it is read from.
    """
    return _digest(secret, account.base_url, *_key_words(account, environ))


def filing_fingerprint(account: Account, secret: bytes, environ: Mapping[str, str]) -> str:
    """Make the fingerprint under which a user files something of an account: by its name where there is no key."""
    try:
        return fingerprint(account, secret, environ)
    except KeyUnavailable:
        return _digest(secret, account.base_url, "none", account.name)


def known_fingerprint(account: Account, secret: Path, environ: Mapping[str, str]) -> str | None:
    """Make an account's fingerprint where its key and the file of the secret are there; None where one is not."""
    with suppress(OSError, KeyUnavailable):
        return fingerprint(account, secret.read_bytes(), environ)
    return None


def _digest(secret: bytes, *parts: str) -> str:
    import hmac  # noqa: PLC0415 -- the first frame does without

    return hmac.digest(secret, "\0".join(parts).encode(), "sha256").hex()[:32]


def _key_words(account: Account, environ: Mapping[str, str]) -> tuple[str, ...]:
    source = account.key_source
    match source:
        case KeyFromCommand(words):
            return ("command", *words)
        case KeyFromKeyring(service, username):
            return ("keyring", service, username)
    return ("key", read_key(source, environ=environ).reveal())
