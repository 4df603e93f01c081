"""Makes `kiosk.exe` under wine: a real Windows Python runs PyInstaller by the same build.spec as on other systems.

What a release ships may be built by this or on a Windows machine (packaging/build/bundle.py windows); both take the
same locks. Inside the prefix everything lies in one place whatever this machine's folders are called, so that the same
commit gives the same bytes.

    python packaging/build/windows.py --out dist --work build
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import bundle as bundling
import resources
import windows_python
import wine
from environment import LOCKS
from sbom_file import INSIDE
from tree import ROOT, BuildError, remove, run, source_date_epoch

if TYPE_CHECKING:
    from wine import Prefix

FLAVOUR: Final = "windows"

_PLACE: Final = r"C:\build"
_SOURCES: Final = ("kiosk", "assets", "packaging/build", "packaging/frozen", "build.spec")

_SOURCE_ONLY: Final = "proxy-tools"
"""The one package that comes without a wheel: it has no compiled code, and is built by the tools of build.txt."""


def bundle(*, out: Path, work: Path) -> Path:
    """Return `out/windows/kiosk`, made anew. Raises BuildError. `work` keeps the prefix and the packages."""
    work = work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    python = windows_python.make(out=work / windows_python.folder_name(), work=work)
    runtime = packages(LOCKS / "runtime.txt", work / "runtime")
    pyinstaller = packages(LOCKS / "bundle.txt", work / "pyinstaller")
    with wine.prefix(work / "prefix") as prefix:
        place = prefix.path(_PLACE)
        remove(place)
        for folder, name in ((python, "python"), (runtime, "runtime"), (pyinstaller, "pyinstaller")):
            shutil.copytree(folder, place / name)
        _copy_sources(place / "source")
        resources.make(FLAVOUR, place / "resources", drawn=None)
        _freeze(prefix)
        target = out.resolve() / FLAVOUR / "kiosk"
        remove(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(place / "dist" / "kiosk", target)
    for name in resources.PROGRAMS:
        if not (target / f"{name}.exe").is_file():
            raise BuildError(f"{FLAVOUR}: PyInstaller made no {name}.exe")
    bundling.document(FLAVOUR, target, runtime)
    shutil.copy2(target / INSIDE, target.parent)
    return target


def packages(lock: Path, folder: Path) -> Path:
    """Install what a lock has for Windows; again when the lock changes. Return `folder`. Raises BuildError.

    uv, since pip asks each package's condition (`sys_platform == 'win32'`) of the machine that it runs on.
    """
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = folder.with_name(f"{folder.name}.made-from")
    if stamp.exists() and folder.is_dir() and stamp.read_text(encoding="ascii") == digest:
        return folder
    remove(folder)
    command: list[str | Path] = [Path(sys.executable).with_name("uv"), "pip", "install", "--no-config"]
    command += ["--python-platform", "x86_64-pc-windows-msvc", "--python-version", "3.11", "--require-hashes"]
    command += ["--only-binary", ":all:", "--no-binary", _SOURCE_ONLY, "--no-build-isolation", "--link-mode", "copy"]
    command += ["--python", sys.executable, "--target", folder, "--requirement", lock]
    run(command, what=f"Windows packages of {lock.name} (is a package registry reached?)")
    stamp.write_text(digest, encoding="ascii")
    return folder


def _copy_sources(target: Path) -> None:
    leave = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")
    for name in _SOURCES:
        source, copy = ROOT / name, target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=leave)
        else:
            shutil.copyfile(source, copy)


def _freeze(prefix: Prefix) -> None:
    place = _PLACE
    command = [rf"{place}\python\python.exe", "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--distpath", rf"{place}\dist", "--workpath", rf"{place}\work", rf"{place}\source\build.spec"]
    command += ["--", "--flavour", FLAVOUR, "--resources", rf"{place}\resources"]
    variables = {
        "SOURCE_DATE_EPOCH": str(source_date_epoch()),
        "PYTHONHASHSEED": "1",  # the order of sets goes into base_library.zip
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONPATH": rf"{place}\runtime;{place}\pyinstaller",
        "PYINSTALLER_CONFIG_DIR": rf"{place}\cache",
        "TZ": "UTC",
    }
    prefix.run(command, what="PyInstaller, windows", cwd=prefix.path(place), env=variables)


def main() -> int:
    """Return 0 when the folder was made; otherwise say what failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="gets windows/kiosk")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / FLAVOUR, help="keeps what can be kept")
    options = parser.parse_args()
    try:
        print(bundle(out=options.out, work=options.work))
    except BuildError as error:
        print(f"windows: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
