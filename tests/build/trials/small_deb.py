"""A package of a few hundred bytes, which stands in for a real one where only apt is asked."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def small_deb(folder: Path, name: str, version: str) -> Path:
    """Make the package `name` of `version`, with a program `kiosk` that says its version, below `folder`."""
    tree = folder / f"{name}-{version}"
    (tree / "DEBIAN").mkdir(parents=True)
    control = f"Package: {name}\nVersion: {version}\nArchitecture: amd64\nMaintainer: none <none@example.com>\n"
    (tree / "DEBIAN" / "control").write_text(f"{control}Description: a stand-in\n", encoding="utf-8")
    program = tree / "usr" / "bin" / "kiosk"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
    program.chmod(0o755)
    deb = folder / f"{name}_{version}_amd64.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", str(tree), str(deb)]
    subprocess.run(command, check=True, capture_output=True)
    return deb
