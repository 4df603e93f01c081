"""The file properties of kiosk.exe: what Explorer, an inventory and a signature's dialog show of it."""

from __future__ import annotations

import re
from typing import Final

from tree import BuildError

COMPANY: Final = "Enable3"
PRODUCT: Final = "Enable3 Kiosk"
DESCRIPTION: Final = "Enable3 Kiosk"
"""Windows shows it where it would name the program: in the Task Manager, and when it asks about a firewall."""
FILE_NAME: Final = "kiosk.exe"
LARGEST: Final = 65535
"""Each part has 16 bits: VS_FIXEDFILEINFO."""

_VERSION: Final = re.compile(r"(?P<release>\d+(?:\.\d+){0,3})(?P<rest>(?:a|b|rc|\.post|\.dev)\d+)*", re.ASCII)
_PRERELEASE: Final = 0x2  # VS_FF_PRERELEASE
_ENGLISH_UNICODE: Final = "040904B0"


def four_parts(version: str) -> tuple[int, int, int, int]:
    """Return `version` as Windows has it: 0.1.0rc2 is 0.1.0.0. Raises BuildError if it does not fit."""
    found = _VERSION.fullmatch(version)
    parts = [int(part) for part in found["release"].split(".")] if found else []
    if not parts or max(parts) > LARGEST:
        raise BuildError(f"version {version}: Windows wants up to four numbers, each up to {LARGEST}")
    first, second, third, fourth = [*parts, 0, 0, 0][:4]
    return first, second, third, fourth


def text(version: str, *, file_name: str = FILE_NAME) -> str:
    """Return the expression that PyInstaller's EXE(version=…) reads from a file. Raises BuildError."""
    parts = four_parts(version)
    prerelease = bool(re.search(r"a|b|rc|\.dev", version))
    strings = {
        "CompanyName": COMPANY,
        "FileDescription": DESCRIPTION,
        "FileVersion": version,
        "InternalName": file_name.removesuffix(".exe"),
        "LegalCopyright": f"Copyright {COMPANY}. Parts by others: see THIRD-PARTY-NOTICES.txt",
        "OriginalFilename": file_name,
        "ProductName": PRODUCT,
        "ProductVersion": version,
    }
    entries = ",\n".join(f"        StringStruct({name!r}, {value!r})" for name, value in strings.items())
    return f"""VSVersionInfo(
  ffi=FixedFileInfo(
    filevers={parts},
    prodvers={parts},
    mask=0x3F,
    flags={_PRERELEASE if prerelease else 0:#x},
    OS=0x40004,
    fileType=0x1,
    subtype=0x0,
    date=(0, 0),
  ),
  kids=[
    StringFileInfo([
      StringTable({_ENGLISH_UNICODE!r}, [
{entries},
      ]),
    ]),
    VarFileInfo([VarStruct('Translation', [0x0409, 0x04B0])]),
  ],
)
"""
