"""`usage-tui config`: the config file, made, checked, shown and edited."""

from __future__ import annotations

import os

import click

from usage_tui.commands import exits
from usage_tui.commands.common import Common
from usage_tui.commands.complaints import complain
from usage_tui.commands.config_shown import shown_config
from usage_tui.commands.demo_past import refuse_demo
from usage_tui.commands.example import example_config
from usage_tui.commands.exits import emit
from usage_tui.commands.options import common_options, pass_common
from usage_tui.commands.streams import write_for_programs, write_paths
from usage_tui.core.errors import ConfigError
from usage_tui.core.wording import counted, harmless
from usage_tui.services.config import checked_settings, load_config
from usage_tui.services.config_file import ConfigFile
from usage_tui.services.config_text import ConfigText, read_text, shown_path
from usage_tui.services.paths import ConfigPlace, config_place, state_folder


@click.group()
@common_options
def config() -> None:
    """Make, check, show or edit the config file."""


@config.command(short_help="Write an explained config, all commented out.")
@common_options
@pass_common
def init(common: Common) -> None:
    """Write a config with every setting explained and commented out; never over one that is there.

    \b
    Example:
      usage-tui config init && usage-tui config edit
    """
    place = _place(common)
    if place.path.exists():
        raise click.UsageError(f"{shown_path(place.path)} is there already and was left as it is.")
    _file(place).create(example_config())
    emit(f"Wrote {shown_path(place.path)}.")


@config.command(short_help="Say everything that is wrong with the config.")
@common_options
@pass_common
def check(common: Common) -> int:
    """Say everything that is wrong with the config, one fault a line: file, line, key, and the mend.

    Ends with 0 where all is right, and with 78 otherwise. Keys are not tried; `account test` does that.

    \b
    Examples:
      usage-tui config check
      usage-tui --config new.toml config check
    """

    text = _text(common)
    try:
        settings = checked_settings(text)
    except ConfigError as error:
        for line in str(error).splitlines():
            emit(harmless(line, 600))
        return exits.CONFIG_WRONG
    emit(f"{shown_path(text.path)}: all right, {counted(len(settings.accounts), 'account')}.")
    return exits.ALL_RIGHT


@config.command(short_help="Print every setting in force, without secrets.")
@common_options
@pass_common
def show(common: Common) -> None:
    """Print every setting that is in force, defaults included, as TOML, without keys and other secrets.

    \b
    Example:
      usage-tui config show
    """
    shown = shown_config(checked_settings(_text(common)))
    write_for_programs()
    emit(shown, end="")


@config.command()
@common_options
@pass_common
def path(common: Common) -> None:
    """Print where the config is.

    \b
    Example:
      cat "$(usage-tui config path)"
    """
    place = _place(common)
    worded = write_paths()
    emit(worded(str(place.path)))


@config.command(short_help="Open the config in $VISUAL or $EDITOR.")
@common_options
@pass_common
def edit(common: Common) -> int:
    """Open the config in $VISUAL or $EDITOR, and check it afterwards; one that is missing is made first.

    \b
    Example:
      EDITOR=nano usage-tui config edit
    """
    from usage_tui.commands.config_editing import edit_config  # noqa: PLC0415 - `--help` does without

    place = _place(common)
    if remark := edit_config(place.path, state_folder(os.environ), os.environ):
        complain(remark)
        return exits.FOUND_SOMETHING
    load_config(place.path, os.environ)
    return exits.ALL_RIGHT


def _place(common: Common) -> ConfigPlace:
    refuse_demo(common, "The demo has no config")
    return config_place(common.config, os.environ)


def _file(place: ConfigPlace) -> ConfigFile:
    return ConfigFile(place.path, state_folder(os.environ))


def _text(common: Common) -> ConfigText:
    place = _place(common)
    text = read_text(place.path)
    if text is None:
        raise ConfigError(f"{shown_path(place.path)}: there is no such file; create it with `usage-tui config init`.")
    return text
