"""A shell on a screen of its own that shows the attacker's page, for many tries, and what a try can have broken."""

from __future__ import annotations

import secrets
import time
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from kiosk.shell.protocol import Blocked, HidePage, LoadFailed, OpenWidget, Painted, Ready, Said
from tests.breakouts.attacker import PAGE, Attacker
from tests.display import need_an_ordinary_account, virtual_display
from tests.shell.conftest import START, Shell
from tests.shell.pages_server import PATIENCE, Answer, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MIDDLE = ("640", "426")

_OPENINGS = 4
_OPENING = 15.0
"""Times that a page is opened, and seconds that each may take."""


class Lab:
    """One shell; each `fresh` page is a visit of its own."""

    def __init__(
        self, *, engine: str, base: Path, attacker: Attacker | None = None, origin: str = "", **start: Any
    ) -> None:
        need_an_ordinary_account()
        self._stack = ExitStack()
        self.display = self._stack.enter_context(virtual_display("1280x800"))
        self.attacker = attacker or Attacker()
        self.origin = origin or self.attacker.origin
        if attacker is None:
            self._stack.callback(self.attacker.close)
        self.other = Site()
        """A site of another origin, on this machine."""
        self._stack.callback(self.other.close)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DISPLAY", self.display)
            self.shell = Shell(display=self.display, start=replace(START, engine=engine, **start), base=base)
        self._stack.callback(self.shell.process.kill)
        self.shell.expect(Ready)
        self.is_spent = False
        """Whether the next test needs another one."""
        self.visit = 0
        self._seen = 0
        self.fresh()
        self.own_windows = self.windows()
        self._files = self.files()

    def fresh(self, body: str = "", *, path: str = "/", **options: Any) -> None:
        """Open the attacker's page again, as another visit.

        What the page before it began may still end in a navigation that replaces this one: then it is opened once more.
        """
        for _ in range(_OPENINGS):
            self.visit += 1
            html = PAGE % {"body": body, "visit": self.visit}
            self.attacker.pages[path] = Answer(html, **options)
            self.attacker.asked.clear()
            self.attacker.visited.clear()
            self.other.asked.clear()
            self.shell.send(OpenWidget(self.visit, self.origin + path))
            if self.shell.is_painted(self.visit, patience=_OPENING):
                break
        else:
            pytest.fail(f"the attacker's page never came: {self.shell.events}")
        self._seen = len(self.shell.events)

    def run(self, script: str, *, click: bool = False, patience: float = 1.5) -> Any:
        """Have the page run `script`, when it is clicked if it needs a gesture; return what it returned.

        An exception's name counts as returned, and "pending" if nothing came within `patience` seconds.
        """
        number = self.attacker.order(self.visit, script, click=click, patience=patience)
        if click:
            assert self.attacker.answered(number) == "armed"
            self.click()
        value = self.attacker.answered(number)
        if click:
            self.shell.send(HidePage())  # a notice, which told the visitor
        return value

    def begin(self, script: str, *, patience: float = 1) -> None:
        """Have the page run `script`, and wait for nothing: it may be the last thing that it does."""
        self.attacker.order(self.visit, script, click=False, patience=patience)

    def click(self, *, button: int = 1, at: tuple[str, str] = MIDDLE) -> None:
        self.shell.xdotool("mousemove", *at, "click", str(button))

    def denied(self, feature: str) -> None:
        """Wait until a Blocked event about `feature` came, since the page is fresh."""
        self.until(lambda: feature in self.refused())

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds, which fails if it never does."""
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, self.shell.events[self._seen :]
            time.sleep(0.01)

    def refused(self) -> set[str]:
        """Return the features that were blocked so far, since the page is fresh."""
        self.shell.heard(Blocked)
        return {event.feature for event in self.shell.events[self._seen :] if isinstance(event, Blocked)}

    def is_where_it_was(self) -> bool:
        """Whether the page is there still, alive and on the glass."""
        return self.run("return location.href") == self.origin + "/"

    def has_left(self) -> bool:
        """Whether the shell reported that the page is gone."""
        return self.failed() == LoadFailed(self.visit, "left")

    @property
    def began(self) -> int:
        """Where the events since the page is fresh begin, in `shell.events`."""
        return self._seen

    def said(self) -> list[Said]:
        """Return the words of our own pages that came since the page is fresh."""
        self.shell.heard(Said)
        return [event for event in self.shell.events[self._seen :] if isinstance(event, Said)]

    def shows(self, page: str) -> bool:
        """Whether a page of our own has come on the glass since the page is fresh."""
        self.shell.heard(Painted)
        return any(isinstance(event, Painted) and event.page == page for event in self.shell.events[self._seen :])

    def written_elsewhere(self) -> list[str]:
        """Return the files that the shell has open for writing and that are not in the visit's folder."""
        opened = [
            file.path for process in self.shell.members() for file in opened_by(process) if set(file.mode) & set("wa+")
        ]
        return [path for path in opened if not path.startswith((str(self.shell.process.folder), "/dev/", "/memfd:"))]

    def failed(self) -> LoadFailed | None:
        """Return the shell's report that the page could not be loaded, if it came."""
        self.shell.heard(LoadFailed)
        found = [event for event in self.shell.events[self._seen :] if isinstance(event, LoadFailed)]
        return found[0] if found else None

    def windows(self) -> set[str]:
        """Return the windows that the X server shows: names are in none of them."""
        return set(self.shell.xdotool("search", "--onlyvisible", "--maxdepth", "1", "--name", ".*").split())

    def files(self) -> set[str]:
        """Return the visit's files that pages may have had a hand in: not the engine's own."""
        return {path.name for path in self.shell.process.folder.rglob("*") if path.is_file()}

    def strangers(self) -> list[str]:
        """Return the programs that run below the shell and are no part of it."""
        names = {name_of(process) for process in self.shell.members()}
        return sorted(name for name in names if name and not name.startswith(OURS))

    def assert_nothing_came_out(self) -> None:
        """What must hold after every try."""
        assert self.windows() == self.own_windows
        assert self.strangers() == []
        assert [name for name in self.files() if "canary" in name] == []

    def close(self) -> None:
        self._stack.close()


OURS = ("python", "QtWebEngine", "kiosk", "WebKit", "bwrap", "xdg-dbus-proxy", "nacl", "chrome", "MainThread")


def opened_by(process: psutil.Process) -> list[Any]:
    with suppress(psutil.Error):
        return [file for file in process.open_files() if "(deleted)" not in file.path]
    return []


def name_of(process: psutil.Process) -> str:
    with suppress(psutil.Error):  # it ended meanwhile
        return str(process.name())
    return ""


class Labs:
    """The labs of a module's tests: one for each engine, made when it is asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Lab] = {}

    def of(self, engine: str, **start: Any) -> Lab:
        """Return the lab of `engine` with a fresh page, of an engine that is well."""
        lab = self._made.get(engine)
        if lab is not None and not lab.is_spent:
            lab.fresh()
            return lab
        if lab is not None:
            lab.close()
        base = self._folder / f"{engine}{secrets.token_hex(4)}"
        base.mkdir()
        self._made[engine] = Lab(engine=engine, base=base, **start)
        return self._made[engine]

    def close(self) -> None:
        for lab in self._made.values():
            lab.close()


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Labs]:
    """The labs of a module."""
    made = Labs(tmp_path_factory.mktemp("labs"))
    yield made
    made.close()


@pytest.fixture
def lab(labs: Labs, engine: str) -> Iterator[Lab]:
    """A lab with a fresh page; nothing may have come out of it after the test."""
    made = labs.of(engine)
    yield made
    made.assert_nothing_came_out()
