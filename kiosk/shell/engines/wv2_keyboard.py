"""The keyboard on the screen, for the text fields of a visit's page.

That a field has the focus is heard from our own world of scripts. The keys are a page of our own in a strip below the
visit's page; what they type arrives by the DevTools protocol as real keys do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.shell.engines.key_strip import HIDE, KINDS, letters, strip_height

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.wv2_devtools import DevTools
    from kiosk.shell.engines.wv2_stage import Stage

_NAMED: Final = {
    "{bksp}": ("Backspace", 8, ""),
    "{enter}": ("Enter", 13, "\r"),
    "{tab}": ("Tab", 9, ""),
    "{arrowleft}": ("ArrowLeft", 37, ""),
    "{arrowright}": ("ArrowRight", 39, ""),
}

# A field for a date or a time asks for none: the browser has a picker for it.
FOCUS: Final = """\
(() => {
  if (globalThis.kioskFocus) return;
  globalThis.kioskFocus = true;
  const kinds = {number: "numbers", tel: "numbers", numeric: "numbers", decimal: "numbers",
    email: "email", url: "url", password: "latin", text: "text", search: "text", textarea: "text"};
  const kind = () => {
    let field = document.activeElement;
    while (field?.shadowRoot?.activeElement) field = field.shadowRoot.activeElement;
    if (!field || field.readOnly || field.disabled) return "";
    if (field.isContentEditable) return kinds[field.inputMode] ?? "text";
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return "";
    return field.inputMode === "none" ? "" : kinds[field.inputMode] ?? kinds[field.type] ?? "";
  };
  let told = "none", soon = 0;
  const look = (touched) => {
    clearTimeout(soon);
    soon = setTimeout(() => {
      const now = kind();
      if (now !== told || (touched && now)) { told = now; console.info(%s + "focus:" + now); }
    }, 60);
  };
  for (const what of ["focusin", "focusout"]) addEventListener(what, () => look(false), true);
  addEventListener("pointerdown", () => look(true), true);
  look(false);
})();
"""


def strokes(key: str) -> list[dict[str, object]]:
    """Return what a key of our page types, for Input.dispatchKeyEvent. Nothing if it is no such key."""
    if key in _NAMED:
        name, code, text = _NAMED[key]
        down = {"type": "keyDown", "key": name, "windowsVirtualKeyCode": code, **({"text": text} if text else {})}
        return [down, {"type": "keyUp", "key": name, "windowsVirtualKeyCode": code}]
    found: list[dict[str, object]] = []
    for char in letters(key):
        found += [{"type": "keyDown", "key": char, "text": char}, {"type": "keyUp", "key": char}]
    return found


class Keyboard:
    """Shows and hides the strip, and types what its keys say."""

    def __init__(self, *, stage: Stage, devtools: DevTools, show: Callable[[str], None]) -> None:
        """Have `show` load the page for a kind of keys when a field of the visit's page has the focus."""
        self._stage = stage
        self._devtools = devtools
        self._show = show
        self._kind = ""
        self._dismissed = ""

    def press(self, key: str) -> None:
        """Type what `key` stands for into the visit's page, or hide."""
        if key == HIDE:
            self.hide()
            return
        for stroke in strokes(key):
            self._devtools.type(stroke)

    def focused(self, kind: str) -> None:
        """Take note that a field of that kind has the focus, or none (empty). Anything else is no kind."""
        if self._stage.is_over:
            return
        if kind not in KINDS:
            self.hide()
        elif kind != self._kind:
            self._kind = kind
            self._show(kind)
            self._stage.set_keyboard(strip_height(self._stage.height))

    def hide(self) -> None:
        """Show none."""
        if self._kind:
            self._kind = ""
            self._stage.set_keyboard(0)
