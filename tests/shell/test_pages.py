"""Our own pages: filled in safely, in the visitor's language, and not to be imitated."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assets import assets_folder
from kiosk.core.navigation import OWN_WORDS
from kiosk.shell.pages import PAGES, render_page

LANGUAGES = sorted(path.stem for path in (assets_folder() / "locales").glob("*.json"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_complete_in_every_language(name: str, language: str):
    page = render_page(name, language=language, brand="Brand", code="api.unreachable")

    assert "{{" not in page.html
    assert re.search(rf'<html lang="{language}" dir="(ltr|rtl)"', page.html)
    assert "<h1></h1>" not in page.html


@given(st.text(max_size=100))
def test_nothing_that_is_filled_in_becomes_markup(text: str):
    for brand, code in (
        (f"<script>{text}", ""),
        ("", f'"><script>{text}'),
        ("{{code}}", f"<script>{text}"),
    ):
        page = render_page("out-of-service", language="en", brand=brand, code=code)
        assert "<script>" not in page.html


@given(st.text(max_size=30))
def test_an_unknown_language_falls_back_to_english(language: str):
    page = render_page("attract", language=f"zz-{language}", brand="Brand")

    assert 'lang="en"' in page.html


def test_a_regional_language_falls_back_to_its_language():
    assert 'lang="de"' in render_page("attract", language="de-AT", brand="Brand").html


def test_arabic_runs_from_right_to_left():
    assert 'dir="rtl"' in render_page("attract", language="ar", brand="Brand").html


def test_an_unknown_page_is_an_error():
    with pytest.raises(KeyError):
        render_page("../../../etc/passwd", language="en", brand="Brand")


def test_each_page_has_addresses_of_its_own():
    """Only who was given the page knows them."""
    first, second = (render_page("out-of-service", language="en", brand="Brand") for _ in range(2))

    assert set(first.words.values()) == OWN_WORDS["out-of-service"]
    assert not first.words.keys() & second.words.keys()
    said = set(re.findall(r'"(kiosk:[^"]+)"', first.html))
    assert said
    assert said <= first.words.keys()
    assert all(address.split("#")[1] not in repr(first) for address in said)
