"""The pictures of the monitor: every scene can be drawn, twice alike, and refers to nothing outside itself."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import DEFAULT_TERMINAL_THEME

from screenshots.drawing import Palette, svg
from screenshots.scenes import SCENES, picture
from screenshots.stage import NOW, collect

PALETTE = Palette(DEFAULT_TERMINAL_THEME, foreground="#dfe3e8", background="#121519", has_colour=True)
SINCE = NOW - timedelta(seconds=30)
DRAWN_TWICE = ("dashboard-120", "refused", "history", "welcome")
WORDS = {
    "dashboard-120": "38 ms",
    "dashboard-80": "CREDITS",
    "dashboard-40": "budget 72 %",
    "dashboard-light": "BUDGET",
    "plain": "CONCURRENCY",
    "refused": "refused the key of production",
    "accounts": "client-acme",
    "domains": "www.amazon.com",
    "budget": "2.3M",
    "history": "even pace",
    "history-spend": "credits spent",
    "alerts": "▲ firing",
    "help": "Poll this account at once",
    "welcome": "Look at the demo",
}


@pytest.mark.anyio
async def test_every_scene_is_drawn_and_a_second_run_draws_it_alike() -> None:
    views = await collect(since=SINCE)
    drawn = {scene.name: await picture(scene, views) for scene in SCENES}
    assert {name: WORDS[name] in image for name, image in drawn.items()} == dict.fromkeys(WORDS, True)
    for image in drawn.values():
        assert set(re.findall(r"https?://[^\"'<> ]+", image)) == {"http://www.w3.org/2000/svg"}
        assert "url(" not in image
    views = await collect(since=SINCE)
    for scene in SCENES:
        if scene.name in DRAWN_TWICE:
            assert await picture(scene, views) == drawn[scene.name]


def test_block_characters_fill_their_cells_without_seams() -> None:
    bar = [[Segment("██", Style(color="#2f6f96"))], [Segment("██", Style(color="#2f6f96"))]]
    heights = re.findall(r'<rect x="0" y="(\d+)" width="16.8" height="(\d+)"', svg(bar, 2, PALETTE, "bar"))
    assert [(int(top), int(height)) for top, height in heights] == [(0, 18), (18, 18)]


def test_markup_in_outside_text_is_drawn_as_text() -> None:
    image = svg([[Segment('<script src="x">&')]], 20, PALETTE, "<b>")
    assert "<script" not in image
    assert "<b>" not in image
    assert "&lt;script src=" in image


def test_pictures_that_are_kept_are_small() -> None:
    folder = Path(__file__).parent.parent / "screenshots"
    kept = {scene.name: folder / f"{scene.name}.png" for scene in SCENES}
    sizes = {name: path.stat().st_size for name, path in kept.items()}
    assert max(sizes.values()) < 150_000, sizes
