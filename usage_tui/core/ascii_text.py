"""Text drawn with ASCII alone, for terminals and encodings that know no more."""

from __future__ import annotations

from usage_tui.core.spans import character_cells

_IN_ASCII = str.maketrans(
    "▁▂▃▄▅▆▇█┄·–━─┃●○◌▲▼◆■✗▸❚…−│░◦•▀▌▐▖▗▘▝▙▛▜▟▚▞▒═←→≥×✓±▔", "__===###-.-=-|*o~^v+#x>=~-|:o+###==########%~<>>x++-"
)


def in_ascii(text: str) -> str:
    """Draw text with ASCII alone, cell for cell; what has no likeness becomes `?`."""
    drawn = text.translate(_IN_ASCII)
    return drawn if drawn.isascii() else "".join(c if c.isascii() else "?" * character_cells(c) for c in drawn)
