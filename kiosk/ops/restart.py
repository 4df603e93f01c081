"""Starts this program anew in the place of this process, without the visit that it began with."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from kiosk.build import is_release
from kiosk.errors import ExitStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.core.secret import Secret

log = logging.getLogger(__name__)

_OF_A_VISIT = ("--user", "--feature", "--item-id")


def arguments_without_visit(arguments: Sequence[str]) -> list[str]:
    """Return `arguments` without those that name a visitor, and where that one's visit opens."""
    kept: list[str] = []
    left = iter(arguments)
    for argument in left:
        name, has_value, _ = argument.partition("=")
        if name not in _OF_A_VISIT:
            kept.append(argument)
        elif not has_value:
            next(left, None)
    return kept


def restart_self(arguments: Sequence[str], stdin: Secret | None) -> ExitStatus:
    """Replace this process by a fresh one of the same program with `arguments` (those after the program's name).

    What they say of a visit is left out. `stdin`, if not None, is the line that the new one reads from its standard
    input, which otherwise stays what it is; it travels through a pipe and is nowhere else to be seen. Locks, sockets
    and pipes of this process are free when the new one starts.

    On POSIX the process keeps its number, and this does not return. On Windows, which has no such thing, a new process
    is started, and what is returned is the status to end this one with, soon: the new one waits for the lock.
    Raises OSError if there can be no new process.
    """
    command = [*_program(), *arguments_without_visit(arguments)]
    log.info("restart")
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError):  # None, or nobody reads
            stream.flush()
    return _replace(command, stdin)


def _program() -> list[str]:
    """Return how this program was started: itself if frozen, else the interpreter, its options and the script."""
    if is_release():
        return [sys.executable]
    own = len(sys.orig_argv) - len(sys.argv) + 1
    return [sys.executable, *sys.orig_argv[1:own]]


if sys.platform == "win32":  # not run so far
    import subprocess  # nosec B404 # every command is a list of our own

    def _replace(command: list[str], stdin: Secret | None) -> ExitStatus:
        """Start it apart from this process' console, so that closing the one does not end the other."""
        flags = subprocess.CREATE_NEW_PROCESS_GROUP
        given = None if stdin is None else subprocess.PIPE
        process = subprocess.Popen(command, stdin=given, creationflags=flags)  # nosec B603 # a list of our own, and no shell
        if stdin is not None and process.stdin is not None:
            process.stdin.write(_line(stdin))
            process.stdin.close()
        return ExitStatus.OPERATOR_EXIT  # so that a watchdog does not start a third

else:

    def _replace(command: list[str], stdin: Secret | None) -> NoReturn:
        if stdin is not None:
            _put_on_stdin(stdin)
        os.execv(command[0], command)  # noqa: S606 - no shell  # nosec B606 # this very program, and no shell

    def _put_on_stdin(text: Secret) -> None:
        """Make standard input a pipe that holds a line and ends. The line fits in: a pipe takes 4 KiB at least."""
        reading, writing = os.pipe()
        os.write(writing, _line(text))
        os.close(writing)
        os.dup2(reading, 0)  # inheritable
        if reading != 0:
            os.close(reading)


def _line(text: Secret) -> bytes:
    return text.reveal().encode() + b"\n"
