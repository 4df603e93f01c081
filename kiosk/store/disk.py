"""What it takes until a disk has what was written, on each system."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform == "darwin":
    import fcntl

    def sync(descriptor: int) -> None:
        """Return when the disk has what was written; fsync alone leaves it in the disk's own cache here."""
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)

else:

    def sync(descriptor: int) -> None:
        """Return when the disk has what was written."""
        os.fsync(descriptor)


if sys.platform == "win32":

    def sync_folder(folder: Path) -> None:
        """Do nothing: Windows keeps names of files safe itself, and opens no folders."""

else:

    def sync_folder(folder: Path) -> None:
        """Return when the disk has the names of what is in `folder`."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
