"""The operator's API key as it comes in: typed, piped, or from a file."""

from __future__ import annotations

import os
import stat
import sys
from errno import EACCES, EISDIR, ENOENT
from typing import TYPE_CHECKING

from kiosk.core.secret import Secret
from kiosk.errors import ConfigError, InvalidInput

if TYPE_CHECKING:
    from typing import BinaryIO

MAX_LENGTH = 512
"""Characters. Our own bound: the API documents none, Windows' Credential Manager keeps 1280 UTF-16 units."""

MAX_FILE = 4096
"""Bytes. More cannot be a key, so it is the wrong file."""

OPTION = "--api-key-file"

_ALLOWED = f"1 to {MAX_LENGTH} printable ASCII characters without spaces"
_PROBLEMS = {
    ENOENT: "there is no such file",
    EACCES: "the file may not be read by this account",
    EISDIR: "is a folder",
}


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
    Neither repeats the path: people put the key itself there.
    """
    data = stdin.read(MAX_FILE + 1) if path == "-" else _read_private(path)
    if len(data) > MAX_FILE:
        raise InvalidInput(OPTION, f"holds more than {MAX_FILE} bytes", allowed="a file that holds the API key alone")
    # Editors on Windows begin a file with a byte order mark.
    return parse_api_key(data.decode("utf-8-sig", errors="replace"))


def _read_private(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - also /dev/fd/63, which Path.open reads no better
            if sys.platform != "win32":
                _refuse_public(os.fstat(file.fileno()))
            return file.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        problem = _PROBLEMS.get(getattr(error, "errno", None) or 0, "cannot be read")
        raise InvalidInput(OPTION, problem, allowed="a file that holds the API key, or - for standard input") from None


def _refuse_public(status: os.stat_result) -> None:
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(f"{OPTION}: other accounts may read the file", hint="run `chmod 600` on it")
