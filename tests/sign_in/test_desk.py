"""Every way in, switched on or off, and what it takes."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.core.deeplink import DeepLink, Feature
from kiosk.core.sign_in import SignIn, SignInRefused
from kiosk.core.user_id import UserId
from kiosk.sign_in.desk import SignInDesk
from kiosk.sign_in.signed_code import SignedCodes
from kiosk.store.state import UsedCodes
from tests.codes import NOW, App

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EIGHT = re.compile("[0-9]{8}")
ALL = ("argument", "scanner", "code", "keypad")
RIGHT, WRONG = "12345674", "12345678"  # by Luhn


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def codes(app: App, tmp_path: Path) -> SignedCodes:
    used = UsedCodes(tmp_path / "state.db", life=300, clock=lambda: NOW)
    return SignedCodes(app.write_key(tmp_path), audience="", life=300, used=used, clock=lambda: NOW)


def desk_of(*methods: str, codes: SignedCodes | None = None, clock: Clock | None = None, **changed) -> SignInDesk:
    settings = {"pattern": None, "check_digit": "none", "longest": 12, "tries": 3, "cooldown": 60.0} | changed
    return SignInDesk(methods=methods, codes=codes, clock=clock or Clock(), **settings)


def refusal(sign_in: Callable[..., SignIn], *arguments: object) -> SignInRefused:
    with pytest.raises(SignInRefused) as refused:
        sign_in(*arguments)
    return refused.value


def visitor(user: str) -> SignIn:
    return SignIn(UserId.parse(user), DeepLink())


# ── what is switched off ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("on", list(product([False, True], repeat=4)))
def test_a_way_that_is_not_configured_lets_nobody_in(app: App, codes: SignedCodes, on):
    methods = [name for name, used in zip(ALL, on, strict=True) if used]
    desk = desk_of(*methods, codes=codes)
    ways = {
        "argument": lambda: desk.argument(UserId.parse("anna"), DeepLink()),
        "scanner": lambda: desk.scanned("anna"),
        "code": lambda: desk.scanned(app.code(sub="anna")),
        "keypad": lambda: desk.typed("12345"),
    }
    for name, way in ways.items():
        if name in methods:
            assert way() == visitor("12345" if name == "keypad" else "anna")
        elif name != "code" or "scanner" not in methods:  # then the code is a long id: the next test
            assert refusal(way).reason in {"unknown", "wrong"}


def test_a_code_signs_nobody_in_where_codes_are_off(app: App, codes: SignedCodes):
    code = app.code(sub="anna")

    assert desk_of("scanner", codes=codes).scanned(code) == visitor(code)
    assert refusal(desk_of("scanner", codes=codes, pattern=EIGHT).scanned, code).reason == "unknown"


def test_a_method_without_a_name_that_we_know_lets_nobody_in():
    desk = desk_of("telepathy")

    assert refusal(desk.scanned, "anna").reason == "unknown"


# ── the pattern ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("user", ["anna", "123456789", "1234567", " 12345678", "12345678\u200b"])
def test_no_way_lets_in_an_id_that_does_not_match(app: App, codes: SignedCodes, user: str):
    desk = desk_of(*ALL, codes=codes, pattern=EIGHT)

    assert refusal(desk.argument, UserId.parse(user), DeepLink()).reason == "unknown"
    assert refusal(desk.scanned, user).reason == "unknown"
    assert refusal(desk.scanned, app.code(sub=user)).reason == "unknown"
    assert refusal(desk.typed, user).reason in {"unknown", "wrong"}


def test_a_code_whose_id_does_not_match_is_not_used_up(app: App, codes: SignedCodes):
    code = app.code(sub="anna")
    assert refusal(desk_of("code", codes=codes, pattern=EIGHT).scanned, code).reason == "unknown"

    assert desk_of("code", codes=codes).scanned(code) == visitor("anna")


@pytest.mark.parametrize("text", ["", "a\nb", "x" * 257, "\ud800"])
def test_what_is_no_id_is_refused(text: str):
    assert refusal(desk_of("scanner").scanned, text).reason == "unknown"


# ── the scanner and codes ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_opens_where_it_says(app: App, codes: SignedCodes):
    sign_in = desk_of("code", codes=codes).scanned(app.code(feature="missions"))

    assert sign_in == SignIn(UserId.parse("visitor-42"), DeepLink(Feature.MISSIONS))


def test_a_code_is_used_up_by_a_scan(app: App, codes: SignedCodes):
    desk = desk_of("code", codes=codes)
    code = app.code()
    desk.scanned(code)

    assert refusal(desk.scanned, code).reason == "used"


def test_a_plain_id_is_wrong_where_only_codes_count(codes: SignedCodes):
    assert refusal(desk_of("code", codes=codes).scanned, "visitor-42").reason == "wrong"


@pytest.mark.parametrize(
    "mangle", [str.upper, str.swapcase, lambda code: f" {code}", lambda code: code.replace("-", "ß").replace(".", ":")]
)
def test_a_broken_code_is_never_taken_for_an_id(app: App, codes: SignedCodes, mangle):
    desk = desk_of("scanner", "code", codes=codes)

    assert refusal(desk.scanned, mangle(app.code())).reason == "wrong"
    assert desk.scanned("visitor-42") == visitor("visitor-42")


# ── the keypad ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_number_needs_its_check_digit():
    desk = desk_of("keypad", check_digit="luhn", pattern=EIGHT)

    assert desk.typed(RIGHT) == visitor(RIGHT)
    assert refusal(desk.typed, WRONG).reason == "wrong"


def test_after_too_many_wrong_numbers_nobody_can_try_for_a_while(clock: Clock):
    desk = desk_of("keypad", check_digit="luhn", clock=clock)
    assert [refusal(desk.typed, WRONG).reason for _ in range(3)] == ["wrong", "wrong", "wait"]
    clock.now += 20

    refused = refusal(desk.typed, RIGHT)
    assert (refused.reason, refused.wait, desk.wait()) == ("wait", 40.0, 40.0)

    clock.now += 40
    assert desk.wait() == 0.0
    assert desk.typed(RIGHT) == visitor(RIGHT)


def test_other_ways_in_stay_open_during_the_break_and_do_not_end_it(app: App, codes: SignedCodes, clock: Clock):
    desk = desk_of(*ALL, codes=codes, clock=clock, tries=1)
    assert refusal(desk.typed, "not a number").reason == "wait"

    assert desk.scanned(app.code()) == visitor("visitor-42")
    assert desk.argument(UserId.parse("anna"), DeepLink()) == visitor("anna")
    assert refusal(desk.typed, "1").reason == "wait"


def test_wrong_scans_do_not_close_the_keypad():
    desk = desk_of("keypad", "scanner", tries=1, pattern=EIGHT)
    for _ in range(5):
        refusal(desk.scanned, "nobody")

    assert desk.typed(RIGHT) == visitor(RIGHT)


def test_a_number_that_the_pattern_refuses_counts_as_wrong():
    desk = desk_of("keypad", pattern=EIGHT, tries=2)

    assert [refusal(desk.typed, "123").reason for _ in range(3)] == ["unknown", "wait", "wait"]


def test_a_right_number_clears_the_wrong_ones():
    desk = desk_of("keypad", check_digit="luhn", tries=2)
    for _ in range(4):
        assert refusal(desk.typed, WRONG).reason == "wrong"
        desk.typed(RIGHT)


def test_threads_have_no_tries_of_their_own():
    desk = desk_of("keypad", check_digit="luhn", tries=5)
    with ThreadPoolExecutor(8) as pool:
        reasons = list(pool.map(lambda _: refusal(desk.typed, WRONG).reason, range(40)))

    assert reasons.count("wrong") == 4


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_no_refusal_says_what_was_typed_or_scanned(codes: SignedCodes, text: str):
    desk = desk_of("keypad", "code", codes=codes, pattern=EIGHT)
    for refused in (refusal(desk.typed, f"canary{text}"), refusal(desk.scanned, f"canary{text}")):
        assert "canary" not in f"{refused!r}{refused}{refused.detail}"
