"""What this build of the program has: one that ships is made for one engine, a source tree runs with all."""

from __future__ import annotations

import sys
from importlib.util import find_spec

_OF_OTHERS = {"win32": ("webview2",), "darwin": ("wkwebview",)}
_OF_LINUX = ("qtwebengine", "webkitgtk")


def is_release() -> bool:
    """Whether this is frozen, as what ships is."""
    return bool(getattr(sys, "frozen", False))


def engines() -> tuple[str, ...]:
    """Return the engines of this system that this build has an adapter for, the default one first."""
    of_system = _OF_OTHERS.get(sys.platform, _OF_LINUX)
    if not is_release():
        return of_system
    return tuple(name for name in of_system if find_spec(f"kiosk.shell.engines.{name}"))


def default_engine() -> str:
    """Return the engine of a kiosk that is told of none."""
    return next(iter(engines()), _OF_OTHERS.get(sys.platform, _OF_LINUX)[0])


def why_no_engine(name: str) -> str:
    """Return what to say of an engine that this build has no adapter for, or an empty text: it has one."""
    if not is_release() or name in engines():
        return ""
    return f"{name} is not in this build of the kiosk, which has {' and '.join(engines()) or 'none'}"
