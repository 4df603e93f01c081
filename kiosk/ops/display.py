"""Which display server a window would open on, and whether it answers."""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_X_DISPLAY = re.compile(r"(?P<host>[^:]*):(?P<number>\d{1,5})(?:\.\d+)?", re.ASCII)
_X_PORT = 6000  # of display 0. Source: the X protocol, appendix B
_TIMEOUT = 2.0  # seconds

_NATIVE = {"win32": "the Windows desktop", "darwin": "WindowServer"}


@dataclass(frozen=True, slots=True)
class Display:
    """A display server: its `name` for the operator, empty if none is set, and whether it `answers`."""

    name: str
    answers: bool


def find_display(platform: str, environ: Mapping[str, str]) -> Display:
    """Return the display server of a session, given `sys.platform` and the environment. Blocks for 2 s at most."""
    if native := _NATIVE.get(platform):
        return Display(native, answers=True)
    if wayland := environ.get("WAYLAND_DISPLAY"):
        path = Path(environ.get("XDG_RUNTIME_DIR", ""), wayland)
        return Display(f"Wayland ({wayland})", answers=_answers(str(path)))
    if x11 := environ.get("DISPLAY"):
        return Display(f"X11 ({x11})", answers=_x_answers(x11))
    return Display("", answers=False)


def _x_answers(display: str) -> bool:
    match = _X_DISPLAY.fullmatch(display)
    if match is None:
        return False
    if match["host"] in {"", "unix"}:
        path = f"/tmp/.X11-unix/X{match['number']}"  # noqa: S108 - the X server's own place  # nosec B108 # see the noqa
        return _answers(path) or _answers(f"\0{path}")
    with suppress(OSError), socket.create_connection((match["host"], _X_PORT + int(match["number"])), _TIMEOUT):
        return True
    return False


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(_TIMEOUT)
        try:
            client.connect(path)
        except OSError:
            return False
    return True
