"""The scripts that make the package for macOS, as far as Linux can tell: their form, and what they do to stand-ins."""

from __future__ import annotations

import os
import platform
import plistlib
import shutil
import subprocess
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MACOS = ROOT / "packaging" / "macos"
SCRIPTS = sorted([*MACOS.glob("*.sh"), *(MACOS / "scripts").iterdir(), MACOS / "kiosk"])
IDENTITY = {"KIOSK_MACOS_IDENTITY": "Developer ID Application: Nobody"}
NOTARY = {"KIOSK_NOTARY_PROFILE": "release"}
PLUTIL = """#!/bin/sh
echo "plutil $*" >>"$TOLD"
case "$*" in *"extract status"*) echo "$STATUS" ;; *"extract id"*) echo 42 ;; esac
"""


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """Stand-ins for Apple's programs: each writes down how it was called."""
    made = tmp_path / "tools"
    made.mkdir()
    names = ("codesign", "pkgbuild", "productbuild", "pkgutil", "xcrun", "spctl", "plutil", "file")
    for name in names:
        (made / name).write_text(f'#!/bin/sh\necho "{name} $*" >>"$TOLD"\n')
    (made / "plutil").write_text(PLUTIL)
    (made / "file").write_text('#!/bin/sh\nhead -c 4 "$2" | grep -q MACH && echo "Mach-O 64-bit dynamically linked"\n')
    (made / "codesign").write_text('#!/bin/sh\necho "codesign $*" >>"$TOLD"\necho Timestamp=now >&2\n')
    for name in names:
        (made / name).chmod(0o755)
    return made


@pytest.fixture
def app(tmp_path: Path) -> Path:
    bundle = tmp_path / "Enable3 Kiosk.app"
    framework = bundle / "Contents/Frameworks/Python.framework/Versions/3.11"
    for path in (bundle / "Contents/MacOS/kiosk", bundle / "Contents/Frameworks/a b.dylib", framework / "Python"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("MACH")
    (framework / "Resources").mkdir()
    (framework / "Resources/Info.plist").write_text("<plist/>")
    (framework.parent / "Current").symlink_to("3.11")
    return bundle


def run(tools: Path, script: str, *arguments: str | Path, **environment: str) -> tuple[int, list[str], str]:
    """Run one of our scripts; return its status, what the stand-ins were told, and what it said about errors."""
    told = tools.parent / "told"
    told.touch()
    env = {"PATH": f"{tools}:{os.environ['PATH']}", "TOLD": str(told), **environment}
    command = ["/bin/bash", MACOS / script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    return done.returncode, told.read_text().splitlines(), done.stderr


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_is_executable_and_has_no_complaint_of_shellcheck(script: Path):
    assert script.stat().st_mode & 0o111
    if shutil.which("shellcheck"):
        subprocess.run(["shellcheck", script], check=True)
    subprocess.run(["bash", "-n", script], check=True)


def test_what_was_never_run_says_so():
    assert [script.name for script in SCRIPTS if "NOT RUN" not in script.read_text()] == ["kiosk"]


def test_the_hardened_runtime_gives_one_exception():
    entitlements = plistlib.loads((MACOS / "entitlements.plist").read_bytes())

    assert entitlements == {"com.apple.security.cs.allow-unsigned-executable-memory": True}


def test_an_application_is_signed_from_the_inside_out_with_entitlements_for_itself_alone(tools: Path, app: Path):
    status, told, _ = run(tools, "sign.sh", app, **IDENTITY)

    signed = [line.rsplit(f"{app.parent}/", 1)[1] for line in told if "--sign" in line]
    inside = "Enable3 Kiosk.app/Contents/Frameworks/"
    assert status == 0
    assert set(signed[:2]) == {f"{inside}a b.dylib", f"{inside}Python.framework/Versions/3.11/Python"}
    assert signed[2:] == [f"{inside}Python.framework/Versions/3.11", "Enable3 Kiosk.app"]
    assert ["--entitlements" in line for line in told if "--sign" in line] == [False, False, False, True]
    assert all("--options runtime --timestamp " in line for line in told if "--sign" in line)
    assert not any("--deep" in line for line in told if "--sign" in line)
    assert any("--verify --deep --strict" in line for line in told)


def test_nothing_is_signed_without_an_identity_or_an_application(tools: Path, app: Path, tmp_path: Path):
    assert run(tools, "sign.sh", app)[:2] == (2, [])
    assert run(tools, "sign.sh", tmp_path, **IDENTITY)[:2] == (2, [])


def test_a_library_that_cannot_be_signed_ends_it(tools: Path, app: Path):
    (tools / "codesign").write_text('#!/bin/sh\ncase "$*" in *.dylib) exit 1 ;; esac\n')

    status, _, error = run(tools, "sign.sh", app, **IDENTITY)

    assert status == 1
    assert "a b.dylib" in error


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the package is named after the machine")
def test_a_package_has_our_id_and_version_and_is_signed_if_it_can_be(tools: Path, app: Path, tmp_path: Path):
    installer = {"KIOSK_MACOS_INSTALLER_IDENTITY": "Developer ID Installer: Nobody"}
    status, told, _ = run(tools, "pkg.sh", app, "1.2.3", tmp_path, **installer)

    assert status == 0
    built = next(line for line in told if line.startswith("pkgbuild --root"))
    assert "--identifier com.enable3.kiosk --version 1.2.3 --install-location / --ownership recommended" in built
    assert any("0.BundleIsRelocatable -bool NO" in line for line in told)
    product = next(line for line in told if line.startswith("productbuild"))
    assert "--sign Developer ID Installer: Nobody --timestamp" in product
    assert product.endswith("enable3-kiosk-1.2.3-x86_64.pkg")

    status, told, error = run(tools, "pkg.sh", app, "1.2.3", tmp_path)
    assert status == 0
    assert "not signed" in error
    assert "--sign" not in told[-1]


def test_a_version_that_is_none_is_refused(tools: Path, app: Path, tmp_path: Path):
    assert run(tools, "pkg.sh", app, "1.2-dev", tmp_path)[:2] == (2, [])


def test_what_apple_accepted_is_stapled_and_assessed(tools: Path, tmp_path: Path):
    package = tmp_path / "a.pkg"
    package.touch()
    status, told, _ = run(tools, "notarize.sh", package, STATUS="Accepted", **NOTARY)

    assert status == 0
    assert [line.split()[:3] for line in told if "plutil" not in line] == [
        ["xcrun", "notarytool", "submit"],
        ["xcrun", "stapler", "staple"],
        ["xcrun", "stapler", "validate"],
        ["spctl", "--assess", "--type"],
    ]


def test_what_apple_refused_is_not_stapled_and_the_reasons_are_asked_for(tools: Path, tmp_path: Path):
    package = tmp_path / "a.pkg"
    package.touch()
    status, told, error = run(tools, "notarize.sh", package, STATUS="Invalid", **NOTARY)

    assert status == 1
    assert "Invalid" in error
    assert told[-1] == "xcrun notarytool log 42 --keychain-profile release"


def test_a_key_of_the_api_serves_in_place_of_a_profile_and_half_of_one_does_not(tools: Path, tmp_path: Path):
    package = tmp_path / "a.pkg"
    package.touch()
    key = {"KIOSK_NOTARY_KEY": "k.p8", "KIOSK_NOTARY_KEY_ID": "K", "KIOSK_NOTARY_ISSUER": "I"}

    assert run(tools, "notarize.sh", package, KIOSK_NOTARY_KEY="k.p8")[:2] == (2, [])
    status, told, _ = run(tools, "notarize.sh", package, STATUS="Accepted", **key)
    assert status == 0
    assert "--key k.p8 --key-id K --issuer I" in told[0]


def test_the_installer_is_for_the_whole_machine_and_names_one_package():
    root = ET.parse(MACOS / "distribution.xml").getroot()  # noqa: S314 - a file of ours

    assert root.find("options").get("rootVolumeOnly") == "true"
    assert root.find("domains").get("enable_currentUserHome") == "false"
    assert {part.get("id") for part in root.iter("pkg-ref")} == {"com.enable3.kiosk"}
    assert "@MACHINE@" in root.find("options").get("hostArchitectures")


def test_the_application_asks_for_the_macos_that_the_installer_asks_for():
    root = ET.parse(MACOS / "distribution.xml").getroot()  # noqa: S314 - a file of ours
    spec = (ROOT / "build.spec").read_text()

    assert f'"LSMinimumSystemVersion": "{root.find(".//os-version").get("min")}"' in spec
    assert 'bundle_identifier="com.enable3.kiosk"' in spec
    assert 'name="Enable3 Kiosk.app"' in spec


def installed(root: Path) -> dict[str, Path]:
    places = {
        "app": root / "Applications/Enable3 Kiosk.app/Contents/MacOS/kiosk",
        "link": root / "usr/local/bin/kiosk",
        "policy": root / "Library/Application Support/enable3-kiosk/policy.toml",
        "settings": root / "Users/kiosk/Library/Application Support/enable3-kiosk/config.toml",
        "other": root / "Users/other/Library/Application Support/enable3-kiosk/config.toml",
    }
    for path in places.values():
        path.parent.mkdir(parents=True)
        path.touch()
    return places


@pytest.mark.parametrize(
    ("arguments", "left"), [((), {"policy", "settings", "other"}), (("--purge", "--user", "kiosk"), {"other"})]
)
def test_removal_leaves_what_accounts_have_and_purge_the_key(
    tools: Path, tmp_path: Path, arguments: tuple[str, ...], left: set[str]
):
    places = installed(tmp_path / "mac")
    status, _, _ = run(tools, "uninstall.sh", *arguments, "--root", tmp_path / "mac")

    assert status == 0
    assert {name for name, path in places.items() if path.exists()} == left


@pytest.mark.parametrize("arguments", [("--user", "root"), ("--user",), ("--user", "../x"), ("--all",)])
def test_an_uninstallation_that_makes_no_sense_is_refused(tools: Path, arguments: tuple[str, ...]):
    assert run(tools, "uninstall.sh", *arguments)[:2] == (2, [])
