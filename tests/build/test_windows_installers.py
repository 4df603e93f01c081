"""What the installers for Windows are made of: files in order, tables that agree with the kiosk, pinned downloads."""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import authenticode
import pytest
import signed_bundle
import windows_installers
import windows_msi
from authenticode import Report
from tree import ROOT, BuildError, version

from kiosk import paths
from kiosk.config.schema import KEYS

SOURCES = ROOT / "packaging" / "windows" / "installer"


@pytest.fixture
def bundle(tmp_path):
    folder = tmp_path / "kiosk"
    for name in ("kiosk.exe", "kioskw.exe", "_internal/z.dll", "_internal/a b/$x & y.txt", "_internal/a.dll"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"-")
    return folder


@pytest.fixture
def wix(bundle, tmp_path):
    return ET.fromstring(windows_msi.source(bundle, step=tmp_path / "s", icon=tmp_path / "i", work=tmp_path))  # noqa: S314 # our own


def elements(tree, name):
    return list(tree.iter(f"{{http://schemas.microsoft.com/wix/2006/wi}}{name}"))


def read(name):
    return (SOURCES / name).read_text(encoding="utf-8")


# ── setup.exe ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_file_is_put_into_its_folder_in_one_order(bundle):
    put, remove = windows_installers.file_macros(bundle).split("!macroend\n")[:2]

    lines = [line.strip() for line in put.splitlines()[1:]]
    assert lines[0] == 'SetOutPath "$INSTDIR\\_internal\\a b"'
    assert lines[1].endswith('_internal/a b/$$x & y.txt"'), "a dollar would be a variable"
    assert [line.rsplit("/")[-1] for line in lines if line.startswith("File")] == [
        '$$x & y.txt"',
        'a.dll"',
        'z.dll"',
        'kiosk.exe"',
        'kioskw.exe"',
    ]
    assert [line.strip() for line in remove.splitlines()[1:]] == [
        'RMDir /r "$INSTDIR\\_internal"',
        'Delete "$INSTDIR\\kiosk.exe"',
        'Delete "$INSTDIR\\kioskw.exe"',
    ]


def test_a_bundle_with_a_link_or_without_a_program_is_refused(bundle):
    (bundle / "link").symlink_to("kiosk.exe")
    with pytest.raises(BuildError, match="is a link"):
        signed_bundle.files_of(bundle)
    (bundle / "link").unlink()
    (bundle / "kiosk.exe").unlink()
    with pytest.raises(BuildError, match=r"no kiosk\.exe"):
        signed_bundle.files_of(bundle)


def test_the_lock_down_kit_lies_beside_the_program(bundle, tmp_path):
    signed_bundle.make(bundle, tmp_path / "signed", None)
    kit = {path.name for path in (tmp_path / "signed" / "lockdown").iterdir()}
    assert kit == {path.name for path in (ROOT / "packaging/windows/lockdown").iterdir()}


def test_the_policy_lies_where_the_kiosk_reads_it():
    assert f"\\{paths.NAME}" in read("folder.nsh")
    assert "\\policy.toml" in read("kiosk.nsi")
    assert "\\policy.toml" in read("step.nsi")


def test_exit_codes_are_different_and_documented():
    codes = dict(re.findall(r"!define (EXIT_\w+) (\d+)", read("fail.nsh")))
    documented = (ROOT / "docs" / "installing-windows.md").read_text(encoding="utf-8")

    assert len(set(codes.values())) == len(codes) >= 6
    for code in codes.values():
        assert f"| {code} |" in documented


@pytest.mark.parametrize("switch", ["/AUTOSTART=", "/POLICY=", "/WEBVIEW2=", "/D="])
def test_every_switch_of_setup_is_documented(switch):
    assert switch in (ROOT / "docs" / "installing-windows.md").read_text(encoding="utf-8")


def test_a_kiosk_that_nobody_installed_is_not_run_with_the_rights_of_the_setup():
    """A folder of /D= may be one that every account writes: it is looked at after the kiosk in it was closed."""
    [runs] = re.findall(r"^ *nsExec::Exec.*", read("kiosk.nsi"), re.MULTILINE)
    before = read("kiosk.nsi").partition(runs)[0].splitlines()[-3:]
    assert [line.strip() for line in before] == [
        'ReadRegStr $0 HKLM "${OUR_KEY}" "InstallDir"',
        "${If} $0 == $INSTDIR",
        '${AndIf} ${FileExists} "$INSTDIR\\kiosk.exe"',
    ]


# ── MSI ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_product_has_this_version_and_its_own_code(wix):
    product = elements(wix, "Product")[0]

    assert product.get("Version") == version()
    assert product.get("Id") == windows_msi.product_code(version())
    assert product.get("UpgradeCode") == "{B0B6A6C6-5B0E-4A57-9D55-0B7C9F1E3C52}", "it never changes"


def test_another_version_is_another_product_and_the_same_one_always_the_same():
    assert windows_msi.product_code("1.2.3") == windows_msi.product_code("1.2.3")
    assert windows_msi.product_code("1.2.3") != windows_msi.product_code("1.2.4")


@pytest.mark.parametrize("wrong", ["256.0.0", "1.2.3.4"])
def test_a_version_that_no_msi_can_have_is_refused(wrong):
    with pytest.raises(BuildError, match="three numbers"):
        windows_msi.product_version(wrong)


def test_every_file_is_a_component_of_the_feature_with_a_code_of_its_own(wix, bundle):
    components = elements(wix, "Component")
    names = {component.get("Id") for component in components}

    assert len(elements(wix, "File")) == len(signed_bundle.files_of(bundle))
    assert len({component.get("Guid") for component in components}) == len(components)
    assert {reference.get("Id") for reference in elements(wix, "ComponentRef")} == names
    assert {component.get("Win64") for component in components} == {"yes"}, "else the registry is the 32-bit one"


def test_no_name_of_this_machine_is_in_the_source(bundle, tmp_path):
    assert str(tmp_path) not in windows_msi.source(bundle, step=tmp_path / "s", icon=tmp_path / "i", work=tmp_path)


def test_no_property_can_be_set_by_who_is_no_administrator(wix):
    assert [one.get("Id") for one in elements(wix, "Property") if one.get("Secure")] == []


@pytest.mark.parametrize(("name", "key"), windows_msi.SETTINGS.items())
def test_a_property_sets_a_key_of_the_configuration_and_is_documented(wix, name, key):
    variable = KEYS[key].variable

    assert any(f"'=-*{variable}', '[{name}]', 'Set{name}'" in query for query in windows_msi.queries())
    assert f"{name}_BEFORE" in {one.get("Id") for one in elements(wix, "Property")}, "an update would forget it"
    assert f"`{name}`" in (ROOT / "docs" / "installing-windows.md").read_text(encoding="utf-8")


def test_the_steps_run_as_system_between_the_start_and_the_files():
    actions = [query for query in windows_msi.queries() if "INTO `CustomAction`" in query and "'Step'" in query]

    assert len(actions) == 2
    assert all("3074, 'Step'" in query for query in actions)
    assert any("'Close', 'REMOVE = \"ALL\"', 1510" in query for query in windows_msi.queries())


# ── WebView2's offline installer ────────────────────────────────────────────────────────────────────────────────────

MICROSOFT = "/C=US/O=Microsoft Corporation/CN=Microsoft Corporation"


@pytest.fixture
def runtime(tmp_path, monkeypatch):
    path = tmp_path / "webview2.exe"
    path.write_bytes(b"MZ")
    report = Report(digest=True, chain=False, timestamp=False, subject=MICROSOFT)
    monkeypatch.setattr(authenticode, "inspect", lambda _path, **_trusted: report)
    return {"KIOSK_WEBVIEW2_INSTALLER": str(path), "KIOSK_WEBVIEW2_SHA256": hashlib.sha256(b"MZ").hexdigest()}


def test_without_one_setup_has_none():
    assert windows_installers.webview2_installer({}) is None


def test_one_that_is_pinned_and_microsofts_is_taken(runtime):
    assert windows_installers.webview2_installer(runtime) == Path(runtime["KIOSK_WEBVIEW2_INSTALLER"])


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("KIOSK_WEBVIEW2_SHA256", "", "64 hexadecimal digits"),
        ("KIOSK_WEBVIEW2_SHA256", "0" * 64, "is not the file of KIOSK_WEBVIEW2_SHA256"),
        ("KIOSK_WEBVIEW2_INSTALLER", "/none", "there is no file"),
        ("KIOSK_WEBVIEW2_INSTALLER", "", "there is no file"),
    ],
)
def test_one_that_is_not_what_was_pinned_is_refused(runtime, name, value, text):
    with pytest.raises(BuildError, match=text):
        windows_installers.webview2_installer(runtime | {name: value})


@pytest.mark.parametrize(
    "report",
    [
        Report(digest=False, chain=False, timestamp=False, subject=MICROSOFT),
        Report(digest=True, chain=True, timestamp=True, subject="/O=Somebody/CN=Microsoft Corporation"),
    ],
)
def test_one_that_microsoft_did_not_sign_is_refused(runtime, monkeypatch, report):
    monkeypatch.setattr(authenticode, "inspect", lambda _path, **_trusted: report)

    with pytest.raises(BuildError, match="is not signed by Microsoft"):
        windows_installers.webview2_installer(runtime)


def test_one_whose_chain_ends_elsewhere_is_refused_where_microsofts_root_is_named(runtime):
    with pytest.raises(BuildError, match="is not signed by Microsoft"):
        windows_installers.webview2_installer(runtime | {"KIOSK_WEBVIEW2_CA_FILE": "/root.pem"})
