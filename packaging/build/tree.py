"""The source tree that is built: where it lies, its version, its time, and how its tools are run."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess  # nosec B404 # every command is a list of our own
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT: Final = Path(__file__).resolve().parents[2]

FLAVOURS: Final = ("linux-webkitgtk", "linux-qt", "windows", "macos")
"""What build.spec can make: the system it is for and, on Linux, whose engine it uses."""


class BuildError(Exception):
    """A step failed; the text says which, why, and what to do."""


def version() -> str:
    """Return the version: `__version__` of kiosk/__init__.py, the one place where it is written. Raises BuildError."""
    module = ast.parse((ROOT / "kiosk" / "__init__.py").read_text(encoding="utf-8"))
    for line in module.body:
        if (
            isinstance(line, ast.Assign)
            and isinstance(line.targets[0], ast.Name)
            and line.targets[0].id == "__version__"
        ):
            return str(ast.literal_eval(line.value))
    raise BuildError("kiosk/__init__.py has no __version__")


def source_date_epoch() -> int:
    """Return the time that everything built carries, in seconds since 1970: SOURCE_DATE_EPOCH, else the commit's.

    A tree that git does not know (a copy, an archive) has the time of its newest source. Raises BuildError for a
    SOURCE_DATE_EPOCH that is no number.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is not None:
        if not given.isdecimal():
            raise BuildError("SOURCE_DATE_EPOCH: is not a number of seconds since 1970")
        return int(given)
    command = ["git", "-C", str(ROOT), "-c", f"safe.directory={ROOT}", "log", "-1", "--format=%ct"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)  # nosec B603 # a list of our own, no shell
    if found.returncode == 0 and found.stdout.strip().isdecimal():
        return int(found.stdout)
    return max(int(path.stat().st_mtime) for path in (ROOT / "kiosk").rglob("*.py"))


def remove(folder: Path) -> None:
    """Delete `folder` and all in it, if it is there. Raises BuildError: what stays of it would be taken for new."""
    if not os.path.lexists(folder):
        return
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise BuildError(f"{folder} cannot be deleted: {error}; delete it by hand") from None


def remove_made(folder: Path, *, mark: str) -> None:
    """Delete a folder that somebody named, if it is empty, or ours: then it has a file or folder called `mark`.

    Raises BuildError for one of somebody else's, and for what cannot be deleted.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / mark).exists():
        raise BuildError(f"--out: {folder} has files of somebody else's (it has no {mark}); name an empty folder")
    remove(folder)


def run(
    command: Sequence[str | Path], *, what: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> str:
    """Run a tool and return what it printed. Raises BuildError with its last lines if it fails or is not there.

    `what` names the step for people. `env` is added to the environment. Standard input is empty.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(  # nosec B603 # a list of our own, no shell
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=None if env is None else {**os.environ, **env},
            check=False,
        )
    except FileNotFoundError:
        raise BuildError(f"{what}: there is no {words[0]} (see packaging/dev/system-packages.txt)") from None
    text = done.stdout.decode(errors="replace")
    if done.returncode != 0:
        last = "\n".join(text.splitlines()[-30:])
        raise BuildError(f"{what}: {Path(words[0]).name} ended with {done.returncode}\n{last}")
    return text
