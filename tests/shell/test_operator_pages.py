"""The operator's pages, touched and typed on in a real engine: what they say, and when they say nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.core.navigation import LONGEST_VALUE
from kiosk.shell.protocol import Painted, Ready, Said, ShowPage
from tests.display import need_an_ordinary_account
from tests.page_browser import page_browser
from tests.page_samples import LANGUAGES, SAMPLES
from tests.shell.conftest import START
from tests.shell.test_pages_in_chromium import AXE, RULES, RUN_AXE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kiosk.shell.pages import OwnPage
    from tests.page_browser import PageBrowser, Size
    from tests.shell.conftest import Shell

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

DATA: dict[str, Mapping[str, object]] = {sample.page: sample.data for sample in reversed(SAMPLES)}
KEY = "ek_live_0123-abc"


@pytest.fixture(scope="module")
def browser() -> Iterator[PageBrowser]:
    need_an_ordinary_account()
    with page_browser() as opened:
        yield opened


class Opened:
    """A page of our own that is shown."""

    def __init__(
        self, browser: PageBrowser, page: str, *, language: str = "en", size: Size = (1280, 800), **data: object
    ) -> None:
        [sample, *_] = [each for each in SAMPLES if each.page == page]
        self.page: OwnPage = replace(sample, data={**sample.data, **data}).render(language=language)
        self._browser = browser
        browser.show(self.page.html, size)

    def tap(self, *selectors: str) -> list[tuple[str, str] | None]:
        """Touch what each of `selectors` finds, and return the words that were said."""
        wanted = []
        for selector in selectors:
            place = self.tell(
                f"(() => {{ const found = document.querySelector({json.dumps(selector)});"
                "found.scrollIntoView({block: 'nearest'});"
                "const box = found.getBoundingClientRect();"
                "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
            )
            wanted += self._browser.tap(*place)
        return [self.page.said(address) for address in wanted]

    def keys(self, *names: str) -> list[tuple[str, str] | None]:
        """Touch keys of the on-screen keyboard."""
        return self.tap(*(f"[data-skbtn={json.dumps(name, ensure_ascii=False)}]" for name in names))

    def press(self, *names: str) -> list[tuple[str, str] | None]:
        """Press keys of a real keyboard, by Qt's names."""
        return [self.page.said(address) for address in self._browser.press(names)]

    def tell(self, expression: str) -> Any:
        """Return the value of an expression in the page."""
        return self._browser.run(f"tell({expression});")

    def text(self, selector: str) -> str:
        return str(self.tell(f"document.querySelector({json.dumps(selector)}).textContent"))

    def value(self, field: str) -> str:
        return str(self.tell(f"document.getElementById('{field}').value"))

    def violations(self) -> list[str]:
        found: list[str] = self._browser.run(AXE + RUN_AXE % json.dumps(RULES))
        return found


def digit(number: int) -> str:
    return f".keys button:nth-of-type({number or 11})"


def test_a_pin_is_typed_shown_as_dots_and_said(browser: PageBrowser):
    pin = Opened(browser, "pin")
    assert pin.tap(*map(digit, (4, 7, 1, 1, 9))) == []
    assert pin.text("#typed") == "•••••"
    assert pin.tap("#delete") == []
    assert pin.text("#typed") == "••••"
    assert pin.tap("#done") == [("pin", "4711")]
    assert pin.text("#typed") == ""


def test_a_pin_may_be_typed_on_a_real_keyboard(browser: PageBrowser):
    pin = Opened(browser, "pin")
    assert pin.press("0", "8", "Backspace", "1", "5", "A", "Return") == [("pin", "015")]


def test_nobody_types_a_pin_before_the_time_is_over(browser: PageBrowser):
    pin = Opened(browser, "pin", wait=90, wrong=True)
    assert "1:30" in pin.text("#message") or "1:29" in pin.text("#message")
    assert pin.tap(digit(1), "#done") == []
    assert pin.press("1", "2", "3", "4", "Return") == []
    assert pin.text("#typed") == ""


def test_without_a_pin_the_page_says_what_to_do_and_lets_go(browser: PageBrowser):
    pin = Opened(browser, "pin", unset=True)
    assert "kiosk\N{NO-BREAK SPACE}setup" in pin.text("#message")
    assert not pin.tell("document.querySelector('.keys') !== null")
    assert pin.tap("footer a") == [("close", "")]


@pytest.mark.parametrize("value", ["doctor", "reload", "test", "outbox-retry", "language:uk"])
def test_the_panel_says_what_is_touched(browser: PageBrowser, value: str):
    panel = Opened(browser, "panel", size=(800, 480))
    assert panel.tap(f"main a[href$=':{value.replace(':', '%3A')}']") == [("panel", value)]


@pytest.mark.parametrize("value", ["restart", "exit"])
def test_the_panel_asks_once_more_before_it_takes_the_kiosk_off_the_screen(browser: PageBrowser, value: str):
    panel = Opened(browser, "panel", size=(800, 480))
    button = f"main a[href$=':{value}']"
    assert panel.tap(button) == []
    assert panel.violations() == []
    assert panel.tap("#no") == []
    assert panel.tap(button, "#yes") == [("panel", value)]


def test_a_panel_that_is_busy_takes_nothing_more_but_can_be_left(browser: PageBrowser):
    panel = Opened(browser, "panel", busy="doctor")
    assert panel.tap("main a[href$=':doctor']", "main a[href$=':test']") == []
    assert panel.tap("header a") == [("close", "")]


def test_the_panel_shows_what_came_of_the_checks_and_the_last_errors(browser: PageBrowser):
    checks = [{"name": "clock", "ok": False, "text": "<b>4 minutes</b>", "hint": "set it"}]
    panel = Opened(browser, "panel", checks=checks, last_errors=[{"time": 0, "code": "api.timeout", "text": "late"}])
    assert "<b>4 minutes</b>" in panel.text("main")
    assert all(part in panel.text("main") for part in ("set it", "api.timeout", "late", "1970"))


def test_a_terminal_is_set_up_by_touch_alone(browser: PageBrowser):
    page = Opened(browser, "enrolment", base_url="https://api.example", brand="", size=(800, 480))
    page.tap("#brand")
    page.keys("{shift}", "D", "{accents}", "ö", "m", "{space}", "x", "{bksp}", "{symbols}", "1", "{enter}")
    assert page.value("brand") == "Döm 1"

    page.tap("#key")
    page.keys("e", "k", "_", "{symbols}", "4", "2", "{more}", "{", "{letters}", "z", "{enter}")
    page.keys("4", "7", "1", "1", "{tab}", "4", "7", "1", "1")
    [said] = page.keys("{enter}")
    assert said is not None
    assert said[0] == "enrol"
    assert json.loads(said[1]) == {
        "base_url": "https://api.example",
        "key": "ek_42{z",
        "pin": "4711",
        "brand": "Döm 1",
        "language": "en",
    }


def test_a_terminal_is_set_up_on_a_real_keyboard_beside_the_other(browser: PageBrowser):
    page = Opened(browser, "enrolment", brand="")
    page.tap("#brand")
    page.press("A", "B")
    page.keys("c")
    page.press("Backspace", "D", "Return")
    assert page.value("brand") == "abd"
    page.tap("#key")
    page.press("K", "Return", *"1234", "Tab", *"1234")
    assert page.press("Return")[0] is not None


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_sent(browser: PageBrowser):
    page = Opened(browser, "enrolment")
    page.tap("#next", "#next")
    assert page.text("#key-problem")
    page.tap("#key")
    page.press("K", "Return", *"123", "Tab", *"124")
    assert page.press("Return") == []
    assert page.text("#pin-problem")
    page.press("4")
    assert not page.text("#pin-problem")
    assert page.press("Return") == []
    assert page.text("#again-problem")
    assert page.tell("document.activeElement.id") == "again"


def test_an_error_is_shown_where_it_belongs(browser: PageBrowser):
    page = Opened(browser, "enrolment", error={"field": "key", "text": "Enable3 refuses it"})
    assert page.tell("document.getElementById('key').checkVisibility()")
    assert page.text("#key-problem") == "Enable3 refuses it"
    page = Opened(browser, "enrolment", error={"field": "", "text": "the keyring is locked"})
    assert page.text("#problem") == "the keyring is locked"


def test_the_key_is_hidden_until_somebody_wants_to_see_it(browser: PageBrowser):
    page = Opened(browser, "enrolment")
    page.tap("#next")
    types = [page.tell("document.getElementById('key').type")]
    for _ in range(2):
        page.tap(".show")
        types.append(page.tell("document.getElementById('key').type"))
    assert types == ["password", "text", "password"]


def test_a_terminal_that_has_a_pin_asks_for_it_once(browser: PageBrowser):
    page = Opened(browser, "enrolment", needs=["key"])
    page.tap("#next", "#key")
    page.press("K", "Return", *"4711")
    [said] = page.press("Return")
    assert said is not None
    assert json.loads(said[1])["pin"] == "4711"


def test_the_longest_answers_fit_into_a_word(browser: PageBrowser):
    page = Opened(browser, "enrolment", busy=False)
    longest = int(page.tell("[...document.querySelectorAll('input')].reduce((all, each) => all + each.maxLength, 0)"))
    assert 2 * longest + 200 < LONGEST_VALUE  # every character a quote or a backslash


def test_a_page_that_is_busy_takes_nothing(browser: PageBrowser):
    page = Opened(browser, "enrolment", busy=True)
    assert page.text(".busy")
    assert page.tell("[...document.querySelectorAll('input, form button')].every((each) => each.disabled)")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_in_any_step(browser: PageBrowser, language: str):
    page = Opened(browser, "enrolment", language=language, size=(800, 480))
    found = []
    for field in ("brand", "key", "pin"):
        page.tap(f"#{field}")
        page.press("1")
        assert page.tell("document.getElementById('keyboard').checkVisibility()")
        found += page.violations()
        page.tap("#next")
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_layer_of_keys_can_be_hit_on_the_smallest_screen(browser: PageBrowser, language: str):
    page = Opened(browser, "keyboard", language=language, layout="text", size=(800, 200))
    small = "[...document.querySelectorAll('button')].map((each) => each.getBoundingClientRect())"
    small += ".filter((box) => box.width < 44 || box.height < 44 || box.right > innerWidth || box.bottom > innerHeight)"
    turns = ["{shift}", "{symbols}", "{more}", "{letters}", "{language}" if language in {"uk", "ar"} else "{accents}"]
    for key in turns:
        assert page.keys(key) == []
        assert page.tell(f"{small}.length") == 0, key


def test_every_key_is_a_word_with_its_text(browser: PageBrowser):
    page = Opened(browser, "keyboard", language="de", layout="text", size=(1280, 288))
    assert page.keys("ü", "{shift}", "ẞ", "{space}", "{bksp}", "{symbols}", "?", "%", "{enter}") == [
        ("key", text) for text in ("ü", "ẞ", " ", "{bksp}", "?", "%", "{enter}")
    ]


def test_a_shell_hears_the_pin(open_shell: Callable[..., Shell]):
    shell = open_shell(START)
    shell.expect(Ready)
    shell.send(ShowPage("pin", "en", data={"wait": 0, "wrong": False, "unset": False}))
    shell.expect(Painted, Painted(0, "pin"))
    shell.xdotool("type", "4711")
    shell.xdotool("key", "Return")
    shell.expect(Said, Said("pin", "4711"))


def test_a_shell_hears_the_enrolment(open_shell: Callable[..., Shell]):
    shell = open_shell(START)
    shell.expect(Ready)
    shell.send(ShowPage("enrolment", "en", data=dict(DATA["enrolment"])))
    shell.expect(Painted, Painted(0, "enrolment"))
    shell.xdotool("key", *["Tab"] * (len(LANGUAGES) + 1))
    for text, then in (("Venue", ["Return", "Return"]), (KEY, ["Return"]), ("4711", ["Tab"]), ("4711", ["Return"])):
        shell.xdotool("type", text)
        shell.xdotool("key", *then)
    said = shell.expect(Said)
    assert said.word == "enrol"
    answers = json.loads(said.value)
    assert {name: answers[name] for name in ("key", "pin", "language")} == {"key": KEY, "pin": "4711", "language": "en"}
    assert answers["brand"].endswith("Venue")
    assert KEY not in repr(said)
