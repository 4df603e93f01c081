"""Readers told from people by how fast they type. No clock: times are numbers."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.scanner import LEAST, MOST, Mode, Scanner, ScannerSettings, Stroke, Verdict

GAP = 0.05
ENTER, TAB, SHIFT, BACKSPACE = 1, 2, 3, 4
NAMES = {ENTER: "enter", TAB: "tab"}


class Keyboard:
    """Keys with times, fed as an engine does it: held keys expire before later ones come."""

    def __init__(self, settings: ScannerSettings | None = None, mode: Mode = Mode.SIGN_IN) -> None:
        self.scanner = Scanner(settings or ScannerSettings(gap=GAP), mode)
        self.now = 100.0
        self.fed: list[Stroke] = []
        self.passed: list[Stroke] = []
        self.times: list[float] = []
        self.scanned: list[str] = []

    def wait(self, seconds: float) -> Keyboard:
        then, deadline = self.now + seconds, self.scanner.deadline
        if deadline is not None and deadline < then:
            self.now = deadline
            self._take(self.scanner.expire(deadline))
        self.now = then
        return self

    def feed(self, stroke: Stroke) -> Keyboard:
        self.fed.append(stroke)
        self._take(self.scanner.feed(stroke, self.now))
        return self

    def press(self, key: str | int, *, repeat: bool = False) -> Keyboard:
        return self.feed(stroke(key, repeat=repeat))

    def release(self, key: str | int) -> Keyboard:
        return self.feed(stroke(key, down=False))

    def tap(self, *keys: str | int, every: float = 0.004, held: float = 0.001) -> Keyboard:
        for key in keys:
            self.press(key).wait(held).release(key).wait(every - held)
        return self

    def rest(self) -> Keyboard:
        return self.wait(10)

    def _take(self, verdict: Verdict) -> None:
        self.passed.extend(verdict.passed)
        self.times.extend(self.now for _ in verdict.passed)
        if verdict.scanned:
            self.scanned.append(verdict.scanned)

    @property
    def text(self) -> str:
        """What the page would show."""
        return "".join(stroke.text or f"<{NAMES.get(stroke.code, '')}>" for stroke in self.passed if stroke.down)


def stroke(key: str | int, *, down: bool = True, repeat: bool = False) -> Stroke:
    if isinstance(key, int):
        return Stroke(key, "", NAMES.get(key, ""), down, repeat)
    return Stroke(1000 + ord(key[0]), key if down else "", "", down, repeat)


def settings(**given) -> ScannerSettings:
    return ScannerSettings(**{"gap": GAP, **given})


VISIT = Mode.VISIT
printable = st.characters(min_codepoint=32, max_codepoint=0x17F).filter(str.isprintable)
codes = st.text(printable, min_size=LEAST, max_size=80)


def test_a_scan_is_read_where_visitors_sign_in():
    keyboard = Keyboard().tap(*"4006381333931", ENTER).rest()

    assert keyboard.scanned == ["4006381333931"]
    assert keyboard.passed == []


def test_a_scan_in_a_visit_is_swallowed_with_its_enter():
    keyboard = Keyboard(mode=VISIT).tap(*"4006381333931", ENTER).rest()

    assert (keyboard.scanned, keyboard.passed) == ([], [])


@given(codes, st.data())
def test_whatever_a_reader_types_at_its_speed_is_read(code, data):
    keyboard = Keyboard()
    for number, character in enumerate(code):
        for key in data.draw(st.lists(st.sampled_from([SHIFT, TAB, BACKSPACE]), max_size=2)) if number else ():
            keyboard.tap(key, every=0, held=0)
        keyboard.tap(character, every=data.draw(st.floats(0, GAP * 0.99)), held=0)
    keyboard.tap(ENTER).rest()

    assert keyboard.scanned == [code]
    assert keyboard.passed == []


@given(st.text(printable, max_size=60), st.data())
def test_a_person_loses_no_key_and_waits_at_most_one_gap(text, data):
    """83 ms from key to key and slower, whatever is pressed and however long it is held."""
    pauses = [data.draw(st.floats(0.083, 0.4)) for _ in text]
    events = []
    for number, (character, at) in enumerate(zip(text, accumulate(pauses, initial=0.0), strict=False)):
        held = data.draw(st.floats(0.03, 0.3))
        events += [(at, Stroke(number + 9, character)), (at + held, Stroke(number + 9, down=False))]
    keyboard = Keyboard(mode=VISIT)
    began, pressed = keyboard.now, {}
    for at, key in sorted(events, key=lambda event: event[0]):
        keyboard.wait(began + at - keyboard.now).feed(key)
        pressed[id(key)] = keyboard.now
    keyboard.press(ENTER).rest()

    assert keyboard.passed == keyboard.fed
    assert keyboard.text == text + "<enter>"
    for key, at in zip(keyboard.passed, keyboard.times, strict=True):
        assert at - pressed.get(id(key), at) <= GAP + 1e-6


key_events = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", " ", "~", ENTER, TAB, SHIFT, BACKSPACE]),
        st.booleans(),
        st.sampled_from([False, False, False, True]),
        st.sampled_from([0.0, 0.002, 0.02, GAP, 0.06, 0.2]),
    ),
    max_size=60,
)
frames = st.builds(
    settings, prefix=st.sampled_from(["", "~", "ab"]), suffix=st.sampled_from(["enter", "tab", "", "c", "~~"])
)


@given(key_events, frames, st.sampled_from(Mode), st.integers(0, 60))
def test_any_keys_pass_once_and_in_order_or_never(events, frame, mode, turn):
    keyboard = Keyboard(frame, mode)
    for number, (key, down, repeat, pause) in enumerate(events):
        if number == turn:
            keyboard.scanner.switch(VISIT)
        keyboard.feed(stroke(key, down=down, repeat=repeat)).wait(pause)
    keyboard.rest()

    order = {id(each): place for place, each in enumerate(keyboard.fed)}
    places = [order[id(each)] for each in keyboard.passed]
    assert places == sorted(set(places))
    assert all(len(code) >= LEAST - 2 for code in keyboard.scanned)
    assert keyboard.scanner.deadline is None


@given(key_events, frames)
def test_where_visitors_sign_in_no_text_reaches_the_page(events, frame):
    keyboard = Keyboard(frame)
    for key, down, repeat, pause in events:
        keyboard.feed(stroke(key, down=down, repeat=repeat)).wait(pause)
    keyboard.rest()

    assert {each.text for each in keyboard.passed} <= {"", " "}


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c", ENTER, SHIFT]), st.floats(0, 0.1), st.floats(0, 0.1))))
def test_a_page_gets_the_end_of_every_key_that_it_got(taps):
    keyboard = Keyboard(mode=VISIT)
    for key, held, pause in taps:
        keyboard.press(key).wait(held).release(key).wait(pause)
    keyboard.rest()

    down: set[int] = set()
    for each in keyboard.passed:
        assert (each.code in down) is not each.down
        down ^= {each.code}
    assert down == set()


@pytest.mark.parametrize("mode", Mode)
def test_a_slow_code_is_typing(mode):
    keyboard = Keyboard(mode=mode).tap(*"123456", ENTER, every=0.06).rest()

    assert keyboard.scanned == []
    assert keyboard.text == ("123456<enter>" if mode is VISIT else "")


@pytest.mark.parametrize("mode", Mode)
def test_a_code_that_is_cut_off_is_typing(mode):
    keyboard = Keyboard(mode=mode).tap(*"123456").rest().tap(ENTER)

    assert keyboard.scanned == []
    assert keyboard.text == ("123456<enter>" if mode is VISIT else "<enter>")


def test_the_end_of_a_slow_code_presses_no_button():
    assert Keyboard().tap(*"123456").wait(0.2).tap(ENTER).passed == []


@pytest.mark.parametrize("code", ["1", "12", "123"])
def test_a_code_of_less_than_four_characters_is_typing(code):
    assert Keyboard().tap(*code, ENTER).rest().scanned == []
    assert Keyboard(mode=VISIT).tap(*code, ENTER).rest().text == code + "<enter>"


@pytest.mark.parametrize("mode", Mode)
def test_a_code_may_be_as_long_as_it_says(mode):
    code = "eyJhbGciOi" * (MOST // 10) + "x" * (MOST % 10)

    assert Keyboard(mode=mode).tap(*code, ENTER).rest().scanned == ([code] if mode is Mode.SIGN_IN else [])
    longer = Keyboard(mode=mode).tap(*code, "y", ENTER).rest()
    assert (longer.scanned, longer.passed) == ([], [])
    assert longer.tap(*"1234", ENTER).rest().scanned == (["1234"] if mode is Mode.SIGN_IN else [])


def test_what_a_reader_sends_after_its_suffix_is_swallowed():
    keyboard = Keyboard(mode=VISIT).tap(*"123456", ENTER, TAB, BACKSPACE, *"78", ENTER).rest().tap("x").rest()

    assert keyboard.text == "x"


def test_one_scan_may_follow_another():
    assert Keyboard().tap(*"1111", ENTER).wait(0.1).tap(*"2222", ENTER).rest().scanned == ["1111", "2222"]


def test_a_reader_may_wake_up_slowly_where_nobody_types():
    slow = Keyboard().tap("1", every=2.5 * GAP).tap(*"23456", ENTER)
    assert slow.scanned == ["123456"]

    typed = Keyboard(mode=VISIT).tap("1", every=2.5 * GAP).tap(*"23456", ENTER)
    assert typed.text == "1"


def test_a_person_who_rolls_from_key_to_key_is_no_reader():
    keyboard = Keyboard(mode=VISIT)
    for character in "wereopas":
        keyboard.press(character).wait(0.03)
    for character in "wereopas":
        keyboard.release(character)
    keyboard.tap(ENTER).rest()

    assert keyboard.text == "wereopas<enter>"
    assert keyboard.passed == keyboard.fed


def test_a_reader_may_press_several_keys_at_once():
    keyboard = Keyboard()
    for pair in ("12", "34", "56"):
        keyboard.press(pair[0]).wait(0.001).press(pair[1]).wait(0.008)
        keyboard.release(pair[0]).release(pair[1]).wait(0.008)

    assert keyboard.tap(ENTER).scanned == ["123456"]


def test_a_key_may_come_twice_without_having_gone_up():
    assert Keyboard().press("1").wait(0.01).tap("1").tap(*"23", ENTER).scanned == ["1123"]


@pytest.mark.parametrize("mode", Mode)
def test_a_key_that_is_held_down_is_no_reader(mode):
    keyboard = Keyboard(mode=mode).press("a").wait(0.04)
    for _ in range(20):
        keyboard.press("a", repeat=True).wait(0.033)
    keyboard.release("a").tap(ENTER).rest()

    assert keyboard.scanned == []
    assert keyboard.text == ("a" * 21 + "<enter>" if mode is VISIT else "")


def test_a_held_enter_is_no_suffix():
    keyboard = Keyboard(mode=VISIT).tap(*"12345").press(ENTER, repeat=True).rest()

    assert keyboard.text == "12345<enter>"


def test_control_keys_in_a_scan_are_thrown_away():
    keyboard = Keyboard().tap("1", SHIFT, "2", TAB, "3", BACKSPACE, "4", ENTER).rest()

    assert (keyboard.scanned, keyboard.passed) == (["1234"], [])


def test_a_shift_that_came_before_a_scan_ends_for_the_page():
    keyboard = Keyboard(mode=VISIT).press(SHIFT).press("A").release("A").release(SHIFT).tap(*"1234", ENTER).rest()

    assert keyboard.passed == [stroke(SHIFT), stroke(SHIFT, down=False)]


def test_control_keys_by_themselves_pass_at_once():
    keyboard = Keyboard()
    for key in (TAB, SHIFT, ENTER):
        keyboard.tap(key)

    assert keyboard.passed == keyboard.fed


def test_a_space_presses_a_button():
    assert Keyboard().tap(" ").rest().text == " "


def test_a_scan_with_a_prefix_needs_it():
    with_prefix = settings(prefix="~#")

    assert Keyboard(with_prefix).tap(*"~#A1", ENTER).scanned == ["A1"]
    assert Keyboard(with_prefix).tap(*"A1B2", ENTER).scanned == []
    assert Keyboard(with_prefix).tap(*"~A1B2", ENTER).scanned == []
    assert Keyboard(settings(prefix="1234")).tap(*"1234", ENTER).scanned == []


def test_with_a_prefix_no_other_key_waits():
    keyboard = Keyboard(settings(prefix="~"), VISIT).press("a")

    assert keyboard.text == "a"


@pytest.mark.parametrize(
    ("frame", "keys", "scanned"),
    [
        (settings(suffix="tab"), [*"12345", TAB, ENTER], ["12345"]),
        (settings(suffix="tab"), [*"12", ENTER, *"345", TAB], ["12345"]),
        (settings(prefix="%", suffix="?"), [*"%B4006^DOE?", *";4006?", ENTER], ["B4006^DOE"]),
        (settings(prefix="%", suffix="%"), [*"%123%", ENTER], ["123"]),
        (settings(suffix="%%"), [*"12%345%%"], ["12%345"]),
        (settings(suffix="enter"), [*"enter", ENTER], ["enter"]),
        (settings(suffix=""), [*"12345"], ["12345"]),
        (settings(suffix=""), [*"123"], []),
        (settings(suffix=""), [*"12345", BACKSPACE], ["12345"]),
    ],
)
def test_frames(frame, keys, scanned):
    keyboard = Keyboard(frame).tap(*keys).rest()

    assert keyboard.scanned == scanned
    assert keyboard.passed == []


def test_no_page_gets_a_burst_that_began_on_another():
    to_visit = Keyboard().tap(*"123")
    to_visit.scanner.switch(VISIT)
    assert to_visit.tap(*"456", ENTER, TAB).rest().passed == []

    to_sign_in = Keyboard(mode=VISIT).tap(*"123")
    to_sign_in.scanner.switch(Mode.SIGN_IN)
    to_sign_in.tap(*"456", ENTER).rest()
    assert (to_sign_in.scanned, to_sign_in.passed) == ([], [])


def test_a_burst_goes_on_between_pages_of_a_kind():
    keyboard = Keyboard().tap(*"123")
    keyboard.scanner.switch(Mode.SIGN_IN)

    assert keyboard.tap(*"456", ENTER).scanned == ["123456"]


def test_a_key_whose_press_was_never_seen_may_end():
    assert Keyboard().release(ENTER).passed == [stroke(ENTER, down=False)]


def test_what_is_held_waits_for_its_time():
    keyboard = Keyboard(mode=VISIT).press("a")

    assert keyboard.scanner.expire(keyboard.now + GAP / 2) == Verdict()
    assert keyboard.scanner.deadline == pytest.approx(keyboard.now + GAP)
    assert [each.text for each in keyboard.scanner.expire(keyboard.now + GAP).passed] == ["a"]


def test_a_late_timer_does_not_matter():
    """The next key says by its time that there was a pause."""
    scanner = Scanner(settings(), VISIT)
    scanner.feed(stroke("a"), 1.0)
    verdict = scanner.feed(stroke("b"), 1.2)

    assert [each.text for each in verdict.passed] == ["a"]


def test_a_clock_that_is_set_back_counts_as_a_pause():
    scanner = Scanner(settings(), VISIT)
    scanner.feed(stroke("a"), 4_294_967.0)

    assert [each.text for each in scanner.feed(stroke("b"), 1.0).passed] == ["a"]


def test_what_is_typed_and_scanned_is_not_shown():
    assert "secret" not in repr(stroke("s")) + repr(Stroke(1, "secret")) + repr(Verdict((), "secret"))
