"""What a shell and its engine write to the standard error: for the log, bounded and without addresses."""

from __future__ import annotations

import logging
import re
from typing import IO

log = logging.getLogger(__name__)

_MAX_LINE = 400
"""Bytes of a line that are kept."""

_MAX_LINES = 500
"""Lines of one shell that are kept: an engine that complains in a loop must not fill the disk."""

# An address, or anything as long and as dense as a token.
_ADDRESS = re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]*:(?://|[^\s]*[?#])\S*|[A-Za-z0-9_\-+/=.%]{40,}")


def log_stderr(stream: IO[bytes], pid: int) -> None:
    """Log the lines of `stream` at DEBUG until it ends."""
    with stream:
        count = 0
        while line := stream.readline(_MAX_LINE):
            count += 1
            if count <= _MAX_LINES:
                log.debug("shell %d: %s", pid, redact(line.decode(errors="replace").strip()))


def redact(text: str) -> str:
    """Return `text` without addresses and tokens."""
    return _ADDRESS.sub("***", text)
