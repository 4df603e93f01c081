"""Windows: who this account is, and how to make something that is for it alone. By the documentation, not run.

Sources: "Security Descriptor Definition Language", "Named Pipe Security and Access Rights" and the pages of the
functions used, learn.microsoft.com. By default everybody may read a named pipe, so the rights are always given.
"""

from __future__ import annotations

import ctypes
import re
import sys

_SID = re.compile(r"S-1(-\d{1,15}){1,16}", re.ASCII)

_SDDL_REVISION = 1
_TOKEN_QUERY = 0x8
_TOKEN_USER = 1  # TOKEN_INFORMATION_CLASS.TokenUser
_SE_KERNEL_OBJECT = 6
_OWNER_SECURITY_INFORMATION = 0x1


class SecurityAttributes(ctypes.Structure):
    """SECURITY_ATTRIBUTES, wtypesbase.h."""

    _fields_ = (
        ("nLength", ctypes.c_uint32),
        ("lpSecurityDescriptor", ctypes.c_void_p),
        ("bInheritHandle", ctypes.c_int32),
    )


class _SidAndAttributes(ctypes.Structure):
    _fields_ = (("Sid", ctypes.c_void_p), ("Attributes", ctypes.c_uint32))


def descriptor_for(sid: str) -> str:
    """Return the security descriptor that makes the account `sid` the owner and gives it, and nobody else, all rights.

    The list is protected, so nothing is inherited. Without a label the system adds its own: a process of low integrity,
    as a browser's renderer is, may not write. Raises ValueError for what is no SID.
    """
    if not _SID.fullmatch(sid):
        raise ValueError("not a SID")
    return f"O:{sid}D:P(A;;GA;;;{sid})"


if sys.platform == "win32":
    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _advapi = ctypes.WinDLL("advapi32", use_last_error=True)
    _kernel.GetCurrentProcess.restype = ctypes.c_void_p

    def own_sid() -> str:
        """Return the SID of this process's account. Raises OSError."""
        token = ctypes.c_void_p()
        process = ctypes.c_void_p(_kernel.GetCurrentProcess())
        _check(_advapi.OpenProcessToken(process, _TOKEN_QUERY, ctypes.byref(token)))
        try:
            size = ctypes.c_uint32()
            _advapi.GetTokenInformation(token, _TOKEN_USER, None, 0, ctypes.byref(size))  # fails, and says the size
            buffer = ctypes.create_string_buffer(size.value)
            _check(_advapi.GetTokenInformation(token, _TOKEN_USER, buffer, size, ctypes.byref(size)))
            return _sid_as_text(_SidAndAttributes.from_buffer(buffer).Sid)
        finally:
            _kernel.CloseHandle(token)

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
            return _sid_as_text(owner.value)
        finally:
            _kernel.LocalFree(descriptor)

    def security_attributes(sddl: str) -> SecurityAttributes:
        """Return `sddl` as the system takes it. Its memory is never given back: it is made once. Raises OSError."""
        descriptor = ctypes.c_void_p()
        convert = _advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW
        _check(convert(ctypes.c_wchar_p(sddl), _SDDL_REVISION, ctypes.byref(descriptor), None))
        return SecurityAttributes(ctypes.sizeof(SecurityAttributes), descriptor, 0)

    def disconnect(pipe: int) -> None:
        """Cut off who is connected to `pipe`, so that it can be waited for the next."""
        _kernel.DisconnectNamedPipe(ctypes.c_void_p(pipe))

    def _sid_as_text(sid: int | None) -> str:
        text = ctypes.c_wchar_p()
        _check(_advapi.ConvertSidToStringSidW(ctypes.c_void_p(sid), ctypes.byref(text)))
        try:
            return text.value or ""
        finally:
            _kernel.LocalFree(text)

    def _check(result: int) -> None:
        if not result:
            raise ctypes.WinError(ctypes.get_last_error())
