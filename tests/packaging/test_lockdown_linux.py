"""The lock-down kit for Linux: what install.sh puts where, takes away again, and refuses."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kiosk.errors import ExitStatus
from kiosk.ops import lockdown_layers
from kiosk.ops.linux_machine import read_machine

KIT = Path(__file__).parents[2] / "packaging/linux/lockdown"
ACCOUNTS = ("etc/passwd", "etc/shadow", "etc/group", "etc/gshadow", "etc/sub")
SESSIONS = ("cage", "x")
PROGRAMS = ("usr/bin/cage", "usr/bin/kiosk", "usr/bin/startx", "usr/bin/xauth", "usr/lib/xorg/Xorg", "usr/bin/env")
UNIT = "enable3-kiosk@1.service"
EXPOSURE = 4.6  # of 10, by `systemd-analyze security`: what the engines' sandboxes need is open


def need(program: str) -> str:
    found = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{program} is not installed; `make test` installs it")
    return found


@pytest.fixture
def image(tmp_path) -> Path:
    """The file system of a machine: as much of it as the installer looks at."""
    need("useradd")
    root = tmp_path / "image"
    for folder in ("etc/systemd/system", "home", "var/lib", "lib/systemd/system", "run/systemd/system", "proc"):
        (root / folder).mkdir(parents=True)
    for name in PROGRAMS:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("#!/bin/sh\n")
        (root / name).chmod(0o755)
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/bash\n")
    (root / "etc/group").write_text("root:x:0:\nusers:x:100:\nsudo:x:27:\n")
    (root / "etc/shadow").write_text("root:*:1::::::\n")
    (root / "etc/gshadow").touch()
    return root


def install(image: Path, *options: str, ok: bool = True) -> str:
    command = [str(KIT / "install.sh"), "--root", str(image), *options]
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    done = subprocess.run(command, env={"PATH": path}, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) is ok, done.stderr
    return done.stdout if ok else done.stderr


def files(image: Path) -> dict[str, str]:
    """Return every file and link below /etc by its name, but the accounts'."""
    found = {}
    for path in sorted((image / "etc").rglob("*")):
        name = str(path.relative_to(image))
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file() and not name.startswith(
            ("etc/passwd", "etc/shadow", "etc/group", "etc/gshadow", "etc/sub")
        ):
            found[name] = path.read_text()
    return found


@pytest.mark.parametrize("session", SESSIONS)
def test_a_dry_run_names_every_file_and_writes_none(image, session):
    before = files(image), (image / "etc/passwd").read_text()
    said = install(image, "--session", session, "--dry-run")
    assert (files(image), (image / "etc/passwd").read_text()) == before
    install(image, "--session", session)
    assert [name for name in files(image) if name not in said.replace("user-NEW", "user-1000")] == []


@pytest.mark.parametrize("session", SESSIONS)
def test_a_second_run_changes_nothing(image, session):
    install(image, "--session", session)
    once = files(image), (image / "etc/passwd").read_text()
    install(image, "--session", session)
    assert (files(image), (image / "etc/passwd").read_text()) == once


def test_what_is_taken_back_leaves_no_file_behind(image):
    install(image, "--session", "x")
    install(image, "--session", "cage")
    install(image, "--uninstall")
    assert files(image) == {}
    assert "kiosk:" in (image / "etc/passwd").read_text()
    install(image, "--uninstall")


def test_the_account_has_no_password_no_shell_and_no_group_of_power(image):
    install(image, "--session", "cage", "--user", "terminal")
    [account] = [line.split(":") for line in (image / "etc/passwd").read_text().splitlines() if "terminal" in line]
    assert account[6] == "/usr/sbin/nologin"
    assert int(account[2]) >= 1000
    [shadow] = [line.split(":") for line in (image / "etc/shadow").read_text().splitlines() if "terminal" in line]
    assert shadow[1].startswith("!")
    assert f"etc/systemd/system/user-{account[2]}.slice.d/90-enable3-kiosk.conf" in files(image)
    assert '"terminal"' in files(image)["etc/polkit-1/rules.d/00-enable3-kiosk.rules"]


@pytest.mark.parametrize("session", SESSIONS)
def test_no_place_holder_is_left(image, session):
    install(image, "--session", session)
    assert [name for name, text in files(image).items() if re.search(r"@[A-Z]+@", name + text)] == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "--session"),
        (("--session", "gnome"), "--session"),
        (("--session", "cage", "--colour", "red"), "--colour"),
        (("--session", "cage", "--user", "root"), "--user"),
        (("--session", "cage", "--user", "a b"), "--user"),
        (("--session", "cage", "--tty", "99"), "--tty"),
        (("--session", "cage", "--", "kiosk"), "COMMAND"),
        (("--session", "cage", "--", "/usr/bin/kiosk", "run; reboot"), "COMMAND"),
        (("--session", "cage", "--", "/usr/bin/kiosk", "%i"), "COMMAND"),
        (("--session", "cage", "--", "/usr/bin/nothing"), "not installed"),
        (("--session",), "--session"),
    ],
)
def test_what_is_not_known_is_refused_and_nothing_is_written(image, options, says):
    assert says in install(image, *options, ok=False)
    assert files(image) == {}


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("etc/sysctl.d/90-enable3-kiosk.conf", "kernel.sysrq = 1\n", "not of this kit"),
        ("etc/systemd/system/display-manager.service", "", "display manager"),
        ("etc/X11/xorg.conf", 'Section "ServerFlags"\nEndSection\n', "ServerFlags"),
        ("etc/group", "sudo:x:27:anna,kiosk\n", "sudo"),
    ],
)
def test_what_is_in_the_way_is_named_and_left_alone(image, file, text, says):
    (image / file).parent.mkdir(parents=True, exist_ok=True)
    (image / file).write_text(text)
    before = files(image)
    assert says in install(image, "--session", "x", ok=False)
    assert files(image) == before


def test_usb_disks_stay_where_they_are_wanted(image):
    install(image, "--session", "cage", "--usb-storage")
    assert not any("modprobe" in name or "udev" in name for name in files(image))


@pytest.mark.parametrize("session", SESSIONS)
def test_the_doctor_finds_no_layer_missing_where_the_kit_was_installed(image, session):
    """But for what comes with a restart, and who runs: the tests' own account."""
    install(image, "--session", session)
    read = read_machine(image)
    rows = {row.name: row.status.value for row in lockdown_layers.judge(read)}
    assert (rows["Ctrl+Alt+Del"], rows["USB disks"]) == ("ok", "ok")
    assert read.core_storage == "none"
    if session == "x":
        assert (read.x_options["dontvtswitch"], read.x_options["dontzap"]) == ("true", "true")


def test_the_sysctl_file_says_what_the_doctor_wants():
    lines = (KIT / "common/etc/sysctl.d/90-enable3-kiosk.conf").read_text().splitlines()
    keys = dict(line.lstrip("-").split(" = ") for line in lines if line and not line.startswith("#"))
    assert (keys["kernel.sysrq"], keys["kernel.core_pattern"]) == ("0", "|/bin/false")
    assert int(keys["kernel.yama.ptrace_scope"]) == 2
    assert keys["kernel.unprivileged_userns_clone"] == "1"


def test_cage_has_no_switch_for_virtual_terminals_and_stays_ended_when_the_operator_ends_it():
    text = (KIT / "cage/etc/systemd/system/enable3-kiosk@.service.d/session.conf").read_text()
    assert "/usr/bin/cage -d -- @COMMAND@" in text
    assert f"RestartPreventExitStatus={int(ExitStatus.OPERATOR_EXIT)}\n" in text


@pytest.mark.parametrize("session", SESSIONS)
def test_systemd_takes_the_unit_as_it_is(image, session):
    need("systemd-analyze")
    install(image, "--session", session)
    command = ["systemd-analyze", "verify", f"--root={image}", "--man=no", "--recursive-errors=no"]
    done = subprocess.run([*command, f"/etc/systemd/system/{UNIT}"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("session", SESSIONS)
def test_the_unit_is_confined_as_far_as_the_engines_sandboxes_allow(image, session):
    need("systemd-analyze")
    install(image, "--session", session)
    command = ["systemd-analyze", "security", "--offline=true", f"--root={image}", "--no-pager", UNIT]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    [level] = re.findall(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert float(level) < EXPOSURE


def test_nothing_that_the_engines_sandboxes_need_is_taken_away():
    unit = (KIT / "common/etc/systemd/system/enable3-kiosk@.service").read_text()
    directives = {line.partition("=")[0] for line in unit.splitlines() if "=" in line and not line.startswith("#")}
    breaking = {"RestrictNamespaces", "PrivateUsers", "MemoryDenyWriteExecute", "PrivateDevices", "ProtectProc"}
    breaking |= {"ProtectKernelTunables", "ProtectKernelLogs", "ProtectClock", "ProcSubset"}
    assert directives & breaking == set()


def test_shellcheck_has_nothing_to_say():
    need("shellcheck")
    done = subprocess.run(["shellcheck", str(KIT / "install.sh")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
