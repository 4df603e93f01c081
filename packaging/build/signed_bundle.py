"""A copy of the Windows program in which every executable file is signed: by its maker, or by us.

Makers' signatures stay: they say more than ours. A maker's own root is not on every machine that builds, so a kept
signature is compared with the file here, and with its maker's chain by Windows. What was pinned and verified before
(windows_python, the locks) is what makes the files those of their makers.
"""

from __future__ import annotations

import os
import shutil
import struct
from typing import TYPE_CHECKING, Final

import sbom_file
from authenticode import Report, Signer, inspect
from tree import ROOT, BuildError, remove, source_date_epoch

if TYPE_CHECKING:
    from pathlib import Path

MAKERS: Final = ("O=Microsoft Corporation", "O=Python Software Foundation")
"""Whose signatures stay, as their certificates name them."""

KIT: Final = ROOT / "packaging" / "windows" / "lockdown"
"""The lock-down kit, which an installed terminal has beside the program."""

_HEADER: Final = 0x40
"""Bytes of a DOS header."""
_PE_OFFSET: Final = 0x3C
"""Where a DOS header says where the PE header is."""


def is_executable(path: Path) -> bool:
    """Whether a file is one that Windows runs code of (PE: .exe, .dll, .pyd), whatever its name is."""
    with path.open("rb") as file:
        head = file.read(_HEADER)
        if len(head) < _HEADER or not head.startswith(b"MZ"):
            return False
        file.seek(struct.unpack_from("<I", head, _PE_OFFSET)[0])
        return file.read(4) == b"PE\0\0"


def files_of(folder: Path) -> list[Path]:
    """Return every file below `folder`, in one order on every machine. Raises BuildError for a link, or for none."""
    found = sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).parts)
    if links := [path for path in found if path.is_symlink()]:
        raise BuildError(f"{links[0]}: is a link, which no installer for Windows can have")
    files = [path for path in found if path.is_file()]
    if not (folder / "kiosk.exe").is_file():
        raise BuildError(f"{folder}: has no kiosk.exe: make it by packaging/build/windows.py")
    return files


def is_kept(report: Report) -> bool:
    """Whether a signature is a maker's, and of this very file."""
    return report.digest and any(maker in report.subject.split("/") for maker in MAKERS)


def make(bundle: Path, folder: Path, signer: Signer | None) -> dict[str, str]:
    """Copy `bundle` and the kit to `folder`, sign what is not its maker's, and return who signed each executable file.

    Its SBOM, if it has one, is made to fit; every file has the time of the commit. Without `signer` nothing is signed.
    Raises BuildError.
    """
    files_of(bundle)
    remove(folder)
    shutil.copytree(bundle, folder)
    shutil.copytree(KIT, folder / KIT.name)
    signed = {
        path.relative_to(folder).as_posix(): _sign(path, signer) for path in files_of(folder) if is_executable(path)
    }
    if (folder / sbom_file.INSIDE).is_file():
        sbom_file.renew(folder)
    moment = source_date_epoch()
    for path in folder.rglob("*"):
        os.utime(path, (moment, moment))
    return signed


def _sign(path: Path, signer: Signer | None) -> str:
    report = inspect(path)
    if is_kept(report):
        return report.subject
    if signer is None:
        return "nobody"
    signer.sign(path)
    return "us"
