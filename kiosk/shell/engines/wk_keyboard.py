"""The keyboard on the screen, for the text fields of a visit's page: a terminal of Apple's has none of its own.

That a field has the focus is what a script in our world sees. The keys are a page of our own in a strip below the
visit's page; what they type arrives as text from an input method, or as a key event for those that type none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.shell.engines import scripts
from kiosk.shell.engines.key_strip import FOCUS_WORD, HIDE, KINDS, letters, strip_height
from kiosk.shell.engines.wk_people import KEY_DOWN, KEY_UP
from kiosk.shell.engines.wk_script import TELL

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.wk_cocoa import Cocoa, ObjC
    from kiosk.shell.engines.wk_stage import Stage
    from kiosk.shell.engines.wk_visit import VisitPage

_NAMED: Final = {
    "{bksp}": (0x33, "\x7f"),
    "{enter}": (0x24, "\r"),
    "{tab}": (0x30, "\t"),
    "{arrowleft}": (0x7B, "\uf702"),
    "{arrowright}": (0x7C, "\uf703"),
}
"""Virtual key codes (HIToolbox/Events.h), and the characters that AppKit has for them (NSEvent.h)."""

_MAKE_KEY: Final = (
    "keyEventWithType_location_modifierFlags_timestamp_windowNumber_context_"
    "characters_charactersIgnoringModifiers_isARepeat_keyCode_"
)
"""NSEvent's method that makes a key."""

_NOT_FOUND: Final = 2**63 - 1
"""NSNotFound: a text goes to where the caret is."""

# What a field asks for, by its type or `inputmode`. One for a date or a time asks for none: WebKit has a picker for it.
_FOCUS: Final = """\
(() => {
  if (globalThis.kioskFocus) return;
  globalThis.kioskFocus = true;
  const types = {text: "text", search: "text", password: "latin", email: "email", url: "url", tel: "numbers",
                 number: "numbers"};
  const modes = {none: "", text: "text", decimal: "numbers", numeric: "numbers", tel: "numbers", search: "text",
                 email: "email", url: "url"};
  const kind = () => {
    let field = document.activeElement;
    while (field?.shadowRoot?.activeElement) field = field.shadowRoot.activeElement;
    if (field instanceof HTMLIFrameElement) return null;
    if (!field || field.readOnly || field.disabled || !document.hasFocus()) return "";
    const writes = field instanceof HTMLTextAreaElement || field.isContentEditable;
    const own = field instanceof HTMLInputElement ? types[field.type] ?? "" : writes ? "text" : "";
    return own && (modes[field.inputMode] ?? own);
  };
  let timer = 0;
  const soon = (event) => {
    if (!event.isTrusted) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const now = kind();
      if (now !== null) %s(%s + now);
    }, 60);
  };
  for (const event of ["focusin", "focusout", "pointerup"]) addEventListener(event, soon, true);
})();
"""


class Keyboard:
    """Shows and hides the strip, and types what its keys say."""

    def __init__(self, *, cocoa: Cocoa, stage: Stage, visit: VisitPage, show: Callable[[str], None]) -> None:
        """Have `show` load the page for a kind of keys when a field of `visit` has the focus."""
        self._cocoa = cocoa
        self._stage = stage
        self._visit = visit
        self._show = show
        self._kind = ""
        visit.on_focus = self._focused
        visit.scripts.put("focus", _FOCUS % (TELL, scripts.literal(FOCUS_WORD)), sub_frames=True)

    def press(self, key: str) -> None:
        """Type what `key` stands for into the visit's page, or hide."""
        if key == HIDE:
            self._hide()
        elif key in _NAMED:
            self._press_named(*_NAMED[key])
        elif text := letters(key):
            self._visit.view.insertText_replacementRange_(text, self._cocoa.NSMakeRange(_NOT_FOUND, 0))

    def _press_named(self, code: int, characters: str) -> None:
        view, window = self._visit.view, self._stage.window
        now, where = self._cocoa.NSProcessInfo.processInfo().systemUptime(), self._cocoa.NSMakePoint(0, 0)
        make = getattr(self._cocoa.NSEvent, _MAKE_KEY)
        for kind, take in ((KEY_DOWN, view.keyDown_), (KEY_UP, view.keyUp_)):
            take(make(kind, where, 0, now, window.windowNumber(), None, characters, characters, False, code))

    def _focused(self, kind: str, frame: ObjC) -> None:
        """Show the keys for the field that has the focus, or none."""
        if self._stage.is_over or kind not in KINDS:
            self._hide()
        elif kind != self._kind:
            shown, self._kind = self._kind, kind
            self._show(kind)
            if not shown:
                self._stage.set_keyboard(strip_height(self._stage.height))
                self._visit.run(scripts.REVEAL, frame=frame)

    def _hide(self) -> None:
        if self._kind:
            self._kind = ""
            self._stage.set_keyboard(0)
