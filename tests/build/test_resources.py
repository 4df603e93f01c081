from __future__ import annotations

import pytest
import resources
from tree import BuildError


def test_linux_carries_nothing_inside(tmp_path):
    assert resources.make("linux-qt", tmp_path / "made", drawn=None) == []
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("flavour", "files"),
    [("windows", {"kiosk.ico", "kiosk.version.txt", "kioskw.version.txt"}), ("macos", {"kiosk.icns"})],
)
def test_a_system_without_tools_to_draw_takes_icons_that_were_drawn_elsewhere(tmp_path, flavour, files):
    for name in ("kiosk.ico", "kiosk.icns"):
        (tmp_path / name).write_bytes(b"icon")

    words = resources.make(flavour, tmp_path / "made", drawn=tmp_path)

    assert words == ["--resources", tmp_path / "made"]
    assert {path.name for path in (tmp_path / "made").iterdir()} == files


def test_icons_that_are_not_there_are_named(tmp_path):
    with pytest.raises(BuildError, match=r"kiosk\.icns.*icons\.py"):
        resources.make("macos", tmp_path / "made", drawn=tmp_path)
