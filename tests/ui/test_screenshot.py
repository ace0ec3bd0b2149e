"""A picture of the screen is a new file, whole or not there at all."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from usage_tui.ui.screenshot import saved


@contextmanager
def little_room() -> Iterator[None]:
    """Let no file of this process grow beyond a few bytes, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    paths = [saved(f"<svg>{each}</svg>", "screen", (tmp_path, tmp_path / "other")) for each in "abc"]
    assert paths == [tmp_path / "screen.svg", tmp_path / "screen-2.svg", tmp_path / "screen-3.svg"]
    assert [path.read_text() for path in paths if path] == ["<svg>a</svg>", "<svg>b</svg>", "<svg>c</svg>"]


def test_next_folder_takes_what_the_first_one_does_not(tmp_path: Path) -> None:
    assert saved("<svg/>", "screen", (tmp_path / "missing", tmp_path)) == tmp_path / "screen.svg"
    assert saved("<svg/>", "screen", (tmp_path / "missing",)) is None


def test_nothing_is_left_of_a_picture_that_does_not_fit(tmp_path: Path) -> None:
    with little_room():
        path = saved(f"<svg>{'x' * 100}</svg>", "screen", (tmp_path,))
    assert path is None
    assert list(tmp_path.iterdir()) == []
