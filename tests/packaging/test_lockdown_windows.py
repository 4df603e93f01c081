"""The lock-down kit for Windows, as far as it can be looked at here: it was not run."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

from kiosk.errors import ExitStatus

KIT = Path(__file__).parents[2] / "packaging/windows/lockdown"
SHELL = "{http://schemas.microsoft.com/ShellLauncher/2018/Configuration}"
V2 = "{http://schemas.microsoft.com/ShellLauncher/2019/Configuration}"
ACTIONS = {"RestartShell", "RestartDevice", "ShutdownDevice", "DoNothing"}
MOST_ACTIONS = 4
"""Of exit statuses with an action of their own. Source: "Create a Shell Launcher configuration file", Microsoft."""

GUID = re.compile(r"\{[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}")


def shell_launcher() -> ET.Element:
    return ET.parse(KIT / "ShellLauncher.xml").getroot()  # noqa: S314 - a file of ours


def text(name: str) -> str:
    return (KIT / name).read_text()


def test_the_kiosk_is_the_shell_of_one_account_and_everybody_else_has_the_desktop():
    root = shell_launcher()
    assert root.tag == f"{SHELL}ShellLauncherConfiguration"
    assert [part.tag for part in root] == [f"{SHELL}Profiles", f"{SHELL}Configs"]
    default, profile = root[0]
    assert default.tag == f"{SHELL}DefaultProfile"
    assert default[0].get("Shell") == r"%SystemRoot%\explorer.exe"
    assert GUID.fullmatch(profile.get("Id", ""))
    assert profile[0].get("Shell") == "@COMMAND@"
    assert profile[0].get(f"{V2}AppType") == "Desktop"
    [config] = root[1]
    assert [(part.tag, dict(part.attrib)) for part in config] == [
        (f"{SHELL}Account", {"Sid": "@SID@"}),
        (f"{SHELL}Profile", {"Id": profile.get("Id")}),
    ]


def test_windows_starts_the_kiosk_again_unless_the_operator_ended_it_or_it_runs_already():
    shell = shell_launcher()[0][1][0]
    codes = {each.get("ReturnCode"): each.get("Action") for each in shell.iter(f"{SHELL}ReturnCodeAction")}
    assert codes == {
        str(int(ExitStatus.OPERATOR_EXIT)): "DoNothing",
        str(int(ExitStatus.ALREADY_RUNNING)): "DoNothing",
    }
    assert len(codes) <= MOST_ACTIONS
    actions = [each.get("Action") for each in shell.iter() if each.get("Action")]
    assert set(actions) <= ACTIONS
    assert shell.find(f"{SHELL}DefaultAction").get("Action") == "RestartShell"


def test_every_place_holder_is_filled_in_and_what_is_filled_in_is_escaped():
    script = text("Install-Lockdown.ps1")
    assert set(re.findall(r"@[A-Z]+@", text("ShellLauncher.xml"))) == {"@COMMAND@", "@SID@"}
    assert ".Replace('@SID@', $Sid).Replace('@COMMAND@', [Security.SecurityElement]::Escape($Command))" in script


def test_the_keys_that_lead_out_are_blocked_and_those_that_people_type_with_are_not():
    keys = set(re.findall(r"'([^']+)'", text("keys.psd1")))
    for key in ("Ctrl+Alt+Del", "Shift+Ctrl+Esc", "Alt+Tab", "Alt+F4", "Windows", "Ctrl+Esc", "Win+L", "Alt+Esc"):
        assert key in keys
    assert keys & {"Alt", "Ctrl", "Shift"} == set()


def test_each_policy_is_there_once_and_has_what_the_doctor_looks_for():
    rows = re.findall(r"Key = '([^']+)'; Name = '([^']+)'; Value = ('?\w+'?) }", text("policies.psd1"))
    assert len(rows) == text("policies.psd1").count("@{ Key =")
    assert len({(key, name) for key, name, _ in rows}) == len(rows)
    values = {name: value for _, name, value in rows}
    assert (values["AllowEdgeSwipe"], values["DisableTaskMgr"], values["Deny_All"]) == ("0", "1", "1")


def test_the_hot_keys_of_accessibility_are_windows_own_values_without_the_bit_for_them():
    rows = dict(re.findall(r"Accessibility\\([\w ]+)'; Name = 'Flags'; Value = '(\d+)'", text("policies.psd1")))
    assert set(rows) == {"StickyKeys", "Keyboard Response", "ToggleKeys", "MouseKeys", "HighContrast"}
    assert [name for name, flags in rows.items() if int(flags) & 4] == []


def test_each_script_takes_itself_back_and_can_say_what_it_would_do():
    for name in ("Install-Lockdown.ps1", "Set-KeyboardFilter.ps1", "Set-Autologon.ps1"):
        script = text(name)
        assert "SupportsShouldProcess" in script
        assert "[switch] $Uninstall" in script
        assert "#Requires -RunAsAdministrator" in script
        assert script.count("{") == script.count("}")
        assert script.count("(") == script.count(")")


def test_no_password_is_written_down():
    script = text("Set-Autologon.ps1")
    assert "Remove-ItemProperty -Path $winlogon -Name DefaultPassword" in script
    assert not re.search(r"Set-ItemProperty[^\n]*DefaultPassword", script)
    assert not re.search(r"(?i)password\s*=\s*['\"]\w", script + text("Install-Lockdown.ps1"))
