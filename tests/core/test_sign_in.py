"""What is accepted as an id, and how often somebody may be wrong."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.sign_in import (
    KeypadTries,
    SignInRefused,
    check_digits,
    check_pattern,
    has_check_digit,
    is_compact_jws,
    looks_signed,
)
from kiosk.core.user_id import UserId

digits = st.text("0123456789", min_size=1, max_size=32)
EIGHT = re.compile("[0-9]{8}")


# ── patterns ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_pattern_every_id_is_one():
    check_pattern(UserId.parse("anything at all"), None)


def test_an_id_that_the_pattern_matches_is_one():
    check_pattern(UserId.parse("12345678"), EIGHT)


@pytest.mark.parametrize("text", ["1234567", "123456789", "x12345678", "12345678x", "12345678/../1"])
def test_a_pattern_is_for_the_whole_id(text: str):
    with pytest.raises(SignInRefused) as refused:
        check_pattern(UserId.parse(text), EIGHT)
    assert refused.value.reason == "unknown"


@given(st.text(min_size=1, max_size=40))
def test_a_refusal_never_says_what_was_typed(text: str):
    canary = f"canary{text}"
    with pytest.raises(SignInRefused) as refused:
        check_digits(canary, longest=12, check_digit="none")
    shown = f"{refused.value!r} {refused.value} {refused.value.detail} {refused.value.reason}"
    assert "canary" not in shown


# ── signed codes and plain ids ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["a.b.c", "eyJh.eyJz.c-_9"])
def test_three_parts_of_base64url_are_a_code(text: str):
    assert is_compact_jws(text)
    assert looks_signed(text)


@pytest.mark.parametrize(
    "text", ["", "a", "a.b", "a.b.c.d", "a..c", ".b.c", "a.b.", "a.b.c=", "a.b+.c", "é.b.c", "a.b.c\n"]
)
def test_anything_else_is_none(text: str):
    assert not is_compact_jws(text)


@pytest.mark.parametrize("text", [" a.b.c", "a.b.c\r\n", "EYj" + "x" * 70, "ezJ" + "?ß" * 40])
def test_a_code_that_a_reader_broke_is_still_not_taken_for_an_id(text: str):
    assert looks_signed(text)
    assert not is_compact_jws(text)


@pytest.mark.parametrize("text", ["visitor-42", "4006381333931", "eyes", "anna.b@example.com"])
def test_an_id_does_not_look_like_a_code(text: str):
    assert not looks_signed(text)


# ── check digits ────────────────────────────────────────────────────────────────────────────────────────────────────

# Numbers that others published: the example of ISO/IEC 7812's Wikipedia page, test cards of Visa and Mastercard; the
# EAN-13, EAN-8 and UPC-A examples of GS1's and Wikipedia's pages.
LUHN = ["17893729974", "4111111111111111", "5555555555554444", "00"]
EAN = ["4006381333931", "73513537", "036000291452", "00"]


@pytest.mark.parametrize(("kind", "number"), [("luhn", n) for n in LUHN] + [("ean", n) for n in EAN])
def test_published_numbers_have_their_check_digit(kind, number: str):
    assert has_check_digit(number, kind)


@given(st.sampled_from(["luhn", "ean"]), digits)
def test_just_one_last_digit_is_right(kind, number: str):
    assert sum(has_check_digit(f"{number}{last}", kind) for last in range(10)) == 1


@given(st.sampled_from(["luhn", "ean"]), digits, st.data())
def test_one_wrong_digit_is_always_found(kind, number: str, data):
    right = next(f"{number}{last}" for last in range(10) if has_check_digit(f"{number}{last}", kind))
    place = data.draw(st.integers(0, len(right) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != right[place]))
    assert not has_check_digit(right[:place] + other + right[place + 1 :], kind)


@pytest.mark.parametrize("kind", ["luhn", "ean"])
def test_a_check_digit_with_nothing_to_protect_is_wrong(kind):
    assert not has_check_digit("0", kind)


@given(digits)
def test_without_a_check_digit_every_number_is_right(number: str):
    check_digits(number, longest=32, check_digit="none")


@pytest.mark.parametrize("text", ["", "12a", "-1", "1 2", "١٢٣", "²", "12\n", "1" * 13])
def test_what_is_no_number_of_the_right_length_is_wrong(text: str):
    with pytest.raises(SignInRefused) as refused:
        check_digits(text, longest=12, check_digit="none")
    assert refused.value.reason == "wrong"


def test_a_wrong_check_digit_is_wrong():
    with pytest.raises(SignInRefused, match="check digit") as refused:
        check_digits("4006381333932", longest=13, check_digit="ean")
    assert refused.value.reason == "wrong"


# ── tries ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_after_the_last_try_there_is_a_break():
    tries = KeypadTries(3, 60.0).failed(0.0).failed(1.0)
    assert tries.wait(1.0) == 0.0

    tries = tries.failed(2.0)

    assert tries.wait(2.0) == 60.0
    assert tries.wait(61.5) == 0.5
    assert tries.wait(62.0) == 0.0


def test_after_the_break_all_tries_are_there_again():
    tries = KeypadTries(2, 10.0).failed(0.0).failed(0.0)

    assert tries.failed(10.0).wait(10.0) == 0.0
    assert tries.failed(10.0).failed(10.0).wait(10.0) == 10.0


def test_a_right_number_clears_the_wrong_ones():
    assert KeypadTries(2, 10.0).failed(0.0).succeeded() == KeypadTries(2, 10.0)


@given(st.integers(1, 20), st.floats(10, 3600), st.lists(st.floats(0, 100), max_size=60))
def test_there_are_never_more_tries_than_the_limit_between_two_breaks(limit: int, cooldown: float, gaps: list[float]):
    tries, now, tried = KeypadTries(limit, cooldown), 0.0, []
    for gap in gaps:
        now += gap
        if not tries.wait(now):
            tried.append(now)
        tries = tries.failed(now)
    for first, later in zip(tried, tried[limit:], strict=False):
        assert later - first >= cooldown - 1e-6


@given(st.floats(0, 59))
def test_a_try_during_a_break_changes_nothing(now: float):
    tries = KeypadTries(1, 60.0).failed(0.0)
    assert tries.failed(now) == tries
