"""The operator's API key as it comes in: typed, piped, or from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.core.secret import Secret
from kiosk.errors import InvalidInput
from kiosk.secret_file import MAX_FILE, read_secret_file

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["MAX_FILE", "MAX_LENGTH", "OPTION", "parse_api_key", "read_key_file"]

MAX_LENGTH = 512
"""Characters. Our own bound: the API documents none, Windows' Credential Manager keeps 1280 UTF-16 units."""

OPTION = "--api-key-file"

_ALLOWED = f"1 to {MAX_LENGTH} printable ASCII characters without spaces"


def parse_api_key(text: str) -> Secret:
    """Check a key and wrap it. One line end after it is dropped. Raises InvalidInput, which does not repeat it."""
    key = text.removesuffix("\n").removesuffix("\r")
    if not key:
        raise InvalidInput("API key", "is empty", allowed=_ALLOWED)
    if len(key) > MAX_LENGTH:
        raise InvalidInput("API key", "is too long", allowed=_ALLOWED)
    if not all("!" <= character <= "~" for character in key):
        raise InvalidInput("API key", "has a space, a line end or a character beyond ASCII", allowed=_ALLOWED)
    return Secret(key)


def read_key_file(path: str, stdin: BinaryIO) -> Secret:
    """Return the key that the file at `path` holds, or `stdin` if it is `-`.

    Raises InvalidInput for what cannot be read or is no key, and ConfigError for a file that other accounts may read.
    """
    return parse_api_key(read_secret_file(path, stdin, option=OPTION, what="the API key"))
