"""What of all that is found goes into an executable, by flavour. build.spec asks; under wine, too."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from tree import BuildError, version

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["check", "check_modules", "excluded_modules", "hidden_modules", "keeps_file", "keeps_hook", "version"]

ENGINES: Final = {
    "linux-webkitgtk": "webkitgtk",
    "linux-qt": "qtwebengine",
    "windows": "webview2",
    "macos": "wkwebview",
}
"""The one engine of each flavour."""

SYSTEMS: Final = {"linux-webkitgtk": "linux", "linux-qt": "linux", "windows": "win32", "macos": "darwin"}
"""Where each flavour can be built and run, as sys.platform says it."""

_PARTS: Final = {"qtwebengine": "qt_", "webkitgtk": "gtk_", "webview2": "wv2_", "wkwebview": "wk_"}
"""What the names of an adapter's parts begin with: kiosk/shell/engines/__init__.py."""

_PLATFORMS: Final = {
    "qtwebengine": ("qt",),
    "webkitgtk": ("gtk",),
    "webview2": ("winforms", "edgechromium"),
    "wkwebview": ("cocoa",),
}
"""The modules of pywebview that an adapter lives in."""

_ALL_PLATFORMS: Final = ("android", "cef", "cocoa", "edgechromium", "gtk", "mshtml", "qt", "winforms")

_OTHERS_SYSTEM: Final = {
    "kiosk.ops.mac_layers": "darwin",
    "kiosk.ops.windows_account": "win32",
    "kiosk.ops.windows_layers": "win32",
    "kiosk.ops.windows_machine": "win32",
    "kiosk.ops.control_pipe": "win32",
    "kiosk.ops.linux_machine": "linux",
    "kiosk.ops.lockdown_layers": "linux",
    "kiosk.shell.job": "win32",
    "kiosk.windows_rights": "win32",
}
"""Modules that one system alone imports."""

_SANDBOX_OPTIONS: Final = ("kiosk.sandbox.faults", "kiosk.sandbox.options")
"""What `kiosk sandbox --help` says."""

_BACKENDS: Final = {
    "linux": "keyring.backends.SecretService",
    "win32": "keyring.backends.Windows",
    "darwin": "keyring.backends.macOS",
}

_NEVER: Final = (
    # the tools of developers that the standard library or a dependency would bring along
    *("IPython", "PIL", "PyInstaller", "_pytest", "click", "distutils", "doctest", "ensurepip", "idlelib", "lib2to3"),
    *("numpy", "pip", "pkg_resources", "pdb", "pydoc", "pydoc_data", "pygments", "pytest", "rich", "setuptools"),
    *("structlog", "test", "tkinter", "turtle", "unittest", "venv", "wheel", "mypy", "hypothesis"),
    # other ways of doing what one of ours does: optional imports of httpx, anyio, cryptography, keyring
    *("brotli", "brotlicffi", "h2", "socksio", "trio", "zstandard", "uvloop", "bcrypt", "gevent", "eventlet", "mako"),
    *("jinja2", "simplejson", "prometheus_client", "PySide6.QtDataVisualization"),
    *("starlette", "uvicorn", "trustme"),
    # of those that Qt's wrapper would take, one is there
    *("PyQt5", "PyQt6", "PySide2"),
)

_TYPELIBS: Final = tuple(
    f"gi.repository.{name}"
    for name in (
        *("Atk", "GLib", "GLibUnix", "GModule", "GObject", "Gdk", "GdkPixbuf", "Gio", "GioUnix", "Gtk"),
        *("JavaScriptCore", "Pango", "Soup", "WebKit2", "cairo"),
    )
)
"""PyGObject makes these modules from what the system has installed. Found here, PyInstaller would bundle that."""

_RUNTIME_HOOKS: Final = re.compile(
    r"pyi_rth_(?:gi|gio|glib|gtk|gdkpixbuf|pyside6|inspect|pkgutil|multiprocessing|setuptools|pkgres)$"
)
"""Hooks that every start would pay for, `kiosk --version` too.

Those of GTK look for a bundled one. PySide6's imports Qt to tell it where it lies, which PySide6 does itself. The rest
serve who asks for source text, lists modules or starts Python processes: nobody here.
"""

_METADATA: Final = frozenset({"METADATA", "entry_points.txt"})
"""What a package may read of itself. The rest is pip's, and of the machine that built; licences are collected apart."""

_SYSTEM_FOLDERS: Final = ("/usr/lib/", "/lib/", "/usr/lib64/", "/lib64/")

_QT_LIBRARIES: Final = frozenset(
    {
        *("Core", "DBus", "Gui", "Network", "OpenGL", "OpenGLWidgets", "Positioning", "PrintSupport", "Qml", "QmlMeta"),
        *("QmlModels", "QmlWorkerScript", "Quick", "QuickWidgets", "Svg", "WaylandClient", "WebChannel"),
        *("WebEngineCore", "WebEngineWidgets", "Widgets", "XcbQpa"),
    }
)
"""Qt's libraries that an engine in a window needs: what these modules link to, and what the plugins below do."""

_QT_PLUGINS: Final = frozenset(
    {
        "imageformats/libqgif.so",
        "imageformats/libqico.so",
        "imageformats/libqjpeg.so",
        "platforminputcontexts/libcomposeplatforminputcontextplugin.so",
        "platforms/libqoffscreen.so",
        "platforms/libqwayland.so",
        "platforms/libqxcb.so",
        "tls/libqopensslbackend.so",
        "wayland-graphics-integration-client/libqt-plugin-wayland-egl.so",
        "wayland-shell-integration/libfullscreen-shell-v1.so",
        "wayland-shell-integration/libxdg-shell.so",
        "xcbglintegrations/libqxcb-egl-integration.so",
        "xcbglintegrations/libqxcb-glx-integration.so",
    }
)

_CHROMIUM_LOCALES: Final = frozenset(
    f"{tag}.pak" for tag in ("ar", "de", "en-GB", "en-US", "es", "es-419", "fr", "pt-BR", "pt-PT", "uk")
)
"""Chromium's own words (of a form that is filled in wrongly, of a file chooser) in the languages of assets/locales."""

_DEVELOPERS: Final = ("qtwebengine_devtools_resources.pak", ".debug.pak", ".debug.bin")
"""Not there, the developer tools cannot open, whatever asks for them."""


def hidden_modules(flavour: str, root: Path) -> list[str]:
    """Return the modules of ours that `flavour` has, and those of others that are imported by a name in a variable."""
    ours = [name for name in _own_modules(root) if _is_ours(name, flavour)]
    platforms = [f"webview.platforms.{name}" for name in _PLATFORMS[ENGINES[flavour]]]
    return [*ours, *platforms, _BACKENDS[SYSTEMS[flavour]], *_foreign(flavour)]


def excluded_modules(flavour: str, root: Path) -> list[str]:
    """Return the modules that `flavour` does without, though something seems to import them."""
    others = [name for name in _own_modules(root) if not _is_ours(name, flavour)]
    engine = ENGINES[flavour]
    platforms = [f"webview.platforms.{name}" for name in _ALL_PLATFORMS if name not in _PLATFORMS[engine]]
    backends = [name for system, name in _BACKENDS.items() if system != SYSTEMS[flavour]]
    kits = [] if engine == "webkitgtk" else ["gi", "cairo"]
    kits += [] if engine == "qtwebengine" else ["PySide6", "shiboken6", "qtpy"]
    return [*others, *_NEVER, *_TYPELIBS, *platforms, *backends, *kits]


def keeps_hook(name: str) -> bool:
    """Whether PyInstaller's runtime hook `name` is run at each start."""
    return not _RUNTIME_HOOKS.match(name)


def keeps_file(flavour: str, name: str, source: str, kind: str) -> bool:
    """Whether the file that would be `name` in the bundle, found at `source`, goes into it; `kind` is PyInstaller's."""
    # A link goes where what it leads to goes; `source` is that, from the top of the bundle.
    path = PurePosixPath((source if kind == "SYMLINK" else name).replace("\\", "/"))
    if flavour.startswith("linux-") and kind == "BINARY" and not _is_our_library(path, source):
        return False
    if path.parts[:2] == ("PySide6", "Qt"):
        return _keeps_qt(PurePosixPath(*path.parts[2:]))
    if path.parts[0].endswith(".dist-info"):
        return path.name in _METADATA and path.parent.name == path.parts[0]
    return path.suffix not in {".pyi", ".jar", ".pxd", ".chk"} and path.name != "py.typed"


def check(flavour: str, *, platform: str) -> None:
    """Raise BuildError if there is no such flavour, or it cannot be built on `platform`."""
    if flavour not in ENGINES:
        raise BuildError(f"flavour: {flavour or '(none)'} is none of {', '.join(ENGINES)}")
    if platform != SYSTEMS[flavour]:
        raise BuildError(f"{flavour} is built on {SYSTEMS[flavour]} alone, and this is {platform}")


def check_modules(flavour: str, root: Path, *, found: Iterable[str]) -> None:
    """Raise BuildError if what `flavour` must have is not among the modules `found`: PyInstaller only warns."""
    if missing := sorted(set(hidden_modules(flavour, root)) - set(found)):
        raise BuildError(f"{flavour}: these modules were not found: {', '.join(missing)}; is its lock installed?")


def _is_our_library(path: PurePosixPath, source: str) -> bool:
    """Whether a library comes with us: Python's, and what the locked packages bring. The rest is the system's.

    Those it updates (OpenSSL, NSS), and those that fit its drivers (OpenGL, X): Google's own package of Chrome takes
    them from the system, too. The packages' dependencies name them.
    """
    real = str(Path(source).resolve())
    return path.name.startswith("libpython3") or not real.startswith(_SYSTEM_FOLDERS)


def _keeps_qt(path: PurePosixPath) -> bool:
    folder = path.parts[0]
    if folder == "lib":
        named = re.match(r"libQt6(\w+)\.so", path.name)
        return named is None or named[1] in _QT_LIBRARIES
    if folder == "plugins":
        return str(PurePosixPath(*path.parts[1:])) in _QT_PLUGINS
    if folder == "translations":
        return path.parent.name == "qtwebengine_locales" and path.name in _CHROMIUM_LOCALES
    if folder == "libexec":
        return path.name == "QtWebEngineProcess"
    return folder == "resources" and not path.name.endswith(_DEVELOPERS)


def _own_modules(root: Path) -> list[str]:
    """Return the names of all modules of the tree's package, in order. Raises BuildError if there are none."""
    found = [_dotted(path.relative_to(root)) for path in (root / "kiosk").rglob("*.py")]
    if not found:
        raise BuildError(f"there is no package kiosk in {root}")
    return sorted(found)


def _dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _is_ours(name: str, flavour: str) -> bool:
    if name.startswith("kiosk.sandbox."):  # an Enable3 to try things against: its command says that it is not there
        return name in _SANDBOX_OPTIONS
    if _OTHERS_SYSTEM.get(name, SYSTEMS[flavour]) != SYSTEMS[flavour]:
        return False
    part = name.removeprefix("kiosk.shell.engines.")
    others = [engine for engine in _PARTS if engine != ENGINES[flavour]]
    return part == name or not any(part == engine or part.startswith(_PARTS[engine]) for engine in others)


def _foreign(flavour: str) -> list[str]:
    if flavour == "linux-webkitgtk":
        return [f"gi.overrides.{name}" for name in ("GLib", "GObject", "Gdk", "GdkPixbuf", "Gio", "Gtk", "Pango")]
    if flavour == "windows":
        return ["clr"]
    if flavour == "macos":
        return ["objc", "PyObjCTools.AppHelper", "AppKit", "Foundation", "WebKit", "Network", "Quartz", "Security"]
    return []
