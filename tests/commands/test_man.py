"""`man`: a page that holds every command and option, and that `man` itself takes without a complaint."""

from __future__ import annotations

import shutil
import subprocess

import click
import pytest

from tests.commands.program import ProgramHere
from usage_tui.commands.man import manual_page
from usage_tui.commands.root import root


def every_command(group: click.Command, path: str) -> list[tuple[str, click.Command]]:
    found = [(path, group)]
    if isinstance(group, click.Group):
        with click.Context(group) as context:
            for name in group.list_commands(context):
                command = group.get_command(context, name)
                assert command is not None
                found += every_command(command, f"{path} {name}")
    return found


def test_page_has_every_command_its_help_and_its_options(here: ProgramHere) -> None:
    done = here.run("man")
    assert (done.code, done.err) == (0, "")
    page = done.out.replace("\\-", "-").replace("\\(dq", '"').replace("\\e", "\\")
    for path, command in every_command(root, "usage-tui"):
        assert path == "usage-tui" or f'.SS "{path} ' in page
        assert " ".join((command.help or "").split("\n\n", maxsplit=1)[0].split()) in page
        with click.Context(command, info_name=path) as context:
            records = [parameter.get_help_record(context) for parameter in command.get_params(context)]
        assert [record[0] for record in records if record is not None and f".B {record[0]}\n" not in page] == []


def test_examples_stand_as_they_are_in_the_help(here: ProgramHere) -> None:
    page = here.run("man").out.replace("\\-", "-").replace("\\(dq", '"')
    assert ".nf\nExamples:\n  usage-tui guard --min-credits 50000 && ./scrape.sh\n" in page


def test_text_that_roff_would_obey_is_escaped() -> None:
    command = click.Command(
        "x", help='.TH evil\n\n\b\n\'br\n\\fBbold "quoted"', params=[click.Option(["--o"], help=".so x")]
    )
    page = list(manual_page(command, "x"))
    assert "\\&.TH evil" in page
    assert "\\&'br" in page
    assert "\\efBbold \\(dqquoted\\(dq" in page
    assert "\\&.so x" in page


def test_man_shows_it_without_a_complaint(here: ProgramHere) -> None:
    if shutil.which("groff") is None:
        pytest.skip("there is no groff here")
    page = here.run("man").out
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-Kutf8"], input=page, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == ""
    assert "usage-tui account add" in done.stdout.replace("\x1b[1m", "").replace("\x1b[0m", "").replace("\x1b[22m", "")
