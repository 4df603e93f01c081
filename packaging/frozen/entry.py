"""The first code of ours that a frozen `kiosk` runs (build.spec)."""

import os
import sys

# What PyInstaller's bootloader tells itself by variables is nobody else's: a restart begins anew.
for _name in [name for name in os.environ if name.startswith("_PYI_")]:
    del os.environ[_name]

if sys.platform == "linux":
    # It also points the loader at the bundle, for this process and, by the way, for all its children. The system's
    # programs (WebKit's processes, bwrap) take the system's libraries; a child that is this very program is told again
    # by its own bootloader. What the variable was before is not given back: no child needs one.
    for _name in ("LD_LIBRARY_PATH", "LD_LIBRARY_PATH_ORIG"):
        os.environ.pop(_name, None)

from kiosk.__main__ import run  # noqa: E402 - its imports start nothing, but the variables come first

run()
