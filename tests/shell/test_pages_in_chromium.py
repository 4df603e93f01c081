"""Our own pages in a real engine: nothing is cut off, axe-core finds nothing, and fingers and keys reach everything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.display import need_an_ordinary_account
from tests.page_browser import page_browser
from tests.page_samples import LANGUAGES, SAMPLES, SIZES, Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.page_browser import PageBrowser, Size

pytestmark = pytest.mark.gui

AXE = (Path(__file__).parents[1] / "vendor/axe-core/axe.min.js").read_text(encoding="utf-8")
RUN_AXE = """
const run = () => axe.run(document, %s).then(
  (found) => tell(found.violations.map(({id, nodes}) => `${id}: ${nodes[0].html.slice(0, 90)} (${nodes.length})`)),
  (error) => tell(String(error)));
run();
"""
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}

CUT = """
const root = document.documentElement;
const over = [root.scrollWidth - innerWidth, root.scrollHeight - innerHeight];
const cut = over.some((pixels) => pixels > 0) ? [`the page is ${over} px too large`] : [];
for (const element of document.body.querySelectorAll("*")) {
  if (["auto", "scroll"].includes(getComputedStyle(element).overflowY)) element.classList.add("scrolls");
  if (!element.checkVisibility() || element.closest(".hidden, .scene, svg, select")) continue;
  const box = element.getBoundingClientRect();
  const scrolls = element.parentElement.closest(".scrolls") !== null;
  const inside = box.left > -1 && box.top > -1 && box.right < innerWidth + 1 && box.bottom < innerHeight + 1;
  const shortened = element.clientWidth && element.scrollWidth > element.clientWidth + 1;
  if (!(inside || scrolls) || shortened) cut.push(element.outerHTML.slice(0, 60));
}
tell(cut.slice(0, 3));
"""
TARGETS = """
tell([...document.querySelectorAll("a[href], button, input, select")].filter((each) => each.checkVisibility())
  .map((each) => [each.textContent.trim() || each.id, each.getBoundingClientRect().toJSON()]));
"""


WHOLE = {"en", "ar"}
"""The languages in which axe-core looks at every state of every page; in the others it looks at one of each page."""


@pytest.fixture(scope="module")
def browser() -> Iterator[PageBrowser]:
    need_an_ordinary_account()
    with page_browser() as opened:
        yield opened


def size_of(sample: Sample, size: Size) -> Size:
    return (size[0], sample.strip or size[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_off_and_nothing_scrolls(browser: PageBrowser, language: str):
    found: dict[str, Any] = {}
    for sample in SAMPLES:
        browser.show(sample.render(language=language).html, size_of(sample, SIZES[0]))
        for size in SIZES:
            browser.resize(size_of(sample, size))
            if cut := browser.run(CUT):
                found[f"{sample} {size[0]}x{size[1]}"] = cut

    assert not found, "\n".join(f"{where}: {what}" for where, what in found.items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(browser: PageBrowser, language: str):
    found: dict[str, Any] = {}
    for sample in SAMPLES if language in WHOLE else {each.page: each for each in SAMPLES}.values():
        browser.show(sample.render(language=language).html, size_of(sample, (1280, 800)))
        if violations := browser.run(AXE + RUN_AXE % json.dumps(RULES)):
            found[str(sample)] = violations

    assert not found, "\n".join(f"{where}: {what}" for where, what in found.items())


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_fingers_hit_every_target(browser: PageBrowser, sample: Sample):
    """44 px at least, and no two over each other, on the smallest screen."""
    browser.show(sample.render(language="de").html, size_of(sample, (800, 480)))
    targets = browser.run(TARGETS)

    small = [name for name, box in targets if box["width"] < 44 or box["height"] < 44]
    assert not small
    for at, (name, one) in enumerate(targets):
        for other_name, other in targets[at + 1 :]:
            apart = one["right"] <= other["left"] or other["right"] <= one["left"]
            assert apart or one["bottom"] <= other["top"] or other["bottom"] <= one["top"], (name, other_name)
