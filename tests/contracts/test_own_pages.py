"""The kiosk's own pages: self-contained, without scripts, and translated in full."""

from __future__ import annotations

import json
import re

import pytest

from kiosk.assets import assets_folder, read_asset

PAGES = {"attract": None, "loading": None, "out-of-service": "retry"}
LANGUAGES = ("en", "de", "fr", "es", "pt", "uk", "ar")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
PLACEHOLDERS = {"brand", "language", "dir", "code", "title", "text", "action", "style"}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_forbids_itself_everything_but_its_own_style(name: str) -> None:
    html = read_asset(f"pages/{name}.html") + read_asset("pages/common.css")
    assert f'http-equiv="Content-Security-Policy" content="{POLICY}"' in html
    assert not re.search(r"<script|\son\w+=|\b(?:src|srcset)=|url\((?!#)|@import|https?:", html)


@pytest.mark.parametrize(("name", "word"), PAGES.items())
def test_a_page_leads_nowhere_but_to_its_one_word(name: str, word: str | None) -> None:
    assert re.findall(r'href="([^"]*)"', read_asset(f"pages/{name}.html")) == ([f"kiosk:{word}"] if word else [])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_known_placeholders_only(name: str) -> None:
    used = set(re.findall(r"\{\{(\w+)\}\}", read_asset(f"pages/{name}.html")))
    assert {"brand", "language", "dir", "title", "text", "style"} <= used <= PLACEHOLDERS


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_still_for_who_asked_for_it(name: str) -> None:
    html = read_asset(f"pages/{name}.html")
    assert ("animation:" in html) == ("prefers-reduced-motion: reduce" in html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_text_of_every_page(language: str) -> None:
    texts = json.loads(read_asset(f"locales/{language}.json"))
    wanted = {f"{name}.{part}" for name in PAGES for part in ("title", "text")}
    wanted |= {f"{name}.action" for name, word in PAGES.items() if word}
    assert wanted <= set(texts)
    assert all(texts.values())


def test_there_is_no_language_that_is_not_listed() -> None:
    assert {file.stem for file in (assets_folder() / "locales").glob("*.json")} == set(LANGUAGES)
