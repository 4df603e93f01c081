"""What the values of a terminal's keys may be."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config import checks
from kiosk.config.pattern import UserPattern
from kiosk.config.schema import KEYS
from kiosk.core.deeplink import Feature
from kiosk.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path


def refusal(key: str, value: object) -> str:
    """Return what is said about a value that is refused: it never repeats the value."""
    with pytest.raises(InvalidInput) as refused:
        KEYS[key].parse(value)
    assert refused.value.field == key
    assert refused.value.allowed == KEYS[key].allowed
    return refused.value.message


@pytest.mark.parametrize(
    ("key", "value", "meaning"),
    [
        ("primary_color", "#0B1b33", "#0b1b33"),
        ("accent_color", "#ffffff", "#ffffff"),
        ("languages", ["ar", "en"], ("ar", "en")),
        ("sign_in", ["keypad", "argument"], ("keypad", "argument")),
        ("sections", [], ()),
        ("sections", ["t2e", "rewards"], (Feature.TAP_TO_EARN, Feature.REWARDS)),
        ("scanner_prefix", "~%", "~%"),
        ("scanner_prefix", "", ""),
        ("scanner_suffix", "tab", "tab"),
        ("scanner_gap_ms", 5, 5),
        ("code_audience", "lobby-3", "lobby-3"),
        ("code_audience", "", ""),
        ("terminal", "Käsetheke 3 · Süd", "Käsetheke 3 · Süd"),
        ("code_life", 3600, 3600),
        ("keypad_length", 32, 32),
        ("idle_timeout", 86_400, 86_400),
        ("operator_taps", 4, 4),
        ("user_pattern", "", None),
        ("logo", "", None),
    ],
)
def test_a_right_value_is_used_as_it_is_meant(key: str, value: object, meaning: object):
    assert KEYS[key].parse(value) == meaning


@pytest.mark.parametrize("key", ["primary_color", "accent_color"])
@pytest.mark.parametrize(
    "value", ["", "red", "#fff", "#0b1b3", "#0b1b333", "0b1b33", "#0b1b3g", "#٠٠٠٠٠٠", "#0b1b33\n", 0]
)
def test_a_colour_is_six_digits(key: str, value: object):
    refusal(key, value)


@pytest.mark.parametrize("key", ["languages", "sign_in", "sections"])
@pytest.mark.parametrize("value", [["canary"], ["en", "canary"], "en", [1], [None], {"en": 1}, [["en"]], True])
def test_a_list_has_only_words_that_there_are(key: str, value: object):
    assert "canary" not in refusal(key, value)


@pytest.mark.parametrize("value", [["EN"], ["en-US"], ["en "], ["pt", "xx"]])
def test_a_language_is_one_that_our_pages_speak(value: list[str]):
    refusal("languages", value)


@pytest.mark.parametrize("value", [["rewards", "rewards"], ["missions", "rewards", "missions"]])
def test_a_list_names_nothing_twice(value: list[str]):
    assert "twice" in refusal("sections", value)


@pytest.mark.parametrize("key", ["languages", "sign_in"])
def test_a_terminal_has_a_language_and_a_way_to_sign_in(key: str):
    assert "is empty" in refusal(key, [])


def test_a_slip_is_recognised():
    assert refusal("sign_in", ["scaner"]).endswith("; did you mean scanner?")


# ── the pattern of user ids ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_pattern_is_ready_to_be_matched():
    pattern = KEYS["user_pattern"].parse("[A-Z]{2}[0-9]{6}")

    assert pattern == UserPattern("[A-Z]{2}[0-9]{6}")
    assert [pattern.fullmatch(text) for text in ("AB123456", "ab123456", "AB12345", "AB1234567", "")] == [True] + [
        False
    ] * 4


@pytest.mark.parametrize(
    "value", ["(canary", "canary[", "*canary", "a{999999999999}canary", "(" * 120, "[[canary]", "x" * 257, "canary(?i)"]
)
def test_what_is_no_pattern_is_refused_and_not_repeated(value: str):
    assert "canary" not in refusal("user_pattern", value)


@given(st.text(max_size=300))
def test_a_pattern_is_right_or_refused_and_nothing_else_happens(text: str):
    with suppress(InvalidInput):
        KEYS["user_pattern"].parse(text)


SLOW = [
    "([a-z]+)*",
    "(a+)+",
    "(a|a)*",
    "(a|aa)+",
    r"(\w+\d)+",
    "([A-Z0-9]+-?)*[0-9]",
    "([^-]+)*-x",
    "(x+x+)+y",
    "(?:[0-9]{1,9}){2,40}-",
    "visitor-([0-9]+)*x",
    "(a|a|a|a|a|a|a|a|a|a)*",
    "(?:aaaa?){1,90}",
    "a*a*a*a*a*a*a*a*b",
    "a?" * 80 + "a" * 80,
    "(a|a)" * 50,
    "(a{0,9}){0,9}.{1,40}|",
    r".*\w*[a-z]*.+(?:a|aa|aaa)*-",
]
"""Python would match them for longer than anybody lives, or has been seen to take seconds."""


@pytest.mark.parametrize("value", SLOW)
def test_no_id_stops_the_terminal_whatever_the_pattern(value: str):
    pattern = KEYS["user_pattern"].parse(value)
    began = time.thread_time()

    for text in ("a" * 255 + "!", "x" * 256, "0" * 255 + "a", "visitor-" + "1" * 248, "a" * 255 + "-"):
        pattern.fullmatch(text)
    assert time.thread_time() - began < 1


@pytest.mark.parametrize(
    "value", [r"(a)\1", "(?=a)a", "(?<!a)b", r"\bab", "a^b", "a$b", "(?>a)", "a++", "(a{1000}){1000}", "(^a){2}"]
)
def test_what_could_take_long_and_cannot_be_matched_otherwise_is_refused(value: str):
    assert "could take long" in (why := refusal("user_pattern", value)) or "places" in why


@pytest.mark.parametrize(
    ("value", "right", "wrong"),
    [
        ("^[0-9]{8}$", "12345678", "1234567"),
        ("^a$|^b$", "b", "ab"),
        (r"\A(?:VIP|STD)-\d+\Z", "STD-7", "STD-"),
        ("(?i)vip-[a-f]+", "ViP-AbC", "VIP-g"),
        (r"(?a)\w+", "abc", "é"),
        ("(?i:a)b", "Ab", "AB"),
        ("(?P<name>a{2,3}?)[^b]", "aaa", "aab"),
        ("(?:){9,}x", "x", ""),
        (".{2,}", "👍é", "é"),
    ],
)
def test_a_pattern_means_what_it_means_in_python(value: str, right: str, wrong: str):
    pattern = KEYS["user_pattern"].parse(value)

    assert (pattern.fullmatch(right), pattern.fullmatch(wrong)) == (True, False)


_atoms = st.sampled_from(["a", "b", "[ab]", "[^a]", r"\d", r"\W", ".", "(?:ab|a)", "(b|)", "(?i:A)", "[a-f0]", "é"])
_patterns = st.lists(st.tuples(_atoms, st.sampled_from(["", "", "*", "+?", "?", "{2}", "{0,2}", "{2,}"])), max_size=5)


@given(st.lists(_patterns, min_size=1, max_size=2), st.text("abAc0-é", max_size=7))
def test_any_pattern_means_what_it_means_in_python(branches: list[list[tuple[str, str]]], text: str):
    value = "|".join("".join(map("".join, branch)) for branch in branches) or "a"
    pattern = KEYS["user_pattern"].parse(value)

    assert pattern.fullmatch(text) is (re.fullmatch(value, text) is not None)


# ── names and frames ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("key", ["terminal", "code_audience", "event_check_in", "event_visit_ended", "test_user"])
@pytest.mark.parametrize("value", ["a\nb", "a\x00b", "\x1b[31m", "\x7f", "x" * 65, 7, ["a"]])
def test_a_name_is_short_and_has_no_control_character(key: str, value: object):
    refusal(key, value)


@pytest.mark.parametrize("key", ["scanner_prefix", "scanner_suffix"])
@pytest.mark.parametrize("value", ["\t", "\r", "\x02", "123456789", "\ud800", "a\u200b"])
def test_a_frame_is_up_to_eight_characters_that_can_be_printed(key: str, value: str):
    refusal(key, value)


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

RANGES = {
    "scanner_gap_ms": (5, 500),
    "code_life": (10, 3600),
    "keypad_length": (1, 32),
    "keypad_tries": (1, 20),
    "keypad_cooldown": (10, 3600),
    "idle_timeout": (10, 86_400),
    "idle_warning": (10, 120),
    "visit_limit": (60, 86_400),
    "outbox_limit": (100, 1_000_000),
    "outbox_days": (1, 365),
    "operator_taps": (4, 12),
    "operator_timeout": (10, 600),
}


@pytest.mark.parametrize(("key", "ends"), RANGES.items())
def test_a_number_is_in_its_range_and_whole(key: str, ends: tuple[int, int]):
    least, most = ends
    assert [KEYS[key].parse(value) for value in ends] == [least, most]
    for value in (least - 1, most + 1, -1, 10**30, 1.5, float("nan"), str(least), True):
        refusal(key, value)


# ── pictures ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["logo.png", "logo.JPG", "logo.jpeg", "logo.webp", "logo.svg"])
def test_a_picture_is_named_by_its_whole_path(tmp_path: Path, name: str):
    path = tmp_path / name
    path.touch()

    assert KEYS["logo"].parse(str(path)) == path


@pytest.mark.parametrize(("key", "most"), [("logo", 262_144), ("background", 1_048_576)])
def test_a_picture_is_not_too_large(tmp_path: Path, key: str, most: int):
    path = tmp_path / "picture.png"
    path.write_bytes(bytes(most))
    assert KEYS[key].parse(str(path)) == path

    path.write_bytes(bytes(most + 1))
    assert f"larger than {most} bytes" in refusal(key, str(path))


@pytest.mark.parametrize("name", ["logo.gif", "logo.bmp", "logo", "png", "logo.png.exe", "logo.html"])
def test_a_picture_is_of_a_kind_that_every_engine_shows(tmp_path: Path, name: str):
    (tmp_path / name).touch()

    assert "kind of picture" in refusal("logo", str(tmp_path / name))


@pytest.mark.parametrize("value", ["logo.png", "/nowhere/logo.png", "https://a.example/logo.png", "/\0.png"])
def test_a_picture_that_is_not_there_is_refused(value: str):
    refusal("background", value)


def test_a_folder_is_no_picture(tmp_path: Path):
    (tmp_path / "logo.png").mkdir()

    refusal("logo", str(tmp_path / "logo.png"))


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() == 0, reason="root may read every file")
def test_a_file_that_this_account_may_not_read_is_refused(tmp_path: Path):
    path = tmp_path / "logo.png"
    path.touch(mode=0o000)

    assert "can read" in refusal("logo", str(path))


# ── what belongs together ───────────────────────────────────────────────────────────────────────────────────────────


def test_codes_need_a_public_key(tmp_path: Path):
    from kiosk.config import Places, survey_config  # noqa: PLC0415 - here alone

    places = Places(user=tmp_path / "config.toml", policy=tmp_path / "none", policy_owner=None, environ={})
    places.user.write_text('screen = 1\nsign_in = ["argument", "code"]')
    (problem,) = survey_config({}, places).problems
    assert str(problem) == f"{places.user}:2: sign_in: code needs code_public_key"

    key = tmp_path / "key.pem"
    key.touch()
    places.user.write_text(f'sign_in = ["code"]\ncode_public_key = {json.dumps(str(key))}')
    assert not survey_config({}, places).problems


@pytest.mark.parametrize("host", ["*.co.uk", "*.com.au", "*.github.io"])
def test_no_wildcard_covers_names_that_anybody_can_have(host: str):
    with pytest.raises(InvalidInput, match="anybody"):
        checks.check_patterns([f"https://{host}"], "allow")


def test_a_wildcard_covers_the_names_of_one_owner():
    assert checks.check_patterns(["https://*.example.co.uk", "https://co.uk"], "allow")
