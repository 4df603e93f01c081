"""Reads what kiosk.ops.lockdown_layers judges: files of /proc and /etc that everybody may read. Starts nothing."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.ops.lockdown_layers import LinuxMachine

if TYPE_CHECKING:
    from collections.abc import Iterator

_X_OPTION = re.compile(r'^\s*Option\s+"(?P<name>[^"]+)"(?:\s+"(?P<value>[^"]*)")?', re.MULTILINE | re.IGNORECASE)
_SERVER_FLAGS = re.compile(
    r'^\s*Section\s+"ServerFlags"(?P<body>.*?)^\s*EndSection', re.MULTILINE | re.DOTALL | re.IGNORECASE
)
_REFUSED = re.compile(r"^\s*install\s+(?P<module>[\w-]+)\s+(?:/usr)?/bin/(?:false|true)\s*$", re.MULTILINE)
_STORAGE = re.compile(r"^\s*Storage\s*=\s*(?P<value>\w+)", re.MULTILINE)

_CONFIGURATIONS = ("usr/lib", "etc")
"""Later ones win. Source: systemd's and modprobe's own order; /run is for what lasts until the next start."""


def read_machine(root: Path = Path("/")) -> LinuxMachine:
    """Return what there is to see of the machine whose file system begins at `root`."""
    own, everybody = _processes(root)
    return LinuxMachine(
        programs=own,
        services=frozenset(everybody),
        x_options=_x_options(root),
        sysrq=_number(root / "proc/sys/kernel/sysrq"),
        core_pattern=_text(root / "proc/sys/kernel/core_pattern"),
        core_storage=_core_storage(root),
        ptrace_scope=_number(root / "proc/sys/kernel/yama/ptrace_scope"),
        ctrl_alt_del=_ctrl_alt_del(root),
        refused_modules=_refused_modules(root),
        uid=os.geteuid(),
        groups=_groups(),
        shell=_shell(),  # nosec B604 # the name of a shell, not one that is run
    )


def _processes(root: Path) -> tuple[dict[str, tuple[str, ...]], set[str]]:
    """Return this account's processes by name with their arguments, and everybody's names. Those that end are left."""
    own: dict[str, tuple[str, ...]] = {}
    everybody: set[str] = set()
    for folder in root.glob("proc/[0-9]*"):
        name = _text(folder / "comm")
        if name is None:
            continue
        everybody.add(name)
        try:
            if folder.stat().st_uid == os.geteuid():
                own[name] = tuple((folder / "cmdline").read_text(errors="replace").split("\0")[1:-1])
        except OSError:
            continue
    return own, everybody


def _x_options(root: Path) -> dict[str, str]:
    """Return the server's flags: of several sections it reads one, xorg.conf's or the last folder's (X.Org 21.1)."""
    found: dict[str, str] = {}
    files = [*_files(root, "usr/share/X11/xorg.conf.d", ".conf"), *_files(root, "etc/X11/xorg.conf.d", ".conf")]
    for file in [*files, root / "etc/X11/xorg.conf"]:
        for section in _SERVER_FLAGS.finditer(_text(file) or ""):
            options = _X_OPTION.finditer(section["body"])
            # Neither _ nor space nor case matters in a name: xorg.conf(5)
            found = {re.sub(r"[_ ]", "", each["name"]).lower(): each["value"] or "" for each in options}
    return found


def _core_storage(root: Path) -> str | None:
    value = None
    for file in [root / "etc/systemd/coredump.conf", *_drop_ins(root, "systemd/coredump.conf.d")]:
        for match in _STORAGE.finditer(_text(file) or ""):
            value = match["value"].lower()
    return value


def _ctrl_alt_del(root: Path) -> str | None:
    if not (root / "run/systemd/system").exists():  # what sd_booted(3) looks at
        return None
    try:
        return str((root / "etc/systemd/system/ctrl-alt-del.target").readlink())
    except OSError:
        return ""


def _refused_modules(root: Path) -> frozenset[str]:
    texts = (_text(file) or "" for file in _drop_ins(root, "modprobe.d"))
    return frozenset(match["module"].replace("-", "_") for text in texts for match in _REFUSED.finditer(text))


def _groups() -> frozenset[str]:
    import grp  # noqa: PLC0415 - POSIX alone

    names = set()
    for number in {*os.getgroups(), os.getegid()}:
        try:
            names.add(grp.getgrgid(number).gr_name)
        except KeyError:
            continue
    return frozenset(names)


def _shell() -> str:
    import pwd  # noqa: PLC0415 - POSIX alone

    try:
        return pwd.getpwuid(os.geteuid()).pw_shell
    except KeyError:
        return ""


def _drop_ins(root: Path, folder: str) -> Iterator[Path]:
    for top in _CONFIGURATIONS:
        yield from _files(root, f"{top}/{folder}", ".conf")


def _files(root: Path, folder: str, ending: str) -> list[Path]:
    return sorted((root / folder).glob(f"*{ending}"))


def _number(path: Path) -> int | None:
    text = _text(path)
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def _text(path: Path) -> str | None:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return None
