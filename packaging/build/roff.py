"""Manual pages' own language, as far as we write it: man(7)."""

from __future__ import annotations

import textwrap
from typing import Final

_SPECIAL: Final = {
    "\\": r"\e",
    "-": r"\-",  # what people copy: not a hyphen, which is another character
    "'": r"\(aq",
    "`": r"\(ga",
    "^": r"\(ha",
    "~": r"\(ti",
    '"': r"\(dq",
    "\N{RIGHT SINGLE QUOTATION MARK}": r"\(cq",
    "\N{HORIZONTAL ELLIPSIS}": "...",
}


def escaped(text: str) -> str:
    """Return `text` so that it is shown as it is."""
    return "".join(_SPECIAL.get(letter, letter if letter.isascii() else f"\\[u{ord(letter):04X}]") for letter in text)


class Page:
    """A page that grows from its top."""

    def __init__(self, name: str, section: int, date: str, source: str, manual: str) -> None:
        """Begin with the title line: `source` is the program and its version, `manual` the book."""
        self._lines = [
            f'.TH {escaped(name)} {section} "{escaped(date)}" "{escaped(source)}" "{escaped(manual)}"',
            ".nh",  # words are not divided, nor lines filled with spaces: options and files are to be read exactly
            ".ad l",
        ]

    def section(self, title: str) -> None:
        """Begin a section."""
        self._lines.append(f".SH {escaped(title)}")

    def subsection(self, title: str) -> None:
        """Begin a part of a section."""
        self._lines.append(f'.SS "{escaped(title)}"')

    def text(self, text: str, *, plain: bool = True) -> None:
        """Add words to the paragraph, or begin one; not `plain`, they are roff already."""
        self._lines += [_guarded(line) for line in _lines(escaped(text) if plain else text)]

    def paragraph(self) -> None:
        """Begin a paragraph."""
        self._lines.append(".PP")

    def item(self, tag: str, text: str) -> None:
        """Add a term in bold, and below it what it means."""
        self._lines += [".TP", f"\\fB{escaped(tag)}\\fR"]
        self.text(text)

    def example(self, text: str) -> None:
        """Add lines that are shown as they are."""
        self._lines += [".PP", ".RS 4", ".nf", *(_guarded(escaped(line)) for line in text.splitlines()), ".fi", ".RE"]

    def source(self) -> str:
        """Return the page."""
        return "\n".join(self._lines) + "\n"


def _lines(text: str) -> list[str]:
    return textwrap.wrap(text, 110, break_long_words=False, break_on_hyphens=False)


def _guarded(line: str) -> str:
    r"""Return a line that is text even if it begins as a request does."""
    return rf"\&{line}" if line.startswith((".", "'")) else line
