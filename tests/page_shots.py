"""Pictures of every page of our own for docs/: `python -m tests.page_shots` makes them and docs/pages.md anew.

Each picture has one page, in one language, on screens of the four sizes. They are made from the same samples that the
tests look at, by the same browser.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from tests.page_browser import PageBrowser, page_browser
from tests.page_samples import SAMPLES, SIZES, Sample

DOCS = Path(__file__).parents[1] / "docs"
SHOWN = {"en": "English", "ar": "Arabic"}

_SCALE = 0.35
_GAP = 14
_COLORS, _ROUNDS = 160, 2
_PAPER = "#8a8f98"
_HEAD = """# Our own pages

Made by `python -m tests.page_shots` from the samples in `tests/page_samples.py`; the brand is the sandbox's. Each
picture shows one page on screens of 1080×1920, 1920×1080, 1280×800 and 800×480.
"""


def main() -> None:
    """Make the pictures whose names begin with an argument (without any: all), and the page that shows them."""
    folder = DOCS / "pages"
    folder.mkdir(exist_ok=True)
    with page_browser() as browser, TemporaryDirectory() as temporary:
        for sample in SAMPLES:
            if not sys.argv[1:] or str(sample).startswith(tuple(sys.argv[1:])):
                for language in SHOWN:
                    shots = _shoot(browser, sample, language, Path(temporary, "shot.png"))
                    _sheet(shots, stacked=bool(sample.strip)).save(folder / f"{sample}-{language}.png", optimize=True)
    (DOCS / "pages.md").write_text(_document(), encoding="utf-8")


def _shoot(browser: PageBrowser, sample: Sample, language: str, file: Path) -> list[Image.Image]:
    shots = []
    for width, height in SIZES:
        browser.show(sample.render(language=language).html, (width, sample.strip or height))
        browser.shoot(str(file))
        shot = Image.open(file).convert("RGB")
        shots.append(shot.resize((round(shot.width * _SCALE), round(shot.height * _SCALE)), Image.Resampling.LANCZOS))
    return shots


def _sheet(shots: list[Image.Image], *, stacked: bool) -> Image.Image:
    """Put the four onto one sheet: the upright one, beside it the large one, and the others below that."""
    upright, large, middle, _small = shots
    if stacked:
        places = [(0, at * (upright.height + _GAP)) for at in range(len(shots))]
    else:
        right, below = upright.width + _GAP, large.height + _GAP
        places = [(0, 0), (right, 0), (right, below), (right + middle.width + _GAP, below)]
    width, height = (
        max(place[at] + shot.size[at] for place, shot in zip(places, shots, strict=True)) for at in range(2)
    )
    sheet = Image.new("RGB", (width, height), _PAPER)
    for place, shot in zip(places, shots, strict=True):
        sheet.paste(shot, place)
    return sheet.quantize(_COLORS, kmeans=_ROUNDS, dither=Image.Dither.NONE)


def _document() -> str:
    parts = [_HEAD]
    for sample in SAMPLES:
        parts.append(f"\n## {sample.page}{': ' + sample.state if sample.state else ''}\n")
        parts += [f"\n![{sample}, {name}](pages/{sample}-{language}.png)\n" for language, name in SHOWN.items()]
    return "".join(parts)


if __name__ == "__main__":
    main()
