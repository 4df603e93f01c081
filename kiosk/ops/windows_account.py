"""Windows: who this account is, and how to make something that is for it alone. Run under wine.

Sources: "Security Descriptor Definition Language", "Named Pipe Security and Access Rights" and the pages of the
functions used, learn.microsoft.com. By default everybody may read a named pipe, so the rights are always given.
"""

from __future__ import annotations

import ctypes
import re
import sys

_SID = re.compile(r"S-1(-\d{1,15}){1,16}", re.ASCII)

_SE_KERNEL_OBJECT = 6
_OWNER_SECURITY_INFORMATION = 0x1


def descriptor_for(sid: str) -> str:
    """Return the security descriptor that makes the account `sid` the owner and gives it, and nobody else, all rights.

    The list is protected, so nothing is inherited. Without a label the system adds its own: a process of low integrity,
    as a browser's renderer is, may not write. Raises ValueError for what is no SID.
    """
    if not _SID.fullmatch(sid):
        raise ValueError("not a SID")
    return f"O:{sid}D:P(A;;GA;;;{sid})"


if sys.platform == "win32":
    from kiosk.windows_rights import own_sid, security_attributes, sid_as_text

    __all__ = ["descriptor_for", "disconnect", "own_sid", "owner_of", "security_attributes"]

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _advapi = ctypes.WinDLL("advapi32", use_last_error=True)

    def owner_of(handle: int) -> str:
        """Return the SID of who owns the object behind `handle`. Raises OSError.

        Only an account itself, or one with the right to restore backups, can make it the owner of something.
        """
        owner, descriptor = ctypes.c_void_p(), ctypes.c_void_p()
        failed = _advapi.GetSecurityInfo(
            ctypes.c_void_p(handle),
            _SE_KERNEL_OBJECT,
            _OWNER_SECURITY_INFORMATION,
            ctypes.byref(owner),
            None,
            None,
            None,
            ctypes.byref(descriptor),
        )
        if failed:
            raise ctypes.WinError(failed)
        try:
            return sid_as_text(owner.value)
        finally:
            _kernel.LocalFree(descriptor)

    def disconnect(pipe: int) -> None:
        """Cut off who is connected to `pipe`, so that it can be waited for the next."""
        _kernel.DisconnectNamedPipe(ctypes.c_void_p(pipe))
