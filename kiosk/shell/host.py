"""The shell process: one window and one engine, told by the supervisor what to show. `kiosk shell`, not for people.

Started as `kiosk shell --folder=DIR --lifeline=FD --lock=FD` by kiosk.shell.spawn, with commands on the standard
input and events on the standard output (kiosk.shell.protocol). The first thing is to split off the keeper; everything
large is imported after that.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from kiosk.crash_dumps import forbid_core_dumps
from kiosk.errors import ExitStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEPT = "kept"
"""The option of a shell that has its keeper already."""


def main(argv: Sequence[str]) -> int:
    """Run the shell and return its exit status. Never returns in the process that was started: it is the keeper."""
    options = dict(option.removeprefix("--").partition("=")[::2] for option in argv)
    if not {"folder", "lifeline", "lock"} <= options.keys():
        sys.stderr.write("kiosk shell is started by `kiosk run`, not by people\n")
        return ExitStatus.USAGE
    forbid_core_dumps()
    _split(options)
    commands, events = _take_streams()
    # Late, for the keeper has no need of any of it.
    from pathlib import Path  # noqa: PLC0415

    from kiosk.shell.link import Link  # noqa: PLC0415
    from kiosk.shell.window import run  # noqa: PLC0415

    link = Link(commands, events)
    status = run(link, folder=Path(options["folder"]), root_allowed="allow-root" in options)
    # Destructors of an engine that is at work may crash, and have nothing to say: the keeper ends and deletes all.
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(status)


def _split(options: dict[str, str]) -> None:
    if sys.platform == "win32":
        from kiosk.shell.job import join_own_job  # noqa: PLC0415 - there alone

        join_own_job()
        return
    from pathlib import Path  # noqa: PLC0415

    from kiosk.shell import keeper  # noqa: PLC0415

    if _KEPT in options:
        return
    keeper.split(folder=Path(options["folder"]), lifeline=int(options["lifeline"]), lock=int(options["lock"]))
    if sys.platform == "darwin":
        # CoreFoundation, which Python itself is linked with, ends a process that was forked and uses it.
        os.execv(sys.executable, [*sys.orig_argv, f"--{_KEPT}"])  # noqa: S606 - this very program, as it was started  # nosec B606 # this very program, and no shell


def _take_streams() -> tuple[int, int]:
    """Return descriptors for commands and events that nobody else has: a stray print must not become an event."""
    commands, events = os.dup(0), os.dup(1)  # not inheritable
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return commands, events
