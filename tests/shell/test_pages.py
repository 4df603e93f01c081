"""Our own pages: filled in safely, in the visitor's language, and not to be imitated."""

from __future__ import annotations

import json
import random
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.look import Look
from kiosk.core.navigation import LONGEST_VALUE, OWN_WORDS
from kiosk.shell.pages import OwnPage, render_page
from tests.page_samples import LANGUAGES, SAMPLES, Sample

if TYPE_CHECKING:
    from pathlib import Path

LOOK = Look("Brand")


def rendered(name: str, **data: object) -> OwnPage:
    return render_page(name, language="en", look=LOOK, data=data)


def page_json(page: OwnPage) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="page">(.*?)</script>', page.html, re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_every_page_is_complete_in_every_language(sample: Sample, language: str):
    page = sample.render(language=language, look=LOOK)

    assert "{{" not in page.html
    assert re.search(rf'<html lang="{language}" dir="(ltr|rtl)"', page.html)
    assert not re.search(r"<(h1|h2|a|span|legend|label)\b(?![^>]*\bid=)[^>]*>\s*</\1>", page.html)


@given(st.text(max_size=100))
def test_nothing_that_is_filled_in_becomes_markup(text: str):
    evil = f'"><script>{text}</script>&{{{{json}}}}'
    look = Look(evil)
    data = dict.fromkeys(("account", "balance", "address", "qr", "kind", "message", "version", "base_url"), evil)
    for name in OWN_WORDS:
        plain = render_page(name, language="en", look=Look("x"), code="x", data={**data, **dict.fromkeys(data, "x")})
        filled = render_page(name, language="en", look=look, code=evil, data=data)
        for tag in ("<script", "</script", "<svg", "<p"):
            assert filled.html.count(tag) == plain.html.count(tag), (name, tag)
        assert page_json(filled)["data"] == data


@given(st.text(max_size=30))
def test_an_unknown_language_falls_back_to_english(language: str):
    page = render_page("attract", language=f"zz-{language}", look=LOOK)

    assert 'lang="en"' in page.html


def test_a_regional_language_falls_back_to_its_language():
    assert '<html lang="de"' in render_page("attract", language="de-AT", look=LOOK).html


def test_arabic_runs_from_right_to_left():
    assert '<html lang="ar" dir="rtl"' in render_page("attract", language="ar", look=LOOK).html


def test_an_unknown_page_is_an_error():
    with pytest.raises(KeyError):
        rendered("../../../etc/passwd")


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_each_page_has_addresses_of_its_own(sample: Sample):
    """Only who was given the page knows them."""
    first, second = (sample.render(language="en", look=LOOK) for _ in range(2))

    assert set(first.words.values()) == OWN_WORDS[first.name]
    assert not first.words.keys() & second.words.keys()
    for address in re.findall(r'href="([^"]+)"', first.html):
        assert first.said(address) is not None
        assert second.said(address) is None
    assert all(address.split("#")[1] not in repr(first) for address in first.words)


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_a_value_arrives_as_it_was_said(text: str):
    page = rendered("sign-in")
    address = next(address for address, word in page.words.items() if word == "id")

    assert page.said(f"{address}:{quote(text, safe='')}") == ("id", text)


@pytest.mark.parametrize("value", ["%ff", "x" * (LONGEST_VALUE + 1)])
def test_a_value_that_is_no_text_or_too_long_is_not_heard(value: str):
    page = rendered("sign-in")

    assert page.said(f"{next(iter(page.words))}:{value}") is None


@pytest.mark.parametrize("url", ["", "kiosk:", "kiosk:done", "kiosk:done#", "https://example.com/", "kiosk:done#0:1:2"])
def test_another_address_says_nothing(url: str):
    assert rendered("bar").said(url) is None


def test_the_attract_page_offers_what_there_is():
    page = rendered("attract", sections=["rewards", "t2e", "nonsense"], languages=["en", "ar", "xx"], methods=["code"])

    said = {page.said(address) for address in re.findall(r'href="([^"]+)"', page.html)}
    assert said == {("sign-in", ""), ("section", "rewards"), ("section", "t2e"), ("language", "en"), ("language", "ar")}
    assert "code on your phone" in page.html


def test_who_signs_in_elsewhere_gets_no_button_for_it():
    page = rendered("attract", methods=["argument"])

    assert "href" not in page.html.partition("<body>")[2].partition("<script")[0]
    assert "at the counter" in page.html


def test_one_language_is_no_choice():
    assert "<nav" not in rendered("attract", languages=["de"]).html


@pytest.mark.parametrize("message", ["unknown", "wrong", "wait", "used", "expired"])
def test_the_sign_in_page_says_what_became_of_the_last_try(message: str):
    page = rendered("sign-in", methods=["keypad"], keypad={"length": 8}, message=message, wait=30)

    said = re.search(r'role="alert">([^<]*)<', page.html)
    assert said
    assert said[1]


def test_there_are_keys_only_where_numbers_are_typed():
    assert "<button" in rendered("sign-in", methods=["keypad"], keypad={"length": 8}).html
    assert "<button" not in rendered("sign-in", methods=["scanner"], keypad=None).html


def test_only_a_drawing_of_a_code_is_taken_for_one():
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h1"/></svg>'

    assert drawn in rendered("notice", kind="link", qr=drawn, address="https://example.com").html
    for evil in (drawn.replace("<path", "<script>x</script><path"), drawn.replace("d=", "onload="), "<svg>"):
        assert "qr" not in rendered("notice", kind="link", qr=evil).html.partition("<main>")[2].partition("<script")[0]


def test_the_pictures_of_the_brand_are_inside_the_page(tmp_path: Path):
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg/>")
    look = Look("Brand", logo=str(logo), background=str(logo))

    assert render_page("attract", language="en", look=look).html.count("data:image/svg+xml;base64,PHN2Zy8+") == 2
    assert render_page("loading", language="en", look=look).html.count("data:image/svg+xml;base64,PHN2Zy8+") == 1


def test_a_picture_that_is_gone_leaves_the_name(tmp_path: Path):
    look = Look("Brand", logo=str(tmp_path / "gone.png"))

    assert ">Brand<" in render_page("attract", language="en", look=look).html


def test_the_largest_pictures_fit_into_what_qt_takes(tmp_path: Path):
    """`setHtml` shows nothing beyond 2 MB, of the page as Qt writes it: percent-encoded."""
    for name, size in (("logo.png", 256 * 1024), ("ground.jpg", 1024 * 1024)):
        (tmp_path / name).write_bytes(random.Random(size).randbytes(size))  # noqa: S311 - as little compressible as a JPEG
    look = Look("Brand", logo=str(tmp_path / "logo.png"), background=str(tmp_path / "ground.jpg"))
    for sample in SAMPLES:
        assert len(quote(sample.render(language="ar", look=look).html, safe="")) < 2_000_000
