"""`kiosk completion`: the code that makes a shell complete this program's commands and options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argcomplete.shell_integration import shellcode

from kiosk.result import Result

if TYPE_CHECKING:
    import argparse


def completion(args: argparse.Namespace) -> Result:
    """Return the code for `args.shell`, to be sourced by it."""
    code = shellcode(["kiosk"], shell=args.shell)  # nosec B604 # the name of a shell, not one that is run
    return Result(code.strip("\n"))
