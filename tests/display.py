"""A virtual screen for tests that open real windows."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from PIL import ImageGrab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image


def need_an_ordinary_account() -> None:
    """Skip as root: there the engine's sandbox would be off, so the kiosk refuses. `make test` is not root."""
    if os.geteuid() == 0:
        pytest.skip("the window does not open for root; `make test` runs this as an ordinary account")


@contextmanager
def virtual_display(size: str = "1920x1080") -> Iterator[str]:
    """Start Xvfb with a screen of `size` and yield its display name, such as `:99`."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed; `make test` installs it")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        assert number, "Xvfb did not start"
        try:
            yield f":{number}"
        finally:
            server.terminate()


def screenshot(display: str) -> Image:
    """Return what is on the glass of `display`."""
    return ImageGrab.grab(xdisplay=display).convert("RGB")
