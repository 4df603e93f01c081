"""The operator's id of a visitor, as the API's `operatorUserId`."""

from __future__ import annotations

import unicodedata

from kiosk.core.secret import Secret
from kiosk.errors import InvalidInput

MAX_LENGTH = 256
"""Characters (Unicode code points). Our own bound: the API documents none."""

_DOTS = "••••"
"""Always as many: the length of an id says something of it, too."""

_SHOWN = ((9, 3), (6, 2))
"""From this length, at most as many characters at the end: a third of the id, so that the rest cannot be guessed."""

_ALLOWED = f"1 to {MAX_LENGTH} characters, none of them a control character"


class UserId(Secret):
    """A user id that was checked. It is kept like a secret: it must not be seen in logs, titles or arguments."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> UserId:
        """Check `text` and wrap it.

        Any non-empty Unicode text without control characters is an id. Lone surrogates are refused: no server
        could be sent them. Raises InvalidInput, which does not repeat the text.
        """
        if not text:
            raise InvalidInput("user", "is empty", allowed=_ALLOWED)
        if len(text) > MAX_LENGTH:
            raise InvalidInput("user", f"has {len(text)} characters", allowed=_ALLOWED)
        if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
            raise InvalidInput("user", "has a control character", allowed=_ALLOWED)
        return cls(text)

    def masked(self) -> str:
        """Return what the visitor knows the id by, and others cannot use: dots, and the end of it if it is long.

        `visitor-42` becomes `••••42`. Only letters and digits are shown: no mark that would change the rest of a line.
        """
        text = self.reveal()
        end = next((text[-shown:] for length, shown in _SHOWN if len(text) >= length), "")
        while end and not end.isalnum():
            end = end[1:]
        return _DOTS + end
