"""What people do at a window of Windows, before any page of it hears of it.

With AllowHostInputProcessing every message of input comes through this process's queue on its way to the browser:
wv2_hook shows each to `People.passes`, and drops those that do not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kiosk.core.lockdown import LockdownFeature
from kiosk.shell.engines.wv2_keys import NAMES, is_plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.input import Input
    from kiosk.shell.engines.wv2_scanner import Wv2Scanner

# winuser.h
KEY_DOWN, KEY_UP, CHAR, SYSTEM_KEY_DOWN, SYSTEM_KEY_UP = 0x100, 0x101, 0x102, 0x104, 0x105
MOUSE_MOVE, LEFT_DOWN, LEFT_UP, LEFT_TWICE = 0x200, 0x201, 0x202, 0x203
RIGHT_DOWN, RIGHT_UP, RIGHT_TWICE = 0x204, 0x205, 0x206
MIDDLE_DOWN, MIDDLE_UP, MIDDLE_TWICE = 0x207, 0x208, 0x209
WHEEL, X_DOWN, X_UP, X_TWICE, WHEEL_ACROSS = 0x20A, 0x20B, 0x20C, 0x20D, 0x20E
GESTURE, TOUCH, POINTER_UPDATE, POINTER_DOWN, POINTER_UP, POINTER_WHEEL = 0x119, 0x240, 0x245, 0x246, 0x247, 0x24E

_PRESSES: Final = {LEFT_DOWN: "left", RIGHT_DOWN: "right"}
_RELEASES: Final = {LEFT_UP: "left", RIGHT_UP: "right"}
_AGAIN: Final = frozenset({LEFT_TWICE, RIGHT_TWICE})
_OTHER_BUTTONS: Final = frozenset({MIDDLE_DOWN, MIDDLE_UP, MIDDLE_TWICE, X_DOWN, X_UP, X_TWICE})
"""The middle button opens windows and scrolls by itself; the others go back and forward."""
_OTHER_PRESSES: Final = frozenset({MIDDLE_DOWN, X_DOWN})
_WHEELS: Final = frozenset({WHEEL, WHEEL_ACROSS, POINTER_WHEEL})
_KEYS: Final = frozenset({KEY_DOWN, KEY_UP, SYSTEM_KEY_DOWN, SYSTEM_KEY_UP})
_DOWN: Final = frozenset({KEY_DOWN, SYSTEM_KEY_DOWN})

WATCHED: Final = frozenset(
    {*_KEYS, MOUSE_MOVE, *_PRESSES, *_RELEASES, *_AGAIN, *_OTHER_BUTTONS, *_WHEELS}
    | {GESTURE, TOUCH, POINTER_UPDATE, POINTER_DOWN, POINTER_UP}
)
"""All other messages are none of our business."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of input. The place is in the window's pixels, `seconds` the system's clock when it happened."""

    kind: int
    key: int = 0
    """A virtual key code, or a finger's number."""
    code: int = 0
    """A key's scan code: the same whatever else is down."""
    text: str = field(default="", repr=False)
    repeat: bool = False
    shift: bool = False
    ctrl: bool = False
    alt: bool = False
    meta: bool = False
    x: float = 0.0
    y: float = 0.0
    seconds: float = 0.0
    from_touch: bool = False
    """A mouse's message that Windows made of a finger's."""
    native: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Window, kind and two parameters, for who passes it on later."""


class People:
    """Asked about every message of input of the window."""

    def __init__(
        self,
        people: Input,
        *,
        deny: Callable[[str, str], None],
        size: Callable[[], tuple[int, int]],
        scanner: Wv2Scanner | None,
    ) -> None:
        """Feed `people`; `size` is that of the window, in the same pixels as the messages' places."""
        self._people = people
        self._deny = deny
        self._size = size
        self.scanner = scanner
        self.watched = False
        """Whether a message came this way at all: what tests of a real window look at."""

    def passes(self, message: Message) -> bool:
        """Whether a message may go on to the page."""
        self.watched = True
        kind = message.kind
        if kind in _KEYS:
            return self._key(message)
        if kind in _OTHER_BUTTONS:
            if kind in _OTHER_PRESSES:
                self._deny(LockdownFeature.ACCELERATOR_KEYS, "button")
            return False
        if kind in _WHEELS:
            return self._wheel(message)
        if message.from_touch or kind in _AGAIN or kind in {TOUCH, POINTER_UPDATE}:
            return self._people.wheel()  # of something that was seen already
        if kind == GESTURE:
            return False  # pages get the fingers themselves
        return self._pointer(message)

    def _key(self, message: Message) -> bool:
        what = str(message.code)
        down = message.kind in _DOWN
        passes = self._people.key(what) if down else self._people.key_release(what)
        held = {"shift": message.shift, "ctrl": message.ctrl, "alt": message.alt, "meta": message.meta}
        if not is_plain(message.key, message.text, **held):
            if down and not message.repeat:
                self._deny(LockdownFeature.ACCELERATOR_KEYS, NAMES.get(message.key, "command"))
            return False
        return passes and (self.scanner is None or self.scanner.passes(message))

    def _wheel(self, message: Message) -> bool:
        if message.ctrl:
            self._deny(LockdownFeature.ZOOM, "wheel")
            return False
        return self._people.wheel()

    def _pointer(self, message: Message) -> bool:
        kind = message.kind
        if kind == MOUSE_MOVE:
            return self._people.move(message.x, message.y)
        if kind == POINTER_UP or kind in _RELEASES:
            return self._people.release(_RELEASES.get(kind) or f"finger {message.key}")
        width, height = self._size()
        what = _PRESSES.get(kind) or f"finger {message.key}"
        return self._people.press(what, message.x, message.y, width=width, height=height)
