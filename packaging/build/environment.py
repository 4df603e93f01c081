"""The clean environment that an executable is made in: the locked packages of one flavour, and nothing else.

Three folders below the work folder, made once and again when a lock changes: `tools` builds wheels of what comes as
source, `pyinstaller` holds PyInstaller, and `<flavour>/runtime` what ships, so that an SBOM of it names nothing more.
pip uses the machine's own configuration: where registries, proxies and authorities are named.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tree import ROOT, remove, run

if TYPE_CHECKING:
    from collections.abc import Callable

LOCKS: Final = ROOT / "packaging" / "locks"

_RUNTIME: Final = {"linux-webkitgtk": "linux-webkitgtk.txt"}
"""The lock of what ships, by flavour: of all others, runtime.txt."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Where PyInstaller is run: by `python`, with `path` (a PYTHONPATH) for PyInstaller itself if that is elsewhere."""

    python: Path
    path: Path | None = None

    def site_packages(self) -> Path:
        """Return the folder of what ships. Raises BuildError."""
        ask = "import sysconfig; print(sysconfig.get_path('platlib'))"
        return Path(run([self.python, "-I", "-c", ask], what="the environment's packages").strip())


def make(flavour: str, work: Path) -> Environment:
    """Return the environment of `flavour` below `work`, making what is not there or older than its lock.

    Raises BuildError if a package cannot be had or built.
    """
    lock = LOCKS / _RUNTIME.get(flavour, "runtime.txt")
    tools, pyinstaller, runtime = work / "tools", work / "pyinstaller", work / flavour / "runtime"
    _once(tools, [LOCKS / "build.txt", LOCKS / "cairo.txt"], lambda: _make_tools(tools))
    _once(pyinstaller, [LOCKS / "bundle.txt"], lambda: _install_pyinstaller(tools, pyinstaller))
    _once(runtime, [lock], lambda: _make_runtime(tools, lock, runtime))
    return Environment(runtime / _python(), pyinstaller)


def _once(folder: Path, locks: list[Path], build: Callable[[], None]) -> None:
    """Have `folder` made by `build`, unless it was, from these very locks and by this Python."""
    digest = hashlib.sha256(b"".join(lock.read_bytes() for lock in locks) + sys.version.encode()).hexdigest()
    stamp = folder / ".made-from"
    if stamp.is_file() and stamp.read_text(encoding="ascii") == digest:
        return
    remove(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    build()
    stamp.write_text(digest, encoding="ascii")


def _make_tools(tools: Path) -> None:
    run([_base_python(), "-m", "venv", tools], what="an environment for building packages")
    for lock in ("build.txt", "cairo.txt"):  # PyGObject's build looks for pycairo
        _pip(tools, "install", "--require-hashes", "--no-build-isolation", "-r", LOCKS / lock)


def _install_pyinstaller(tools: Path, folder: Path) -> None:
    _pip(tools, "install", "--require-hashes", "--no-deps", "--target", folder, "-r", LOCKS / "bundle.txt")


def _make_runtime(tools: Path, lock: Path, runtime: Path) -> None:
    wheels = runtime.with_name("wheels")
    remove(wheels)
    _pip(tools, "wheel", "--require-hashes", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels, "-r", lock)
    run([_base_python(), "-m", "venv", "--without-pip", runtime], what="an environment of what ships")
    files = sorted(wheels.glob("*.whl"))
    _pip(tools, "--python", runtime / _python(), "install", "--no-index", "--no-deps", "--no-compile", *files)
    shutil.rmtree(wheels)


def _pip(tools: Path, *words: str | Path) -> None:
    command: list[str | Path] = [tools / _python(), "-m", "pip", "--no-input", "--disable-pip-version-check", *words]
    # A cache of our own: the account's may hold a wheel that was built by another Python, for another machine.
    path = os.pathsep.join((str((tools / _python()).parent), os.environ.get("PATH", os.defpath)))
    env = {"PATH": path, "PIP_CACHE_DIR": str(tools.with_name("pip-cache"))}
    run(command, what=f"pip {words[0]} (is a package registry reached? `pip config list`)", env=env)


def _python() -> str:
    return r"Scripts\python.exe" if sys.platform == "win32" else "bin/python"


def _base_python() -> Path:
    """Return the interpreter below the environment that we run in: its library is what ships."""
    return Path(getattr(sys, "_base_executable", sys.executable))
