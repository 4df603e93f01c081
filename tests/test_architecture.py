"""The layer diagram of DESIGN.md, executable."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from pytest_archon import archrule

if TYPE_CHECKING:
    from collections.abc import Iterable

IMPURE = ["time", "os", "threading", "logging", "asyncio", "random", "socket", "subprocess", "pathlib", "datetime"]

LIBRARIES = {
    "publicsuffixlist": ["kiosk.config.checks"],
    "httpx": ["kiosk.api*"],
    "httpcore": ["kiosk.api*"],
    "truststore": ["kiosk.api*"],
    "stamina": ["kiosk.api*"],
    "keyring": ["kiosk.credentials*"],
    "secretstorage": ["kiosk.credentials*"],
    "jeepney": ["kiosk.credentials*"],
    "msgspec": ["kiosk.wire"],
    "platformdirs": ["kiosk.paths"],
    "webview": ["kiosk.shell.host", "kiosk.shell.engines*", "kiosk.shell.window"],
    "qtpy": ["kiosk.shell.engines*"],
    "PySide6": ["kiosk.shell.engines*"],
    "objc": ["kiosk.shell.engines*"],
    "AppKit": ["kiosk.shell.engines*"],
    "WebKit": ["kiosk.shell.engines*"],
    "segno": ["kiosk.shell.qr"],
    "starlette": ["kiosk.sandbox*"],
    "uvicorn": ["kiosk.sandbox*"],
    "trustme": ["kiosk.sandbox*"],
    "sqlite3": ["kiosk.store*"],
    "jwt": ["kiosk.sign_in.signed_code"],
    "cryptography": ["kiosk.sign_in.signed_code"],
    "argon2": ["kiosk.operators.pin"],
    "argcomplete": ["kiosk.cli", "kiosk.commands.completion"],
}

PARTS = ["kiosk.supervisor*", "kiosk.operators*", "kiosk.outbox*", "kiosk.sign_in*"]
"""What makes a kiosk of core and the adapters. `kiosk.commands` makes them."""

ADAPTERS = ["kiosk.api", "kiosk.credentials", "kiosk.shell", "kiosk.sandbox", "kiosk.ops", "kiosk.store"]


def test_core_is_pure():
    (
        archrule("core imports core and the errors, and of the standard library what is pure")
        .match("kiosk.core*")
        .should_not_import("kiosk*", *IMPURE)
        .may_import("kiosk.core*", "kiosk.errors")
        .check("kiosk", only_direct_imports=True, skip_type_checking=True)
    )


@pytest.mark.parametrize(("library", "homes"), LIBRARIES.items())
def test_a_library_has_one_home(library: str, homes: Iterable[str]):
    (
        archrule(f"only {', '.join(homes)} may import {library}")
        .match("kiosk*")
        .exclude(*homes)
        .should_not_import(library, f"{library}.*")
        .check("kiosk", only_direct_imports=True)
    )


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_adapters_know_neither_each_other_nor_what_is_above_them(adapter: str):
    others = [name for name in ADAPTERS if name not in {adapter, "kiosk.ops"}]
    above = ["kiosk.cli", "kiosk.parser", "kiosk.commands*", "kiosk.config*", *PARTS]
    forbidden = [pattern for name in others for pattern in (name, f"{name}.*")]
    (
        archrule(f"{adapter} depends on core, errors and wire alone")
        .match(adapter, f"{adapter}.*")
        .should_not_import(*forbidden, *above)
        .check("kiosk", skip_type_checking=True)
    )


@pytest.mark.parametrize("part", PARTS)
def test_the_parts_of_a_kiosk_are_given_what_they_work_with(part: str):
    (
        archrule(f"{part} does not know the commands, which make it")
        .match(part)
        .should_not_import("kiosk.commands*", "kiosk.cli", "kiosk.parser", "keyring", "webview")
        .check("kiosk", only_direct_imports=True, skip_type_checking=True)
    )


@pytest.mark.parametrize("part", ["kiosk.operators*", "kiosk.outbox*", "kiosk.sign_in*"])
def test_only_the_supervisor_knows_the_supervisor(part: str):
    (
        archrule(f"{part} works without a supervisor")
        .match(part)
        .should_not_import("kiosk.supervisor*")
        .check("kiosk", only_direct_imports=True, skip_type_checking=True)
    )


def test_nothing_imports_the_entry_point():
    archrule("__main__ is the top").match("kiosk*").should_not_import("kiosk.__main__").check("kiosk")


def modules_after(code: str) -> set[str]:
    """Return the names of the modules that a fresh interpreter has loaded after `code`."""
    script = f"{code}\nimport sys; print(*sys.modules, sep='\\n')"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(result.stdout.split())


@pytest.mark.parametrize("library", ["webview", "qtpy", "PySide6", "gi"])
def test_the_supervisor_never_loads_a_gui_library(library: str):
    assert library not in modules_after("import kiosk.supervisor.app, kiosk.api, kiosk.credentials, kiosk.shell.spawn")


@pytest.mark.parametrize(
    "library",
    ["httpx", "keyring", "asyncio", "webview", "starlette", "truststore", "argon2", "segno", "sqlite3", "jwt", "json"],
)
def test_the_launch_path_imports_late(library: str):
    assert library not in modules_after("import kiosk.cli, kiosk.commands.run")


@pytest.mark.parametrize("library", ["jwt", "cryptography", "sqlite3"])
def test_signing_in_costs_nothing_until_somebody_does(library: str):
    ours = (
        "kiosk.commands.run, kiosk.commands._sign_in, kiosk.sign_in.desk, kiosk.sign_in.signed_code, kiosk.store.state"
    )

    assert library not in modules_after(f"import {ours}")


@pytest.mark.parametrize("library", ["httpx", "keyring", "asyncio", "sqlite3"])
def test_a_running_kiosk_is_asked_without_what_is_slow_to_import(library: str):
    assert library not in modules_after("import kiosk.cli, kiosk.commands.control, kiosk.ops.control_client")


@pytest.mark.parametrize("library", ["httpx", "keyring", "asyncio"])
def test_the_window_knows_nothing_of_the_api_and_the_keyring(library: str):
    code = "import kiosk.shell.host, kiosk.shell.engines.qtwebengine"

    assert library not in modules_after(code)
