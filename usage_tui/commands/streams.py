"""What stdout and stderr are written in: UTF-8, or ASCII alone, in which every sign is drawn cell for cell."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from usage_tui.services.characters import knows_ascii_alone

ASCII_OPTION = "--ascii"
_DRAWN = "usage_tui_drawn"
_LONGEST_PATH = 4096


def settle_streams(arguments: Sequence[str], environ: Mapping[str, str]) -> None:
    """Let stdout and stderr take any text, drawn in ASCII where they know no more, or the arguments ask for it."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None or not hasattr(stream, "reconfigure"):
            continue
        if ASCII_OPTION in arguments or knows_ascii_alone(stream, environ):
            codecs.register(_codec)  # one of our own name: what is called ascii click takes for a mistake
            stream.reconfigure(encoding=_DRAWN)
        else:
            stream.reconfigure(errors="backslashreplace")
    if sys.stdout is not None and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(write_through=False)  # what cannot be written is told once, by who flushes


def write_for_programs() -> None:
    """Write UTF-8 to stdout from here on: what is printed now is read by programs, whatever the terminal knows."""
    if sys.stdout is not None and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def write_paths() -> Callable[[str], str]:
    """Write paths to stdout from here on; give how one is worded: harmless at a terminal, else byte for byte."""
    from usage_tui.core.wording import harmless  # noqa: PLC0415 - `--version` does without

    write_for_programs()
    if sys.stdout is None or sys.stdout.isatty():
        return partial(harmless, longest=_LONGEST_PATH)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding=sys.getfilesystemencoding(), errors=sys.getfilesystemencodeerrors())
    return str


class _Encoder(codecs.IncrementalEncoder):
    """Draws in ASCII whatever it is given."""

    def encode(self, text: str, final: bool = False) -> bytes:  # noqa: ARG002 - the base's own
        """Draw some text."""
        return _encode(text)[0]


def _codec(name: str) -> codecs.CodecInfo | None:
    if name != _DRAWN:
        return None
    reader = codecs.lookup("ascii").incrementaldecoder
    return codecs.CodecInfo(
        _encode, codecs.ascii_decode, incrementalencoder=_Encoder, incrementaldecoder=reader, name=_DRAWN
    )


def _encode(text: str, _errors: str = "strict") -> tuple[bytes, int]:
    from usage_tui.core.ascii_text import in_ascii  # noqa: PLC0415 - `--version` does without

    return in_ascii(text).encode("ascii"), len(text)
