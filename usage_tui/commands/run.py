"""Runs the command line, and ends with the exit code that says how it went."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from usage_tui import __version__
from usage_tui.commands import exits
from usage_tui.commands.streams import settle_streams

COMPLETION_VARIABLE = "_USAGE_TUI_COMPLETE"


def run(arguments: Sequence[str]) -> int:
    """Run `usage-tui` with these arguments, and give the exit code."""
    return exits.guarded(lambda: _run_any(arguments))


def _run_any(arguments: Sequence[str]) -> int:
    settle_streams(arguments, os.environ)
    if list(arguments) == ["--version"]:
        exits.emit(f"usage-tui {__version__}")
        return exits.ALL_RIGHT
    return _run_quickly(arguments) if "statusline" in arguments else _run(arguments)


def _run_quickly(arguments: Sequence[str]) -> int:
    """Answer a plain `statusline` without click, which costs a third of its time; whatever else, click reads."""
    import gc  # noqa: PLC0415 - `--version` does without
    from contextlib import suppress  # noqa: PLC0415 - likewise
    from datetime import UTC, datetime  # noqa: PLC0415 - likewise

    gc.disable()
    from usage_tui.commands.statusline_answer import plainly_asked, quick_answer  # noqa: PLC0415 - light imports
    from usage_tui.core.errors import UsageTuiError  # noqa: PLC0415 - likewise
    from usage_tui.core.status_format import FormatFault  # noqa: PLC0415 - likewise

    asked = None if COMPLETION_VARIABLE in os.environ else plainly_asked(arguments)
    answer = None
    with suppress(UsageTuiError, FormatFault):
        answer = quick_answer(asked, os.environ, datetime.now(UTC)) if asked is not None else None
    if answer is None:
        return _run(arguments)
    line, code = answer
    exits.emit(line)
    return code


def _run(arguments: Sequence[str]) -> int:
    """Open the monitor where nothing else is asked for, without click, which is a tenth of its start; else click reads.

    What goes wrong is told, and gives the exit code.
    """
    from usage_tui.commands.common import Common  # noqa: PLC0415 - `--version` does without
    from usage_tui.commands.complaints import code_of, complain  # noqa: PLC0415 - likewise
    from usage_tui.commands.screen import Outlet, open_monitor, outlet  # noqa: PLC0415 - likewise
    from usage_tui.core.errors import UsageTuiError  # noqa: PLC0415 - likewise

    is_plain = not arguments and COMPLETION_VARIABLE not in os.environ
    try:
        return open_monitor(Common()) if is_plain and outlet() is Outlet.SCREEN else _run_by_click(arguments)
    except UsageTuiError as error:
        complain(str(error))
        code = code_of(error)
    except (SystemExit, KeyboardInterrupt, BrokenPipeError, exits.OutputLost):
        raise
    except OSError as error:
        if exits.is_full(error):  # click's own printing: whatever else writes words its faults itself
            raise exits.output_lost(error) from None
        code = _end_in_error(error, arguments)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it ends with one sentence
        code = _end_in_error(error, arguments)
    return code


def _run_by_click(arguments: Sequence[str]) -> int:
    """Run what the arguments ask for; tell what is wrong with them."""
    import click  # noqa: PLC0415 - see above

    from usage_tui.commands.complaints import complain  # noqa: PLC0415 - likewise
    from usage_tui.commands.root import PROGRAM, root  # noqa: PLC0415 - likewise

    try:
        if instruction := os.environ.get(COMPLETION_VARIABLE):
            from usage_tui.commands.completion import complete  # noqa: PLC0415 - only the shell's question needs it

            return complete(root, PROGRAM, instruction)
        with root.make_context(PROGRAM, list(arguments)) as context:
            return int(root.invoke(context) or 0)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        return error.exit_code
    except click.ClickException as error:
        complain(_worded(error))
        return error.exit_code


def _worded(error: Any) -> str:
    """Word what click found wrong: the sentence, and where to read how it is done."""
    sentence = " ".join(error.format_message().split())
    if error.exit_code != exits.WRONG_USAGE or getattr(error, "ctx", None) is None:
        return f"Error: {sentence}"
    return f"Error: {sentence}\nSee `{error.ctx.command_path} --help`."


def _end_in_error(error: BaseException, arguments: Sequence[str]) -> int:
    """Put an error of our own into the log, and say where that is; the demo touches no file, so it has no log."""
    from usage_tui.commands.complaints import complain  # noqa: PLC0415 - `--version` does without
    from usage_tui.services.log_file import keep_log, log_crash  # noqa: PLC0415 - most runs have nothing to log
    from usage_tui.services.paths import state_folder  # noqa: PLC0415 - likewise

    kind = type(error).__name__
    if "--demo" in arguments:
        complain(f"usage-tui met an internal error ({kind}); without --demo, the log would say where.")
        return exits.INTERNAL_ERROR
    log = state_folder(os.environ).log
    keep_log(log)
    log_crash(error)
    complain(f"usage-tui met an internal error ({kind}); the details are in {log}.")
    return exits.INTERNAL_ERROR
