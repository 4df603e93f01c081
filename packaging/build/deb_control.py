"""What dpkg reads of a package: its control file, sums, configuration files and scripts."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from elf import MAGIC
from tree import ROOT, run, version

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TEMPLATES: Final = ROOT / "packaging" / "linux" / "deb"
MAINTAINER: Final = "Enable3 <support@enable3.io>"
HOMEPAGE: Final = "https://enable3.io"
SCRIPTS: Final = ("prerm", "postinst", "postrm")

_DESCRIPTION: Final = """\
 Puts Enable3's loyalty widget on a shared screen, opens it for whoever is
 signed in, at the section that was asked for, and gives the next visitor a
 terminal that knows nothing of the last one.
 .
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One flavour as a package. `depends` is added to what is computed; `about` ends the description."""

    name: str
    flavour: str
    engine: str
    summary: str
    about: str
    depends: tuple[str, ...] = ()
    conflicts: str
    provides: str = ""


# The API client trusts the authorities of the system, on both.
PACKAGES: Final = {
    package.flavour: package
    for package in (
        Package(
            name="enable3-kiosk",
            flavour="linux-webkitgtk",
            engine="webkitgtk",
            summary="loyalty widget for venue terminals, drawn by WebKitGTK",
            about=" Pages are drawn by the distribution's WebKit, with its security updates.\n",
            depends=("bubblewrap", "ca-certificates", "gir1.2-gtk-3.0", "gir1.2-webkit2-4.1", "xdg-dbus-proxy"),
            conflicts="enable3-kiosk-qt",
        ),
        Package(
            name="enable3-kiosk-qt",
            flavour="linux-qt",
            engine="qtwebengine",
            summary="loyalty widget for venue terminals, with an engine of its own",
            about=" Pages are drawn by Qt WebEngine (Chromium), which is in this package: its\n"
            " security updates are updates of this package.\n",
            depends=("ca-certificates",),
            conflicts="enable3-kiosk",
            provides="enable3-kiosk",
        ),
    )
}

RECOMMENDS: Final = (
    "cage",  # the screen of the lock-down kit
    "default-dbus-session-bus | dbus-session-bus",  # the keyring's bus
    "gnome-keyring | libkf5wallet-bin | keepassxc",  # the keyring: org.freedesktop.secrets
    "libgl1-mesa-dri",
)
SUGGESTS: Final = ("libpam-gnome-keyring", "libsecret-tools", "unattended-upgrades")


def control(package: Package, depends: Sequence[str], *, size: int) -> str:
    """Return the control file. `size` is what the package takes when installed, in KiB."""
    fields = {
        "Package": package.name,
        "Version": version(),
        "Architecture": "amd64",
        "Maintainer": MAINTAINER,
        "Installed-Size": str(size),
        "Depends": ", ".join(sorted({*depends, *package.depends})),
        "Recommends": ", ".join(RECOMMENDS),
        "Suggests": ", ".join(SUGGESTS),
        "Conflicts": package.conflicts,
        "Replaces": package.conflicts,
        "Provides": package.provides and f"{package.provides} (= {version()})",
        "Section": "misc",
        "Priority": "optional",
        "Homepage": HOMEPAGE,
        "Description": f"{package.summary}\n{_DESCRIPTION}{package.about}".rstrip("\n"),
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items() if value)


def write(package: Package, root: Path, depends: Sequence[str]) -> None:
    """Fill the folder DEBIAN, which is there, for the files below `root`."""
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    folder = root / "DEBIAN"
    (folder / "control").write_text(control(package, depends, size=_size(root)))
    (folder / "md5sums").write_text("".join(f"{_md5(path)}  {path.relative_to(root)}\n" for path in files))
    settings = [f"/{path.relative_to(root)}\n" for path in files if path.is_relative_to(root / "etc")]
    (folder / "conffiles").write_text("".join(settings))
    for name in SCRIPTS:
        (folder / name).write_bytes((TEMPLATES / name).read_bytes())


def pack(root: Path, deb: Path, *, epoch: int) -> None:
    """Make the package of everything below `root`: the same bytes every time, on any number of cores.

    Raises BuildError.
    """
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build"]
    run([*command, root, deb], what=f"making {deb.name}", env={"SOURCE_DATE_EPOCH": str(epoch), "TZ": "UTC"})


def _size(root: Path) -> int:
    """Return KiB as dpkg-gencontrol counts them: every file rounded up, one for everything else."""
    return sum(
        -(-path.stat().st_size // 1024) if path.is_file() and not path.is_symlink() else 1 for path in root.rglob("*")
    )


def _md5(path: Path) -> str:
    """Return what `dpkg --verify` compares: it finds damage, not attackers, whom the repository's signature is for."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def settle(root: Path, *, epoch: int) -> None:
    """Give everything below `root` the rights that a package has, and the time `epoch`: whose umask it was is gone."""
    for path in [root, *sorted(root.rglob("*"))]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or _runs(path) else 0o644)
        os.utime(path, (epoch, epoch), follow_symlinks=False)


def _runs(path: Path) -> bool:
    """Whether a file is one that is started: a script by its first line, a program by its right. No library is."""
    if ".so" in path.suffixes:
        return False
    with path.open("rb") as file:
        first = file.read(4)
    return first.startswith(b"#!") or (first == MAGIC and bool(path.stat().st_mode & 0o100))
