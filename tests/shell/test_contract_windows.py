"""Both Linux engines keep the contract in real windows."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.contracts.engine import START, EngineContract
from tests.display import need_an_ordinary_account, virtual_display
from tests.shell.conftest import Shell
from tests.shell.pages_server import Site
from tests.shell.window_driver import WindowDriver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kiosk.shell.protocol import Start

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]


class Shared:
    """One shell of each engine, for attacks of pages: what is refused leaves a shell as it was.

    Each is on a screen of its own: two windows that cover one screen take clicks and keys from each other.
    """

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        self._folders = folders
        self._drivers: dict[str, WindowDriver] = {}
        self._ends = ExitStack()

    def driver(self, engine: str) -> WindowDriver:
        """Return the engine's, started when it is first wanted."""
        if engine not in self._drivers:
            start = replace(START, engine=engine)
            display = self._ends.enter_context(virtual_display("1280x800"))
            with pytest.MonkeyPatch.context() as environment:
                environment.setenv("DISPLAY", display)
                shell = Shell(display=display, start=start, base=self._folders.mktemp(engine))
            self._ends.callback(shell.process.kill)
            site, other = Site(), Site()
            self._ends.callback(site.close)
            self._ends.callback(other.close)
            self._drivers[engine] = WindowDriver(shell, site, other)
            self._ends.callback(self._drivers[engine].close)
        return self._drivers[engine]

    def close(self) -> None:
        self._ends.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    need_an_ordinary_account()
    made = Shared(tmp_path_factory)
    yield made
    made.close()


class TestContract(EngineContract):
    @pytest.fixture
    def open_driver(
        self, open_shell: Callable[..., Shell], site: Site, other_site: Site
    ) -> Iterator[Callable[[Start], WindowDriver]]:
        drivers: list[WindowDriver] = []

        def opened(start: Start) -> WindowDriver:
            drivers.append(WindowDriver(open_shell(start), site, other_site))
            return drivers[-1]

        yield opened
        for driver in drivers:
            driver.close()

    @pytest.fixture
    def driver(
        self,
        request: pytest.FixtureRequest,
        open_driver: Callable[[Start], WindowDriver],
        shared: Shared,
        engine: str,
    ) -> WindowDriver:
        attack = request.getfixturevalue("attack") if "attack" in request.fixturenames else None
        return shared.driver(engine) if attack is not None and not attack.keys else open_driver(START)
