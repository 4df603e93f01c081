"""Keys with their times, fed to the scanner as an engine does it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kiosk.core.scanner import LEAST, MOST, Mode, Scanner, ScannerSettings, Stroke, Verdict
from tests.fuzz.target import Target

if TYPE_CHECKING:
    from random import Random

GAP = 0.05
SETTINGS = (
    ScannerSettings(gap=GAP),
    ScannerSettings("", "tab", GAP),
    ScannerSettings("%", "?", GAP),
    ScannerSettings("]C1", "", GAP),
    ScannerSettings("", "\u00a7\u00a7", GAP),
    ScannerSettings("ab", "ab", GAP),
)
_PAUSES = (0.0, 0.001, 0.004, 0.02, GAP * 0.99, GAP, GAP * 1.01, GAP * 2.9, GAP * 3.1, 0.083, 0.2, 0.6, 3.0)
_NAMES = {1: "enter", 2: "tab"}


@dataclass(frozen=True, slots=True)
class Keys:
    """Strokes with the seconds before each, and where the page changes in between."""

    settings: ScannerSettings
    mode: Mode
    strokes: list[tuple[float, Stroke]]
    switches: dict[int, Mode]
    slow: bool
    """Whether a person typed it all: no two characters come within a gap."""


class ScannerStreams(Target):
    name = "scanner streams"
    promise = "typing is never a scan and loses no key; what is passed keeps its order, and each press its release"

    def make(self, choices: Random) -> Keys:
        settings, slow = choices.choice(SETTINGS), choices.random() < 0.3
        strokes: list[tuple[float, Stroke]] = []
        for _ in range(choices.choice((1, 1, 2, 3))):
            strokes += self._person(choices) if slow else self._anybody(choices, settings)
        mode = choices.choice((Mode.SIGN_IN, Mode.VISIT))
        switched = not slow and choices.random() < 0.2
        switches = {choices.randrange(len(strokes)): choices.choice((Mode.SIGN_IN, Mode.VISIT))} if switched else {}
        return Keys(settings, mode, strokes, switches, slow)

    def _person(self, choices: Random) -> list[tuple[float, Stroke]]:
        made = []
        for _ in range(choices.randrange(1, 8)):
            code, text = self._key(choices)
            pause = choices.choice((GAP * 3.1, 0.2, 0.6, 3.0))
            made += [
                (pause, Stroke(code, text, _NAMES.get(code, ""))),
                (0.04, Stroke(code, "", _NAMES.get(code, ""), down=False)),
            ]
        return made

    def _anybody(self, choices: Random, settings: ScannerSettings) -> list[tuple[float, Stroke]]:
        """Return a scan, whole or spoiled, or a jumble."""
        kind = choices.random()
        if kind < 0.6:
            body = "".join(
                choices.choice("0123456789abAB.-_%?") for _ in range(choices.choice((1, 3, 3, 4, 4, 13, 40)))
            )
            if kind < 0.001:
                body *= 90
            keys: list[tuple[int, str]] = [(9 + ord(one), one) for one in settings.prefix + body]
            end = settings.suffix
            keys += [(1, "")] if end == "enter" else [(2, "")] if end == "tab" else [(9 + ord(one), one) for one in end]
            every = choices.choice((0.001, 0.004, 0.02, GAP * 0.99))
        else:
            keys = [self._key(choices) for _ in range(choices.randrange(1, 14))]
            every = choices.choice(_PAUSES)
        made: list[tuple[float, Stroke]] = []
        for code, text in keys:
            pause = every if choices.random() < 0.95 else choices.choice(_PAUSES)
            made.append((pause, Stroke(code, text, _NAMES.get(code, ""), repeat=choices.random() < 0.01)))
            if choices.random() < 0.97:
                made.append(
                    (choices.choice((0.0, 0.0, 0.001, 0.03)), Stroke(code, "", _NAMES.get(code, ""), down=False))
                )
        if choices.random() < 0.2:  # rolled, let go late, or never pressed
            at, to = choices.randrange(len(made)), choices.randrange(len(made))
            made.insert(to, made.pop(at))
        return made

    @staticmethod
    def _key(choices: Random) -> tuple[int, str]:
        code = choices.choice((1, 2, 3, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50))
        return code, chr(code + 57) if code >= 40 else " " if code == 3 and choices.random() < 0.5 else ""

    def check(self, item: Keys) -> None:
        scanner, now, mode = Scanner(item.settings, item.mode), 100.0, item.mode
        passed: list[int] = []
        typed: list[tuple[str, float]] = []
        numbers = {id(stroke): number for number, (_, stroke) in enumerate(item.strokes)}
        for number, (pause, stroke) in enumerate(item.strokes):
            if number in item.switches:
                scanner.switch(mode := item.switches[number])
            deadline = scanner.deadline
            if deadline is not None and deadline <= now + pause:
                self._take(scanner.expire(deadline), passed, numbers, typed, item)
            now += pause
            if stroke.down and stroke.text:
                typed.append((stroke.text, now))
            verdict = scanner.feed(stroke, now)
            assert not verdict.scanned or mode is Mode.SIGN_IN
            self._take(verdict, passed, numbers, typed, item)
            assert scanner.deadline is None or scanner.deadline <= now + 3 * GAP + 1e-9
        if (deadline := scanner.deadline) is not None:
            self._take(scanner.expire(deadline), passed, numbers, typed, item)
        assert scanner.deadline is None
        assert not scanner._held
        self._check_order(passed, item)
        if item.slow and mode is Mode.VISIT:
            assert len(passed) == len(item.strokes), "a person's key is lost"

    def _take(self, verdict: Verdict, passed: list[int], numbers: dict[int, int], typed: list, item: Keys) -> None:
        passed += [numbers[id(stroke)] for stroke in verdict.passed]
        if not verdict.scanned:
            return
        assert not item.slow, "typing is taken for a scan"
        framed = item.settings.prefix + verdict.scanned
        suffix = "" if item.settings.suffix in {"enter", "tab"} else item.settings.suffix
        frame = len(suffix)
        assert LEAST <= len(framed) + frame <= MOST + frame
        run = typed[:]
        assert any(self._is_run(run[: len(run) - skip], framed + suffix) for skip in (0, 1)), (
            "nobody typed this so fast"
        )

    @staticmethod
    def _is_run(typed: list[tuple[str, float]], text: str) -> bool:
        run = typed[-len(text) :]
        gaps = [second[1] - first[1] for first, second in pairwise(run)]
        near = 1e-9
        quick = all(gap <= GAP * (3 if number == 0 else 1) + near for number, gap in enumerate(gaps))
        return "".join(key for key, _ in run) == text and quick

    @staticmethod
    def _check_order(passed: list[int], item: Keys) -> None:
        """A key that goes down twice before it goes up is left out: no keyboard does so, and either is right then.

        So is one that is down while the page changes: the new page gets nothing of the old one's keys.
        """
        assert all(one < other for one, other in pairwise(passed)), "keys are passed twice, or in another order"
        given = set(passed)
        fed: dict[int, int] = {}
        twice: set[int] = set()
        for number, (_, stroke) in enumerate(item.strokes):
            if stroke.down:
                if stroke.code in fed:
                    twice.add(stroke.code)
                fed[stroke.code] = number
            elif (press := fed.pop(stroke.code, None)) is not None and not item.switches and stroke.code not in twice:
                assert (press in given) == (number in given), "a press without its release, or the other way round"


TARGETS = (ScannerStreams,)
