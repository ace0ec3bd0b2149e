"""Makes the pictures of the monitor: `python screenshots/make.py [NAME]…`.

They show the real monitor over the simulated service, asked over HTTP, with a clock and a seed that are fixed: two runs
give the same SVG. Where there is a Chromium, it turns each SVG into a PNG.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from screenshots.browser import find_browser, write_png  # noqa: E402 - found by the line above
from screenshots.scenes import SCENES, Scene, picture  # noqa: E402
from screenshots.stage import collect  # noqa: E402


def main(names: Sequence[str]) -> int:
    """Make the pictures of these names, or all of them; give the exit code."""
    unknown = set(names) - {scene.name for scene in SCENES}
    if unknown:
        print(f"No such picture: {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    chosen = [scene for scene in SCENES if not names or scene.name in names]
    browser = find_browser()
    if browser is None:
        print("There is no Chromium here: only SVGs are made.", file=sys.stderr)
    for path in asyncio.run(write_pictures(chosen, HERE)):
        made = [path]
        if browser is not None:
            made.append(write_png(browser, path, *_size(path)))
        print(", ".join(f"{file.name} {file.stat().st_size / 1000:.0f} kB" for file in made))
    return 0


async def write_pictures(scenes: Sequence[Scene], folder: Path) -> list[Path]:
    """Write the SVG of each scene into `folder`."""
    views = await collect()
    paths = []
    for scene in scenes:
        path = folder / f"{scene.name}.svg"
        path.write_text(await picture(scene, views), encoding="utf-8")
        paths.append(path)
    return paths


def _size(picture_path: Path) -> tuple[int, int]:
    """Read an SVG's width and height, rounded up to pixels."""
    found = re.search(r'width="([\d.]+)" height="([\d.]+)"', picture_path.read_text(encoding="utf-8"))
    if found is None:
        raise RuntimeError(f"{picture_path.name} states no size")
    width, height = (-(-float(length) // 1) for length in found.groups())
    return int(width), int(height)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
