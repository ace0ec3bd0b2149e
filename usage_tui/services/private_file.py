"""Files that only their owner may read: read, and written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from usage_tui.core.errors import KeyUnavailable
from usage_tui.core.wording import harmless

LARGEST_KEY_FILE_BYTES = 4096


def read_private_file(path: Path) -> str:
    """Read a small file that nobody but its owner can read; `~` is the home folder.

    Raises:
        KeyUnavailable: it cannot be read, others could read it, or it is larger than 4 KiB.
    """
    shown = harmless(str(path), 300)
    try:
        descriptor = os.open(path.expanduser(), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            mode = os.fstat(descriptor).st_mode
            content = file.read(LARGEST_KEY_FILE_BYTES + 1) if stat.S_ISREG(mode) else b""
    except FileNotFoundError:
        raise KeyUnavailable(f"The key file {shown} is not there; create it, or name another.") from None
    except IsADirectoryError:
        raise KeyUnavailable(f"The key file {shown} is a folder; name a file.") from None
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "its name is impossible"
        raise KeyUnavailable(f"The key file {shown} cannot be read: {reason}.") from None
    if not stat.S_ISREG(mode):
        raise KeyUnavailable(f"The key file {shown} is no regular file; name one.")
    if mode & 0o077:
        raise KeyUnavailable(f"The key file {shown} can be read by others; run `chmod 600 {shown}`.")
    if len(content) > LARGEST_KEY_FILE_BYTES:
        raise KeyUnavailable(f"The key file {shown} is larger than 4 KiB; put nothing but the key into it.")
    return content.decode(errors="replace")


def write_private_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by its owner only; one that is there keeps its owner.

    Raises:
        OSError: it could not be written; what was there before is still there.
    """
    from tempfile import mkstemp  # noqa: PLC0415 - only writing needs it

    descriptor, temporary = mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            with contextlib.suppress(FileNotFoundError, PermissionError):
                owner = path.stat()
                os.fchown(descriptor, owner.st_uid, owner.st_gid)
            os.fsync(descriptor)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Let a file's new name survive a power cut, where the file system can promise that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
