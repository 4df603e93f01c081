"""One picture becomes the icons of every system."""

from __future__ import annotations

import shutil
from io import BytesIO

import icons
import pytest
from PIL import Image

from kiosk.core.look import Look

needs_tools = pytest.mark.skipif(
    shutil.which("rsvg-convert") is None or shutil.which("icotool") is None,
    reason="librsvg2-bin and icoutils: [dist] of packaging/dev/system-packages.txt",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("icons")
    icons.make(folder)
    return folder


@needs_tools
def test_the_tree_of_a_linux_desktop_has_every_size_and_the_source(made):
    for width in icons.HICOLOR:
        with Image.open(made / "hicolor" / f"{width}x{width}" / "apps" / "com.enable3.kiosk.png") as picture:
            assert picture.size == (width, width)
            assert picture.getpixel((0, 0))[3] == 0, "its corners are not transparent"
    drawing = made / "hicolor" / "scalable" / "apps" / "com.enable3.kiosk.svg"
    assert drawing.read_bytes() == icons.SOURCE.read_bytes()


@needs_tools
def test_windows_finds_every_size_it_asks_for(made):
    with Image.open(made / "kiosk.ico") as picture:
        assert picture.info["sizes"] == {(width, width) for width in icons.ICO}


@needs_tools
def test_macos_finds_every_size_and_its_double(made):
    with Image.open(made / "kiosk.icns") as picture:
        sizes = set(picture.info["sizes"])

    assert sizes == {(16, 16, 2), (32, 32, 2)} | {(size, size, scale) for size in (128, 256, 512) for scale in (1, 2)}


@needs_tools
def test_the_same_source_makes_the_same_bytes(made, tmp_path):
    icons.make(tmp_path)

    files = {path.relative_to(made): path.read_bytes() for path in made.rglob("*") if path.is_file()}
    assert files == {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_an_icns_says_how_long_it_and_each_of_its_pictures_are():
    file = BytesIO(icons.icns({"ic07": b"12345"}))

    assert file.read() == b"icns\x00\x00\x00\x15ic07\x00\x00\x00\x0d12345"


def test_the_picture_has_the_pages_own_colours_and_loads_nothing():
    text = icons.SOURCE.read_text()

    assert Look().primary in text
    assert Look().accent in text
    assert not any(word in text for word in ("href", "<image", "<style", "<text", "<script", "@import"))
    assert len(text) < 2000
