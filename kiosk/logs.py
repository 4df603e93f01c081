"""The log: one line an event, in a bounded file, and on the terminal of who asks for it.

    2026-11-23T14:00:00Z INFO kiosk.supervisor.app visit painted visit=3 visitor=5f1c22ab

While somebody is signed in, what the supervisor logs says so by a name that is good for this visit alone (`visitor`):
who has the log follows a visit by it, and does not learn whose it is, or that the same person came twice.

Nobody should log a secret. `redact` is the second line of defence, for what a library or a traceback quotes: it works
on the finished text, so that message, arguments and exceptions all pass through it.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, TextIO

from kiosk.private import make_private_folder, open_private

if TYPE_CHECKING:
    from pathlib import Path

_FILE_BYTES = 1_048_576
_FILES_KEPT = 3
"""With the current one, 4 MiB at most: a terminal's disk is small, and a week of visits is about 1 MiB."""

_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_LOUD = ("httpx", "httpcore", "asyncio")
"""Loggers that say whole URLs or much of nothing below WARNING."""

_LONGEST_LINE = 8_192  # characters; enough for any message of ours, and no library's dump of a body
_ROOM = 64  # characters that are kept free for the visitor's name

_RECENT = 20
"""Warnings and errors that the operator panel can show. A page holds no more, and a day without trouble has fewer."""

_LONGEST_RECENT = 240  # characters of each: all of them have to fit into one message to the window

_OF_VISITS = "kiosk.supervisor"
"""What logs below this name is about the terminal and who is at it; the outbox, for one, works off other visits."""

# All of these take time in proportion to the text: no repetition may start anew at every character of a run.
_GONE = "…"
_URL = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]{0,20}://)(?:[^\s/?#\"'<>@]*@)?([^\s/?#\"'<>@]*)([/?#][^\s\"'<>]*)?")
_USER_PATH = re.compile(r"(/user/)[^/\s]+")
_NAMED = re.compile(
    r"(?P<name>x-api-key|api[-_ ]?key|token|jwt|passw(?:or)?d|secret|authorization|bearer|\bpin)"
    r"(?P<gap>[\"']?\s*[=:,]\s*|\s+(?=eyJ))(?:b?[\"'])?(?:(?:bearer|basic)\s+)?[^\s\"',;&)]+",
    re.IGNORECASE,
)
_JWT = re.compile(r"\beyJ[\w-]{4,}(?:\.[\w-]*){0,2}|(?<![\w-])[\w-]{16,}\.[\w-]{16,}\.[\w-]{16,}", re.ASCII)
_UUID = re.compile(r"\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b", re.IGNORECASE)
_RUN = re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}")
_LONGEST_NAME = 24  # characters: between two slashes, anything longer is not taken for the name of a folder


_visitor = ""


def name_visitor(name: str) -> None:
    """Have the supervisor's lines say `visitor=name` from now on, or nothing if it is empty.

    `name` must not tell who it is: see kiosk.supervisor.pseudonym.
    """
    global _visitor  # noqa: PLW0603 - one terminal, one visitor; handlers are as global
    _visitor = name


def redact(text: str) -> str:
    """Return `text` without what may be a secret. URLs keep scheme and host."""
    text = _URL.sub(lambda url: f"{url[1]}{url[2]}" + ("/" + _GONE if url[3] else ""), text)
    text = _USER_PATH.sub(rf"\1{_GONE}", text)
    text = _NAMED.sub(rf"\g<name>\g<gap>{_GONE}", text)
    text = _JWT.sub(_GONE, text)
    text = _UUID.sub(_GONE, text)
    return _RUN.sub(_redact_run, text)


def _redact_run(run: re.Match[str]) -> str:
    """Leave a file's path, so that a traceback can be read; base64 has no slash for as long as that."""
    return run[0] if max(map(len, run[0].split("/"))) <= _LONGEST_NAME else _GONE


class OneLine(logging.Formatter):
    """UTC times, everything redacted, no line that an argument could forge; tracebacks are indented, or left out."""

    def __init__(self, *, tracebacks: bool) -> None:
        """Leave out `tracebacks` where a visitor may see them."""
        super().__init__(_FORMAT)
        self._tracebacks = tracebacks

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802, ARG002 - logging's
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        line = super().formatMessage(record)
        if _visitor and record.name.startswith(_OF_VISITS):
            line = f"{line[: _LONGEST_LINE - _ROOM]} visitor={_visitor}"
        return redact(line)[:_LONGEST_LINE].replace("\r", r"\r").replace("\n", r"\n")

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        record.asctime = self.formatTime(record)
        line = self.formatMessage(record)
        if not self._tracebacks or not record.exc_info:
            return line
        trace = redact(self.formatException(record.exc_info))
        return "\n    | ".join([line, *trace.splitlines()])


class BoundedFile(RotatingFileHandler):
    """A rotated file of this account alone, opened at the first event. If it cannot be written, that is said once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._failed = False
        super().__init__(path, maxBytes=_FILE_BYTES, backupCount=_FILES_KEPT, encoding="utf-8", delay=True)
        self.setFormatter(OneLine(tracebacks=True))

    def _open(self) -> TextIO:  # type: ignore[override] # mode and encoding are ours
        make_private_folder(self._path.parent)
        descriptor = open_private(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, ARG002 - logging's name and signature
        if not self._failed:
            self._failed = True
            reason = sys.exc_info()[1]
            strerror = reason.strerror if isinstance(reason, OSError) else type(reason).__name__
            print(f"kiosk: cannot log to {self._path}: {strerror}", file=sys.stderr)  # noqa: T201 - last resort


class Terminal(logging.StreamHandler[TextIO]):
    """Standard error, without tracebacks: they are for the file. So is an event that cannot be written here."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(OneLine(tracebacks=False))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say nothing: logging's own would print the event's arguments and a traceback."""


@dataclass(frozen=True, slots=True)
class RecentError:
    """A warning or an error of this process, redacted: `time` in seconds since the epoch, `level` such as `ERROR`."""

    time: float
    level: str
    logger: str
    text: str


class Recent(logging.Handler):
    """Keeps the last warnings and errors in memory, without tracebacks, for who asks on the screen.

    Of equal ones the last: a page that asks five times a second for what it may not have hides nothing else.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.entries: deque[RecentError] = deque(maxlen=_RECENT)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = in_one_line(redact(record.getMessage()))
        except Exception as error:  # noqa: BLE001 - as logging's own: an argument's __str__ may raise anything
            text = f"a message that cannot be shown ({type(error).__name__})"
        entry = RecentError(record.created, record.levelname, record.name, text)
        same = [old for old in self.entries if replace(old, time=entry.time) == entry]
        for old in same:
            self.entries.remove(old)
        self.entries.append(entry)


def in_one_line(text: str) -> str:
    """Return the beginning of `text`, of characters that can be sent and shown: no control, no half of one."""
    shown = (character if character.isprintable() else " " for character in text)
    return " ".join("".join(shown).split())[:_LONGEST_RECENT]


def recent_errors() -> list[RecentError]:
    """Return the last warnings and errors of this process, the oldest first: 20 at the most, since `set_up`."""
    found = (handler for handler in logging.getLogger().handlers if isinstance(handler, Recent))
    return [entry for handler in found for entry in list(handler.entries)]


def set_up(path: Path, *, level: str = "info", on_terminal: bool = False) -> None:
    """Log to the file at `path`, and with `on_terminal` to standard error too. Replaces what was set up before."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if handler.get_name() == __name__]:
        root.removeHandler(handler)
        handler.close()
    handlers: list[logging.Handler] = [BoundedFile(path), Recent()]
    if on_terminal and sys.stderr is not None:
        handlers.append(Terminal())
    for handler in handlers:
        handler.set_name(__name__)
        root.addHandler(handler)
    set_level(level)
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)


def set_level(level: str) -> None:
    """Let events of `level` (`debug`, `info`, `warning`, `error`) and worse pass."""
    logging.getLogger().setLevel(level.upper())


def catch_strays() -> None:
    """Send what ends a thread, or fails where nobody can be told, to the log instead of the screen."""
    log = logging.getLogger(__name__)

    def on_thread(failure: threading.ExceptHookArgs) -> None:
        name = failure.thread.name if failure.thread else "?"
        trace = (failure.exc_type, failure.exc_value or failure.exc_type(), failure.exc_traceback)
        log.critical("thread failed thread=%s", name, exc_info=trace)

    def on_unraisable(failure: sys.UnraisableHookArgs) -> None:
        log.error("unraisable error type=%s", failure.exc_type.__name__, exc_info=failure.exc_value)

    threading.excepthook = on_thread
    sys.unraisablehook = on_unraisable
