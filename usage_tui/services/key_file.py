"""The key files that `account add` makes: one an account, in a folder that only its owner can enter."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from usage_tui.core.account import ApiKey
from usage_tui.core.errors import ConfigError
from usage_tui.services.config_text import shown_path


def keep_key(folder: Path, key: ApiKey, *, config: Path, name: str) -> Path:
    """Put a key into a new file of its own, named by a hash, and give its path.

    Raises:
        ConfigError: the file cannot be written.
    """
    from hashlib import sha256  # noqa: PLC0415 - only writing needs it
    from secrets import token_bytes  # noqa: PLC0415 - likewise

    # The salt lets two configs name an account alike, and a key be kept anew, without one file replacing another.
    digest = sha256(b"\0".join((str(config).encode(errors="replace"), name.encode(), token_bytes(16)))).hexdigest()
    path = folder / f"{digest[:20]}.key"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{key.reveal()}\n")
            file.flush()
            os.fsync(descriptor)
    except OSError as error:
        with contextlib.suppress(OSError):
            path.unlink()
        raise ConfigError(f"The key cannot be kept in {shown_path(folder)}: {error.strerror}.") from None
    return path


def forget_key(folder: Path, path: Path) -> bool:
    """Delete a key file if it is one that `keep_key` made in `folder`; say whether it was."""
    try:
        is_ours = path.suffix == ".key" and path.resolve().parent == folder.resolve()
        if is_ours:
            path.unlink()
    except (OSError, RuntimeError):
        return False
    return is_ours
