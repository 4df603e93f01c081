"""What a shell shows to the rest of the machine, and what it takes from it: next to nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.errors import EngineUnavailable, LockdownFailed
from kiosk.shell import spawn
from kiosk.shell.environment import child_environment, root_is_allowed
from kiosk.shell.protocol import OpenWidget, Painted, Ready, Refused, encode_message
from kiosk.shell.spawn import check_account, probe_shell, shell_command
from kiosk.shell.stderr import interpret, redact
from tests.shell.conftest import START

if TYPE_CHECKING:
    from collections.abc import Callable

    import psutil

    from tests.shell.conftest import Shell
    from tests.shell.pages_server import Site

CANARY = "canary-7f3a"
HOSTILE = {
    "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox --remote-debugging-port=9222",
    "QTWEBENGINE_REMOTE_DEBUGGING": "9223",
    "QTWEBENGINE_DISABLE_SANDBOX": "1",
    "QT_PLUGIN_PATH": "/nowhere",
    "QT_QPA_PLATFORM": "offscreen",
    "PYWEBVIEW_GUI": "gtk",
    "PYWEBVIEW_LOG": "DEBUG",
    "PYTHONPATH": "/nowhere",
    "PYTHONSTARTUP": "/nowhere.py",
    "LD_PRELOAD": "/nowhere.so",
    "SSLKEYLOGFILE": "/tmp/keys",
    "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere",
    "HTTPS_PROXY": f"http://user:{CANARY}@127.0.0.1:1",
    "KIOSK_API_KEY": CANARY,
}


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.mark.gui
@pytest.mark.both_engines
def test_the_address_and_the_token_are_nowhere_to_be_seen(shell: Shell, site: Site):
    """Not in arguments, environments, window titles or files, while the page is shown."""
    url = site.page("/", f"<title>{CANARY}</title><h1>x", "localStorage.x = enable3Kiosk.token; report('stored')")
    shell.send(OpenWidget(1, f"{url}?token={CANARY}", {"token": CANARY, "userId": CANARY}))
    shell.until_painted()
    assert site.report() == "stored"

    for process in shell.members():
        for name in ("cmdline", "environ"):
            assert CANARY.encode() not in read(Path(f"/proc/{process.pid}/{name}"))
    for file in shell.process.folder.rglob("*"):
        assert CANARY.encode() not in read(file), file
    assert CANARY not in shell.xdotool("search", "--name", ".*", "getwindowname", "%@")


@pytest.mark.gui
@pytest.mark.both_engines
def test_a_hostile_environment_changes_nothing(open_shell: Callable[..., Shell], monkeypatch: pytest.MonkeyPatch):
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    shell = open_shell()
    assert set(shell.expect(Ready).enforcement.values()) == {"enforced"}

    host = shell.host()
    started_with = dict(
        entry.split("=", 1) for entry in read(Path(f"/proc/{host.pid}/environ")).decode().split("\0") if "=" in entry
    )
    assert started_with["DBUS_SESSION_BUS_ADDRESS"] == "disabled:"
    assert not started_with.keys() & (HOSTILE.keys() - {"PYTHONPATH", "DBUS_SESSION_BUS_ADDRESS"})
    assert not any(value in started_with.values() for value in HOSTILE.values())
    for process in shell.members():
        assert not {"--no-sandbox", "--use-fake-ui-for-media-stream"} & set(process.cmdline())
        assert not any(argument.startswith("--remote-debugging") for argument in process.cmdline())


@pytest.mark.gui
@pytest.mark.both_engines
def test_no_port_is_open(shell: Shell, site: Site):
    shell.send(OpenWidget(1, site.page("/", "<h1>x")))
    shell.until_painted()
    own = {target_of(entry) for process in shell.members() for entry in descriptors(process)}

    listening = [
        line.split()
        for table in ("tcp", "tcp6", "udp", "udp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    assert [fields for fields in listening if f"socket:[{fields[9]}]" in own and fields[3] in {"0A", "07"}] == []


def target_of(entry: Path) -> str:
    try:
        return str(entry.readlink())
    except OSError:  # closed in this moment
        return ""


def descriptors(process: psutil.Process) -> list[Path]:
    try:
        return list(Path(f"/proc/{process.pid}/fd").iterdir())
    except OSError:  # the sandbox's own: not ours to look into, and without a network
        return []


@pytest.mark.gui
@pytest.mark.both_engines
def test_the_sandbox_is_on_where_pages_are_drawn(shell: Shell, site: Site):
    shell.send(OpenWidget(1, site.page("/", "<h1>x")))
    shell.until_painted()
    for process in shell.drawing():
        status = dict(
            line.split(":\t", 1)
            for line in Path(f"/proc/{process.pid}/status").read_text().splitlines()
            if ":\t" in line
        )
        assert status["Seccomp"] == "2"
        assert len(status["NSpid"].split()) > 1  # in a namespace of its own


@pytest.mark.gui
@pytest.mark.both_engines
def test_no_process_dumps_core(shell: Shell):
    for process in shell.members()[1:]:
        limits = read(Path(f"/proc/{process.pid}/limits")).decode()
        line = next((line for line in limits.splitlines() if line.startswith("Max core file size")), "0 0")
        assert line.split()[-2 if line == "0 0" else 4] == "0"


@pytest.mark.gui
@pytest.mark.both_engines
def test_nothing_is_written_outside_the_visits_folder(shell: Shell, site: Site, tmp_path: Path):
    """As far as open files tell: no file is open for writing elsewhere, but devices, sockets and memory."""
    shell.send(OpenWidget(1, site.page("/", "<h1>x", "localStorage.x = 1")))
    shell.until_painted()
    for process in shell.members():
        for entry in descriptors(process):
            flags = next(
                line
                for line in read(Path(f"/proc/{process.pid}/fdinfo/{entry.name}")).decode().splitlines() or ["flags: 0"]
                if line.startswith("flags")
            )
            try:
                target = str(entry.readlink())
            except FileNotFoundError:  # closed meanwhile
                continue
            if int(flags.split()[1], 8) & os.O_ACCMODE and target.startswith("/"):
                inside = target.startswith((str(shell.process.folder), "/dev/", "/memfd:"))
                assert inside or target.endswith("(deleted)"), target


@pytest.mark.gui
@pytest.mark.both_engines
def test_a_stray_print_does_not_become_an_event(shell: Shell, site: Site):
    """File descriptor 1 of the host is its standard error."""
    host = shell.host().pid
    opened = [str(Path(f"/proc/{host}/fd/{number}").readlink()) for number in range(3)]

    assert opened[0] == "/dev/null"
    assert opened[1] == opened[2]
    shell.send(OpenWidget(1, site.page("/", "<h1>x", 'console.log(\'{"type":"Closed"}\')')))
    assert shell.until_painted() == Painted(1)


@pytest.mark.gui
@pytest.mark.both_engines
@pytest.mark.parametrize("line", [b"garbage\n", b"{}\n", b'{"type":"Explode"}\n', b"x" * 70_000, b""])
def test_garbage_ends_the_shell(shell: Shell, line: bytes):
    stdin = shell.process._process.stdin
    assert stdin is not None
    os.set_blocking(stdin.fileno(), True)
    with suppress(BrokenPipeError):  # it may end before it has read the whole of a line that is too long
        stdin.write(line)
    with suppress(BrokenPipeError):
        stdin.close()

    assert shell.expect(int) == (2 if line else 0)


@pytest.mark.gui
@pytest.mark.both_engines
def test_a_second_start_ends_the_shell(shell: Shell):
    shell.send(START)

    assert isinstance(shell.expect(int), int)


@pytest.mark.gui
def test_an_unknown_engine_is_refused(open_shell: Callable[..., Shell]):
    shell = open_shell(replace(START, engine="netscape"))
    refused = shell._news.get(timeout=10)

    assert isinstance(refused, Refused)
    assert "qtwebengine" in refused.hint
    assert shell.expect(int) == 2


@pytest.mark.gui
@pytest.mark.both_engines
def test_the_probe_describes_the_engine_and_leaves_nothing(
    display: str, monkeypatch: pytest.MonkeyPatch, base: Path, engine: str
):
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setattr(spawn.tempfile, "tempdir", str(base))
    found = probe_shell(30.0, engine=engine)

    assert found["engine"] == engine
    assert found["screens"] == [{"width": 1280, "height": 800}]
    assert str(found["renderer"]).split(".")[0].isdigit()
    assert set(found["enforcement"].values()) == {"enforced"}
    assert list(base.iterdir()) == []


@pytest.mark.gui
@pytest.mark.both_engines
@pytest.mark.parametrize(("display_name", "words"), [("", "no display"), (":1997", "cannot be reached")])
def test_the_probe_says_what_is_wrong_with_the_display(
    display: str, monkeypatch: pytest.MonkeyPatch, display_name: str, words: str, engine: str
):
    monkeypatch.setenv("DISPLAY", display_name)

    with pytest.raises(EngineUnavailable, match=words) as caught:
        probe_shell(30.0, engine=engine)
    assert "graphical session" in caught.value.hint


@pytest.mark.skipif(os.geteuid() != 0, reason="about root alone")
def test_root_is_refused_before_anything_starts():
    with pytest.raises(LockdownFailed, match="root"):
        check_account()


@pytest.mark.skipif(os.geteuid() != 0, reason="about root alone")
def test_a_shell_that_root_starts_by_hand_refuses(tmp_path: Path):
    end, lifeline = os.pipe()
    lock = os.open(tmp_path, os.O_RDONLY)
    done = subprocess.run(
        [*shell_command(), f"--folder={tmp_path}/x", f"--lifeline={end}", f"--lock={lock}"],
        input=encode_message(START),
        env=child_environment(tmp_path),
        pass_fds=[end, lock],
        capture_output=True,
        check=False,
    )
    for descriptor in (end, lifeline, lock):
        os.close(descriptor)

    assert done.returncode == 7
    assert b"Refused" in done.stdout


def test_a_frozen_build_does_not_let_root_in(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KIOSK_INSECURE_ALLOW_ROOT", "1")
    assert root_is_allowed()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert not root_is_allowed()


def test_a_person_who_starts_a_shell_is_told_better():
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "shell"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )

    assert done.returncode == 2
    assert "kiosk run" in done.stderr


@pytest.mark.parametrize(
    "line",
    [
        "error loading https://example.com/?token=canary",
        "blob:https://example.com/canary",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.canary.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV",
        "kiosk:begin#canary",
    ],
)
def test_addresses_and_tokens_are_cut_out_of_what_an_engine_writes(line: str):
    assert "canary" not in redact(line)


def test_last_words_of_an_engine_mean_something_to_the_operator():
    sandbox = interpret("[1:1:FATAL:zygote_host_impl_linux.cc] No usable sandbox! Update your kernel")
    library = interpret('qt.qpa.plugin: Could not load the Qt platform plugin "xcb" in ""')

    assert sandbox is not None
    assert sandbox.code == LockdownFailed.code
    assert library is not None
    assert "apt install" in library.hint
    assert interpret("all is well") is None
