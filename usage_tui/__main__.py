"""Runs the program: `python -m usage_tui`."""

from __future__ import annotations

from usage_tui.commands.run import main

if __name__ == "__main__":
    main()
