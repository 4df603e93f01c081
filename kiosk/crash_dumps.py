"""No core dumps of processes whose memory holds a visit or the API key. Shells begin with this: it imports little."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

_FILTER = "/proc/self/coredump_filter"
"""core(5): which memory a dump holds; 0 is none. Children inherit it, by fork and by exec."""

_ERROR_MODE = 0x0001 | 0x0002  # winbase.h: SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX; children inherit it


def forbid_core_dumps() -> None:
    """Keep the memory of this process, and of all that it starts from now on, out of core files and crash reports."""
    if sys.platform == "win32":  # not run so far
        import ctypes  # noqa: PLC0415 - there alone

        ctypes.windll.kernel32.SetErrorMode(_ERROR_MODE)
        return
    import resource  # noqa: PLC0415 - POSIX alone

    # Both limits, so that nothing in here can raise it again. It does not hold for dumps that the kernel pipes to a
    # program (core(5)): those get nothing of the memory.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with suppress(OSError):  # a kernel without it dumps no more than the limit lets it
            descriptor = os.open(_FILTER, os.O_WRONLY)
            try:
                os.write(descriptor, b"0")
            finally:
                os.close(descriptor)
