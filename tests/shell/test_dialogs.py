"""What a page asks and waits for: shown as a page of ours, answered once, and not for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.shell.engines.dialogs import LONGEST, MOST, WITHIN, Dialogs, shown
from kiosk.shell.engines.heartbeat import UNANSWERED, Heartbeat
from kiosk.shell.protocol import Cover, Covered, HidePage, OpenWidget, Painted, RendererGone, ShowPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.shell.conftest import Shell
    from tests.shell.pages_server import Site


class Turns:
    """A clock that goes on when it is told, and a page that answers or not."""

    def __init__(self) -> None:
        self.alive = True
        self.waits = False
        self.hung = 0
        self._later: list[Callable[[], None]] = []
        self.heartbeat = Heartbeat(
            ping=self._ping, call_later=self._call_later, waits=lambda: self.waits, hung=self._is_hung
        )

    def _ping(self, *, answer: Callable[[], None]) -> None:
        if self.alive:
            answer()

    def _call_later(self, _seconds: float, call: Callable[[], None]) -> None:
        self._later.append(call)

    def _is_hung(self) -> None:
        self.hung += 1

    def go_on(self, turns: int) -> None:
        for _ in range(turns):
            later, self._later = self._later, []
            for call in later:
                call()


def test_a_page_that_answers_is_alive():
    turns = Turns()
    turns.heartbeat.begin()
    turns.go_on(10 * UNANSWERED)
    assert turns.hung == 0


def test_a_page_that_does_not_is_hung_and_that_is_said_once():
    turns = Turns()
    turns.heartbeat.begin()
    turns.alive = False
    turns.go_on(UNANSWERED)
    assert turns.hung == 0
    turns.go_on(10)
    assert turns.hung == 1


def test_one_answer_in_time_is_enough():
    turns = Turns()
    turns.heartbeat.begin()
    for _ in range(5):
        turns.alive = False
        turns.go_on(UNANSWERED - 1)
        turns.alive = True
        turns.go_on(1)
    assert turns.hung == 0


def test_a_page_that_waits_for_an_answer_itself_is_not_hung():
    turns = Turns()
    turns.heartbeat.begin()
    turns.alive, turns.waits = False, True
    turns.go_on(5 * UNANSWERED)
    assert turns.hung == 0


def test_a_new_page_is_watched_anew_and_a_page_that_is_gone_not_at_all():
    turns = Turns()
    turns.heartbeat.begin()
    turns.heartbeat.begin()
    turns.alive = False
    turns.heartbeat.stop()
    turns.go_on(5 * UNANSWERED)
    assert turns.hung == 0


def test_a_dialog_is_answered_once():
    answers: list[str | None] = []
    dialogs = Dialogs()
    assert dialogs.open(answers.append)
    assert dialogs.is_open
    dialogs.close("yes")
    dialogs.close("no")
    assert answers == ["yes"]
    assert not dialogs.is_open


def test_a_second_dialog_waits_for_nobody():
    dialogs = Dialogs()
    dialogs.open(lambda _: None)
    assert not dialogs.open(lambda _: None)


def test_a_page_asks_so_often_and_then_again_after_a_while():
    now = [0.0]
    dialogs = Dialogs(clock=lambda: now[0])
    for _ in range(MOST):
        assert dialogs.open(lambda _: None)
        dialogs.close()
    assert not dialogs.open(lambda _: None)
    now[0] = WITHIN
    assert dialogs.open(lambda _: None)


@pytest.mark.parametrize(
    ("text", "seen"),
    [("Hello", "Hello"), ("a\nb", "a\nb"), ("a\u202eb\x07\t", "a b"), ("x" * 10_000, "x" * (LONGEST - 1) + "…")],
)
def test_what_is_shown_cannot_change_how_the_rest_reads(text: str, seen: str):
    assert shown(text) == seen


# ── in a real window ──


def asks(shell: Shell, site: Site, script: str) -> None:
    """Open a page that asks half a second after it is there, and wait until our page asks for it."""
    shell.send(OpenWidget(1, site.page("/", "<h1>page</h1>", f"setTimeout(() => {{ {script} }}, 500)")))
    shell.expect(Painted, Painted(1))
    shell.expect(Painted, Painted(0, "dialog"))


@pytest.mark.gui
@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("script", "keys", "value"),
    [
        ("report([alert('Hello')])", "Return", [None]),
        ("report([confirm('Sure?')])", "Return", [True]),
        ("report([confirm('Sure?')])", "Tab Return", [False]),
        ("report([prompt('Name?', 'Sam')])", "Return", ["Sam"]),
        ("report([prompt('Name?', 'Sam')])", "A b Return", ["Ab"]),
    ],
)
def test_a_page_gets_what_the_visitor_answers(shell: Shell, site: Site, script: str, keys: str, value: object):
    asks(shell, site, script)
    shell.xdotool("sleep", "0.1", "key", "--delay", "60", *keys.split())

    assert site.report() == value


@pytest.mark.gui
@pytest.mark.both_engines
def test_a_dialog_that_something_else_lies_over_is_cancelled(shell: Shell, site: Site):
    asks(shell, site, "report([confirm('Sure?')])")
    shell.send(ShowPage("warning", "en", data={"seconds": 20}))
    assert site.report() == [False]
    shell.send(HidePage())


@pytest.mark.gui
@pytest.mark.both_engines
def test_a_visit_ends_under_a_dialog(shell: Shell, site: Site):
    asks(shell, site, "confirm('Sure?'); report('on')")
    shell.send(Cover())
    shell.expect(Covered)


@pytest.mark.gui
@pytest.mark.both_engines
def test_a_page_that_asks_for_ever_is_not_shown_for_ever(shell: Shell, site: Site):
    asks(shell, site, "let n = 0; while (n < 100) { alert(n); n += 1; } report(n)")
    for _ in range(MOST - 1):
        shell.xdotool("sleep", "0.5", "key", "Return")
        shell.expect(Painted, Painted(0, "dialog"))
    shell.xdotool("sleep", "0.5", "key", "Return")

    assert site.report() == 100
    assert shell.blocked("script-dialogs").reason == "alert"


@pytest.mark.gui
@pytest.mark.both_engines
def test_nobody_is_kept_on_a_page(shell: Shell, site: Site):
    script = """addEventListener('beforeunload', (e) => { e.preventDefault(); e.returnValue = 'stay'; });
    addEventListener('click', () => { location.href = '/next'; });"""
    site.page("/next", "<h1>next</h1>", "report('next')")
    shell.send(OpenWidget(1, site.page("/", "<h1>page</h1>", script)))
    shell.expect(Painted, Painted(1))
    shell.xdotool("mousemove", "640", "500", "click", "1")

    assert site.report() == "next"


@pytest.mark.gui
@pytest.mark.both_engines
def test_a_page_that_hangs_is_given_up(shell: Shell, site: Site):
    shell.send(OpenWidget(1, site.page("/", "<h1>page</h1>", "setTimeout(() => { for (;;); }, 500)")))
    shell.expect(Painted, Painted(1))

    assert shell.expect(RendererGone) == RendererGone(1, "hung")
