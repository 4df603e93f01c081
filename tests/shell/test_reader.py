"""Keys and timers in any order: what a page gets, and when."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from kiosk.core.scanner import Mode, Scanner, ScannerSettings, Stroke
from kiosk.shell.engines import reader
from kiosk.shell.engines.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable


class Bench:
    """A reader on a bench: timers run when they are told to, and the clock stands unless it is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, in_order: bool) -> None:
        self.now = 50.0
        monkeypatch.setattr(reader, "time", SimpleNamespace(monotonic=lambda: self.now))
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.handed: list[object] = []
        self.scanned: list[str] = []
        scanner = Scanner(ScannerSettings())
        scanner.switch(Mode.VISIT)
        self.reader = Reader(
            scanner,
            report=self.scanned.append,
            hand_on=lambda stroke: self.handed.append(stroke.native),
            call_later=lambda seconds, call: self.timers.append((seconds, call)),
            in_order=in_order,
        )

    def press(self, char: str, at: float = 100.0) -> bool:
        stroke = Stroke(ord(char), text=char, name="", down=True, repeat=False, native=char)
        return self.reader.passes(stroke, at)

    def fire(self, *, late: float = 0.0) -> None:
        seconds, call = self.timers.pop(0)
        self.now += seconds + late
        call()


def test_a_key_waits_for_two_timers_where_keys_may_overtake_them(monkeypatch: pytest.MonkeyPatch):
    bench = Bench(monkeypatch, in_order=False)
    assert not bench.press("a")
    bench.fire()
    assert bench.handed == []
    bench.fire()

    assert bench.handed == ["a"]
    assert bench.timers == []


def test_a_late_timer_says_nothing_where_keys_may_overtake_it(monkeypatch: pytest.MonkeyPatch):
    bench = Bench(monkeypatch, in_order=False)
    bench.press("a")
    bench.fire()
    bench.fire(late=1.0)
    assert bench.handed == []
    bench.fire()

    assert bench.handed == ["a"]


@pytest.mark.parametrize("late", [0.0, 1.0])
def test_one_timer_is_enough_where_it_comes_after_all_keys(monkeypatch: pytest.MonkeyPatch, late: float):
    bench = Bench(monkeypatch, in_order=True)
    bench.press("a")
    bench.fire(late=late)

    assert bench.handed == ["a"]
    assert bench.timers == []


@pytest.mark.parametrize("in_order", [True, False])
def test_a_timer_of_a_key_before_the_last_says_nothing(monkeypatch: pytest.MonkeyPatch, in_order: bool):  # noqa: FBT001
    bench = Bench(monkeypatch, in_order=in_order)
    bench.press("a")
    bench.press("b", at=100.001)
    bench.fire()

    assert bench.handed == []
    assert len(bench.timers) == 1


def test_what_waited_comes_before_the_key_that_shows_it_to_be_typing(monkeypatch: pytest.MonkeyPatch):
    bench = Bench(monkeypatch, in_order=True)
    assert not bench.press("a", at=100.0)
    bench.press("b", at=100.4)
    while bench.timers:
        bench.fire()

    assert bench.handed == ["a", "b"]
    assert bench.scanned == []
