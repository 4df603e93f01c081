"""The sample widget's static files keep what they promise to the server, to tests and to translators."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import kiosk.sandbox
from kiosk.core.deeplink import Feature
from kiosk.sandbox.content import content

SANDBOX = Path(kiosk.sandbox.__file__).parent
WIDGET = SANDBOX / "widget"
SDK = SANDBOX / "sdk"
LANGUAGES = ("en", "de", "fr", "es", "pt", "uk", "ar")
MOST_BYTES = 200_000
SCRIPTS = [*WIDGET.rglob("*.js"), *SDK.rglob("*.js")]
ENGLISH: dict[str, str] = json.loads((WIDGET / "locales/en.json").read_text("utf-8"))


def test_every_section_of_the_api_has_a_colour_of_its_own() -> None:
    colours = json.loads((WIDGET / "sections.json").read_text("utf-8"))
    assert list(colours) == list(Feature)
    assert len(set(colours.values())) == len(colours)


def test_the_published_colours_are_those_of_the_style_sheet() -> None:
    colours = json.loads((WIDGET / "sections.json").read_text("utf-8"))
    painted = re.findall(r"--section-(\w+): (#\w+);", (WIDGET / "app.css").read_text("utf-8"))
    assert dict(painted) == colours


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_text_with_the_same_places_for_values(language: str) -> None:
    own: dict[str, str] = json.loads((WIDGET / f"locales/{language}.json").read_text("utf-8"))
    assert {key: _values(text) for key, text in own.items()} == {key: _values(text) for key, text in ENGLISH.items()}
    assert all(own.values())


def _values(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", text))


def test_every_text_that_a_script_names_exists() -> None:
    named = {key for script in SCRIPTS for key in re.findall(r'\btext\("([^"]+)"', script.read_text("utf-8"))}
    assert named
    assert named <= set(ENGLISH)


@pytest.mark.parametrize("page", [WIDGET / "index.html", SDK / "index.html"], ids=["widget", "sdk"])
def test_a_page_has_nothing_inline_that_its_policy_would_block(page: Path) -> None:
    html = page.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html)
    assert not re.search(r'(?:src|href)="(?!/(?:widget|sdk)/)', html)


def test_every_picture_of_a_reward_is_there() -> None:
    missing = [reward.image for reward in content().rewards if not (WIDGET / "images" / reward.image).is_file()]
    assert not missing


def test_every_import_of_a_script_is_a_file() -> None:
    imported = {path for script in SCRIPTS for path in re.findall(r'from "([^"]+)"', script.read_text("utf-8"))}
    assert imported
    assert not [path for path in imported if not (SANDBOX / path.lstrip("/")).is_file()]


def test_the_whole_is_light() -> None:
    assert sum(file.stat().st_size for folder in (WIDGET, SDK) for file in folder.rglob("*.*")) < MOST_BYTES
