"""Which layer of the lock-down kit this Linux machine lacks: judgement alone, of what kiosk.ops.linux_machine has read.

The kiosk holds what happens inside its window. What is around it, keys that the system takes, other programs, disks, is
for the system: `packaging/linux/lockdown` has a file for each, and docs/lockdown.md says what each one stops. A missing
layer is a warning: a terminal without it works, and somebody may get out of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.build import is_release
from kiosk.ops.checks import Finding, Status

KIT, GUIDE = (
    ("/usr/share/enable3-kiosk/lockdown", "/usr/share/doc/enable3-kiosk/lockdown.md")
    if is_release()
    else ("packaging/linux/lockdown", "docs/lockdown.md")
)
"""Where the kit and the text about it are: as the Debian package puts them, or in the source tree."""

ROWS = (
    "session",
    "consoles",
    "zapping",
    "SysRq",
    "Ctrl+Alt+Del",
    "account",
    "core dumps",
    "memory access",
    "USB disks",
)

_X_SERVERS = frozenset({"Xorg", "X", "Xvfb", "Xephyr"})
_KIOSK_COMPOSITOR = "cage"
_DESKTOPS = frozenset(
    {
        *("gnome-shell", "kwin_wayland", "kwin_x11", "plasmashell", "mutter", "cinnamon", "sway", "weston", "labwc"),
        *("Hyprland", "wayfire", "xfwm4", "xfce4-session", "openbox", "fluxbox", "icewm", "i3", "marco", "metacity"),
        *("muffin", "lxqt-session", "lxsession", "enlightenment", "awesome", "jwm", "twm", "mwm", "budgie-wm"),
    }
)
"""Programs that draw windows of their own, or have keys of their own. By the name in /proc/PID/comm: 15 bytes."""

_AUTOMOUNTERS = frozenset({"udiskie", "gvfs-udisks2-vo", "usbmount", "devmon"})
_POWERFUL_GROUPS = frozenset({"root", "sudo", "wheel", "adm", "disk", "docker", "lxd", "libvirt", "shadow", "input"})
_NO_SHELLS = frozenset({"/usr/sbin/nologin", "/sbin/nologin", "/bin/false", "/usr/bin/false"})

_PTRACE_ADMIN_ONLY = 2


@dataclass(frozen=True, slots=True)
class LinuxMachine:
    """What was read of a machine. None: it could not be read, or there is no such thing here."""

    programs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """This account's processes by name, with the arguments of one of them."""
    services: frozenset[str] = frozenset()
    """The names of everybody's processes."""
    x_options: dict[str, str] = field(default_factory=dict)
    """The X server's flags by their names in small letters, of the one section that it reads."""
    sysrq: int | None = None
    core_pattern: str | None = None
    core_storage: str | None = None
    """Storage= of systemd-coredump, in small letters."""
    ptrace_scope: int | None = None
    ctrl_alt_del: str | None = None
    """Where the unit's link in /etc points; empty if there is none, None without systemd."""
    refused_modules: frozenset[str] = frozenset()
    """Kernel modules that modprobe's configuration replaces by /bin/false or /bin/true."""
    uid: int = -1
    groups: frozenset[str] = frozenset()
    shell: str = ""


def judge(machine: LinuxMachine) -> list[Finding]:
    """Return the rows, in the order of ROWS; "zapping" only where there is an X server."""
    rows = [
        judge_session(machine),
        judge_consoles(machine),
        *judge_zapping(machine),
        judge_sysrq(machine),
        judge_ctrl_alt_del(machine),
        judge_account(machine),
        judge_core_dumps(machine),
        judge_memory_access(machine),
        judge_usb_disks(machine),
    ]
    return sorted(rows, key=lambda row: ROWS.index(row.name))


def judge_session(machine: LinuxMachine) -> Finding:
    """Whether there is anything on the screen beside the kiosk."""
    names = machine.programs.keys()
    if desktop := sorted(names & _DESKTOPS):
        text = f"a desktop ({', '.join(desktop)}): its keys, gestures and notifications lead out of the kiosk"
        return _missing("session", text, "install.sh --session cage")
    if _KIOSK_COMPOSITOR in names:
        return Finding("session", Status.OK, "the kiosk compositor cage: nothing else can come to the screen")
    if servers := sorted(machine.services & _X_SERVERS):
        return Finding("session", Status.OK, f"an X server ({servers[0]}) without a window manager")
    text = "no cage and no X server of this account: whatever shows the kiosk has keys of its own"
    return _missing("session", text, "install.sh --session cage")


def judge_consoles(machine: LinuxMachine) -> Finding:
    """Whether Ctrl+Alt+F1 to F12 lead to a login prompt."""
    if _KIOSK_COMPOSITOR in machine.programs:
        if "-s" in machine.programs[_KIOSK_COMPOSITOR]:
            text = "cage runs with -s: Ctrl+Alt+F2 leaves the kiosk"
            return _missing("consoles", text, "cage/etc/systemd/system/enable3-kiosk@.service.d/session.conf")
        return Finding("consoles", Status.OK, "no key switches the virtual terminal")
    if _is_on(machine.x_options.get("dontvtswitch")):
        return Finding("consoles", Status.OK, "no key switches the virtual terminal (DontVTSwitch)")
    text = "Ctrl+Alt+F2 may lead to a login prompt"
    return _missing("consoles", text, "x/etc/X11/xorg.conf.d/90-enable3-kiosk.conf")


def judge_zapping(machine: LinuxMachine) -> list[Finding]:
    """Whether Ctrl+Alt+BackSpace ends the X server; nothing where none draws the screen."""
    if _KIOSK_COMPOSITOR in machine.programs or not machine.services & _X_SERVERS:
        return []
    if _is_on(machine.x_options.get("dontzap")):
        return [Finding("zapping", Status.OK, "no key ends the X server (DontZap)")]
    text = "Ctrl+Alt+BackSpace may end the X server"
    return [_missing("zapping", text, "x/etc/X11/xorg.conf.d/90-enable3-kiosk.conf")]


def judge_sysrq(machine: LinuxMachine) -> Finding:
    """Whether the kernel takes orders from the keyboard."""
    if machine.sysrq == 0:
        return Finding("SysRq", Status.OK, "the kernel takes no keys")
    state = "unknown" if machine.sysrq is None else f"kernel.sysrq is {machine.sysrq}"
    return _missing("SysRq", f"{state}: Alt+SysRq may restart or kill", _SYSCTL)


def judge_ctrl_alt_del(machine: LinuxMachine) -> Finding:
    """Whether Ctrl+Alt+Del restarts the machine."""
    if machine.ctrl_alt_del == "/dev/null":
        return Finding("Ctrl+Alt+Del", Status.OK, "does nothing (ctrl-alt-del.target is masked)")
    if machine.ctrl_alt_del is None:
        return Finding("Ctrl+Alt+Del", Status.WARNING, "not known: this machine is not run by systemd")
    return _missing("Ctrl+Alt+Del", "restarts the machine", "install.sh")


def judge_account(machine: LinuxMachine) -> Finding:
    """Whether somebody who got out of the kiosk would be an administrator, or could log in."""
    if machine.uid == 0:
        return _missing("account", "root: the kiosk has to run as an account of its own", "install.sh")
    if powerful := sorted(machine.groups & _POWERFUL_GROUPS):
        return _missing("account", f"is in {', '.join(powerful)}: more than a visitor may", "install.sh")
    if machine.shell not in _NO_SHELLS:
        return _missing("account", f"can log in ({machine.shell or 'the default shell'})", "install.sh")
    return Finding("account", Status.OK, "no administrator, and nobody can log in to it")


def judge_core_dumps(machine: LinuxMachine) -> Finding:
    """Whether the memory of a process that crashes gets onto the disk."""
    pattern = machine.core_pattern
    if pattern in {"|/bin/false", "|/usr/bin/false", "|/bin/true", "|/usr/bin/true"}:
        return Finding("core dumps", Status.OK, "go nowhere")
    if pattern is not None and "systemd-coredump" in pattern and machine.core_storage == "none":
        return Finding("core dumps", Status.OK, "are not kept (Storage=none)")
    return _missing("core dumps", f"kernel.core_pattern is {pattern or 'unknown'}: memory may be kept", _SYSCTL)


def judge_memory_access(machine: LinuxMachine) -> Finding:
    """Whether other programs of this account may read the kiosk's memory."""
    scope = machine.ptrace_scope
    if scope is not None and scope >= _PTRACE_ADMIN_ONLY:
        return Finding("memory access", Status.OK, f"for root alone (kernel.yama.ptrace_scope is {scope})")
    state = "unknown" if scope is None else scope
    return _missing("memory access", f"programs of this account may debug others (ptrace_scope: {state})", _SYSCTL)


def judge_usb_disks(machine: LinuxMachine) -> Finding:
    """Whether a disk that somebody plugs in becomes files."""
    if found := sorted(machine.services & _AUTOMOUNTERS):
        text = f"{found[0]} mounts what is plugged in"
        return _missing("USB disks", text, "common/etc/udev/rules.d/70-enable3-kiosk.rules")
    if {"usb_storage", "uas"} <= machine.refused_modules:
        return Finding("USB disks", Status.OK, "the kernel does not drive them")
    if "usbguard-daemon" in machine.services:
        return Finding("USB disks", Status.OK, "USBGuard decides: see that it refuses storage")
    return _missing("USB disks", "are driven when somebody plugs one in", "common/etc/modprobe.d/enable3-kiosk.conf")


_SYSCTL = "common/etc/sysctl.d/90-enable3-kiosk.conf"


def _missing(name: str, text: str, file: str) -> Finding:
    return Finding(name, Status.WARNING, text, f"{KIT}/{file}; {GUIDE}")


def _is_on(value: str | None) -> bool:
    """Whether an option of the X server is set: without a value it is. Source: xorg.conf(5)."""
    return value is not None and value.lower() in {"", "1", "on", "true", "yes"}
