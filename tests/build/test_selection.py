"""What goes into an executable: of each flavour its own engine and system, and nothing that opens a door."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import selection
from selection import ENGINES, check, check_modules, excluded_modules, hidden_modules, keeps_file, keeps_hook
from tree import FLAVOURS, ROOT, BuildError

from kiosk.shell.engines import choice


def qt(name: str, kind: str = "BINARY") -> bool:
    return keeps_file("linux-qt", f"PySide6/Qt/{name}", f"/venv/PySide6/Qt/{name}", kind)


def test_there_is_an_engine_of_each_flavour_that_the_kiosk_knows():
    assert set(ENGINES) == set(FLAVOURS)
    assert set(ENGINES.values()) == set(choice.ENGINES)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_every_module_of_the_kiosk_is_in_or_out_and_not_both(flavour):
    every = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in (ROOT / "kiosk").rglob("*.py")
    }
    inside, outside = set(hidden_modules(flavour, ROOT)), set(excluded_modules(flavour, ROOT))

    assert inside & outside == set()
    assert every <= inside | outside


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_every_command_has_its_module(flavour):
    parser = (ROOT / "kiosk/parser.py").read_text()
    named = set(re.findall(r'"(kiosk\.commands\.\w+):', parser))

    assert named
    assert named <= set(hidden_modules(flavour, ROOT))


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_engines_of_others_and_the_sandbox_stay_out(flavour):
    others = [f"kiosk.shell.engines.{engine}" for other, engine in ENGINES.items() if other != flavour]

    assert {*others, "kiosk.sandbox.server", "kiosk.sandbox.tokens"} <= set(excluded_modules(flavour, ROOT))
    assert f"kiosk.shell.engines.{ENGINES[flavour]}" in hidden_modules(flavour, ROOT)


def test_no_module_that_runs_elsewhere_alone_is_hidden_under_the_engine_of_another_name():
    names = {name for name in hidden_modules("linux-webkitgtk", ROOT) if ".engines." in name}

    assert {name for name in names if re.search(r"\.(qt|wv2|wk)_", name)} == set()
    assert {"kiosk.shell.engines.gtk_visit", "kiosk.shell.engines.x11", "kiosk.shell.engines.base"} <= names


def test_the_system_keeps_its_libraries_and_we_bring_python():
    system = "/usr/lib/x86_64-linux-gnu"
    for flavour in ("linux-webkitgtk", "linux-qt"):
        assert not keeps_file(flavour, "libssl.so.3", f"{system}/libssl.so.3", "BINARY")
        assert not keeps_file(flavour, "libX11.so.6", f"{system}/libX11.so.6", "BINARY")
        assert keeps_file(flavour, "libpython3.11.so.1.0", f"{system}/libpython3.11.so.1.0", "BINARY")
        module = "python3.11/lib-dynload/_ssl.cpython-311-x86_64-linux-gnu.so"
        assert keeps_file(flavour, module, f"/usr/lib/{module}", "EXTENSION")


def test_of_qt_there_is_what_a_window_with_an_engine_needs():
    assert qt("lib/libQt6WebEngineCore.so.6")
    assert qt("lib/libicudata.so.73")
    assert qt("libexec/QtWebEngineProcess")
    assert qt("plugins/platforms/libqxcb.so")
    assert qt("resources/icudtl.dat", "DATA")
    for name in ("lib/libQt6Designer.so.6", "qml/QtQuick/qmldir", "plugins/qmltooling/libqmldbg_tcp.so", "libexec/rcc"):
        assert not qt(name), name


def test_a_link_is_there_if_what_it_leads_to_is():
    assert keeps_file("linux-qt", "libQt6Core.so.6", "PySide6/Qt/lib/libQt6Core.so.6", "SYMLINK")
    assert not keeps_file("linux-qt", "libQt6Pdf.so.6", "PySide6/Qt/lib/libQt6Pdf.so.6", "SYMLINK")


def test_the_developer_tools_are_not_in_it():
    assert not qt("resources/qtwebengine_devtools_resources.pak", "DATA")
    assert not qt("resources/qtwebengine_resources.debug.pak", "DATA")


def test_chromium_speaks_every_language_of_the_pages():
    for path in (ROOT / "assets/locales").glob("*.json"):
        language = {"en": "en-US", "pt": "pt-BR"}.get(path.stem, path.stem)
        assert qt(f"translations/qtwebengine_locales/{language}.pak", "DATA"), language
    assert not qt("translations/qtwebengine_locales/zh-CN.pak", "DATA")
    assert not qt("translations/qtbase_de.qm", "DATA")


def test_what_pip_notes_of_this_machine_stays_here():
    for name in ("RECORD", "INSTALLER", "direct_url.json"):
        assert not keeps_file("windows", f"keyring-25.7.0.dist-info/{name}", "", "DATA")
    assert keeps_file("windows", "keyring-25.7.0.dist-info/entry_points.txt", "", "DATA")
    assert keeps_file("windows", r"webview\lib\Microsoft.Web.WebView2.Core.dll", "", "BINARY")


def test_no_start_pays_for_what_few_need():
    assert not keeps_hook("pyi_rth_pyside6")  # it imports Qt
    assert keeps_hook("entry")


def test_a_flavour_is_built_where_it_runs_and_nowhere_else():
    check("linux-qt", platform="linux")
    with pytest.raises(BuildError, match="macos is built on darwin alone, and this is linux"):
        check("macos", platform="linux")
    with pytest.raises(BuildError, match="flavour: solaris is none of linux-webkitgtk"):
        check("solaris", platform="linux")


def test_what_pyinstaller_did_not_find_is_an_error():
    wanted = hidden_modules("linux-webkitgtk", ROOT)
    check_modules("linux-webkitgtk", ROOT, found=wanted)

    with pytest.raises(BuildError, match=r"not found: kiosk\.cli; is its lock installed"):
        check_modules("linux-webkitgtk", ROOT, found=[name for name in wanted if name != "kiosk.cli"])


def test_a_tree_without_the_program_is_refused(tmp_path: Path):
    with pytest.raises(BuildError, match="there is no package kiosk"):
        hidden_modules("linux-qt", tmp_path)


def test_each_adapters_parts_are_told_from_each_other_by_their_names():
    folder = Path(choice.__file__).parent
    prefixes = tuple(selection._PARTS.values())
    grouped = {path.stem.split("_")[0] + "_" for path in folder.glob("*_*.py") if path.stem.startswith(prefixes)}

    assert grouped == set(prefixes)
