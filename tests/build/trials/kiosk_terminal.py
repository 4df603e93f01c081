"""A terminal with the package installed: what the account `kiosk` does on it, and what is seen from outside."""

from __future__ import annotations

import json
import os
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psutil

from tests.build.trials.terminal import converse
from tests.display import screenshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image

    from tests.build.trials.debian import Debian
    from tests.build.trials.hosts import Enable3

_STEP: Final = 0.3
"""Seconds between two looks."""

_STILL: Final = 5
"""Equal pictures in a row."""

PIN = "4711"
BRAND = "Harbour Arcade"


@dataclass(frozen=True, slots=True)
class Terminal:
    """The machine, the API that it talks to, the screen in front of it, and where its pictures go."""

    debian: Debian
    enable3: Enable3
    display: str
    pictures: Path

    def kiosk(self, *words: str, limit: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command of the kiosk in a session of the account."""
        return subprocess.run(
            self.debian.in_session("kiosk", *words, display=self.display),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
            env={"PATH": os.environ["PATH"]},
        )

    def answer(self, *words: str) -> Any:
        """Run a command of the kiosk that must succeed, and return what it says."""
        done = self.kiosk(*words, "--json")
        assert done.returncode == 0, f"kiosk {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}"
        return json.loads(done.stdout)

    def set_up(self) -> str:
        """Answer `kiosk setup` at a real terminal, and return what that showed."""
        answers = [
            ("Address of Enable3's API", self.enable3.address),
            ("Sign visitors in by", ""),
            ("Language", "en"),
            ("Name that our pages show", BRAND),
            ("API key (not shown)", self.enable3.key),
            ("PIN for the operator panel", PIN),
            ("The same again", PIN),
        ]
        status, shown = converse(self.debian.in_session("kiosk", "setup"), answers)
        assert status == 0, shown
        return shown

    def visit(self, name: str) -> Visit:
        """Have a visitor, and return what was seen."""
        seen = Visit()
        before = self.enable3.widgets_loaded()
        command = self.debian.in_session("/trial/visit", "demo", "rewards", display=self.display)
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={"PATH": os.environ["PATH"]},
        ) as process:  # fmt: skip
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stderr is not None
            for line in process.stdout:
                seen.told.append(line.strip())
                if line.strip() == "painted":
                    wait_until(lambda: self.enable3.widgets_loaded() > before, "the widget's content")
                if line.strip() in {"painted", "ended"}:
                    self._look(f"{name}-{line.strip()}", seen, process.pid)
                    process.stdin.write("\n")
                    process.stdin.flush()
            said = process.stderr.read()
        assert process.returncode == 0, f"{seen.told}\n{said}"
        return seen

    def _look(self, name: str, seen: Visit, pid: int) -> None:
        for process in psutil.Process(pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess, FileNotFoundError):
                seen.processes.append(look_at(process))
        picture = settled(self.display)
        self.pictures.mkdir(parents=True, exist_ok=True)
        picture.save(self.pictures / f"{name}.png")
        seen.colours[name] = len(picture.getcolors(1 << 24) or [])


def settled(display: str) -> Image:
    """Return what is on the screen when it has stopped changing: what slides in has arrived."""
    pictures = [screenshot(display)]

    def is_still() -> bool:
        pictures.append(screenshot(display))
        last = [picture.tobytes() for picture in pictures[-_STILL:]]
        return len(last) == _STILL and len(set(last)) == 1

    wait_until(is_still, "the screen to come to rest")
    return pictures[-1]


def wait_until(is_so: Callable[[], bool], what: str, *, limit: float = 30) -> None:
    """Look again and again, for `limit` seconds."""
    until = time.monotonic() + limit
    while not is_so():
        assert time.monotonic() < until, f"waited {limit} s for {what}"
        time.sleep(_STEP)


@dataclass(frozen=True, slots=True)
class Process:
    """One that ran: `filtered` by seccomp, `apart` in a user namespace of its own, and the number of its account."""

    name: str
    command: str
    filtered: bool
    apart: bool
    account: int

    @property
    def draws(self) -> bool:
        """Whether it is the engine's process that has a page: WebKit's, or Chromium's."""
        return self.name == "WebKitWebProcess" or "--type=renderer" in self.command


def look_at(process: psutil.Process) -> Process:
    """Return what the kernel says of a process, from outside of its sandbox."""
    folder = Path(f"/proc/{process.pid}")
    return Process(
        name=process.name(),
        command=" ".join(process.cmdline()),
        filtered="\nSeccomp:\t2\n" in (folder / "status").read_text(encoding="utf-8", errors="replace"),
        apart=(folder / "ns" / "user").readlink() != Path("/proc/self/ns/user").readlink(),
        account=process.uids().real,
    )


@dataclass(slots=True)
class Visit:
    """What was told and seen of a visit."""

    told: list[str] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    colours: dict[str, int] = field(default_factory=dict)
