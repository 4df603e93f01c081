"""The kiosk's own pages: they load nothing, say their own words only, and are translated in full."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from kiosk.assets import assets_folder, read_asset
from kiosk.core.navigation import OWN_WORDS
from tests.page_samples import LANGUAGES, LOOK, SAMPLES, Sample

POLICY = (
    r"default-src 'none'; style-src 'nonce-([0-9a-f]{32})'; script-src 'nonce-\1'; "
    r"img-src data:; base-uri 'none'; form-action 'none'"
)
FILES = sorted(path.name for path in (assets_folder() / "pages").iterdir() if path.is_file())


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_a_page_forbids_itself_everything_but_what_is_in_it(sample: Sample) -> None:
    html = sample.render(language="en").html
    assert re.search(f'http-equiv="Content-Security-Policy" content="{POLICY}"', html)
    assert not re.search(r"""\s(?:on\w+|style|srcset)=|\bsrc="(?!data:image/)|url\((?!#)|@import""", html)


@pytest.mark.parametrize("file", FILES)
def test_no_file_of_a_page_names_a_place_in_the_network(file: str) -> None:
    text = read_asset(f"pages/{file}").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|//\w+\.\w+/", text)


@pytest.mark.parametrize("file", [file for file in FILES if file.endswith(".js")])
def test_a_script_makes_no_markup_and_no_code_of_texts(file: str) -> None:
    text = read_asset(f"pages/{file}")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|Function\(|</script|<!--", text)


@pytest.mark.parametrize("name", OWN_WORDS)
def test_a_page_says_its_own_words_only(name: str) -> None:
    html = read_asset(f"pages/{name}.html")
    assert set(re.findall(r"\{\{say\.([\w-]+)\}\}", html)) <= OWN_WORDS[name]
    assert all(address.startswith("{{say.") for address in re.findall(r'href="([^"]*)"', html))


@pytest.mark.parametrize("file", [file for file in FILES if file.endswith(".css")])
def test_a_page_keeps_still_for_who_asked_for_it(file: str) -> None:
    text = read_asset(f"pages/{file}")
    assert ("animation:" in text) <= ("prefers-reduced-motion: reduce" in text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_text(language: str) -> None:
    texts, wanted = (json.loads(read_asset(f"locales/{each}.json")) for each in (language, "en"))
    assert texts.keys() == wanted.keys()
    assert all(text.strip() for text in texts.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_there_twice(language: str) -> None:
    pairs = json.loads(read_asset(f"locales/{language}.json"), object_pairs_hook=list)
    assert not [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]


def test_there_is_no_language_that_is_not_listed() -> None:
    assert {file.stem for file in (assets_folder() / "locales").glob("*.json")} == set(LANGUAGES)


def test_every_page_has_a_sample() -> None:
    assert {sample.page for sample in SAMPLES} >= set(OWN_WORDS) - {"pin", "panel", "enrolment", "keyboard"}
    assert LOOK.brand
