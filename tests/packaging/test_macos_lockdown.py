"""The lock-down kit for macOS, as far as Linux can tell: its form, Apple's names, what the scripts do to stand-ins."""

from __future__ import annotations

import os
import plistlib
import re
import stat
import subprocess
from pathlib import Path
from uuid import UUID

import pytest

KIT = Path(__file__).parents[2] / "packaging" / "macos" / "lockdown"
PROFILE = plistlib.loads((KIT / "enable3-kiosk.mobileconfig").read_bytes())
AGENT = plistlib.loads((KIT / "com.enable3.kiosk.plist").read_bytes())

_PAYLOAD = {"PayloadType", "PayloadIdentifier", "PayloadUUID", "PayloadVersion", "PayloadDisplayName"}


def switches(names: str) -> dict[str, type]:
    return dict.fromkeys(names.split(), bool)


# github.com/apple/device-management, mdm/profiles, read 2026-11-23: what a profile that is installed by hand may have
# on macOS. Of each payload, those of its keys that we use.
SCHEMA = {
    "com.apple.applicationaccess": switches("""
        allowAccountModification allowActivityContinuation allowAirDrop allowAirPlayIncomingRequests allowAssistant
        allowAutoUnlock allowBluetoothModification allowCamera allowDefinitionLookup allowDiagnosticSubmission
        allowDictation allowEraseContentAndSettings allowGenmoji allowImagePlayground allowiPhoneMirroring
        allowPasscodeModification allowPasswordAutoFill allowPasswordProximityRequests allowPasswordSharing
        allowScreenShot allowSpotlightInternetResults allowStartupDiskModification allowUniversalControl
        allowUSBRestrictedMode allowWallpaperModification allowWritingTools
    """),
    "com.apple.universalaccess": switches("""
        closeViewHotkeysEnabled closeViewScrollWheelToggle mouseDriver slowKey stickyKey stickyKeyShowWindow
        voiceOverOnOffKey whiteOnBlack
    """),
    "com.apple.screensaver": {"loginWindowIdleTime": int, "askForPassword": bool},
    "com.apple.loginwindow": switches("""
        DisableConsoleAccess DisableScreenLockImmediate HideAdminUsers PowerOffDisabledWhileLoggedIn
        RestartDisabledWhileLoggedIn SHOWFULLNAME ShutDownDisabledWhileLoggedIn SleepDisabled
    """),
    "com.apple.dock": {
        **switches("autohide contents-immutable show-recents static-only"),
        "persistent-apps": list,
        "persistent-others": list,
    },
    "com.apple.security.firewall": switches("BlockAllIncoming EnableFirewall EnableStealthMode"),
    "com.apple.SoftwareUpdate": switches("""
        AutomaticallyInstallAppUpdates AutomaticallyInstallMacOSUpdates AutomaticCheckEnabled AutomaticDownload
        ConfigDataInstall CriticalUpdateInstall restrict-software-update-require-admin-to-install
    """),
}


def test_the_profile_has_what_every_profile_must():
    assert PROFILE["PayloadType"] == "Configuration"
    assert PROFILE["PayloadScope"] == "System"
    uuids = [PROFILE["PayloadUUID"], *(payload["PayloadUUID"] for payload in PROFILE["PayloadContent"])]
    assert len({UUID(each) for each in uuids}) == len(uuids)
    identifiers = [payload["PayloadIdentifier"] for payload in PROFILE["PayloadContent"]]
    assert all(each.startswith(PROFILE["PayloadIdentifier"] + ".") for each in identifiers)
    assert len(set(identifiers)) == len(identifiers)


@pytest.mark.parametrize("payload", PROFILE["PayloadContent"], ids=lambda payload: payload["PayloadType"])
def test_a_payload_has_keys_and_values_of_apples_schema(payload: dict[str, object]):
    schema = SCHEMA[payload["PayloadType"]]
    values = {key: value for key, value in payload.items() if key not in _PAYLOAD}

    assert payload.keys() >= _PAYLOAD
    assert {key: type(value) for key, value in values.items()} == schema


def test_the_agent_starts_the_session_for_good_and_leaves_no_memory_behind():
    assert AGENT["Label"] + ".plist" == "com.enable3.kiosk.plist"
    assert AGENT["ProgramArguments"] == ["/usr/local/libexec/enable3-kiosk-session"]
    assert AGENT["KeepAlive"] == {"SuccessfulExit": False}
    assert AGENT["Umask"] == 0o077
    assert AGENT["SoftResourceLimits"] == AGENT["HardResourceLimits"] == {"Core": 0}
    assert AGENT["LimitLoadToSessionType"] == "Aqua"


def install(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    command = ["/bin/bash", KIT / "install.sh", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=check)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "mac"
    made.mkdir()
    return made


@pytest.fixture
def installed(root: Path) -> Path:
    install("--root", str(root), "--user", "terminal", "--kiosk", str(root / "bin" / "kiosk"))
    return root


def test_what_is_installed_names_the_account_and_the_program(installed: Path):
    session = installed / "usr/local/libexec/enable3-kiosk-session"

    assert stat.S_IMODE(session.stat().st_mode) == 0o755
    assert re.findall(r"^readonly (\w+)='(.*)'$", session.read_text(), re.MULTILINE) == [
        ("user", "terminal"),
        ("kiosk", f"{installed}/bin/kiosk"),
    ]
    agent = installed / "Library/LaunchAgents/com.enable3.kiosk.plist"
    assert agent.read_bytes() == (KIT / "com.enable3.kiosk.plist").read_bytes()


def test_what_was_installed_is_taken_away(installed: Path):
    install("--root", str(installed), "--uninstall")

    assert [path for path in installed.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "arguments",
    [("--user", "root"), ("--user", "a b"), ("--user",), ("--kiosk", "kiosk"), ("--kiosk", "/a|b"), ("--nothing",)],
)
def test_arguments_that_make_no_sense_are_refused(root: Path, arguments: tuple[str, ...]):
    result = install("--root", str(root), *arguments, check=False)

    assert result.returncode == 2
    assert list(root.iterdir()) == []


def test_a_dry_run_says_everything_and_does_nothing():
    said = install("--dry-run").stdout

    assert "chown root:wheel" in said
    assert "pmset -a sleep 0" in said
    assert "com.openssh.sshd" in said


def session(installed: Path, *, account: str, ends: int = 0) -> tuple[int, list[str]]:
    """Run the session script with stand-ins for the system's programs; return its status and what they were told."""
    tools = installed / "bin"
    tools.mkdir()
    told = installed / "told"
    told.touch()
    for name in ("defaults", "killall"):
        (tools / name).write_text(f'#!/bin/sh\necho "{name} $*" >>"{told}"\n')
    (tools / "kiosk").write_text(f'#!/bin/sh\necho "kiosk $*" >>"{told}"\nexit {ends}\n')
    (tools / "id").write_text(f"#!/bin/sh\necho {account}\n")
    for tool in tools.iterdir():
        tool.chmod(0o755)
    script = installed / "usr/local/libexec/enable3-kiosk-session"
    status = subprocess.run(["/bin/bash", script], env={"PATH": f"{tools}:{os.defpath}"}, check=False).returncode
    return status, told.read_text().splitlines()


def test_the_session_sets_everything_and_runs_the_kiosk(installed: Path):
    _status, told = session(installed, account="terminal")

    assert told[-1] == "kiosk run"
    off = [re.search(r"-dict-add (\d+) <dict><key>enabled</key><false/></dict>$", line) for line in told]
    numbers = {int(each[1]) for each in off if each}
    assert numbers >= {7, 28, 32, 57, 59, 64, 79, 160, 162, 163}
    assert sum("-corner" in line for line in told) == 4
    assert "defaults write com.apple.CrashReporter DialogType none" in told


@pytest.mark.parametrize(("ends", "status"), [(23, 0), (0, 1), (1, 1), (7, 7), (137, 137)])
def test_only_the_operators_exit_is_an_end_for_launchd(installed: Path, ends: int, status: int):
    assert session(installed, account="terminal", ends=ends)[0] == status


def test_another_accounts_session_is_left_alone(installed: Path):
    assert session(installed, account="admin") == (0, [])
