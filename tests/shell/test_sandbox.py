"""The engine's sandbox is what this machine lets it be, and that is said."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from kiosk.errors import LockdownFailed
from kiosk.shell.sandbox import engine_sandbox

ASK = "from kiosk.shell.sandbox import engine_sandbox; print(engine_sandbox(root_allowed=False))"
ordinary = pytest.mark.skipif(os.geteuid() == 0, reason="about ordinary accounts alone")


@ordinary
@pytest.mark.skipif(sys.platform != "linux", reason="Linux's namespaces")
def test_a_machine_without_user_namespaces_has_a_part_of_it():
    forbid = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
    inside = ["unshare", "--user", "--map-user=1000", "--keep-caps", "sh", "-c", forbid, "sh"]

    done = subprocess.run([*inside, sys.executable, "-c", ASK], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "partial"


@ordinary
def test_this_machine_has_all_of_it():
    assert engine_sandbox(root_allowed=False) == "full"


@pytest.mark.skipif(os.geteuid() != 0, reason="about root alone")
def test_root_has_none_and_must_say_that_this_is_wanted():
    assert engine_sandbox(root_allowed=True) == "off"
    with pytest.raises(LockdownFailed, match="as root"):
        engine_sandbox(root_allowed=False)
