"""Windows programs on this machine: a wine prefix of our own, and how programs are run in it.

Known traps, and why this is as it is: wine's Python dies at once if its standard output is a file, so there is always a
pipe; services that the first program starts keep that pipe open, so its end is not waited for; a prefix that nobody
ends keeps its server for ever, so a prefix is a context.
"""

from __future__ import annotations

import os
import shutil
import subprocess  # nosec B404 # every command is a list of our own
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Final

from tree import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PROGRAMS: Final = ("/usr/lib/wine/wine64", "wine64", "wine")
_SERVERS: Final = ("/usr/lib/wine/wineserver64", "/usr/lib/wine/wineserver", "wineserver64", "wineserver")
"""Debian's wine64 alone puts neither into PATH, and its wrappers want the half of 32 bits."""

_SETTLE: Final = 2.0
"""Seconds after a program's end for what it wrote to arrive."""

PATIENCE: Final = 900.0
"""Seconds that a program may take: PyInstaller takes 120 on two busy cores."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A Windows program that ended: its status, and what it wrote to both its streams."""

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """A Windows of our own below `folder`. Programs see a 64-bit Windows 10 without .NET and Internet Explorer."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Return what a Linux process needs to be in this prefix."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WINE")}
        ours = {
            "WINEPREFIX": str(self.folder),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=;winemenubuilder.exe=",  # no download of Mono; nothing on our desktop
        }
        return kept | ours

    def path(self, name: str) -> Path:
        r"""Return where a Windows path (`C:\…`) lies here."""
        windows = PureWindowsPath(name)
        return self.folder.joinpath("dosdevices", windows.drive.lower(), *windows.parts[1:])

    def attempt(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        patience: float = PATIENCE,
    ) -> Ended:
        """Run a Windows program (its Windows path, or a name that Windows finds) and return how it ended.

        `env` is added to the environment; `patience` is in seconds. Raises BuildError if it does not end in that time,
        or if there is no wine.
        """
        words = [find_program(), *map(str, command)]
        process = subprocess.Popen(  # nosec B603 # a list of our own, no shell
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env={**self.environment, **(env or {})},
        )
        text = bytearray()
        reading = threading.Thread(target=_drain, args=(process, text), daemon=True)
        reading.start()
        try:
            _feed(process, stdin)
            status = process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            last = text.decode(errors="replace")[-2000:]
            raise BuildError(f"{words[1]} did not end in {patience:.0f} s under wine\n{last}") from None
        reading.join(_SETTLE)
        return Ended(status, text.decode(errors="replace").replace("\r\n", "\n"))

    def run(
        self,
        command: Sequence[str | Path],
        *,
        what: str,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> str:
        """Run a Windows program and return what it wrote. Raises BuildError, with its last lines, if it fails."""
        ended = self.attempt(command, cwd=cwd, env=env)
        if ended.status != 0:
            last = "\n".join(ended.text.splitlines()[-30:])
            raise BuildError(f"{what}: {command[0]} ended with {ended.status} under wine\n{last}")
        return ended.text

    def end(self) -> None:
        """End every program of this prefix, and its server. Raises BuildError if that stays for a minute."""
        server = _first_of(_SERVERS)
        for option in ("--kill", "--wait"):  # --kill fails where there is none, and --wait returns then
            try:
                subprocess.run([server, option], env=self.environment, capture_output=True, check=False, timeout=60)  # nosec B603 # a list of our own
            except subprocess.TimeoutExpired:
                raise BuildError(f"{server} of {self.folder} does not end; kill it by hand") from None


@contextmanager
def prefix(folder: Path) -> Iterator[Prefix]:
    """Have a prefix at `folder`, which is made if it is not there (11 s, 700 MB); its programs end with the block.

    Raises BuildError.
    """
    made = Prefix(folder.resolve())
    try:
        if not (folder / "system.reg").exists():
            folder.mkdir(parents=True, exist_ok=True)
            made.run(["wineboot", "--init"], what="wine prefix")
            made.run(["reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f"], what="wine prefix")
        yield made
    finally:
        made.end()


def find_program() -> str:
    """Return wine's path. Raises BuildError."""
    return _first_of(_PROGRAMS)


def _first_of(names: Sequence[str]) -> str:
    for name in names:
        if found := shutil.which(name):
            return found
    raise BuildError("there is no wine (packaging/dev/system-packages.txt, [dist]: wine64)")


def _drain(process: subprocess.Popen[bytes], into: bytearray) -> None:
    if process.stdout is not None:
        with process.stdout as pipe:
            while chunk := os.read(pipe.fileno(), 65_536):
                into += chunk


def _feed(process: subprocess.Popen[bytes], data: bytes) -> None:
    """Write a program's input, which is small, and end it."""
    if process.stdin is not None:
        try:
            process.stdin.write(data)
            process.stdin.close()
        except BrokenPipeError:
            return  # it did not want it
