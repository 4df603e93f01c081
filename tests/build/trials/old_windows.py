"""An older version of the kiosk for Windows, and what it is installed by: small, and made in two seconds."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import icons
import windows_installers
import windows_msi
from tree import run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

VERSION = "0.0.9"
STALE = "_internal/stale.pyd"
"""A file that the new version does not have."""


def make(folder: Path, patch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Make setup.exe and the MSI of the older version in `folder`, unsigned, and return their paths."""
    program = folder / "kiosk"
    (program / "_internal").mkdir(parents=True)
    run(
        ["makensis", "-V2", f"-DOUTPUT={program / 'kiosk.exe'}", __file__.replace("old_windows.py", "stand_in.nsi")],
        what="stand-in",
    )
    shutil.copyfile(program / "kiosk.exe", program / "kioskw.exe")
    (program / STALE).write_bytes(b"old")
    for module in (windows_installers, windows_msi):
        patch.setattr(module, "version", lambda: VERSION)
    icons.make(folder / "icons")
    return (
        windows_installers.nsis(program, out=folder, work=folder),
        windows_installers.msi(program, out=folder, work=folder),
    )
