"""The operator's PIN: what may be one, and how it is kept."""

from __future__ import annotations

import stat
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.secret import Secret
from kiosk.errors import InvalidInput, StoreError
from kiosk.operators.pin import PinKeeper, PinState, PinVerdict, hash_pin, parse_pin
from kiosk.store.pin_tries import FREE_TRIES, PinTries

if TYPE_CHECKING:
    from pathlib import Path

PIN, WRONG = Secret("2580"), Secret("2581")
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class NoTries:
    """Counts without a file. `error` is raised by all that writes."""

    left: float = 0.0
    calls: list[str] = field(default_factory=list)
    error: StoreError | None = None

    def count(self) -> float:
        return self._do("count")

    def wait(self) -> float:
        return self._do("wait")

    def reset(self) -> None:
        self._do("reset")

    def _do(self, name: str) -> float:
        if self.error:
            raise self.error
        self.calls.append(name)
        return self.left


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "pin"


def keeper_of(file: Path, tries: NoTries | None = None) -> PinKeeper:
    return PinKeeper(file, tries or NoTries(), hasher=CHEAP)


@pytest.mark.parametrize("text", ["2580", "123456789013", "1233", "0001", "9999990", "1357", "1324"])
def test_four_to_twelve_digits_are_a_pin(text):
    assert parse_pin(text) == Secret(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty"),
        ("258", "is too short"),
        ("2580258025802", "is too long"),
        ("25 80", "other than digits"),
        ("258o", "other than digits"),
        ("٢٥٨٠", "other than digits"),
        ("²⁵⁸⁰", "other than digits"),
        ("0000", "repeats one digit"),
        ("999999999999", "repeats one digit"),
        ("1234", "counts up or down"),
        ("4321", "counts up or down"),
        ("0123456789", "counts up or down"),
        ("7890", "counts up or down"),
        ("3210", "counts up or down"),
    ],
)
def test_what_everybody_would_try_is_none_and_the_error_says_why(text, problem):
    with pytest.raises(InvalidInput, match=problem) as caught:
        parse_pin(text)
    assert not text or text not in str(caught.value) + caught.value.hint


@given(st.text(max_size=20))
def test_any_text_is_a_pin_or_an_invalid_input(text):
    try:
        pin = parse_pin(text)
    except InvalidInput:
        return
    assert pin.reveal() == text
    assert text.isascii()
    assert text.isdigit()


def test_the_real_hash_is_argon2id_with_the_parameters_for_little_memory(tmp_path):
    kept = hash_pin(PIN)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert hash_pin(PIN) != kept
    tries = PinTries(tmp_path / "tries.db")
    keeper = PinKeeper(tmp_path / "pin", tries)
    keeper.set(PIN)
    assert keeper.check(WRONG) == PinVerdict(ok=False, wait=0)
    assert keeper.check(PIN) == PinVerdict(ok=True, wait=0)
    assert PIN.reveal() not in (tmp_path / "pin").read_text().split("$")


def test_there_is_no_pin_until_one_is_set(file):
    keeper = keeper_of(file)
    assert keeper.state() is PinState.UNSET
    for pin in (PIN, Secret(""), Secret("0000"), Secret("1234")):
        assert not keeper.check(pin).ok
    keeper.set(PIN)
    assert keeper.is_set()
    assert keeper_of(file).check(PIN).ok


def test_another_pin_takes_the_place_of_the_first(file):
    keeper = keeper_of(file)
    keeper.set(PIN)
    keeper.set(WRONG)
    assert not keeper.check(PIN).ok
    assert keeper.check(WRONG).ok
    assert keeper.clear()
    assert not keeper.clear()
    assert not keeper.check(WRONG).ok


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")
def test_the_file_is_this_accounts_alone_and_nothing_lies_beside_it(file):
    keeper_of(file).set(PIN)
    keeper_of(file).set(WRONG)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda kept: kept[:40],
        lambda kept: kept[:-1] + b"\x00",
        lambda _: b"\xff" * 97,
        lambda kept: kept.replace(b"argon2id", b"argon2d"),
        lambda _: b"2580",
        lambda kept: kept * 100,
    ],
)
def test_a_damaged_file_accepts_no_pin(file, damage):
    keeper = keeper_of(file)
    keeper.set(PIN)
    file.write_bytes(damage(file.read_bytes()))
    assert keeper.state() is PinState.DAMAGED
    assert not keeper.is_set()
    assert not keeper.check(PIN).ok
    keeper.set(PIN)
    assert keeper.check(PIN).ok


def test_a_hash_that_looks_right_and_is_not_accepts_no_pin(file):
    keeper = keeper_of(file)
    keeper.set(PIN)
    file.write_text("$argon2id$v=19$m=1,t=1,p=200$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    assert not keeper.check(PIN).ok


def test_a_try_is_counted_before_it_is_compared(file):
    tries = NoTries()
    keeper = keeper_of(file, tries)
    keeper.set(PIN)
    tries.calls.clear()
    assert keeper.check(PIN).ok
    assert tries.calls == ["count", "reset"]


def test_during_a_delay_even_the_right_pin_is_refused(file):
    tries = NoTries()
    keeper = keeper_of(file, tries)
    keeper.set(PIN)
    tries.left = 30.0
    assert keeper.check(PIN) == PinVerdict(ok=False, wait=30.0)


def test_a_try_that_cannot_be_counted_is_refused_with_a_code(file):
    tries = NoTries()
    keeper = keeper_of(file, tries)
    keeper.set(PIN)
    tries.error = StoreError("the disk is full")
    with pytest.raises(StoreError):
        keeper.check(PIN)


def test_a_pin_that_cannot_be_kept_leaves_the_one_before(file):
    tries = NoTries()
    keeper = keeper_of(file, tries)
    keeper.set(PIN)
    tries.error = StoreError("the disk is full")
    with pytest.raises(StoreError):
        keeper.set(WRONG)
    tries.error = None
    assert keeper.check(PIN).ok


def test_a_folder_that_cannot_be_made_is_a_store_error(tmp_path):
    (tmp_path / "data").touch()
    keeper = keeper_of(tmp_path / "data" / "pin")
    with pytest.raises(StoreError, match="cannot be kept"):
        keeper.set(PIN)
    assert not keeper.check(PIN).ok


def test_a_new_pin_opens_what_wrong_ones_locked(file, tmp_path):
    keeper = PinKeeper(file, PinTries(tmp_path / "tries.db"), hasher=CHEAP)
    keeper.set(PIN)
    for _ in range(FREE_TRIES):
        assert not keeper.check(WRONG).ok
    assert keeper.check(PIN).wait > 20
    keeper.set(PIN)
    assert keeper.check(PIN).ok
