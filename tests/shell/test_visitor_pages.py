"""The visitor's pages in a real engine: every word can be said with a finger and with keys, and what counts counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from kiosk.core.color import READABLE, contrast
from kiosk.core.look import Look
from kiosk.shell.pages import OwnPage, render_page
from tests.display import need_an_ordinary_account
from tests.page_browser import page_browser
from tests.page_samples import BAR_HEIGHT, LOOK, SAMPLES, SIZES, Sample
from tests.shell.test_pages_in_chromium import CUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.page_browser import PageBrowser

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

OPERATORS = {"pin", "panel", "enrolment", "keyboard"}
VISITORS = [sample for sample in SAMPLES if sample.page not in OPERATORS]
KEYPAD = {"methods": ["keypad"], "languages": ["en", "de"], "keypad": {"length": 6}}
PLACES = """
tell([...document.querySelectorAll("a, button")].map((each) => {
  const box = each.getBoundingClientRect();
  return [each.ariaLabel || each.textContent.trim(), [box.x + box.width / 2, box.y + box.height / 2], each.href ?? ""];
}));
"""
LEFT_OUT = """
const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node; (node = walker.nextNode());) {
  const element = node.parentElement;
  if (!node.data.trim() || !element.checkVisibility() || element.closest(".hidden, script")) continue;
  const range = document.createRange();
  range.selectNodeContents(node);
  const color = getComputedStyle(element).color.match(/\\d+/g).slice(0, 3).map(Number);
  for (const box of range.getClientRects()) texts.push([node.data, [box.left, box.top, box.right, box.bottom], color]);
}
const sheet = new CSSStyleSheet();
sheet.replaceSync("* { color: transparent !important; animation: none !important; }");
document.adoptedStyleSheets = [sheet];
tell(texts);
"""
BEYOND = """
const root = document.documentElement;
const scrolls = [root, document.body].every((each) => getComputedStyle(each).overflowY !== "hidden");
tell([root.scrollWidth - innerWidth, !scrolls && root.scrollHeight > innerHeight]);
"""
FOCUSED = """
const focused = document.activeElement;
tell([focused.href ?? "", focused.matches(":focus-visible") && getComputedStyle(focused).outlineStyle === "solid"]);
"""
TYPED = 'tell(document.getElementById("typed").textContent);'


@pytest.fixture(scope="module")
def browser() -> Iterator[PageBrowser]:
    need_an_ordinary_account()
    with page_browser() as opened:
        yield opened


def show(browser: PageBrowser, name: str, language: str = "en", **data: object) -> tuple[OwnPage, dict[str, Any]]:
    """Show a page; return it, and where its links and buttons are by their names."""
    page = render_page(name, language=language, look=LOOK, data=data)
    browser.show(page.html, (1280, BAR_HEIGHT if name == "bar" else 800))
    return page, {label: place for label, place, _ in browser.run(PLACES)}


def tap(browser: PageBrowser, places: dict[str, Any], *labels: str) -> list[str]:
    return [address for label in labels for address in browser.tap(*places[label])]


@pytest.mark.parametrize("sample", [each for each in VISITORS if each.page != "dialog"], ids=str)
def test_every_link_is_followed_by_a_finger_and_by_keys(browser: PageBrowser, sample: Sample):
    page = sample.render(language="ar")
    browser.show(page.html, (1280, sample.strip or 800))
    browser.tap(1, 1)
    links = [(place, href) for _, place, href in browser.run(PLACES) if href]
    assert all(page.said(href) for _, href in links)

    focused = []
    for _ in range(browser.run('tell(document.querySelectorAll("a, button:enabled").length);')):
        browser.press(["Tab"])
        focused.append(browser.run(FOCUSED))
    assert all(ringed for _, ringed in focused)
    assert [href for href, _ in focused if href] == [href for _, href in links]

    for at, (place, href) in enumerate(links):
        assert browser.tap(*place) == [href]
        for key in ("Return", "Space"):
            browser.run(f'document.querySelectorAll("a")[{at}].focus(); tell();')
            assert browser.press([key]) == [href]


def test_a_number_is_typed_with_fingers(browser: PageBrowser):
    page, places = show(browser, "sign-in", **KEYPAD)

    assert tap(browser, places, "Done") == []
    assert tap(browser, places, *"123456789") == []
    assert browser.run(TYPED) == "1234\u200956"
    assert tap(browser, places, "Delete", "0") == []
    [said] = tap(browser, places, "Done")
    assert page.said(said) == ("id", "123450")


def test_a_number_is_typed_with_keys(browser: PageBrowser):
    page, _ = show(browser, "sign-in", **KEYPAD)

    [said] = browser.press(["1", "2", "Backspace", "3", "Return"])
    assert page.said(said) == ("id", "13")


def test_after_too_many_tries_the_keys_wait(browser: PageBrowser):
    _, places = show(browser, "sign-in", **KEYPAD, message="wait", wait=1)

    tap(browser, places, "1")
    assert browser.run(TYPED) == ""
    until = """
    const keys = document.querySelectorAll(".keys button");
    const look = () => [...keys].some((key) => key.disabled) ? setTimeout(look, 50) : tell(
      document.querySelector(".message").textContent);
    look();
    """
    assert browser.run(until) == ""
    tap(browser, places, "1")
    assert browser.run(TYPED) == "1"


def test_the_warning_counts_down_to_nothing(browser: PageBrowser):
    show(browser, "warning", seconds=2)
    script = """
    const seen = new Set(), number = document.getElementById("left");
    const look = () => {
      seen.add(number.textContent);
      number.textContent === "0" ? tell([...seen]) : setTimeout(look, 50);
    };
    look();
    """
    assert browser.run(script) in (["2", "1", "0"], ["1", "0"])


@pytest.mark.parametrize(
    ("language", "balance", "shown"),
    [
        ("en", "1240.50", "1,240.50"),
        ("de", "1240.50", "1.240,50"),
        ("ar", "1240.50", "1,240.50"),
        ("en", "12345678901234567890.123456789", "12,345,678,901,234,567,890.123456789"),
        ("en", "-0.5", "\u22120.5"),
        ("en", "0", "0"),
        ("en", "many", "many"),
    ],
)
def test_the_balance_is_written_as_the_language_does(browser: PageBrowser, language: str, balance: str, shown: str):
    show(browser, "bar", language, account="x", balance=balance, left=None)

    assert browser.run('tell(document.getElementById("balance").textContent);') == shown


def test_the_bar_counts_the_time_that_is_left(browser: PageBrowser):
    show(browser, "bar", account="x", balance="1", left=61)

    script = """
    const left = document.getElementById("left");
    const look = () => left.textContent === "0:59" ? tell(left.parentElement.className) : setTimeout(look, 50);
    look();
    """
    assert browser.run(script) == "left short"


@pytest.mark.parametrize("name", ["attract-sections", "loading", "warning"])
def test_text_on_the_drawn_sea_is_readable(browser: PageBrowser, tmp_path: Path, name: str):
    """Where axe-core cannot tell: every pixel behind every text, but for a star here and there."""
    [sample] = [each for each in VISITORS if str(each) == name]
    for size in (SIZES[0], SIZES[3]):
        browser.show(sample.render(language="de").html, size)
        texts = browser.run(LEFT_OUT)
        browser.shoot(str(tmp_path / "behind.png"))
        picture = Image.open(tmp_path / "behind.png").convert("RGB")
        assert texts
        for text, box, color in texts:
            grounds = picture.crop(tuple(map(round, box))).getcolors(1 << 22)
            low = sum(count for count, ground in grounds if contrast(hexed(color), hexed(ground)) < READABLE)
            assert low <= sum(count for count, _ in grounds) / 100, (text, size)


def hexed(color: Sequence[int]) -> str:
    return "#" + bytes(color).hex()


@pytest.mark.parametrize("sample", VISITORS, ids=str)
def test_the_longest_name_of_a_brand_has_room(browser: PageBrowser, sample: Sample):
    look = Look("The Extraordinarily Long Name Of A Venue On The Quay Of Harwich!"[:64], logo=LOOK.logo)
    browser.show(sample.render(language="de", look=look).html, (800, sample.strip or 480))
    assert browser.run(CUT) == []
    browser.resize((1080, sample.strip or 1920))
    assert browser.run(CUT) == []


@pytest.mark.parametrize("sample", VISITORS, ids=str)
def test_text_of_twice_the_size_can_be_read_to_its_end(browser: PageBrowser, sample: Sample):
    """By scrolling if need be, but to one side alone."""
    for size in SIZES[1:3]:
        browser.show(sample.render(language="de").html, (size[0], sample.strip or size[1]), text=2)
        wide, clipped = browser.run(BEYOND)
        assert (wide, clipped) == (0, False)
