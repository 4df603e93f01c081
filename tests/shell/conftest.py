"""Real shells in real windows on a virtual screen, and pages to show in them."""

from __future__ import annotations

import os
import queue
import subprocess
import time
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import psutil
import pytest

from kiosk.core.look import Look
from kiosk.shell.protocol import Blocked, Event, LoadFailed, Painted, Ready, Refused, Start
from kiosk.shell.spawn import ShellProcess
from tests.display import need_an_ordinary_account, screenshot, virtual_display
from tests.shell.pages_server import PATIENCE, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PIL.Image import Image

    from kiosk.shell.protocol import Command

E = TypeVar("E")

START = Start(windowed=False, screen=0, language="en", look=Look("Brand"), allow=[])


ENGINES = ("qtwebengine", "webkitgtk")
"""Those that run here. KIOSK_TEST_ENGINE names one of them, to run the tests of `both_engines` with that alone."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test marked `both_engines` once with each."""
    if metafunc.definition.get_closest_marker("both_engines") is not None:
        if "engine" not in metafunc.fixturenames:
            metafunc.fixturenames.append("engine")
        metafunc.parametrize("engine", engines())


def engines() -> tuple[str, ...]:
    only = os.environ.get("KIOSK_TEST_ENGINE")
    return (only,) if only else ENGINES


@pytest.fixture
def engine() -> str:
    """The engine of the shells of a test that is not marked `both_engines`."""
    return "qtwebengine"


class Shell:
    """A shell and what it said."""

    def __init__(self, *, display: str, start: Start, base: Path) -> None:
        self.display = display
        self.events: list[Event | int] = []
        self._blocked: list[Blocked] = []
        self._news: queue.Queue[Event | int] = queue.Queue()
        self.began = time.monotonic()
        self.process = ShellProcess.spawn(
            start=start, on_event=self._news.put, on_exit=self._news.put, runtime_dir=base
        )

    def send(self, command: Command) -> None:
        self.process.send(command)

    def expect(self, kind: type[E], *also: object) -> E:
        """Return the next event of `kind` (an int is the exit status), which equals one of `also` if there are any."""
        until = time.monotonic() + PATIENCE
        while True:
            event = self._news.get(timeout=max(0.1, until - time.monotonic()))
            self.events.append(event)
            if isinstance(event, Blocked):
                self._blocked.append(event)
            if isinstance(event, kind) and (not also or event in also):
                return event
            assert not isinstance(event, int | LoadFailed | Refused), f"{event} after {self.events}"

    def is_painted(self, visit: int, *, patience: float) -> bool:
        """Whether the page of `visit` is painted within `patience` seconds, and not another one in its place."""
        until = time.monotonic() + patience
        while (left := until - time.monotonic()) > 0:
            try:
                event = self._news.get(timeout=left)
            except queue.Empty:
                return False
            self.events.append(event)
            if isinstance(event, Blocked):
                self._blocked.append(event)
            if event == Painted(visit):
                return True
            if isinstance(event, LoadFailed) and event.visit == visit:
                return False
            assert not isinstance(event, int | Refused), f"{event} after {self.events}"
        return False

    def blocked(self, feature: str) -> Blocked:
        """Return the next Blocked event about `feature`, of those that came before other events, too."""
        while not (found := [event for event in self._blocked if event.feature == feature]):
            self.expect(Blocked)
        self._blocked.remove(found[0])
        return found[0]

    def until_painted(self) -> Painted:
        return self.expect(Painted)

    def heard(self, kind: type) -> bool:
        """Whether an event of `kind` was among those so far."""
        while not self._news.empty():
            self.events.append(self._news.get())
        return any(isinstance(event, kind) for event in self.events)

    def members(self) -> list[psutil.Process]:
        """Return the keeper, the host and all of the engine's processes."""
        keeper = psutil.Process(self.process.pid)
        return [keeper, *keeper.children(recursive=True)]

    def host(self) -> psutil.Process:
        return psutil.Process(self.process.pid).children()[0]

    def drawing(self) -> list[psutil.Process]:
        """Return the processes that draw pages: below Chromium's zygotes, or of WebKit's name."""
        found = [
            process
            for process in self.members()[2:]
            if not process.children()
            and ("--type=zygote" in process.parent().cmdline() or process.name() == "WebKitWebProcess")
        ]
        assert found
        return found

    def screenshot(self) -> Image:
        return screenshot(self.display)

    def xdotool(self, *arguments: str) -> str:
        """Type, click and look as a visitor would; return what xdotool prints."""
        environment = {"DISPLAY": self.display, "PATH": os.environ["PATH"]}
        command = ["xdotool", *arguments]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        return done.stdout.strip()


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    need_an_ordinary_account()
    with virtual_display("1280x800") as name:
        yield name


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The folder in which the visit folders of a test are."""
    folder = tmp_path / "runtime"
    folder.mkdir()
    return folder


@pytest.fixture
def open_shell(
    display: str, base: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> Iterator[Callable[..., Shell]]:
    """Start shells that end with the test."""
    monkeypatch.setenv("DISPLAY", display)
    shells: list[Shell] = []

    def opened(start: Start = START) -> Shell:
        chosen = start if start.engine != START.engine else replace(start, engine=engine)
        shells.append(Shell(display=display, start=chosen, base=base))
        return shells[-1]

    yield opened
    for shell in shells:
        assert shell.process.kill()
    assert list(base.iterdir()) == []


@pytest.fixture
def shell(open_shell: Callable[..., Shell]) -> Shell:
    """A shell that is ready."""
    opened = open_shell()
    opened.expect(Ready)
    return opened


@pytest.fixture
def site() -> Iterator[Site]:
    opened = Site()
    yield opened
    opened.close()


@pytest.fixture
def other_site() -> Iterator[Site]:
    """A site of another origin, that is not on the allow-list."""
    opened = Site()
    yield opened
    opened.close()


def gone(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Wait for `processes` to end and return those that do not."""
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE)
    return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def wait_until_deleted(folder: Path) -> bool:
    until = time.monotonic() + PATIENCE
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.01)
    return not folder.exists()
