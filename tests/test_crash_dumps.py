"""What a crash may leave on the disk: nothing of the memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="about the kernel's own files")

LOOK = "print(open('/proc/self/coredump_filter').read(), open('/proc/self/limits').read())"


def look(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def core_limit(seen: str) -> list[str]:
    line = next(line for line in seen.splitlines() if line.startswith("Max core file size"))
    return line.removeprefix("Max core file size").split()[:2]


@pytest.mark.private(23)
def test_neither_a_process_nor_what_it_starts_leaves_its_memory_in_a_core_file():
    seen = look(
        "from kiosk.crash_dumps import forbid_core_dumps\n"
        "import subprocess, sys\n"
        "forbid_core_dumps()\n"
        f"subprocess.run([sys.executable, '-c', {LOOK!r}], check=True)"
    )

    assert int(seen.split()[0], 16) == 0
    assert core_limit(seen) == ["0", "0"]


@pytest.mark.private(23)
def test_a_process_that_aborts_leaves_no_file(tmp_path: Path):
    if not Path("/proc/sys/kernel/core_pattern").read_text().startswith("core"):
        pytest.skip("this system gives core dumps to a program")
    code = (
        f"import os, resource; os.chdir({str(tmp_path)!r})\n"
        "hard = resource.getrlimit(resource.RLIMIT_CORE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))\n"
        "from kiosk.crash_dumps import forbid_core_dumps\n"
        "forbid_core_dumps()\n"
        "os.abort()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert done.returncode < 0
    assert list(tmp_path.glob("core*")) == []
