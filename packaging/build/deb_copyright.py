"""The package's copyright file, in Debian's machine-readable form, from the notices that are in the bundle.

Source: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tree import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PLACE: Final = "usr/lib/enable3-kiosk"
NOTICES: Final = "_internal/THIRD-PARTY-NOTICES.txt"

_HEAD: Final = f"""\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Enable3 Kiosk
Source: https://enable3.io
Comment: The package has software by others inside. Each is named below; its
 notices, and the texts of the licences, are in the folder that is named with
 it, below /{PLACE}/_internal/.
 .
 /{PLACE}/{NOTICES}
 has the same for people, and how to replace the libraries under the LGPL.

Files: *
Copyright: 2026 Enable3
License: enable3-proprietary

License: enable3-proprietary
 All rights reserved. Whoever has a contract with Enable3 may use the program
 as that says.
"""
_KEY: Final = re.compile(r"    (?P<key>[a-z ]+): (?P<value>.*)")
_CLAIM: Final = re.compile(r"^\W*(?P<claim>(?:Copyright|\(c\)|©)[^\n]*?\d{4}[^\n]*)$", re.MULTILINE | re.IGNORECASE)
_GNU: Final = "Free Software Foundation"
"""Who wrote the licences of the GNU project, and nothing that is in here."""

_MOST_CLAIMS: Final = 40
"""Lines. Who has more (Chromium, Python) is looked up in the texts."""


@dataclass(slots=True)
class _Part:
    """Something by others, as the notices tell it: `told` has licence, home, texts, and files in the bundle."""

    name: str
    told: dict[str, str] = field(default_factory=dict)

    @property
    def licence(self) -> str:
        """Return the licence in this format's words: no spaces in a name, small `or` and `and`."""
        words = re.split(r" (OR|AND) ", self.told["licence"])
        joined = (word.lower() if word in {"OR", "AND"} else re.sub(r"[^\w.+-]+", "-", word) for word in words)
        return " ".join(joined)


def copyright_text(bundle: Path) -> str:
    """Return the file's text. Raises BuildError if the bundle does not say what is in it."""
    path = bundle / NOTICES
    if not path.is_file():
        raise BuildError(f"{path}: is not there; make the bundle anew (packaging/build/bundle.py)")
    parts = _read(path.read_text(encoding="utf-8"))
    if not parts:
        raise BuildError(f"{path}: names no part; it is not as packaging/build/notices.py writes it")
    licences = sorted({part.licence for part in parts})
    with_files = [part for part in parts if "files" in part.told]
    paragraphs = [_HEAD, _of_executable(parts, licences), *(_of_files(part, bundle) for part in with_files)]
    return "\n".join([*paragraphs, *map(_of_licence, sorted({*_names(licences)}))])


def _read(text: str) -> list[_Part]:
    """Return the parts that the notices name: each begins at the margin, what is told of it is indented."""
    parts: list[_Part] = []
    title = key = ""
    for line in text.splitlines():
        if match := _KEY.fullmatch(line):
            key = match["key"]
            if key == "licence":
                parts.append(_Part(title))
            parts[-1].told[key] = match["value"]
        elif line.startswith("        ") and parts:
            parts[-1].told[key] += " " + line.strip()
        else:
            title = line
    return parts


def _of_executable(parts: Iterable[_Part], licences: Iterable[str]) -> str:
    """Return the paragraph of the executable, which has the Python modules of all parts in it."""
    named = "".join(f" {part.name}: {part.told['texts']}\n" for part in parts)
    return (
        f"Files: {PLACE}/kiosk\nCopyright: 2026 Enable3\n the authors of the parts below, by their texts\n"
        f"License: {', and '.join(licences)}\nComment: In it, and in modules beside it:\n{named}"
    )


def _of_files(part: _Part, bundle: Path) -> str:
    claims = _claims(bundle / "_internal" / part.told["texts"])
    files = "\n".join(f" {PLACE}/{name}" for name in part.told["files"].split())
    whose = "\n".join(f" {claim}" for claim in claims) or f" the authors of {part.name}, by its texts"
    return (
        f"Files:\n{files}\nCopyright:\n{whose}\nLicense: {part.licence}\nComment: {part.name}: {part.told['texts']}\n"
    )


def _claims(texts: Path) -> list[str]:
    """Return the lines that claim a copyright, each once, but of a licence's own text; none if they are too many."""
    files = sorted(path for path in texts.rglob("*") if path.is_file())
    found = (match for path in files for match in _CLAIM.finditer(path.read_text(encoding="utf-8", errors="replace")))
    claims = list(dict.fromkeys(" ".join(match["claim"].split()) for match in found if _GNU not in match["claim"]))
    return claims if len(claims) <= _MOST_CLAIMS else []


def _of_licence(name: str) -> str:
    return f"License: {name}\n The text is in the folders of the parts that have this licence.\n"


def _names(licences: Iterable[str]) -> list[str]:
    return [name for licence in licences for name in re.split(r" (?:or|and) ", licence)]
