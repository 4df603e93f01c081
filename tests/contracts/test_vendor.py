"""What others wrote is in the tree as they wrote it."""

from __future__ import annotations

import json
import re
from hashlib import sha256

import pytest

from kiosk.assets import assets_folder

VENDOR = assets_folder() / "vendor" / "simple-keyboard"
NOTE = (VENDOR / "README.md").read_text("utf-8")
HASHES = dict(re.findall(r"^\| `([\w.-]+)` \| .* \| `([0-9a-f]{64})` \|$", NOTE, re.MULTILINE))


def test_every_file_is_accounted_for() -> None:
    assert {file.name for file in VENDOR.iterdir()} == {*HASHES, "README.md"}


@pytest.mark.parametrize("name", HASHES)
def test_a_file_is_the_one_that_was_fetched(name: str) -> None:
    assert sha256((VENDOR / name).read_bytes()).hexdigest() == HASHES[name]


def test_the_version_is_the_one_that_the_note_names() -> None:
    [version] = re.findall(r"simple-keyboard v([\d.]+)", (VENDOR / "simple-keyboard.js").read_text("utf-8")[:200])
    assert f"of simple-keyboard {version}, as it is" in NOTE


def test_nothing_in_it_needs_more_than_our_pages_policy_allows() -> None:
    script = (VENDOR / "simple-keyboard.js").read_text("utf-8")
    assert not re.search(r"\beval\(|\bFunction\(|setAttribute\(\"style|cssText|</script|<!--", script)


def test_there_is_a_layout_for_every_language() -> None:
    layouts = json.loads((VENDOR / "layouts.json").read_text("utf-8"))
    assert set(layouts) == {file.stem for file in (assets_folder() / "locales").glob("*.json")}
