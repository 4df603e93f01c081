"""A reader of codes or cards that types like a keyboard, told from a person by how fast it types.

A scan is a prefix (if there is one), then printable characters, each at most `gap` after the one before, then the
suffix. Every key is fed with its time; until it is clear what a burst of keys is, they are held. What turns out to be
typing is passed on in its order, what turns out to be a scan is not.

How a burst is known as a person's: a pause longer than `gap`; a key that repeats itself; a prefix that is missing; or
a key that goes down while the last one still is. People hold a key for 60 ms and more, so nobody types 20 characters
in a second without rolling from key to key, and readers do not roll.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

LEAST = 4
"""Characters of the shortest scan, with what frames it."""

MOST = 1024
"""Characters of the longest one: a signed code has about 600. What is faster than people and longer is thrown away."""

_FIRST = 3
"""So many gaps may lie between the first two characters where nobody types: some readers wake up slowly."""

_SAME_REPORT = 0.005
"""Seconds. Some readers send several keys in one report: they go down together, which is not rolling."""

_MUTE = 0.5
"""Seconds after text that was dropped, in which no Enter presses a button of ours: the rest of a bad scan."""


@dataclass(frozen=True, slots=True)
class ScannerSettings:
    """How a reader types: what comes before and after a code, and the longest time between two characters (seconds).

    `suffix` is a text, or `enter` or `tab` for these keys. Without one, a pause ends a code.
    """

    prefix: str = ""
    suffix: str = "enter"
    gap: float = 0.05


_KEYS = frozenset({"enter", "tab"})


class Mode(Enum):
    """Which kind of page has the keys."""

    SIGN_IN = auto()
    """A scan is read. No text reaches the page, but for a space alone, which presses a button."""
    VISIT = auto()
    """A scan is thrown away. Typing reaches the page, at most one gap late."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key that goes down or up. `code` tells keys apart, `text` is what it types if that can be printed."""

    code: int
    text: str = field(default="", repr=False)
    name: str = ""
    """`enter` or `tab`."""
    down: bool = True
    repeat: bool = False
    """The key was not pressed again: it is being held down."""
    native: object = field(default=None, repr=False, compare=False)
    """The toolkit's event, for who passes it on."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the page gets now, in this order, and what was scanned. A stroke in no verdict is held, or swallowed."""

    passed: tuple[Stroke, ...] = ()
    scanned: str = field(default="", repr=False)


class _State(Enum):
    QUIET = auto()
    BURST = auto()
    """Keys are held: it may be a scan."""
    TYPING = auto()
    """It is a person: until the next pause, no key is held."""
    TAIL = auto()
    """It was a scan: until the next pause, all keys are the reader's."""


class _Fate(Enum):
    HELD = auto()
    PASSED = auto()
    SWALLOWED = auto()


class Scanner:
    """Sorts keys. Times are in seconds, of any clock that does not run backwards while keys come."""

    def __init__(self, settings: ScannerSettings, mode: Mode = Mode.SIGN_IN) -> None:
        """Know scans by `settings`."""
        self._settings = settings
        self._suffix = "" if settings.suffix in _KEYS else settings.suffix
        self._mode = mode
        self._state = _State.QUIET
        self._text = ""
        self._last = float("-inf")
        """When the last character came; in a tail, the last key."""
        self._code = 0
        self._held: list[tuple[Stroke, bool]] = []
        """With each stroke, whether the page must have it in any case: the end of one that it had."""
        self._keys: dict[int, _Fate] = {}
        """What became of the keys that are down."""

    @property
    def deadline(self) -> float | None:
        """When `expire` is due, if no key comes before: as long as keys are held."""
        return self._last + self._limit() if self._state is _State.BURST else None

    def switch(self, mode: Mode) -> None:
        """Take note that another kind of page has the keys. It gets nothing of a burst that began before."""
        if mode is not self._mode and self._state is _State.BURST:
            self._drop()
            self._state = _State.TAIL
        self._mode = mode

    def feed(self, stroke: Stroke, at: float) -> Verdict:
        """Sort a key that went down or up at the time `at`."""
        paused = self._state is not _State.QUIET and not 0 <= at - self._last <= self._limit()
        before = self._end() if paused else Verdict()
        after = self._press(stroke, at) if stroke.down else self._release(stroke)
        return Verdict(before.passed + after.passed, before.scanned or after.scanned)

    def expire(self, at: float) -> Verdict:
        """Sort what is held if no key came until `at`."""
        deadline = self.deadline
        return Verdict() if deadline is None or at < deadline else self._end()

    # ── keys ──

    def _press(self, stroke: Stroke, at: float) -> Verdict:
        if self._state is _State.TAIL:
            self._last = at
            return self._swallow(stroke)
        if self._state is _State.TYPING:
            self._last = at if stroke.text else self._last
            return self._type(stroke)
        if stroke.text:
            return self._character(stroke, at)
        if self._state is _State.QUIET:
            muted = self._mode is Mode.SIGN_IN and 0 <= at - self._last <= _MUTE
            return self._swallow(stroke) if muted else self._pass(stroke)
        if stroke.name in _KEYS and stroke.name == self._settings.suffix and not stroke.repeat:
            return self._scan(stroke) if self._is_scan(self._text) else self._type(stroke)
        self._hold(stroke)
        return Verdict()

    def _release(self, stroke: Stroke) -> Verdict:
        fate = self._keys.pop(stroke.code, _Fate.PASSED)
        if fate is _Fate.SWALLOWED:
            return Verdict()
        if self._state is _State.BURST:
            self._held.append((stroke, fate is _Fate.PASSED))
            return Verdict()
        return Verdict((stroke,))

    def _character(self, stroke: Stroke, at: float) -> Verdict:
        rolled = self._is_rolled(stroke, at)
        text = self._text + stroke.text
        self._text, self._last, self._code = text, at, stroke.code
        prefix, suffix = self._settings.prefix, self._suffix
        if stroke.repeat or rolled or text[: len(prefix)] != prefix[: len(text)]:
            return self._type(stroke)
        if suffix and text.endswith(suffix) and self._is_scan(text.removesuffix(suffix), frame=len(suffix)):
            self._text = text.removesuffix(suffix)
            return self._scan(stroke)
        self._state = _State.BURST
        self._hold(stroke)
        if len(text) > MOST:
            self._state = _State.TAIL
            return self._drop()
        return Verdict()

    def _is_rolled(self, stroke: Stroke, at: float) -> bool:
        """Whether the last character's key is still down, and this is another."""
        down = self._keys.get(self._code) is _Fate.HELD and self._code != stroke.code
        return down and at - self._last > _SAME_REPORT

    def _is_scan(self, text: str, *, frame: int = 0) -> bool:
        """Whether `text`, with as many characters more as `frame` says, is long enough and more than a frame."""
        prefix = self._settings.prefix
        return len(text) + frame >= LEAST and len(text) > len(prefix) and text.startswith(prefix)

    def _limit(self) -> float:
        slow = self._mode is Mode.SIGN_IN and self._state is _State.BURST and len(self._text) == 1
        return self._settings.gap * (_FIRST if slow else 1)

    # ── what becomes of them ──

    def _end(self) -> Verdict:
        """End a burst by a pause."""
        state, self._state = self._state, _State.QUIET
        text = self._text
        if state is not _State.BURST:
            return Verdict()
        if not self._settings.suffix and self._is_scan(text):
            return Verdict(self._drop().passed, self._read(text))
        return self._flush() if self._mode is Mode.VISIT or text == " " else self._drop()

    def _scan(self, last: Stroke) -> Verdict:
        """End a burst by its suffix, which ends with `last`."""
        scanned = self._read(self._text)
        self._state = _State.TAIL
        self._swallow(last)
        return Verdict(self._drop().passed, scanned)

    def _read(self, text: str) -> str:
        return text.removeprefix(self._settings.prefix) if self._mode is Mode.SIGN_IN else ""

    def _type(self, stroke: Stroke) -> Verdict:
        """Take what is held and `stroke` for typing, and what follows without a pause, too."""
        self._state = _State.TYPING
        if self._mode is Mode.SIGN_IN:
            self._swallow(stroke)
            return self._drop()
        return Verdict(self._flush().passed + self._pass(stroke).passed)

    def _hold(self, stroke: Stroke) -> None:
        self._held.append((stroke, False))
        self._keys[stroke.code] = _Fate.HELD

    def _pass(self, stroke: Stroke) -> Verdict:
        self._keys[stroke.code] = _Fate.PASSED
        return Verdict((stroke,))

    def _swallow(self, stroke: Stroke) -> Verdict:
        self._keys[stroke.code] = _Fate.SWALLOWED
        return Verdict()

    def _flush(self) -> Verdict:
        """Pass on what is held."""
        return Verdict(tuple(stroke for stroke, _ in self._settle(_Fate.PASSED)))

    def _drop(self) -> Verdict:
        """Throw away what is held, but for what the page must have."""
        return Verdict(tuple(stroke for stroke, owed in self._settle(_Fate.SWALLOWED) if owed))

    def _settle(self, fate: _Fate) -> list[tuple[Stroke, bool]]:
        held, self._held, self._text = self._held, [], ""
        self._keys = {code: fate if was is _Fate.HELD else was for code, was in self._keys.items()}
        return held
