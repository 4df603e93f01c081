"""The program in its own place again, without the visit that it began with."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from kiosk.ops.restart import arguments_without_visit

KEY = "canary-key-91bd"
ID = "canary-visitor-4711"


@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        ([], []),
        (["run"], ["run"]),
        (["run", "--user", ID], ["run"]),
        (["-v", "run", f"--user={ID}", "--windowed"], ["-v", "run", "--windowed"]),
        (["run", "--user", ID, "--feature", "rewards", "--item-id", ID, "--screen", "1"], ["run", "--screen", "1"]),
        (["run", "--user", "--feature", "--screen", "1"], ["run", "--screen", "1"]),
        (["run", "--language", "de", "--user"], ["run", "--language", "de"]),
        (["run", "--user="], ["run"]),
        (["run", "--api-key-file", "-", "--users", "1"], ["run", "--api-key-file", "-", "--users", "1"]),
    ],
)
def test_the_visit_is_left_out_and_the_rest_is_kept(arguments, kept):
    assert arguments_without_visit(arguments) == kept


PROGRAM = """
import json, os, pathlib, sys
from kiosk.core.secret import Secret
from kiosk.ops.instance import take_the_screen
from kiosk.ops.restart import restart_self

take_the_screen(pathlib.Path("lock"))
first = "--user" in sys.argv
if first:
    print("first", os.getpid(), flush=True)
    left = os.pipe()
    print("not flushed", end="")
    given = json.loads(sys.argv.pop(1))
    sys.orig_argv.remove(json.dumps(given))
    restart_self(sys.argv[1:], None if given is None else Secret(given))
print()
print(json.dumps({
    "pid": os.getpid(),
    "argv": sys.argv,
    "flags": [sys.flags.safe_path, sys.flags.no_user_site],
    "stdin": sys.stdin.read(),
    "cmdline": pathlib.Path("/proc/self/cmdline").read_text(),
    "environ": pathlib.Path("/proc/self/environ").read_text(),
    "descriptors": sorted(int(name) for name in os.listdir("/proc/self/fd")),
    "files": sorted(path.name for path in pathlib.Path().iterdir()),
}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize(("key", "stdin"), [(KEY, "open"), (KEY, "closed"), (None, "open")])
@pytest.mark.parametrize("started_as", ["script", "module"])
def test_a_restart_keeps_the_process_the_options_and_the_key_and_nothing_else(tmp_path, key, stdin, started_as):
    (tmp_path / "program.py").write_text(PROGRAM)
    folder = tmp_path / "folder"
    folder.mkdir()
    program = [str(tmp_path / "program.py")] if started_as == "script" else ["-m", "program"]
    command = [sys.executable, "-s", *program, json.dumps(key), "--user", ID, "--screen", "1"]
    if stdin == "closed":
        command = ["sh", "-c", 'exec "$@" <&-', "sh", *command]
    result = subprocess.run(
        command,
        input="first line\n",
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        timeout=60,
        env={"PYTHONPATH": ":".join([str(tmp_path), *sys.path]), "PATH": "/usr/bin:/bin"},
    )

    first, unflushed, last = result.stdout.splitlines()
    seen = json.loads(last)
    assert first.split() == ["first", str(seen["pid"])]
    assert unflushed == "not flushed"
    assert seen["argv"] == [str(tmp_path / "program.py"), "--screen", "1"]
    assert seen["flags"] == [False, 1]
    assert seen["stdin"] == (f"{KEY}\n" if key else "first line\n")
    assert seen["files"] == ["lock"]
    assert len(seen["descriptors"]) == 5  # standard ones, the lock, and the listing's own
    assert ID not in result.stdout + result.stderr
    assert KEY not in seen["cmdline"] + seen["environ"]
