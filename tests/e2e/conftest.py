"""A real kiosk: its own process, a real window on a virtual screen, a sandbox to talk to."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from kiosk.ops.address import read_address
from kiosk.ops.control_socket import remove_socket
from kiosk.sandbox.options import SandboxOptions
from kiosk.sandbox.server import RunningSandbox, run_sandbox
from kiosk.shell.folder import PREFIX
from tests.display import need_an_ordinary_account, screenshot, virtual_display
from tests.shell.conftest import engines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PIL.Image import Image

PATIENCE = 60.0
"""Seconds: a limit for broken runs on a busy machine, not a measure of anything."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test marked `both_engines` once with each."""
    if metafunc.definition.get_closest_marker("both_engines") is not None:
        metafunc.parametrize("engine", engines(), indirect=True)


class Kiosk:
    """A running `kiosk …`, its log (standard error) and its screen."""

    def __init__(
        self,
        arguments: list[str],
        *,
        display: str,
        home: Path,
        key: str = "",
        before: tuple[str, ...] = (),
        program: tuple[str, ...] = (sys.executable, "-m", "kiosk"),
        **environment: str,
    ) -> None:
        self._program = program
        self.display = display
        self.home = home
        self.temp = home / "tmp"
        self.temp.mkdir(parents=True, exist_ok=True)
        variables = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TMPDIR": str(self.temp),
            "DISPLAY": display,
            "LANG": "C.UTF-8",
            **environment,
        }
        self.variables = variables
        self.process = subprocess.Popen(
            [*before, *program, "-v", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=variables,
        )
        self.lines: list[str] = []
        self._read = 0
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._follow, daemon=True)
        self._reader.start()
        assert self.process.stdin is not None
        if key:
            self.process.stdin.write(key + "\n")
        self.process.stdin.close()

    def _follow(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self.lines.append("(end)")
            self._news.notify_all()

    def wait_for(self, phrase: str) -> str:
        """Return the next log line that holds `phrase`, after those already waited for."""

        def arrived() -> bool:
            return any(phrase in line for line in self.lines[self._read :]) or "(end)" in self.lines[self._read :]

        with self._news:
            in_time = self._news.wait_for(arrived, PATIENCE)
            for number, line in enumerate(self.lines[self._read :], self._read):
                if phrase in line:
                    self._read = number + 1
                    return line
        raise AssertionError(f"no {phrase!r} {'before the end' if in_time else 'in time'}:\n" + "\n".join(self.lines))

    def screenshot(self) -> Image:
        """Return what the visitor sees."""
        return screenshot(self.display)

    def family(self) -> list[psutil.Process]:
        """Return every process below the supervisor."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def children(self) -> list[psutil.Process]:
        """Return the processes that the supervisor started and that are there still: one for each window."""
        found = []
        for process in psutil.Process(self.process.pid).children():
            with suppress(psutil.NoSuchProcess):
                if process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def end(self, number: int) -> int:
        """Send a signal and return the exit status."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Return the exit status, when all output is read."""
        status = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return status

    def xdotool(self, *words: object) -> None:
        """Touch or type as somebody in front of the screen does."""
        command = ["xdotool", *map(str, words)]
        subprocess.run(command, env={"DISPLAY": self.display, "PATH": os.environ["PATH"]}, check=True)

    def tap(self, x: int, y: int) -> None:
        """Touch the screen at a point."""
        self.xdotool("mousemove", x, y, "click", 1)

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run another command of the same account."""
        command = [*self._program, *words]
        return subprocess.run(command, env=self.variables, capture_output=True, text=True, check=False)

    def visit_folders(self) -> list[Path]:
        """Return the folders of the windows that there are."""
        return [path for path in self.temp.iterdir() if path.is_dir() and path.name.startswith(PREFIX)]

    def leftovers(self) -> list[str]:
        """Return what is still in the folder for temporary files."""
        return sorted(path.name for path in self.temp.rglob("*"))


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """A screen of 1920 by 1080, without a window manager."""
    need_an_ordinary_account()
    with virtual_display() as name:
        yield name


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    """An Enable3 of the test's own, in this process, so that its log and faults are at hand."""
    with run_sandbox(SandboxOptions()) as running:
        yield running


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """The engine of the kiosks of a test."""
    return str(getattr(request, "param", "qtwebengine"))


@pytest.fixture
def start(display: str, tmp_path: Path, engine: str) -> Iterator[Callable[..., Kiosk]]:
    """Start a kiosk against a sandbox; whatever is left of it is ended with the test."""
    kiosks: list[Kiosk] = []

    def start(
        *arguments: str, sandbox: RunningSandbox, key: str | None = None, from_keyring: bool = False, **more: Any
    ) -> Kiosk:
        of_the_key = [] if from_keyring else ["--api-key-file", "-"]
        options = ["run", "--base-url", sandbox.base_url, *of_the_key, *arguments]
        home = tmp_path / f"kiosk{len(kiosks)}"
        more.setdefault("KIOSK_ENGINE", engine)
        kiosk = Kiosk(options, display=display, home=home, key=sandbox.api_key if key is None else key, **more)
        kiosks.append(kiosk)
        return kiosk

    yield start
    for kiosk in kiosks:
        family = kiosk.family() if kiosk.process.poll() is None else []
        kiosk.process.kill()
        kiosk.wait()
        psutil.wait_procs(family, timeout=PATIENCE)
        if address := read_address(kiosk.home / ".local/state/enable3-kiosk/control"):
            remove_socket(address)  # a test's home is too long a path for it: it is elsewhere
