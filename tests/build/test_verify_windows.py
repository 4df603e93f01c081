"""packaging/windows/verify.ps1, as far as it can be looked at here: it was not run.

Its brackets by a small reader of PowerShell, its words by the code that they are for: what it asks of `kiosk` must be
what the command line takes, and each key that it presses must be one that the kiosk refuses.
"""

from __future__ import annotations

import re

import pytest
from tree import ROOT

from kiosk.core import keys, system_keys
from kiosk.core.session import State
from kiosk.parser import build_parser
from kiosk.shell.folder import PREFIX

WINDOWS = ROOT / "packaging" / "windows"
FILES = [WINDOWS / "verify.ps1", *sorted((WINDOWS / "verify").glob("*.psm1"))]
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in FILES}
ALL = "\n".join(TEXTS.values())

PAIRS = {")": "(", "]": "[", "}": "{"}

CMDLETS = set(
    re.findall(
        r"[\w-]+",
        """
        Add-Type ConvertFrom-Json ConvertTo-Json Export-ModuleMember ForEach-Object Format-Table Get-Acl
        Get-AuthenticodeSignature Get-ChildItem Get-CimInstance Get-Date Get-FileHash Get-Item Get-ItemProperty
        Get-Process Get-WinEvent Import-Module Join-Path Measure-Object Out-Null Out-String Resolve-Path Select-Object
        Set-Content Set-StrictMode Split-Path Start-Sleep Stop-Process Test-Path Where-Object Write-Error Write-Host
        """,
    )
)

SKIPPED = re.compile(r"<#.*?#>|(?<![\w$`])#[^\n]*|@'\n.*?\n'@|'(?:[^']|'')*'|`.", re.DOTALL)
"""What is not read any further outside of a string in double quotes: comments, strings taken as they are, escapes."""


def scan(text: str) -> tuple[str, list[str]]:
    """Return the code of PowerShell without comments and strings, and what is wrong with its brackets and strings.

    A string in double quotes can have code in it: "$(…)".
    """
    open_ones: list[str] = []
    found, wrong, place = [], [], 0
    while place < len(text):
        in_string = open_ones[-1:] == ['"']
        if not in_string and (skipped := SKIPPED.match(text, place)):
            place = skipped.end()
            continue
        char = text[place]
        if char == '"' and in_string:
            open_ones.pop()
        elif char == '"' or (char in "([{" and not in_string):
            open_ones.append(char)
        elif text.startswith("$(", place):
            open_ones.append("(")
            place += 1
        elif char == "`":
            place += 1
        elif not in_string and char in PAIRS and (not open_ones or open_ones.pop() != PAIRS[char]):
            wrong.append(f"{char} in line {text.count(chr(10), 0, place) + 1}")
        found.append(" " if in_string else char)
        place += 1
    return "".join(found), wrong + [f"{char} is never closed" for char in open_ones]


@pytest.mark.parametrize(
    "text",
    ['if ($a { "b" }', '"$(Get-Date"', "'a' }", "a # )\n)", "\"Windows' }\" ' }", 'throw "a', "@( 1, 2", "$a[1)"],
    ids=lambda text: text,
)
def test_the_reader_finds_what_is_not_closed(text: str):
    assert scan(text)[1]


@pytest.mark.parametrize("name", TEXTS)
def test_every_bracket_and_every_string_is_closed(name: str):
    assert scan(TEXTS[name])[1] == []


def test_every_command_is_one_of_windows_or_of_ours():
    ours = set(re.findall(r"^function ([\w-]+)", ALL, re.MULTILINE))
    used = set(re.findall(r"\b[A-Z]\w+-[A-Z]\w+", scan(ALL)[0])) | ours

    assert used - ours - CMDLETS == set()
    assert CMDLETS - used == set()


@pytest.mark.parametrize("name", [name for name in TEXTS if name.endswith(".psm1")])
def test_a_module_gives_away_what_it_has_and_the_script_takes_it(name: str):
    [given] = re.findall(r"^Export-ModuleMember -Function (.*)$", TEXTS[name], re.MULTILINE)
    has = set(re.findall(r"^function ([\w-]+)", TEXTS[name], re.MULTILINE))

    assert set(given.split(", ")) <= has
    assert f"'verify\\{name}'" in TEXTS["verify.ps1"]


def asked_of_the_kiosk() -> list[list[str]]:
    word = r"(?:'[^']*'|\$sandbox\.Url)"
    calls = re.findall(rf"-Program \$(?:kiosk|terminal) ({word}(?:, {word})*)", ALL)
    calls = [call.replace("$sandbox.Url", "http://127.0.0.1:1") for call in calls]
    return [[each.strip("'") for each in call.split(", ")] for call in calls]


def test_what_is_asked_of_the_kiosk_is_what_its_command_line_takes():
    asked = [words for words in asked_of_the_kiosk() if words != ["--version"]]
    sandbox = re.search(r"'-m kiosk (sandbox [^']*)'", ALL)
    assert sandbox

    assert len(asked) >= 7
    for words in [*asked, sandbox[1].split()]:
        build_parser().parse_args(words)


def test_states_and_folders_have_the_names_that_the_kiosk_gives_them():
    assert set(re.findall(r"state -eq '([\w-]+)'", ALL)) == {str(State.VISIT)}
    assert f"'{PREFIX}*'" in ALL


def ways_out() -> list[str]:
    [body] = re.findall(r"^function Get-WayOut \{(.*?)^\}", ALL, re.MULTILINE | re.DOTALL)
    return re.findall(r"'([^']+)'", body)


def codes() -> dict[str, int]:
    [body] = re.findall(r"^\$codes = @\{(.*?)^\}", ALL, re.MULTILINE | re.DOTALL)
    return {name: int(value, 16) for name, value in re.findall(r"(\w+) = (0x[0-9A-F]+)", body)}


W3C = {"Esc": "Escape", "Left": "ArrowLeft"}


@pytest.mark.parametrize("combination", ways_out())
def test_every_key_that_it_presses_is_one_that_the_kiosk_refuses_or_that_leads_nowhere(combination: str):
    *held, key = combination.split("+")
    ctrl, alt, win = "Ctrl" in held, "Alt" in held, "Win" in (*held, key)
    code_of = codes().get(key, ord(key[0]))

    by_hook = win or bool(system_keys.refused(code_of, ctrl=ctrl, alt=alt))
    text = key.lower() if len(key) == 1 else ""
    by_page = not keys.is_for_pages(W3C.get(key, key), text, ctrl=ctrl, alt=alt, meta=win, shift="Shift" in held)
    assert set(held) <= {"Ctrl", "Alt", "Shift", "Win"}
    assert by_hook or by_page or combination == "Esc"


def test_the_exit_statuses_are_those_that_it_documents():
    script = TEXTS["verify.ps1"]
    [documented] = re.findall(r"Exit status: (.*)", script)

    assert set(re.findall(r"\bexit (\d)", scan(script)[0])) == set(re.findall(r"\b(\d) ", documented))


def test_what_was_never_run_says_so():
    assert [name for name, text in TEXTS.items() if "NOT RUN" not in text] == []
