"""QR codes that a reader other than their writer can read."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from PIL import Image, ImageChops

from kiosk.core.links import LONGEST
from kiosk.shell.qr import QUIET_ZONE, qr_svg

if TYPE_CHECKING:
    from pathlib import Path


def draw(svg: str) -> Image.Image:
    """Draw the paths of segno: lines of modules, of full height, from left to right."""
    root = ET.fromstring(svg)  # noqa: S314 - we wrote it
    side = int(root.attrib["viewBox"].split()[-1])
    image = Image.new("1", (side, side), 1)
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]+)", root[1].attrib["d"]):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if command == "h":
            for column in range(int(values[0])):
                image.putpixel((int(x) + column, int(y)), 0)
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    return image


@pytest.mark.parametrize("text", ["https://partner.example/", "https://partner.example/" + "a-b/" * 68 + "?x"])
def test_a_phone_reads_what_was_written(text: str, tmp_path: Path):
    if shutil.which("zbarimg") is None:
        pytest.skip("zbarimg is not installed; `make test` installs it")
    picture = draw(qr_svg(text))
    picture.resize((picture.width * 4, picture.height * 4)).save(tmp_path / "code.png")
    done = subprocess.run(
        ["zbarimg", "--raw", "-q", str(tmp_path / "code.png")], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == text


def test_the_longest_address_makes_a_code_that_a_screen_can_show():
    assert draw(qr_svg("https://partner.example/".ljust(LONGEST, "a"))).width <= 69 + 2 * QUIET_ZONE


def test_there_is_white_around_a_code():
    picture = draw(qr_svg("https://partner.example/"))
    inside = ImageChops.invert(picture.convert("L")).getbbox()

    assert inside == (QUIET_ZONE, QUIET_ZONE, picture.width - QUIET_ZONE, picture.height - QUIET_ZONE)


def test_a_code_is_paths_and_nothing_else():
    assert re.fullmatch(r'<svg [\w ="#./:-]*>(?:<path [\w ="#.,-]*/>)+</svg>\s*', qr_svg("<script>&\"'"))


def test_a_text_that_is_too_long_is_refused():
    with pytest.raises(ValueError, match="too large"):
        qr_svg("a" * 2332)


def test_segno_is_loaded_for_a_code_alone():
    done = subprocess.run(
        [sys.executable, "-c", "import kiosk.shell.qr, sys; sys.exit('segno' in sys.modules)"], check=False
    )

    assert done.returncode == 0
