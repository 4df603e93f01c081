"""Which field a 400 is about, as far as its body says.

The API documents no body for it, so every common shape is looked through for names that we sent ourselves. Nothing
else of the body is used: it may repeat a value.
"""

from __future__ import annotations

import re
from typing import Any

from kiosk import wire

# Names that are common words as well: they count where a message begins, not in the middle of one.
_COMMON_WORDS = frozenset({"id", "value", "date", "revenue", "feature", "language"})
_LISTS_OF_FIELDS = frozenset({"errors", "fields", "details", "error"})


def rejected_fields(body: bytes, fields: frozenset[str]) -> list[str]:
    """Return those of `fields` that a JSON `body` names, in alphabetical order; none if it is anything else."""
    try:
        document = wire.decode(body, object)
    except wire.WireError:
        return []
    found: set[str] = set()
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:  # no recursion: the depth is the server's choice
        key, node = waiting.pop()
        if isinstance(node, dict):
            found |= fields.intersection(node) if key in _LISTS_OF_FIELDS else set()
            waiting.extend(node.items())
        elif isinstance(node, list):
            waiting.extend((key, item) for item in node)
        elif isinstance(node, str):
            found |= {name for name in fields if _names(node, name)}
    return sorted(found)


def _names(text: str, name: str) -> bool:
    """Whether `text` is about the field: begins with its name, or holds it as a word if it is no common one."""
    start = r"\W*" if name in _COMMON_WORDS else r"(?:.*\W)?"
    return re.match(rf"{start}{re.escape(name)}(?!\w)", text, re.DOTALL) is not None
