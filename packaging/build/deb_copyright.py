"""The package's copyright file, in Debian's machine-readable form, from the bundle's own list of parts and notices.

Source: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from tree import BuildError

if TYPE_CHECKING:
    from pathlib import Path

PLACE: Final = "usr/lib/enable3-kiosk"
NOTICES: Final = f"/{PLACE}/_internal/THIRD-PARTY-NOTICES.txt"

_HEAD: Final = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Enable3 Kiosk
Source: https://enable3.io
Comment: The program by others that is in this package is listed below by
 licence. Its own notices, and the texts of the licences, are in
 {notices}
 and in the folder licences/ beside it.

Files: *
Copyright: 2026 Enable3
License: enable3-proprietary

License: enable3-proprietary
 All rights reserved. Whoever has a contract with Enable3 may use the program
 as that says.
"""


def copyright_text(bundle: Path) -> str:
    """Return the file's text. Raises BuildError if the bundle does not say what is in it."""
    path = bundle / "_internal" / "sbom.cdx.json"
    try:
        components = json.loads(path.read_text(encoding="utf-8"))["components"]
    except (OSError, ValueError, KeyError):
        raise BuildError(f"{path}: is no list of parts; make the bundle anew") from None
    by_licence: dict[str, list[str]] = defaultdict(list)
    for part in components:
        by_licence[_licence(part)].append(f"{part['name']} {part.get('version', '')}".rstrip())
    paragraphs = [_paragraph(licence, sorted(parts)) for licence, parts in sorted(by_licence.items())]
    return "\n".join([_HEAD.format(notices=NOTICES), *paragraphs])


def _licence(part: dict[str, Any]) -> str:
    """Return a CycloneDX component's licence in SPDX's words, as far as it says one."""
    found = []
    for entry in part.get("licenses", []):
        licence = entry.get("license", {})
        found.append(entry.get("expression") or licence.get("id") or licence.get("name") or "")
    return " AND ".join(word for word in found if word) or "see the notices"


def _paragraph(licence: str, parts: list[str]) -> str:
    lines = "".join(f" {part}\n" for part in parts)
    whose = f"Copyright: the authors of these parts, as the notices name them:\n{lines}"
    return f"Files: {PLACE}/_internal/*\n{whose}License: {licence}\n"
