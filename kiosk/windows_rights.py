"""Windows: who this account is, and folders that it shares with nobody but the system and its administrators.

Python's own `mkdir` gives a folder the rights of the one above it, whatever mode it is told (until 3.12.4). Sources:
"Security Descriptor Definition Language" and the pages of the functions used, learn.microsoft.com. Run under wine.
"""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SDDL_REVISION = 1
_TOKEN_QUERY = 0x8
_TOKEN_USER = 1  # TOKEN_INFORMATION_CLASS.TokenUser
_SE_FILE_OBJECT = 1
_OWNER_SECURITY_INFORMATION = 0x1

SYSTEM, ADMINISTRATORS = "S-1-5-18", "S-1-5-32-544"
"""Whom nothing can be kept from: backups, virus scanners and uninstallers run as these."""


class SecurityAttributes(ctypes.Structure):
    """SECURITY_ATTRIBUTES, wtypesbase.h."""

    _fields_ = (
        ("nLength", ctypes.c_uint32),
        ("lpSecurityDescriptor", ctypes.c_void_p),
        ("bInheritHandle", ctypes.c_int32),
    )


class _SidAndAttributes(ctypes.Structure):
    _fields_ = (("Sid", ctypes.c_void_p), ("Attributes", ctypes.c_uint32))


def folder_rights(sid: str) -> str:
    """Return the rights of a folder, and of all that will be in it, of the account `sid` as a security descriptor.

    The list is protected: nothing comes from the folder above.
    """
    return "D:P" + "".join(f"(A;OICI;FA;;;{who})" for who in (sid, SYSTEM, ADMINISTRATORS))


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
            return sid_as_text(_SidAndAttributes.from_buffer(buffer).Sid)
        finally:
            _kernel.CloseHandle(token)

    def security_attributes(sddl: str) -> SecurityAttributes:
        """Return `sddl` as the system takes it. Its memory, some hundred bytes, is never given back. Raises OSError."""
        descriptor = ctypes.c_void_p()
        convert = _advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW
        _check(convert(ctypes.c_wchar_p(sddl), _SDDL_REVISION, ctypes.byref(descriptor), None))
        return SecurityAttributes(ctypes.sizeof(SecurityAttributes), descriptor, 0)

    def make_own_folder(folder: Path) -> None:
        """Make `folder`, which this account shares with nobody. Raises OSError: FileExistsError if it is there."""
        attributes = security_attributes(folder_rights(own_sid()))
        _check(_kernel.CreateDirectoryW(ctypes.c_wchar_p(str(folder)), ctypes.byref(attributes)))

    def is_own_folder(folder: Path) -> bool:
        """Whether `folder` belongs to this account, or to whom nothing can be kept from. Raises OSError.

        Who owns it may give it other rights; only an administrator can make somebody else the owner.
        """
        owner, descriptor = ctypes.c_void_p(), ctypes.c_void_p()
        of_owner = (ctypes.byref(owner), None, None, None, ctypes.byref(descriptor))
        name = ctypes.c_wchar_p(str(folder))
        failed = _advapi.GetNamedSecurityInfoW(name, _SE_FILE_OBJECT, _OWNER_SECURITY_INFORMATION, *of_owner)
        if failed:
            raise ctypes.WinError(failed)
        try:
            return sid_as_text(owner.value) in {own_sid(), SYSTEM, ADMINISTRATORS}
        finally:
            _kernel.LocalFree(descriptor)

    def sid_as_text(sid: int | None) -> str:
        """Return the SID at the address `sid` as text. Raises OSError."""
        text = ctypes.c_wchar_p()
        _check(_advapi.ConvertSidToStringSidW(ctypes.c_void_p(sid), ctypes.byref(text)))
        try:
            return text.value or ""
        finally:
            _kernel.LocalFree(text)

    def _check(result: int) -> None:
        if not result:
            raise ctypes.WinError(ctypes.get_last_error())
