"""A person at a terminal: a real one (pty), answering what a program asks."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_ECHO: Final = re.compile(r"\r\n?")


def converse(command: Sequence[str], answers: Sequence[tuple[str, str]], *, limit: float = 60) -> tuple[int, str]:
    """Run a command on a terminal of its own; type each answer when its question is there.

    Return its status and all that the terminal showed. Fails when a question does not come within `limit` seconds.
    """
    child, terminal = pty.fork()
    if child == 0:
        environment = {"PATH": os.environ["PATH"], "TERM": "xterm", "LC_ALL": "C.UTF-8"}
        os.execvpe(command[0], list(command), environment)  # noqa: S606 - a list of our own, in a process of its own
    shown = ""
    until = time.monotonic() + limit
    try:
        for question, answer in answers:
            shown += _read_until(terminal, question, until)
            os.write(terminal, f"{answer}\n".encode())
        shown += _read_until(terminal, None, until)
    finally:
        os.close(terminal)  # a program that still asks is told that its terminal is gone
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status, _ECHO.sub("\n", shown)


def _read_until(terminal: int, question: str | None, until: float) -> str:
    """Return what is shown up to `question`, or up to the program's end."""
    shown = ""
    while question is None or question not in shown:
        ready, _, _ = select.select([terminal], [], [], max(0, until - time.monotonic()))
        assert ready, f"the terminal does not show {question!r}, but: {shown}"
        data = b""
        with contextlib.suppress(OSError):  # EIO: nobody has the terminal any more
            data = os.read(terminal, 4096)
        if not data:
            assert question is None, f"it ended before it asked {question!r}: {shown}"
            break
        shown += data.decode(errors="replace")
    return shown
