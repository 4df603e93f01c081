"""A terminal's source of packages: the signed repository with what packaging/linux/apt has for terminals."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import apt_repository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.build.trials.debian import Debian

TEMPLATES = apt_repository.CLIENT


def trust(debian: Debian, repository: Path, address: str) -> None:
    """Do in there what docs/apt-repository.md tells the engineer of a terminal to do. No signature is read for it."""
    sources = (TEMPLATES / "enable3-kiosk.sources").read_text(encoding="utf-8")
    debian.write(
        "etc/apt/sources.list.d/enable3-kiosk.sources",
        sources.replace("https://packages.example.com/enable3-kiosk", address),
    )
    pins = (TEMPLATES / "enable3-kiosk.pref").read_text(encoding="utf-8")
    debian.write("etc/apt/preferences.d/enable3-kiosk.pref", pins)
    keyrings = debian.root / "etc" / "apt" / "keyrings"
    keyrings.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(repository / apt_repository.KEYRING, keyrings / apt_repository.KEYRING)
    (keyrings / apt_repository.KEYRING).chmod(0o644)


def older(deb: Path, folder: Path, version: str) -> Path:
    """Return a copy of a package that says of itself to be `version`, with a file that the newer one lacks."""
    tree = folder / f"{deb.stem}-old"
    _dpkg_deb("--raw-extract", str(deb), str(tree))
    control = tree / "DEBIAN" / "control"
    lines = control.read_text(encoding="utf-8").splitlines()
    named = {line.partition(": ")[0]: line.partition(": ")[2] for line in lines if not line.startswith(" ")}
    text = "\n".join(lines).replace(f"Version: {named['Version']}", f"Version: {version}")
    control.write_text(text.replace(f"(= {named['Version']})", f"(= {version})") + "\n", encoding="utf-8")
    (tree / "usr" / "lib" / "enable3-kiosk" / "_internal" / "stale.so").write_bytes(b"of the version before")
    made = folder / f"{named['Package']}_{version}_amd64.deb"
    _dpkg_deb("--root-owner-group", "-Zzstd", "-z1", "--build", str(tree), str(made))
    shutil.rmtree(tree)
    return made


def _dpkg_deb(*words: str) -> None:
    subprocess.run(["dpkg-deb", *words], check=True, capture_output=True)
