"""A secret that is given for once: in a file that no other account may read, or on standard input."""

from __future__ import annotations

import os
import stat
import sys
from errno import EACCES, EISDIR, ENOENT
from typing import TYPE_CHECKING

from kiosk.errors import ConfigError, InvalidInput

if TYPE_CHECKING:
    from typing import BinaryIO

MAX_FILE = 4096
"""Bytes. More cannot be a secret of ours, so it is the wrong file."""

STDIN = "-"
"""As the name of a file: standard input."""

_PROBLEMS = {
    ENOENT: "there is no such file",
    EACCES: "the file may not be read by this account",
    EISDIR: "is a folder",
}


def read_secret_file(path: str, stdin: BinaryIO, *, option: str, what: str) -> str:
    """Return the text of the file at `path`, or of `stdin` if it is `-`. `what` is there, says `option`, for messages.

    Raises InvalidInput for what cannot be read, and ConfigError for a file that other accounts may read. Neither
    repeats the path: people put the secret itself there.
    """
    data = stdin.read(MAX_FILE + 1) if path == STDIN else _read_private(path, option, what)
    if len(data) > MAX_FILE:
        raise InvalidInput(option, f"holds more than {MAX_FILE} bytes", allowed=f"a file that holds {what} alone")
    # Editors on Windows begin a file with a byte order mark.
    return data.decode("utf-8-sig", errors="replace")


def _read_private(path: str, option: str, what: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - also /dev/fd/63, which Path.open reads no better
            if sys.platform != "win32":
                _refuse_public(os.fstat(file.fileno()), option)
            return file.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        problem = _PROBLEMS.get(getattr(error, "errno", None) or 0, "cannot be read")
        raise InvalidInput(option, problem, allowed=f"a file that holds {what}, or - for standard input") from None


def _refuse_public(status: os.stat_result, option: str) -> None:
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(f"{option}: other accounts may read the file", hint="run `chmod 600` on it")
