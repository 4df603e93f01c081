"""What Windows says of a file's rights."""

from __future__ import annotations

import ctypes
import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_DACL = 0x4  # DACL_SECURITY_INFORMATION
_SHORT = {"SY": "S-1-5-18", "BA": "S-1-5-32-544"}

if sys.platform == "win32":

    def rights_of(path: Path) -> set[str]:
        """Return the SIDs that have any right to the file or folder at `path`."""
        advapi, kernel = ctypes.WinDLL("advapi32"), ctypes.WinDLL("kernel32")
        descriptor, text = ctypes.c_void_p(), ctypes.c_wchar_p()
        of_list = (None, None, None, None, ctypes.byref(descriptor))
        assert advapi.GetNamedSecurityInfoW(ctypes.c_wchar_p(str(path)), 1, _DACL, *of_list) == 0
        convert = advapi.ConvertSecurityDescriptorToStringSecurityDescriptorW
        assert convert(descriptor, 1, _DACL, ctypes.byref(text), None)
        found = re.findall(r"\(A;[^)]*;([^;)]+)\)", text.value or "")
        kernel.LocalFree(descriptor)
        kernel.LocalFree(text)
        return {_SHORT.get(sid, sid) for sid in found}
