"""The .NET assemblies of WebView2, and the runtime that has to be there. Windows alone.

pywebview falls back to Internet Explorer without a word where WebView2 is missing. Here that cannot happen: no window
is opened without it, and the page that pywebview would make is never made.
"""

from __future__ import annotations

import importlib
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from kiosk.errors import EngineUnavailable
from kiosk.shell.engines import wv2_registry
from kiosk.shell.engines.switches import import_webview

if TYPE_CHECKING:
    from kiosk.shell.engines.wv2_core import Core
    from kiosk.shell.engines.wv2_forms import Drawing, Forms, System

OLDEST: Final = (138, 0, 3351, 48)
"""The first runtime with AllowHostInputProcessing, without which nothing could be kept from a page by its input."""

_INSTALL: Final = (
    "install the Evergreen WebView2 Runtime from Microsoft (MicrosoftEdgeWebview2Setup.exe), and .NET Framework 4.8"
)


@dataclass(frozen=True)
class Dotnet:
    """The namespaces that this program uses."""

    core: Core
    forms: Forms
    drawing: Drawing
    system: System


class NoPage:
    """Stands where pywebview's page would be: it makes a browser with switches of its own, and scripts in its pages."""

    def __init__(self, form: Any, window: object, cache_dir: object) -> None:  # noqa: ANN401 - pywebview's BrowserForm
        """Be a part of the window that does nothing."""
        del window, cache_dir
        forms = importlib.import_module("System.Windows.Forms")
        self.webview = forms.Panel()
        self.webview.Visible = False
        form.Controls.Add(self.webview)
        self.js_result_semaphore = _NoSemaphore()

    def clear_user_data(self) -> None:
        """Do nothing: there is none, and the visit's folder is deleted by others."""

    def __getattr__(self, name: str) -> object:
        """Refuse everything else that pywebview may ask of a page."""
        raise AttributeError(f"there is no page of pywebview's: {name}")


class _NoSemaphore:
    def release(self) -> None:
        """Do nothing: nobody waits."""


def load() -> Dotnet:
    """Load the assemblies, and put NoPage into pywebview. Raises EngineUnavailable and LockdownFailed."""
    if sys.platform == "win32":
        wv2_registry.refuse_overrides(program=Path(sys.executable).name)
        import_webview()
        winforms = load_winforms("webview.platforms.winforms")
        check_renderer(str(winforms.renderer))
        edge: Any = importlib.import_module("webview.platforms.edgechromium")
        edge.EdgeChrome = NoPage
        dotnet = namespaces()
        loader = importlib.import_module("webview.util").interop_dll_path(folder_of_loader(sysconfig.get_platform()))
        dotnet.core.CoreWebView2Environment.SetLoaderDllFolderPath(str(loader))
        check_version(available_version(dotnet.core))
        return dotnet
    raise EngineUnavailable("webview2 is an engine of Windows", hint="use qtwebengine or webkitgtk on Linux")


def load_winforms(name: str) -> Any:  # noqa: ANN401 - pywebview's
    """Return pywebview's module for Windows, by its `name`. Raises EngineUnavailable."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise EngineUnavailable(f"pywebview's Windows part does not load: {error.name}", hint=_INSTALL) from None
    except RuntimeError:  # pythonnet's, whatever keeps .NET from starting; that it is not there, above all
        raise EngineUnavailable("this machine has no .NET Framework that starts", hint=_INSTALL) from None


def namespaces() -> Dotnet:
    """Return the namespaces of assemblies that are loaded."""
    names = ("Microsoft.Web.WebView2.Core", "System.Windows.Forms", "System.Drawing", "System")
    core, forms, drawing, system = (importlib.import_module(name) for name in names)
    return Dotnet(cast("Core", core), cast("Forms", forms), cast("Drawing", drawing), cast("System", system))


def check_renderer(renderer: str) -> None:
    """Raise EngineUnavailable unless pywebview would show its pages by WebView2."""
    if renderer != "edgechromium":
        raise EngineUnavailable("this machine has no WebView2 runtime, and nothing else will do", hint=_INSTALL)


def check_version(version: str) -> None:
    """Raise EngineUnavailable for a runtime that is missing or too old: `138.0.3351.48`, or that and a channel."""
    if not version:
        raise EngineUnavailable("this machine has no WebView2 runtime", hint=_INSTALL)
    numbers = tuple(int(part) for part in version.partition(" ")[0].split(".") if part.isdigit())
    if numbers < OLDEST:
        least = ".".join(map(str, OLDEST))
        raise EngineUnavailable(f"the WebView2 runtime {version} is older than {least}", hint=_INSTALL)


def available_version(core: Core) -> str:
    """Return the version of the runtime that is installed, or nothing."""
    try:
        return core.CoreWebView2Environment.GetAvailableBrowserVersionString(None) or ""
    except Exception:  # noqa: BLE001 - .NET's WebView2RuntimeNotFoundException, which has no name here
        return ""


def folder_of_loader(platform: str) -> str:
    """Return pywebview's name for the kind of this process, not of the machine: only that loader can be loaded."""
    return {"win-amd64": "win-x64", "win-arm64": "win-arm64"}.get(platform, "win-x86")
