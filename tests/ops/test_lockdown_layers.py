"""Which layers around the kiosk a machine lacks, as `kiosk doctor` names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.ops import lockdown_layers, mac_layers, windows_layers
from kiosk.ops.checks import _ORDER, Finding, Status
from kiosk.ops.linux_machine import read_machine
from kiosk.ops.lockdown_layers import LinuxMachine
from kiosk.ops.windows_layers import WindowsMachine

TREE = Path(__file__).parents[2]

LOCKED = {
    "programs": {"cage": ("-d", "--", "/usr/bin/kiosk", "run"), "kiosk": ("run",)},
    "services": frozenset({"cage", "kiosk", "systemd"}),
    "sysrq": 0,
    "core_pattern": "|/bin/false",
    "ptrace_scope": 2,
    "ctrl_alt_del": "/dev/null",
    "refused_modules": frozenset({"usb_storage", "uas"}),
    "uid": 1001,
    "groups": frozenset({"kiosk"}),
    "shell": "/usr/sbin/nologin",
}
BARE_X = {"programs": {"kiosk": ()}, "services": frozenset({"Xorg", "kiosk"})}
X_LOCKED = BARE_X | {"x_options": {"dontvtswitch": "true", "dontzap": ""}}


def linux(**changes) -> dict[str, Finding]:
    return {row.name: row for row in lockdown_layers.judge(LinuxMachine(**(LOCKED | changes)))}


def lacks(**changes) -> set[str]:
    return {name for name, row in linux(**changes).items() if row.status is not Status.OK}


def test_a_machine_that_the_kit_was_installed_on_lacks_nothing():
    assert lacks() == set()
    assert lacks(**X_LOCKED) == set()


@pytest.mark.parametrize(
    ("changes", "row", "says"),
    [
        ({"programs": {"gnome-shell": ()}}, "session", "gnome-shell"),
        ({"programs": {"cage": ()} | {"sway": ()}}, "session", "sway"),
        ({"programs": {"kiosk": ()}}, "session", "no cage and no X server"),
        ({"programs": {"cage": ("-s", "--", "kiosk")}}, "consoles", "-s"),
        (BARE_X, "consoles", "Ctrl+Alt+F2"),
        (X_LOCKED | {"x_options": {"dontvtswitch": "off"}}, "consoles", "Ctrl+Alt+F2"),
        (BARE_X, "zapping", "BackSpace"),
        ({"sysrq": 176}, "SysRq", "176"),
        ({"sysrq": None}, "SysRq", "unknown"),
        ({"ctrl_alt_del": ""}, "Ctrl+Alt+Del", "restarts"),
        ({"ctrl_alt_del": None}, "Ctrl+Alt+Del", "not run by systemd"),
        ({"uid": 0}, "account", "root"),
        ({"groups": frozenset({"kiosk", "sudo"})}, "account", "sudo"),
        ({"shell": "/bin/bash"}, "account", "log in"),
        ({"core_pattern": "core"}, "core dumps", "core"),
        ({"core_pattern": "|/usr/lib/systemd/systemd-coredump %P"}, "core dumps", "systemd-coredump"),
        ({"ptrace_scope": 1}, "memory access", "1"),
        ({"ptrace_scope": None}, "memory access", "unknown"),
        ({"refused_modules": frozenset({"uas"})}, "USB disks", "plugs one in"),
        ({"services": frozenset({"udiskie"})}, "USB disks", "udiskie"),
    ],
)
def test_a_missing_layer_is_a_warning_that_says_what_a_visitor_could_do(changes, row, says):
    found = linux(**changes)[row]
    assert found.status is Status.WARNING
    assert says in found.text


@pytest.mark.parametrize(
    "changes",
    [
        {"core_pattern": "|/lib/systemd/systemd-coredump %P", "core_storage": "none"},
        {"refused_modules": frozenset(), "services": frozenset({"usbguard-daemon"})},
    ],
)
def test_another_way_to_the_same_end_is_one(changes):
    assert lacks(**changes) == set()


def test_nothing_read_means_nothing_known():
    rows = lockdown_layers.judge(LinuxMachine())
    assert {row.status for row in rows} == {Status.WARNING}


def test_zapping_is_said_of_x_servers_alone():
    assert "zapping" not in linux()
    assert "zapping" in linux(**BARE_X)


WINDOWS = {
    "explorer": False,
    "keyboard_filter": 2,
    "edge_swipe": 0,
    "disable_task_manager": 1,
    "administrator": False,
    "default_password": False,
}


def windows(**changes) -> dict[str, Finding]:
    return {row.name: row for row in windows_layers.judge(WindowsMachine(**(WINDOWS | changes)))}


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, set()),
        ({"explorer": True}, {"shell"}),
        ({"keyboard_filter": None}, {"keyboard filter"}),
        ({"keyboard_filter": 4}, {"keyboard filter"}),
        ({"edge_swipe": None}, {"edge swipes"}),
        ({"disable_task_manager": 0}, {"task manager"}),
        ({"administrator": True}, {"account"}),
        ({"default_password": True}, {"sign-in secret"}),
    ],
)
def test_what_windows_lacks_is_named(changes, lacking):
    assert {name for name, row in windows(**changes).items() if row.status is Status.WARNING} == lacking


def test_what_a_mac_lacks_is_named(tmp_path):
    assert [row.status for row in mac_layers.judge(tmp_path, [20, 80])] == [Status.WARNING, Status.WARNING]
    managed = tmp_path / "Library/Managed Preferences/kiosk"
    managed.mkdir(parents=True)
    (managed / "com.apple.applicationaccess.plist").touch()
    assert [row.status for row in mac_layers.judge(tmp_path, [20])] == [Status.OK, Status.OK]


def test_every_row_has_its_place_in_the_table():
    rows = {*lockdown_layers.ROWS, *windows_layers.ROWS, *mac_layers.ROWS}
    assert rows <= set(_ORDER)
    assert [row.name for row in lockdown_layers.judge(LinuxMachine(**(LOCKED | BARE_X)))] == list(lockdown_layers.ROWS)
    assert list(windows()) == list(windows_layers.ROWS)


def test_every_file_of_the_kit_that_a_row_names_is_there():
    found = [
        *lockdown_layers.judge(LinuxMachine()),
        *linux(programs={"cage": ("-s",)}, services=frozenset({"udiskie"})).values(),
        *windows_layers.judge(WindowsMachine(True, None, None, None, True, True)),
    ]
    named = {row.hint.partition(" ")[0].rstrip(";") for row in found if row.hint}
    assert len(named) > 5
    assert [name for name in named if not (TREE / name).exists()] == []
    assert (TREE / "docs/lockdown.md").exists()


FLAGS = 'Section "Device"\n  Option "DontZap"\nEndSection\nSection "ServerFlags"\n%s\nEndSection\n'


def put(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_a_machine_is_read_from_its_files(tmp_path):
    put(
        tmp_path,
        {
            "proc/1/comm": "systemd\n",
            "proc/1/cmdline": "/sbin/init\0",
            "proc/22/comm": "cage\n",
            "proc/22/cmdline": "/usr/bin/cage\0-d\0--\0kiosk\0",
            "proc/sys/kernel/sysrq": "176\n",
            "proc/sys/kernel/core_pattern": "|/lib/systemd/systemd-coredump %P %u\n",
            "proc/sys/kernel/yama/ptrace_scope": "1\n",
            "etc/systemd/coredump.conf.d/a.conf": "[Coredump]\n# Storage=external\nStorage=none\n",
            "usr/lib/modprobe.d/a.conf": "blacklist pcspkr\ninstall usb-storage /bin/true\n",
            "etc/modprobe.d/b.conf": "#install uas /bin/false\ninstall firewire-ohci /usr/bin/false\n",
            "etc/X11/xorg.conf.d/a.conf": FLAGS % 'Option "BlankTime" "0"',
            "etc/X11/xorg.conf.d/b.conf": FLAGS % ' Option "DontZap" "true"\n# Option "DontVTSwitch" "on"\n',
            "run/systemd/system/x": "",
        },
    )
    found = read_machine(tmp_path)
    assert found.services == {"systemd", "cage"}
    assert found.programs["cage"] == ("-d", "--", "kiosk")
    assert (found.sysrq, found.ptrace_scope, found.core_storage, found.ctrl_alt_del) == (176, 1, "none", "")
    assert found.core_pattern == "|/lib/systemd/systemd-coredump %P %u"
    assert found.refused_modules == {"usb_storage", "firewire_ohci"}
    assert found.x_options == {"dontzap": "true"}
    put(tmp_path, {"etc/X11/xorg.conf": FLAGS % 'Option "dont_VT switch"'})
    assert read_machine(tmp_path).x_options == {"dontvtswitch": ""}


def test_a_machine_without_any_of_it_is_read_too(tmp_path):
    found = read_machine(tmp_path)
    assert (found.sysrq, found.core_pattern, found.core_storage, found.ctrl_alt_del) == (None, None, None, None)
    assert found.programs == {}


def test_this_machine_can_be_read():
    found = read_machine()
    assert found.core_pattern
    assert any("python" in name or "pytest" in name for name in found.programs)
