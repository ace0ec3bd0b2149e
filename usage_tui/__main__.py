"""Runs the program: `python -m usage_tui`."""

from __future__ import annotations

import os
import sys

from usage_tui.commands import exits


def main() -> None:
    """Run `usage-tui` with the arguments of this process."""
    arguments = sys.argv[1:]
    exits.end_at_once(arguments)
    from usage_tui.commands.run import run  # noqa: PLC0415 - from here on a signal ends it without a traceback

    code = run(arguments)
    exits.end_at_once(arguments)
    if "statusline" in arguments:
        os._exit(code)  # all is written; to take the interpreter down would be a fifth of the time of a status line
    sys.exit(code)


if __name__ == "__main__":
    main()
