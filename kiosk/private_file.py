"""Small files of this account alone, replaced in one step: whoever reads finds the old text or the new one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from kiosk.private import make_private_folder
from kiosk.store.disk import sync, sync_folder


def replace_file(path: Path, data: bytes) -> None:
    """Make the file at `path` hold `data`, on the disk when this returns. Its folder is made if need be.

    Readable by this account alone (POSIX; on Windows the folder's rights count). Raises OSError, and then the file is
    what it was.
    """
    make_private_folder(path.parent)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # mode 0600
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            sync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
