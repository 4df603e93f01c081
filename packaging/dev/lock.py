#!/usr/bin/env python3
"""Make the hash locks in packaging/locks from pyproject.toml, or check that they still fit it (--check, offline).

Each lock names in its first line a digest of the requirements that it was made from, so that a forgotten `make lock`
is found without asking a registry.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess  # nosec B404 # every command is a list of our own
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
LOCKS: Final = ROOT / "packaging" / "locks"
LOWEST_PYTHON: Final = "3.11"
# pip itself and what builds the project and its sdist-only dependencies without an isolated (unlocked) build.
BUILD: Final = ("pip>=25", "setuptools>=80", "wheel>=0.45", "meson-python>=0.17", "meson>=1.5", "ninja>=1.11")
CAIRO: Final = ("pycairo>=1.25; sys_platform == 'linux'",)
"""PyGObject's build looks for it, so it is installed one step before."""
QT: Final = re.compile(r"qtpy|PySide6", re.IGNORECASE)
"""What an executable that leaves the engine to the system has no use for."""
STAMP: Final = "# made by packaging/dev/lock.py from requirements sha256:"
PIN: Final = re.compile(r"^[a-z0-9][a-z0-9._-]*==[^ \\]+(?: ; [^\\]+)? \\$")
HASH: Final = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def requirements() -> dict[str, tuple[str, ...]]:
    """Return what each lock is made from, by its name; a later lock is held to the pins of those before it."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = pyproject["project"]
    runtime: list[str] = project["dependencies"]
    optional: dict[str, list[str]] = project["optional-dependencies"]
    extras = [one for extra in optional.values() for one in extra]
    groups: dict[str, list[str]] = pyproject["dependency-groups"]
    own = [one for one in runtime if not QT.match(one)]
    build: list[str] = pyproject["build-system"]["requires"]
    return {
        "build": (*build, *BUILD),
        "cairo": CAIRO,
        "runtime": tuple(runtime),
        "dev": (*runtime, *extras, *groups["dev"], *groups["bundle"]),
        # of executables: "runtime" is what all but this one's are made from
        "linux-webkitgtk": (*own, *optional["webkitgtk"]),
        "bundle": tuple(groups["bundle"]),
    }


def digest(wanted: tuple[str, ...]) -> str:
    """Return a lock's stamp: independent of order and of the spaces in a requirement."""
    plain = sorted(re.sub(r"\s+", "", one) for one in wanted)
    return hashlib.sha256(json.dumps([LOWEST_PYTHON, plain]).encode()).hexdigest()


def make(name: str, wanted: tuple[str, ...], earlier: list[Path], *, upgrade: bool) -> None:
    """Resolve for every platform and Python at once, with the hashes of all files that the registry has."""
    lock = LOCKS / f"{name}.txt"
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder, "in.txt"), Path(folder, "out.txt")
        source.write_text("\n".join(wanted) + "\n", encoding="utf-8")
        if lock.exists() and not upgrade:
            output.write_text(lock.read_text(encoding="utf-8"), encoding="utf-8")  # keeps the pins that still fit
        command = ["uv", "pip", "compile", "--universal", "--python-version", LOWEST_PYTHON, "--generate-hashes"]
        command += ["--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate", "--quiet"]
        for pins in earlier:
            command += ["--constraint", str(pins)]
        command += ["--output-file", str(output), str(source)]
        command[0] = str(Path(sys.executable).with_name("uv"))
        subprocess.run(command, check=True, cwd=folder)  # nosec B603 # a list of our own, and no shell
        lock.write_text(f"{STAMP}{digest(wanted)}\n{output.read_text(encoding='utf-8')}", encoding="utf-8")


def faults(lock: Path, wanted: tuple[str, ...]) -> list[str]:
    """Return what is wrong with one lock, a sentence each."""
    if not lock.exists():
        return [f"{lock.name} is missing"]
    stamp, *lines = lock.read_text(encoding="utf-8").splitlines()
    found = [] if stamp == STAMP + digest(wanted) else [f"{lock.name} is older than pyproject.toml"]
    for number, line in enumerate(lines, start=2):
        if not (PIN.match(line) or HASH.match(line)):
            found.append(f"{lock.name}:{number}: neither a pin nor a hash: {line.strip()[:60]}")
        elif PIN.match(line) and (number - 1 >= len(lines) or not HASH.match(lines[number - 1])):
            found.append(f"{lock.name}:{number}: a pin without a hash: {line.split(' ')[0]}")
    return found


def main() -> int:
    """Return 0 when the locks were made, or fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only tell whether the locks fit pyproject.toml")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions, not the pinned ones")
    options = parser.parse_args()
    if options.check:
        found = [fault for name, wanted in requirements().items() for fault in faults(LOCKS / f"{name}.txt", wanted)]
        print("\n".join([*found, "run `make lock` and commit packaging/locks"]) if found else "locks: fresh, hashed")
        return 1 if found else 0
    earlier: list[Path] = []
    for name, wanted in requirements().items():
        print(f"locking {name}", flush=True)
        make(name, wanted, earlier, upgrade=options.upgrade)
        earlier.append(LOCKS / f"{name}.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
