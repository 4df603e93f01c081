"""Makes the folder that runs without an installed Python: `bundle.py linux-qt --out dist --work build`.

The same commit gives the same bytes, wherever it is built: SOURCE_DATE_EPOCH is the commit's, sets have one order, and
no file names a folder of this machine. How it is made says build.spec, in what `environment`, of what `selection`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import elf
import environment
import notices
import resources
import sbom
import selection
from environment import Environment
from sbom_file import INSIDE
from tree import FLAVOURS, ROOT, BuildError, remove, run, source_date_epoch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MODE: Final = 0o644
_MODE_OF_PROGRAMS: Final = 0o755


_APPLICATION: Final = "Enable3 Kiosk.app"
"""What build.spec makes for macOS, beside the folder."""


def build(flavour: str, *, out: Path, work: Path, icons: Path | None = None) -> Path:
    """Return `out/<flavour>/kiosk`, made anew, with its notices; for macOS the application in its place.

    Raises BuildError.
    `work` keeps the environments for the next time. `icons`: where icons.py put them, if this machine cannot draw.
    """
    selection.check(flavour, platform=sys.platform)
    out, work = out.resolve(), work.resolve()
    made = environment.make(flavour, work)
    words = resources.make(flavour, work / flavour / "resources", drawn=icons)
    fresh = freeze(flavour, made, work=work / flavour, words=words)
    if flavour == "macos":  # the same files in Apple's places; not run: no Mac was at hand
        application = fresh.with_name(_APPLICATION)
        notices.collect(fresh, made.site_packages(), application / "Contents" / "Resources")
        sbom.write(flavour, fresh, made.site_packages(), application / "Contents" / "Resources" / Path(INSIDE).name)
        fresh = application
    else:
        document(flavour, fresh, made.site_packages())
    target = out / flavour / fresh.name
    target.parent.mkdir(parents=True, exist_ok=True)
    remove(target)
    shutil.move(fresh, target)
    [listed] = target.rglob(Path(INSIDE).name)
    shutil.copy2(listed, target.parent)
    return target


def freeze(flavour: str, made: Environment, *, work: Path, words: Sequence[str | Path] = ()) -> Path:
    """Return the folder that PyInstaller makes below `work`, checked: `kiosk`, and `_internal` beside it.

    `words` are more of build.spec's. Raises BuildError if PyInstaller fails, or if what it made would not do on another
    machine.
    """
    work = work.resolve()
    dist = work / "dist"
    remove(dist)
    remove(work / "pyinstaller")
    work.mkdir(parents=True, exist_ok=True)
    command: list[str | Path] = [made.python, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--distpath", dist, "--workpath", work / "pyinstaller", ROOT / "build.spec"]
    command += ["--", "--flavour", flavour, *words]
    run(command, what=f"PyInstaller, {flavour}", cwd=work, env=_variables(made, work))
    bundle = dist / "kiosk"
    if broken := [path.name for path in sorted(bundle.rglob("*")) if path.is_symlink() and not path.exists()]:
        raise BuildError(f"{flavour}: links lead nowhere: {', '.join(broken)}; see packaging/build/selection.py")
    for path in _files(bundle):
        _check(path, elsewhere=(str(ROOT), str(work), str(made.python.parent.parent)))
    settle(bundle)
    return bundle


def document(flavour: str, bundle: Path, packages: Path) -> None:
    """Put into a bundle what is told of others' work in it, which was installed in `packages`. Raises BuildError."""
    notices.collect(bundle, packages, bundle / "_internal")
    sbom.write(flavour, bundle, packages, bundle / INSIDE)
    settle(bundle)


def settle(bundle: Path) -> None:
    """Give every file and folder the time of the commit and a mode that lets everybody read, whatever umask was."""
    epoch = source_date_epoch()
    for path in [bundle, *bundle.rglob("*")]:
        if path.is_symlink():
            continue
        runs = path.is_dir() or elf.is_program(path)
        path.chmod(_MODE_OF_PROGRAMS if runs else _MODE)
    follow = os.utime not in os.supports_follow_symlinks  # Windows cannot but follow; a bundle for it has no links
    for path in [*sorted(bundle.rglob("*"), reverse=True), bundle]:
        os.utime(path, (epoch, epoch), follow_symlinks=follow)


def _variables(made: Environment, work: Path) -> dict[str, str]:
    """Return what makes two builds alike, and keeps the account's own settings out."""
    return {
        "SOURCE_DATE_EPOCH": str(source_date_epoch()),
        "PYTHONHASHSEED": "1",  # the order of sets goes into base_library.zip
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONPATH": "" if made.path is None else str(made.path),
        "PYTHONHOME": "",
        "PYINSTALLER_CONFIG_DIR": str(work / "pyinstaller-cache"),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


def _check(path: Path, *, elsewhere: tuple[str, ...]) -> None:
    """Raise BuildError if a file of the bundle looks for libraries in this machine's folders, or names them."""
    content = path.read_bytes()
    if named := [folder for folder in elsewhere if folder.encode() + b"/" in content]:
        raise BuildError(f"{path.name} names {named[0]}, which is of this machine alone: no two builds would be alike")
    if not content.startswith(elf.MAGIC):
        return
    if wrong := [entry for entry in elf.search_path(path) if not entry.startswith("$ORIGIN")]:
        raise BuildError(
            f"{path.name} looks for libraries in {wrong[0]}: build with the system's Python (/usr/bin/python3), "
            "or remove that path with patchelf"
        )


def _files(bundle: Path) -> Iterator[Path]:
    return (path for path in sorted(bundle.rglob("*")) if path.is_file() and not path.is_symlink())


def main() -> int:
    """Return 0 when the folder was made; otherwise say what failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("flavour", choices=FLAVOURS)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="gets <flavour>/kiosk")
    parser.add_argument("--work", type=Path, default=ROOT / "build", help="keeps environments for the next time")
    parser.add_argument("--icons", type=Path, help="where icons.py put them (Windows, macOS); drawn here if not given")
    options = parser.parse_args()
    try:
        print(build(options.flavour, out=options.out, work=options.work, icons=options.icons))
    except BuildError as error:
        print(f"bundle: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
