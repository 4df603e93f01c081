"""The first code of ours that a frozen `kiosk` runs (build.spec)."""

import os
import sys

if sys.platform == "linux":
    # PyInstaller's bootloader points the loader at the bundle for this process and, by the way, for all its children.
    # The system's programs (WebKit's processes, bwrap, xrandr) take the system's libraries; a child that is this very
    # program is told again by its own bootloader. What the variable was before is not given back: no child needs one.
    for _name in ("LD_LIBRARY_PATH", "LD_LIBRARY_PATH_ORIG"):
        os.environ.pop(_name, None)

from kiosk.__main__ import run

run()
