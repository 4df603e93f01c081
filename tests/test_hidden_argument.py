"""A visitor's id on a command line is not for everybody's `ps`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import json, sys
from pathlib import Path
from kiosk.hidden_argument import hide_argument
hide_argument(sys.argv[-1].rpartition("=")[2])
system = Path("/proc/self/cmdline").read_bytes().decode().rstrip("\\0").split("\\0")
print(json.dumps([sys.argv, sys.orig_argv, system]))
"""


@pytest.mark.private(25)
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("form", ["{}", "--user={}"])
@pytest.mark.parametrize("user", ["visitor-canary", "anna/42 🎰", "c"])
def test_it_is_gone_from_wherever_the_system_shows_arguments(form: str, user: str):
    command = [sys.executable, "-c", PROGRAM, "run", "--user", form.format(user)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])

    argv, original, system = json.loads(done.stdout)
    assert argv == ["-c", "run", "--user", form.format("*")]
    assert original[-1] == form.format("*")
    assert system[-1] == form.format("*" * len(user.encode()))
    assert system[3:-1] == ["run", "--user"]
