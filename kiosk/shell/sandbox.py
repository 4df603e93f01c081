"""How much of the engine's own sandbox there can be on this machine.

On Linux it has two layers: seccomp, which limits what a page's process may ask of the kernel, and user namespaces,
which take the rest of the machine out of its sight. Where namespaces are forbidden (some containers and hardened
kernels), Chromium goes on with the first layer and says nothing; so we ask the kernel ourselves.
"""

from __future__ import annotations

import ctypes
import os
import sys
from enum import StrEnum

from kiosk.build import is_release
from kiosk.errors import LockdownFailed

_CLONE_NEWUSER = 0x10000000  # linux/sched.h


class Sandbox(StrEnum):
    """What there is of it."""

    FULL = "full"
    PARTIAL = "partial"
    OFF = "off"


def engine_sandbox(*, root_allowed: bool) -> Sandbox:
    """Return what there will be of the engine's sandbox. Raises LockdownFailed for root, but for a development build's.

    To be called while the process has one thread: it forks.
    """
    if sys.platform == "win32":
        return Sandbox.FULL
    if os.geteuid() != 0:
        return Sandbox.FULL if sys.platform != "linux" or _user_namespaces_work() else Sandbox.PARTIAL
    if root_allowed and is_development_build():
        return Sandbox.OFF
    raise refuse_root()


def refuse_root() -> LockdownFailed:
    """Return the error for root: the supervisor's, and the shell's if it is started without one."""
    return LockdownFailed(
        "the kiosk does not run as root: the engine's sandbox would be off",
        hint="start it from an ordinary account that may do nothing else",
    )


def is_development_build() -> bool:
    """Whether this runs from source. What ships is frozen, and strict."""
    return not is_release()


def _user_namespaces_work() -> bool:
    """Try, in a child, for the answer is lasting."""
    child = os.fork()
    if child == 0:
        os._exit(ctypes.CDLL(None).unshare(_CLONE_NEWUSER) != 0)
    _, status = os.waitpid(child, 0)
    return status == 0
