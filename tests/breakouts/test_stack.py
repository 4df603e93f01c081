"""Section J: what a debugger, another program or a wrong environment could take hold of in a running kiosk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.e2e.conftest import display, sandbox, start

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.sandbox.server import RunningSandbox
    from tests.breakouts.lab import Lab
    from tests.e2e.conftest import Kiosk

__all__ = ["display", "sandbox", "start"]

DEBUG = {
    "QTWEBENGINE_REMOTE_DEBUGGING": "127.0.0.1:9223",
    "QTWEBENGINE_CHROMIUM_FLAGS": "--remote-debugging-port=9222 --no-sandbox --auto-open-devtools-for-tabs",
    "QTWEBENGINE_DISABLE_SANDBOX": "1",
    "QT_PLUGIN_PATH": "{trap}",
    "QT_QPA_PLATFORM_PLUGIN_PATH": "{trap}",
    "QT_DEBUG_PLUGINS": "1",
    "QML_IMPORT_PATH": "{trap}",
    "QMLENGINE_DEBUG": "1",
    "QV4_DEBUG": "1",
    "WEBKIT_INSPECTOR_SERVER": "127.0.0.1:9224",
    "WEBKIT_INSPECTOR_HTTP_SERVER": "127.0.0.1:9225",
    "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
    "WEBKIT_FORCE_SANDBOX": "0",
    "WEBKIT_EXEC_PATH": "{trap}",
    "WEBKIT_INJECTED_BUNDLE_PATH": "{trap}",
    "WEBKIT_DEBUG": "all",
    "GTK_DEBUG": "interactive",
    "GTK_MODULES": "{trap}/module.so",
    "GTK_PATH": "{trap}",
    "GTK_IM_MODULE_FILE": "{trap}/immodules",
    "GDK_PIXBUF_MODULE_FILE": "{trap}/loaders",
    "GIO_MODULE_DIR": "{trap}",
    "GIO_EXTRA_MODULES": "{trap}",
    "GST_PLUGIN_PATH": "{trap}",
    "GI_TYPELIB_PATH": "{trap}",
    "GSETTINGS_SCHEMA_DIR": "{trap}",
    "PYWEBVIEW_GUI": "cef",
    "PYWEBVIEW_LOG": "debug",
    "PYTHONINSPECT": "1",
    "PYTHONSTARTUP": "{trap}/startup.py",
    "PYTHONPATH": "{trap}",
    "PYTHONBREAKPOINT": "os.abort",
    "PYTHONDEBUG": "1",
    "PYTHONDEVMODE": "0",
    "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS": "--remote-debugging-port=9226",
    "SSLKEYLOGFILE": "{trap}/keys",
    "NODE_OPTIONS": "--inspect",
    "CHROME_DEVEL_SANDBOX": "/bin/true",
    "BROWSER": "{trap}/browser",
}
"""Every variable that opens a debugger, weakens an engine or puts code into it. LD_* end the supervisor itself."""

TRAP = "from pathlib import Path; Path(__file__).with_name('sprung').touch()\n"


@pytest.mark.gui
@pytest.mark.both_engines
@pytest.mark.breakout(135, 136, 139)
def test_no_variable_opens_a_port_or_an_inspector(
    start: Callable[..., Kiosk], sandbox: RunningSandbox, tmp_path: Path, engine: str
):
    trap = tmp_path / "trap"
    trap.mkdir()
    for name in ("webview.py", "httpx.py", "gi.py", "PySide6.py", "startup.py", "msgspec.py"):
        (trap / "shell" / name).parent.mkdir(exist_ok=True)
        (trap / "shell" / name).write_text(TRAP)
    variables = {name: value.format(trap=trap / "shell") for name, value in DEBUG.items() if name != "PYTHONPATH"}
    kiosk = start("--user", "visitor-1", "--engine", engine, sandbox=sandbox, **variables)
    kiosk.wait_for("widget painted visit=1")
    family = [psutil.Process(kiosk.process.pid), *kiosk.family()]

    assert [found for process in family for found in listening(process)] == []
    assert [argument for process in family for argument in arguments(process) if "debugging" in argument] == []
    for process in family[1:]:
        assert not set(environment(process)) & (DEBUG.keys() - ALLOWED), process.name()
    assert windows(kiosk) <= 2  # the visit's, and the spare's below it
    kiosk.end(signal.SIGTERM)
    assert list(trap.rglob("sprung")) == []
    assert not (trap / "shell" / "keys").exists()


ALLOWED = {"PYTHONPATH", "QTWEBENGINE_CHROMIUM_FLAGS", "PYWEBVIEW_LOG", "WEBKIT_FORCE_SANDBOX"}
"""What an engine or its adapter sets itself, for the processes that it starts."""


def listening(process: psutil.Process) -> list[object]:
    with suppress(psutil.Error):
        return [
            each.laddr
            for each in process.net_connections("inet")
            if each.status == psutil.CONN_LISTEN or (each.laddr and not each.raddr and each.status == psutil.CONN_NONE)
        ]
    return []


def arguments(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return list(process.cmdline())
    return []


def environment(process: psutil.Process) -> dict[str, str]:
    with suppress(psutil.Error):
        return dict(process.environ())
    return {}


def windows(kiosk: Kiosk) -> int:
    """Return how many top windows the X server shows: an inspector would be one more."""
    command = ["xdotool", "search", "--onlyvisible", "--maxdepth", "1", "--name", ".*"]
    variables = {"DISPLAY": kiosk.display, "PATH": os.environ["PATH"]}
    return len(subprocess.run(command, env=variables, capture_output=True, text=True, check=False).stdout.split())


FROZEN = """
import sys
sys.frozen = True
from pathlib import Path
from kiosk.shell.environment import child_environment, root_is_allowed
from kiosk.shell.sandbox import is_development_build
from kiosk.shell.spawn import shell_command
assert not is_development_build()
assert not root_is_allowed()
variables = child_environment(Path("/nowhere"))
dangerous = ("PYTHON", "QT", "GTK", "WEBKIT", "LD_", "PYWEBVIEW")
assert not [name for name in variables if name.startswith(dangerous)], variables
assert shell_command() == [sys.executable, "shell"]
print("as it should be")
"""


@pytest.mark.breakout(135, 139)
def test_a_release_build_passes_none_of_them_on():
    variables = {name: value.format(trap="/nowhere") for name, value in DEBUG.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FROZEN)],
        env={**variables, "PATH": os.environ["PATH"], "KIOSK_INSECURE_ALLOW_ROOT": "1", "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )

    assert done.stdout == "as it should be\n", done.stderr


@pytest.mark.gui
@pytest.mark.both_engines
@pytest.mark.breakout(136, 137)
def test_a_page_finds_no_bridge_and_no_server(lab: Lab):
    names = "['pywebview', 'qt', 'QWebChannel', 'chrome', 'external', 'jsBridge', 'kiosk', 'enable3Kiosk']"
    found = lab.run(
        f"return {names}.filter((name) => window[name] && (window[name].webview || window[name].webChannelTransport"
        " || window[name].api || window[name].token || window[name].invoke || name.includes('ebview')))"
        ".concat(Object.keys(window.webkit?.messageHandlers ?? {}))"
    )

    assert found == []
    assert [each for process in lab.shell.members() for each in listening(process)] == []


@pytest.mark.gui
@pytest.mark.both_engines
@pytest.mark.breakout(143)
def test_no_page_opens_the_operators_pages_or_takes_their_place(lab: Lab):
    for word in ("pin", "panel", "enrol", "close", "retry", "pin?value=1234"):
        lab.run(
            f"location.href = 'kiosk:{word}'; const a = document.createElement('a'); a.href = 'kiosk:{word}';"
            " stage.append(a); a.click(); await wait(0.02)",
            click=True,
        )

    assert lab.is_where_it_was()
    assert not lab.said()
