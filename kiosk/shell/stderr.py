"""What a shell and its engine write to the standard error: for the log, bounded and without addresses."""

from __future__ import annotations

import logging
import re
import threading
from typing import IO

from kiosk.errors import EngineUnavailable, LockdownFailed
from kiosk.shell.protocol import Refused

log = logging.getLogger(__name__)

_MAX_LINE = 400
"""Characters of a line that are kept."""

_MAX_READ = 16_384
"""Bytes of a line that are read, before addresses and tokens are taken out: half of one would not be known as such."""

_MAX_LINES = 500
"""Lines of one shell that are kept: an engine that complains in a loop must not fill the disk."""

# All in a time that grows with the text and no faster: pages can have lines written here.
_WORD = re.compile(r"\S+")
_SCHEME = re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]{0,30}:")
_DENSE = re.compile(r"[A-Za-z0-9_\-+/=.%]{40,}")


_LAST_WORDS = (
    (
        "could not connect to display",
        Refused(
            EngineUnavailable.code,
            "the display cannot be reached",
            "start the kiosk inside the graphical session of the terminal's account; check DISPLAY and XAUTHORITY",
        ),
    ),
    (
        "could not load the qt platform plugin",
        Refused(
            EngineUnavailable.code,
            "a library that Qt needs to open windows is missing",
            "on Debian: apt install libxcb-cursor0 libxkbcommon-x11-0 libegl1",
        ),
    ),
    (
        "no usable sandbox",
        Refused(
            LockdownFailed.code,
            "the engine's sandbox cannot start: this system does not let accounts make user namespaces",
            "allow it (sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0)",
        ),
    ),
)
"""What an engine writes before it aborts in the middle of its start, and what that means to the operator."""


class StderrReader:
    """Reads a shell's standard error on a thread of its own."""

    def __init__(self, stream: IO[bytes], pid: int) -> None:
        """Begin to read `stream`, of the process `pid`."""
        self._stream = stream
        self._pid = pid
        self._meaning: Refused | None = None
        self._last = ""
        self._thread = threading.Thread(target=self._read, name="shell-stderr", daemon=True)
        self._thread.start()

    def meaning(self) -> Refused | None:
        """Return what the shell's last words mean, if we know. To be called when it has ended."""
        self._thread.join(1.0)
        return self._meaning

    def last_words(self) -> str:
        """Return the last line that was read, as in the log, or nothing. To be called when the shell has ended."""
        self._thread.join(1.0)
        return self._last

    def _read(self) -> None:
        with self._stream:
            count, begins = 0, True
            while line := self._stream.readline(_MAX_READ):
                count += begins
                if begins and count <= _MAX_LINES:
                    text = line.decode(errors="replace").strip()
                    kept = redact(text)[:_MAX_LINE]
                    log.debug("shell %d: %s", self._pid, kept)
                    self._last = kept or self._last
                    self._meaning = self._meaning or interpret(text)
                begins = line.endswith(b"\n")


def interpret(line: str) -> Refused | None:
    """Return what a line of the engine's means, if it is one of its last words that we know."""
    lower = line.lower()
    return next((refused for words, refused in _LAST_WORDS if words in lower), None)


def redact(text: str) -> str:
    """Return `text` without addresses, and without anything as long and as dense as a token."""
    return _WORD.sub(_redact_word, text)


def _redact_word(word: re.Match[str]) -> str:
    """Drop an address: a scheme, and after it either two slashes, or a query or a fragment at some place."""
    text, start = word[0], None
    extra = max(word[0].rfind("?"), word[0].rfind("#"))
    for scheme in _SCHEME.finditer(text):
        if extra >= scheme.end() or text.startswith("//", scheme.end()):
            start = scheme.start()
            break
    return _DENSE.sub("***", text) if start is None else _DENSE.sub("***", text[:start]) + "***"
