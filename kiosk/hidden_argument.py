"""Takes a visitor's id out of what the system shows of a command line.

`kiosk run --user ID` may run for days after that visit, and any account's `ps` shows the arguments of every process.
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from pathlib import Path

_ARGUMENTS_BEGIN, _ARGUMENTS_END = 47, 48
"""Fields of /proc/self/stat, counted from 0: arg_start and arg_end, proc_pid_stat(5)."""

_MASK = "*"


def hide_argument(value: str) -> None:
    """Replace `value` in the arguments of this process by asterisks, as far as the system lets it: on Linux, all."""
    for arguments in (sys.argv, sys.orig_argv):
        arguments[:] = [_masked(argument, value) for argument in arguments]
    if sys.platform == "linux":
        with suppress(OSError, ValueError):  # a /proc that is not there, or hidden
            _overwrite(value.encode())


def _masked(argument: str, value: str) -> str:
    if argument != value and not argument.endswith("=" + value):
        return argument
    return argument.removesuffix(value) + _MASK


def _overwrite(value: bytes) -> None:
    # The name of the program, in brackets, may hold spaces.
    fields = ["", "", *Path("/proc/self/stat").read_text().rpartition(")")[2].split()]
    begin, end = int(fields[_ARGUMENTS_BEGIN]), int(fields[_ARGUMENTS_END])
    place = begin
    for argument in ctypes.string_at(begin, end - begin).split(b"\0"):
        if argument == value or argument.endswith(b"=" + value):
            ctypes.memset(place + len(argument) - len(value), ord(_MASK), len(value))
        place += len(argument) + 1
