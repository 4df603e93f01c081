"""What every engine's adapter keeps: one suite, over a driver for each.

A driver is a real window (a shell process on a virtual display) or an adapter on recording fakes of its native
interfaces. A test module has one class:

    class TestContract(EngineContract):
        @pytest.fixture
        def open_driver(self): ...  # yields a callable: Start -> Driver; closes what it opened
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeVar

import pytest

from kiosk.core.lockdown import LockdownFeature
from kiosk.core.look import Look
from kiosk.shell.protocol import (
    Blocked,
    Cover,
    Covered,
    Event,
    HandOver,
    LoadFailed,
    OpenWidget,
    Painted,
    Playing,
    Present,
    Presented,
    RendererGone,
    Said,
    ShowPage,
    Start,
)
from tests.contracts.attacks import ATTACKS, LISTED_LOADS, Attack, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kiosk.shell.protocol import Command

E = TypeVar("E", bound=Event)

START = Start(windowed=False, screen=0, language="en", look=Look("Brand"), allow=[])


class Served(StrEnum):
    """What is at an address that a driver has."""

    PAGE = "page"
    """A page that draws something."""
    MISSING = "missing"
    """The same, with status 404."""
    NOBODY = "nobody"
    """An address where no server listens."""
    NO_NAME = "no-name"
    """A host that does not exist."""
    BAD_TLS = "bad-tls"
    """A server whose certificate nobody trusts."""
    AWAY = "away"
    """A redirect to another origin."""
    ATTACHMENT = "attachment"
    """A file to save, not a page."""


class Driver(Protocol):
    """One engine in one window.

    It may have `silent`: names of attacks that the engine, or this machine, refuses by itself, without asking us.
    """

    def send(self, command: Command) -> None:
        """Have the engine carry out a command of the supervisor's."""

    def expect(self, kind: type[E]) -> E:
        """Return the next event of `kind`, and forget it and those before it but for Blocked ones. Fails if none comes.

        Blocked events are kept apart: whatever was waited for before, the next one is the oldest that was not returned.
        """

    def heard(self, kind: type[Event]) -> bool:
        """Whether an event of `kind` came that `expect` did not return."""

    def enforcement(self) -> Mapping[str, str]:
        """Return what `apply` said, by feature."""

    def url(self, what: Served) -> str:
        """Return the address of `what`."""

    def attempt(self, attack: Attack) -> Outcome:
        """Have a page of visit 1, opened for that, try `attack`; return what came of it."""

    def kill_renderer(self, *, own: bool = False) -> None:
        """End the process that draws the visit's page, or our `own`."""

    def hang(self) -> None:
        """Have the visit's page answer no more, and let the time pass that it has."""

    def play(self, *, on: bool) -> None:
        """Have the visit's page play a sound, or end it."""

    def say(self, word: str) -> None:
        """Have somebody tap what says `word` on the page of our own that is in front."""

    def ask(self, kind: str) -> Callable[[], object]:
        """Have the visit's page call `alert`, `confirm` or `prompt`; return what returns the answer that it got."""

    def handed(self) -> object:
        """Return the token in the visit's page's `window.enable3Kiosk`; None without one."""

    def is_covered(self) -> bool:
        """Whether the cover lies over everything, and the visit's page is silent."""

    def clipboard_is_empty(self) -> bool:
        """Whether nothing is in the system's clipboard."""


def started(driver: Driver) -> None:
    """Have visit 1 at a page that is painted."""
    driver.send(OpenWidget(1, driver.url(Served.PAGE)))
    assert driver.expect(Painted).visit == 1


class EngineContract:
    """The suite."""

    @pytest.fixture
    def open_driver(self) -> Callable[[Start], Driver]:
        raise NotImplementedError

    @pytest.fixture
    def driver(self, open_driver: Callable[[Start], Driver]) -> Driver:
        return open_driver(START)

    # ── the report ──

    def test_every_feature_is_answered_for_and_enforced(self, driver: Driver):
        assert driver.enforcement() == dict.fromkeys(map(str, LockdownFeature), "enforced")

    # ── what a page may not ──

    @pytest.mark.parametrize("attack", ATTACKS, ids=str)
    def test_an_attack_is_refused_and_reported(self, driver: Driver, attack: Attack):
        self._refused(driver, attack)

    @pytest.mark.parametrize("attack", LISTED_LOADS, ids=str)
    def test_pages_load_from_the_list_alone_where_the_operator_says_so(
        self, open_driver: Callable[[Start], Driver], attack: Attack
    ):
        self._refused(open_driver(replace(START, listed_only=True)), attack)

    @staticmethod
    def _refused(driver: Driver, attack: Attack) -> None:
        outcome = driver.attempt(attack)
        if outcome is Outcome.UNKNOWN:
            pytest.skip(f"this engine, or this driver, has no {attack}")
        assert outcome is Outcome.REFUSED
        if attack.name in getattr(driver, "silent", ()):
            return
        while attack.features and driver.expect(Blocked).feature not in attack.features:
            pass  # the page may have tried something else besides

    # ── what is reported of a load ──

    def test_a_page_is_reported_when_it_is_painted(self, driver: Driver):
        started(driver)

    @pytest.mark.parametrize(
        ("what", "reason"),
        [
            (Served.MISSING, "http-404"),
            (Served.NOBODY, "connection"),
            (Served.NO_NAME, "dns connection"),  # Chromium's number for a name that is not known is one of the latter
            (Served.BAD_TLS, "tls"),
            (Served.AWAY, "blocked"),
            (Served.ATTACHMENT, "not-a-page"),
        ],
    )
    def test_a_page_that_does_not_come_is_reported_with_a_reason(self, driver: Driver, what: Served, reason: str):
        driver.send(OpenWidget(1, driver.url(what)))

        failed = driver.expect(LoadFailed)
        assert failed.visit == 1
        assert failed.reason in reason.split()
        assert not driver.heard(Painted)

    # ── our own pages ──

    def test_a_page_of_our_own_is_painted_and_says_its_words(self, driver: Driver):
        driver.send(ShowPage("out-of-service", "en"))
        assert driver.expect(Painted) == Painted(0, "out-of-service")
        driver.say("retry")

        assert driver.expect(Said) == Said("retry")

    def test_a_page_of_our_own_says_no_word_of_another(self, driver: Driver):
        driver.send(ShowPage("out-of-service", "en"))
        driver.expect(Painted)
        driver.say("continue")

        assert driver.expect(Blocked).feature == "navigation"
        assert not driver.heard(Said)

    # ── script dialogs ──

    @pytest.mark.parametrize(
        ("kind", "word", "answer"),
        [("alert", "ok", None), ("confirm", "ok", True), ("confirm", "cancel", False), ("prompt", "cancel", None)],
    )
    def test_a_dialog_is_a_page_of_ours_and_its_answer_is_the_pages(
        self, driver: Driver, kind: str, word: str, answer: object
    ):
        started(driver)
        answered = driver.ask(kind)
        assert driver.expect(Painted) == Painted(0, "dialog")
        driver.say(word)

        assert answered() == answer

    # ── the handoff ──

    def test_a_page_gets_its_handoff_and_the_renewed_one(self, driver: Driver):
        driver.send(OpenWidget(1, driver.url(Served.PAGE), handoff={"token": "one"}))
        driver.expect(Painted)
        first = driver.handed()
        driver.send(HandOver(1, {"token": "two"}))
        second = driver.handed()

        assert (first, second) == ("one", "two")

    def test_a_page_without_a_handoff_has_nothing(self, driver: Driver):
        started(driver)

        assert driver.handed() is None

    # ── what goes wrong ──

    @pytest.mark.parametrize("own", [False, True])
    def test_the_death_of_a_renderer_is_reported(self, driver: Driver, own: bool):  # noqa: FBT001
        driver.send(ShowPage("attract", "en"))
        driver.expect(Painted)
        started(driver)
        driver.kill_renderer(own=own)

        gone = driver.expect(RendererGone)
        assert gone.visit == (0 if own else 1)
        assert gone.reason.startswith("own-") is own

    def test_a_page_that_hangs_is_reported(self, driver: Driver):
        started(driver)
        driver.hang()

        assert driver.expect(RendererGone) == RendererGone(1, "hung")

    # ── the end of a visit ──

    def test_the_cover_hides_and_silences_the_page_and_empties_the_clipboard(self, driver: Driver):
        started(driver)
        driver.send(Cover())
        driver.expect(Covered)

        assert driver.is_covered()
        assert driver.clipboard_is_empty()

    def test_a_spare_comes_to_the_front(self, open_driver: Callable[[Start], Driver]):
        driver = open_driver(replace(START, spare=True))
        driver.send(ShowPage("attract", "en"))
        driver.expect(Painted)
        driver.send(Present())

        driver.expect(Presented)

    def test_what_plays_is_reported(self, driver: Driver):
        started(driver)
        driver.play(on=True)
        assert driver.expect(Playing).active
        driver.play(on=False)

        assert not driver.expect(Playing).active
