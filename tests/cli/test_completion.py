"""Completion, as shells really do it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .conftest import CommandLine

needs_bash = pytest.mark.skipif(sys.platform == "win32" or not shutil.which("bash"), reason="there is no bash")
needs_zsh = pytest.mark.skipif(not shutil.which("zsh"), reason="there is no zsh")

# What bash does when Tab is pressed at the end of the line: set the variables, call the function, read its answer.
PRESS_TAB = """
set -e
eval "$(kiosk completion bash)"
complete -p kiosk > /dev/null
COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9
COMP_WORDS=($1) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
function=$(complete -p kiosk | sed 's/.*-F \\([^ ]*\\).*/\\1/')
$function kiosk || true
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def with_kiosk(environment: Mapping[str, str], tmp_path: Path) -> dict[str, str]:
    """An environment where `kiosk` is a command."""
    command = tmp_path / "bin" / "kiosk"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kiosk "$@"\n')
    command.chmod(0o755)
    root = str(Path(__file__).parents[2])
    return {**environment, "PATH": f"{command.parent}{os.pathsep}{environment['PATH']}", "PYTHONPATH": root}


@needs_bash
@pytest.mark.parametrize(
    ("line", "found", "not_found"),
    [
        ("kiosk ", {"run", "setup", "api", "doctor", "completion"}, {"shell"}),
        ("kiosk api w", {"widget-url", "websites"}, {"balance"}),
        ("kiosk run --s", {"--screen"}, {"--user"}),
        ("kiosk run --feature re", {"rewards", "referral"}, {"missions"}),
        ("kiosk api segment ", {"add", "remove"}, set()),
        ("kiosk sandbox --lat", {"--latency-ms"}, set()),
        ("kiosk completion ", {"bash", "zsh", "powershell"}, set()),
    ],
)
def test_bash_completes(line: str, found: set[str], not_found: set[str], with_kiosk: dict[str, str]):
    command = ["bash", "--norc", "-c", PRESS_TAB, "bash", line]
    done = subprocess.run(command, env=with_kiosk, capture_output=True, text=True, check=True, timeout=60)

    answers = set(done.stdout.split())
    assert found <= answers
    assert not not_found & answers
    assert done.stderr == ""


@needs_zsh
def test_zsh_takes_the_code(with_kiosk: dict[str, str]):
    script = 'autoload -U compinit && compinit -u && eval "$(kiosk completion zsh)" && echo ${_comps[kiosk]}'
    done = subprocess.run(
        ["zsh", "-fc", script], env=with_kiosk, capture_output=True, text=True, check=True, timeout=60
    )

    assert "_python_argcomplete" in done.stdout


def test_powershell_gets_a_completer(kiosk: CommandLine):
    assert kiosk.run("completion", "powershell") == 0

    assert kiosk.out.startswith("Register-ArgumentCompleter -Native -CommandName kiosk")


@needs_bash
def test_completing_runs_no_command_and_writes_no_log(with_kiosk: dict[str, str], tmp_path: Path):
    environment = with_kiosk | {"_ARGCOMPLETE": "1", "COMP_LINE": "kiosk run ", "COMP_POINT": "10"}
    script = "exec kiosk 8>&1"
    done = subprocess.run(
        ["sh", "-c", script], env=environment, capture_output=True, text=True, check=False, timeout=60
    )

    assert "--windowed" in done.stdout
    assert not list(tmp_path.rglob("*.log"))
