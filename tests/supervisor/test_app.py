"""The supervisor, with a shell and an API that do what they are told."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.commands._sign_in import make_desk
from kiosk.config import load_config
from kiosk.core import effects, events
from kiosk.core.deeplink import parse_deep_link
from kiosk.core.secret import Secret
from kiosk.core.session import Role, Wanted
from kiosk.core.user_id import UserId
from kiosk.core.widget import Token, Widget
from kiosk.errors import CredentialsMissing, EngineUnavailable, ExitStatus, Forbidden, Unreachable
from kiosk.operators.pin import PinKeeper
from kiosk.shell import protocol
from kiosk.shell.protocol import (
    Activity,
    Blocked,
    Closed,
    Cover,
    Gesture,
    HandOver,
    HidePage,
    LoadFailed,
    OpenWidget,
    Painted,
    Present,
    Presented,
    Ready,
    Refused,
    Said,
    Scanned,
    ScreenSize,
    ShowBar,
    ShowPage,
)
from kiosk.sign_in.desk import SignInDesk
from kiosk.supervisor.app import Supervisor
from kiosk.supervisor.inbox import FromShell, Inbox
from kiosk.supervisor.parts import Parts, settings_of
from kiosk.supervisor.screen import Screen
from tests.fakes import FakeApi, FakeEvents, FakeOperating, FakeShell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kiosk.core.sign_in import SignIn

ITEM = "0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10"
WIDGET = Widget.parse("https://widget.example/?token=canary")
READY = Ready("fake", "1", {}, "1", [ScreenSize(1920, 1080)])
ANNA = Wanted(UserId.parse("anna"), parse_deep_link("rewards", ITEM), "de")
BERT = Wanted(UserId.parse("bert"))


class Terminal:
    """A supervisor and the fakes around it. `on_command` is what its shells do; they are up at once."""

    def __init__(
        self,
        on_command: Callable[[protocol.Command], Iterable[protocol.Event | int]],
        *,
        api: FakeApi,
        wanted: Wanted | None = ANNA,
        key: Callable[[], Secret] = lambda: Secret("key"),
        can_enrol: bool = False,
        **config: object,
    ) -> None:
        self.inbox = Inbox()
        self.shells: list[FakeShell] = []
        self.roles: list[Role] = []
        self.api = api
        self.on_command = on_command
        self.refuse_to_spawn = 0
        self.inbox.put(events.Started() if wanted is None else events.Begin(wanted))
        self.operating = FakeOperating()
        self.events = FakeEvents()
        config = replace(load_config({}), **config)
        self.network = asyncio.Event()
        self.supervisor = Supervisor(
            config=config,
            settings=settings_of(config),
            inbox=self.inbox,
            screen=Screen(self.spawn(1, spare=False), lambda number, spare: self.spawn(number, spare=spare)),
            read_key=key,
            open_api=lambda _key: api,
            can_enrol=can_enrol,
            make_parts=self.parts,
        )

    def parts(self, app: Supervisor) -> Parts:
        async def close() -> None: ...
        def start() -> None: ...

        pins = PinKeeper(Path("/nowhere"), FakeTries())
        return Parts(make_desk(app.config), pins, self.operating, self.events, self.network.wait, start, close, close)

    def spawn(self, number: int, *, spare: bool) -> FakeShell:
        if self.refuse_to_spawn:
            self.refuse_to_spawn -= 1
            raise EngineUnavailable("no memory")
        answer = self.answer_as_spare if spare else self.answer
        shell = FakeShell(number, lambda shell, message: self.inbox.put(FromShell(shell, message)), answer)
        self.shells.append(shell)
        self.roles.append(Role.SPARE if spare else Role.FRONT)
        self.inbox.put(FromShell(number, READY))
        return shell

    def answer(self, command: protocol.Command) -> Iterable[protocol.Event | int]:
        """Answer what every shell answers the same way."""
        if isinstance(command, Present):
            return [Presented(), *self.on_command(command)]
        return self.on_command(command)

    def answer_as_spare(self, command: protocol.Command) -> Iterable[protocol.Event | int]:
        """Answer what every spare answers the same way, until it is one no more."""
        if shown(command, "attract") and not any(isinstance(said, Present) for said in self.shells[-1].commands):
            return [Painted(0, "attract")]
        return self.answer(command)

    def run(self) -> ExitStatus:
        return self.supervisor.run()

    @property
    def commands(self) -> list[protocol.Command]:
        """What was said about pages: the bar goes on beside them, whenever the balance comes."""
        said = [command for shell in self.shells for command in shell.commands]
        return [command for command in said if not isinstance(command, ShowBar)]


def opened(command: protocol.Command) -> bool:
    return isinstance(command, OpenWidget)


def shown(command: protocol.Command, page: str) -> bool:
    return isinstance(command, ShowPage) and command.page == page


def last_page(terminal: Terminal) -> tuple[str, str, str]:
    page = terminal.commands[-1]
    assert isinstance(page, ShowPage)
    return page.page, page.language, page.code


class FakeTries:
    """Nobody has tried yet."""

    def count(self) -> float:
        return 0.0

    wait = count

    def reset(self) -> None: ...


def test_a_user_id_becomes_an_open_widget():
    terminal = Terminal(lambda c: [Painted(1), Closed()] if opened(c) else [], api=FakeApi([WIDGET]))

    assert terminal.run() is ExitStatus.OK
    assert terminal.api.calls == [("widget", "anna", ANNA.link, "de")]
    assert terminal.commands[-1] == OpenWidget(1, "https://widget.example/?token=canary")
    assert terminal.shells[0].killed == 1
    assert terminal.api.open == 0


def test_without_a_user_the_attract_page_shows_in_the_terminals_language():
    terminal = Terminal(lambda _: [Painted(0, "attract"), Closed()], api=FakeApi([WIDGET]), wanted=None, language="uk")

    assert terminal.run() is ExitStatus.OK
    assert [(c.page, c.language) for c in terminal.commands] == [("attract", "uk")]
    assert terminal.api.calls == []


def test_own_pages_are_in_the_visitors_language():
    terminal = Terminal(
        lambda c: [Closed()] if shown(c, "out-of-service") else [], api=FakeApi([Unreachable("no route")])
    )
    terminal.run()

    assert last_page(terminal) == ("out-of-service", "de", "api.unreachable")


def test_a_dead_shell_is_replaced_and_shows_the_same_visit_if_that_is_configured():
    lives = iter([[Painted(1), 139], [Painted(1), Closed()]])
    terminal = Terminal(lambda c: next(lives) if opened(c) else [], api=FakeApi([WIDGET]), after_crash="reopen")

    assert terminal.run() is ExitStatus.OK
    assert len(terminal.shells) == 2
    assert [shell.killed for shell in terminal.shells] == [1, 1]
    assert len(terminal.api.calls) == 1


def test_a_shell_that_cannot_be_started_is_tried_again():
    lives = iter([[139], [Closed()]])
    terminal = Terminal(lambda c: next(lives) if opened(c) else [], api=FakeApi([WIDGET]))
    terminal.refuse_to_spawn = 2

    assert terminal.run() is ExitStatus.OK
    assert [shell.number for shell in terminal.shells] == [1, 4]


def test_a_dead_renderer_ends_the_visit_in_a_fresh_window():
    terminal = Terminal(
        lambda c: (
            [Painted(1), protocol.RendererGone(1, "crashed")]
            if opened(c)
            else [Closed()]
            if isinstance(c, Present)
            else []
        ),
        api=FakeApi([WIDGET]),
    )

    assert terminal.run() is ExitStatus.OK
    assert terminal.roles == [Role.FRONT, Role.SPARE]
    assert terminal.events.told == [("in", "anna"), ("out", "anna")]


def test_words_of_an_earlier_shell_are_ignored():
    def late(command: protocol.Command) -> list[protocol.Event | int]:
        if not opened(command):
            return []
        if len(terminal.shells) == 1:
            return [139, Refused("shell.lockdown", "late")]
        return [Closed()]

    terminal = Terminal(late, api=FakeApi([WIDGET]))

    assert terminal.run() is ExitStatus.OK
    assert terminal.supervisor.refusal is None


def test_a_touch_retries_and_the_keyring_is_read_anew_after_a_refused_key():
    keys = iter([Secret("old"), Secret("new")])
    terminal = Terminal(
        lambda c: [Said("retry")] if shown(c, "out-of-service") else [Closed()] if opened(c) else [],
        api=FakeApi([Forbidden("no"), WIDGET]),
        key=lambda: next(keys),
    )

    assert terminal.run() is ExitStatus.OK
    assert next(keys, None) is None
    assert terminal.api.open == 0


def test_a_missing_key_is_shown_as_its_code():
    def no_key() -> Secret:
        raise CredentialsMissing("there is none")

    terminal = Terminal(lambda c: [Closed()] if shown(c, "out-of-service") else [], api=FakeApi([WIDGET]), key=no_key)
    terminal.run()

    assert last_page(terminal) == ("out-of-service", "de", "credentials.missing")


def test_our_own_mistake_takes_the_kiosk_out_of_service_and_not_down(caplog):
    def broken() -> Secret:
        raise ZeroDivisionError

    terminal = Terminal(lambda c: [Closed()] if shown(c, "out-of-service") else [], api=FakeApi([WIDGET]), key=broken)

    assert terminal.run() is ExitStatus.OK
    assert last_page(terminal) == ("out-of-service", "de", "unexpected")
    assert "ZeroDivisionError" in caplog.text


def test_a_page_that_fails_takes_the_kiosk_out_of_service():
    terminal = Terminal(
        lambda c: [LoadFailed(1, "dns")] if opened(c) else [Closed()] if shown(c, "out-of-service") else [],
        api=FakeApi([WIDGET]),
    )
    terminal.run()

    assert last_page(terminal) == ("out-of-service", "de", "page.dns")


def test_a_jwt_is_handed_to_the_operators_page_and_never_in_its_url():
    terminal = Terminal(
        lambda c: [Closed()] if opened(c) else [],
        api=FakeApi([Token(Secret("canary"), time.time() + 3600)]),
        auth="jwt",
        sdk_url="https://venue.example/loyalty",
    )
    terminal.run()

    opening = terminal.commands[-1]
    assert isinstance(opening, OpenWidget)
    assert opening.url == "https://venue.example/loyalty"
    assert opening.handoff == {
        "token": "canary",
        "userId": "anna",
        "language": "de",
        "feature": "rewards",
        "itemId": ITEM,
    }
    assert "canary" not in repr(opening)


def test_a_jwt_is_renewed_while_the_page_stays_open():
    short = Token(Secret("first"), time.time())  # renewed after the shortest delay
    terminal = Terminal(
        lambda c: [Painted(1)] if opened(c) else [Closed()] if isinstance(c, HandOver) else [],
        api=FakeApi([short, Token(Secret("second"), time.time() + 3600)]),
        auth="jwt",
        sdk_url="https://venue.example/loyalty",
    )
    terminal.run()

    [renewed] = [command for command in terminal.commands if isinstance(command, HandOver)]
    assert renewed.handoff["token"] == "second"
    assert sum(map(opened, terminal.commands)) == 1


def test_a_shell_that_refuses_ends_the_kiosk_with_the_reason():
    terminal = Terminal(lambda _: [Refused("shell.lockdown", "as root", "do not")], api=FakeApi([WIDGET]))

    assert terminal.run() is ExitStatus.LOCKDOWN
    assert terminal.supervisor.refusal == Refused("shell.lockdown", "as root", "do not")


def test_an_engine_that_does_not_start_ends_the_kiosk():
    terminal = Terminal(lambda _: [Refused("shell.engine-unavailable", "no Qt")], api=FakeApi([WIDGET]))

    assert terminal.run() is ExitStatus.ENGINE


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (signal.SIGINT, ExitStatus.INTERRUPTED),
        (signal.SIGTERM, ExitStatus.OK),
        (signal.SIGHUP, ExitStatus.OK),
    ],
)
def test_a_signal_ends_the_kiosk_and_its_shell(number, status):
    def kill_us(command: protocol.Command) -> list[protocol.Event | int]:
        if opened(command):
            os.kill(os.getpid(), number)
        return []

    terminal = Terminal(kill_us, api=FakeApi([WIDGET]))

    assert terminal.run() is status
    assert terminal.shells[0].killed == 1


def test_what_is_blocked_is_logged_and_changes_nothing(caplog):
    caplog.set_level("INFO")
    terminal = Terminal(
        lambda c: [Painted(1), Blocked(1, "downloads", "never"), Said("unknown"), Closed()] if opened(c) else [],
        api=FakeApi([WIDGET]),
    )

    assert terminal.run() is ExitStatus.OK
    assert "blocked visit=1 feature=downloads reason=never" in caplog.text
    assert "canary" not in caplog.text
    assert "anna" not in caplog.text


def test_a_screen_that_is_not_there_is_said(caplog):
    terminal = Terminal(lambda c: [Closed()] if opened(c) else [], api=FakeApi([WIDGET]), screen=3)
    terminal.run()

    assert "no screen 3, there are 1: the primary one" in caplog.text


def test_a_restriction_that_is_not_enforced_is_said(caplog):
    terminal = Terminal(lambda c: [Closed()] if opened(c) else [], api=FakeApi([WIDGET]))
    terminal.inbox.put(FromShell(1, replace(READY, enforcement={"print": "enforced", "zoom": "failed"})))
    terminal.run()

    assert "not enforced features=zoom" in caplog.text


# ── visitors come and go ────────────────────────────────────────────────────────────────────────────────────────────


def test_done_covers_the_page_and_a_fresh_window_takes_its_place():
    terminal = Terminal(
        lambda c: [Painted(1), Said("done")] if opened(c) else [Closed()] if isinstance(c, Present) else [],
        api=FakeApi([WIDGET]),
    )

    assert terminal.run() is ExitStatus.OK
    assert terminal.roles == [Role.FRONT, Role.SPARE]
    assert terminal.shells[0].commands[-1] == Cover()
    drawn, presented = terminal.shells[1].commands
    assert shown(drawn, "attract")
    assert presented == Present()
    assert [shell.killed for shell in terminal.shells] == [1, 1]


def test_the_venues_own_system_hands_one_visitor_over_after_the_other():
    def act(command: protocol.Command) -> list[protocol.Event | int]:
        if not opened(command):
            return []
        if command.visit == 1:
            begin = events.Begin(BERT, hand_over=True)
            asyncio.get_running_loop().call_soon(terminal.inbox.put, begin)  # when the page is there
            return [Painted(1)]
        return [Painted(2), Closed()]

    terminal = Terminal(act, api=FakeApi([WIDGET]))

    assert terminal.run() is ExitStatus.OK
    assert [user for _, user, _, _ in terminal.api.calls] == ["anna", "bert"]
    assert terminal.events.told == [("in", "anna"), ("out", "anna"), ("in", "bert"), ("out", "bert")]
    assert any(map(opened, terminal.shells[1].commands))


def test_nobody_there_is_asked_and_then_forgotten():
    terminal = Terminal(
        lambda c: [Painted(1)] if opened(c) else [Closed()] if isinstance(c, Present) else [],
        api=FakeApi([WIDGET]),
        idle_timeout=0,
        idle_warning=0,
    )

    assert terminal.run() is ExitStatus.OK
    assert any(shown(command, "warning") for command in terminal.shells[0].commands)


def test_a_touch_on_the_warning_continues():
    terminal = Terminal(
        lambda c: (
            [Painted(1)]
            if opened(c)
            else [Activity()]
            if shown(c, "warning")
            else [Closed()]
            if isinstance(c, HidePage)
            else []
        ),
        api=FakeApi([WIDGET]),
        idle_timeout=0,
    )

    assert terminal.run() is ExitStatus.OK
    assert terminal.shells[0].killed == 1


def test_a_scan_at_the_attract_page_signs_in():
    terminal = Terminal(
        lambda c: [Scanned("card-1")] if shown(c, "attract") else [Closed()] if opened(c) else [],
        api=FakeApi([WIDGET]),
        wanted=None,
        sign_in=("scanner",),
    )

    assert terminal.run() is ExitStatus.OK
    assert terminal.api.calls[0][:2] == ("widget", "card-1")


def test_a_number_that_is_not_one_is_told_on_the_sign_in_page():
    pages = []

    def act(command: protocol.Command) -> list[protocol.Event | int]:
        if shown(command, "attract"):
            return [Said("sign-in")]
        if shown(command, "sign-in"):
            pages.append(command)
            return [Said("id", "123")] if len(pages) == 1 else [Closed()]
        return []

    terminal = Terminal(
        act, api=FakeApi([WIDGET]), wanted=None, sign_in=("keypad",), keypad_check_digit="luhn", keypad_length=8
    )

    assert terminal.run() is ExitStatus.OK
    assert pages[1].data["message"] == "wrong"
    assert terminal.api.calls == []


def test_a_scan_in_the_middle_of_a_visit_is_nobodys():
    terminal = Terminal(
        lambda c: [Painted(1), Scanned("card-1"), Said("id", "42"), Closed()] if opened(c) else [],
        api=FakeApi([WIDGET]),
        sign_in=("argument", "scanner", "keypad"),
    )

    assert terminal.run() is ExitStatus.OK
    assert len(terminal.api.calls) == 1


def test_a_scan_that_takes_too_long_to_check_signs_nobody_in_after_the_next_visit():
    later = threading.Event()

    class SlowDesk(SignInDesk):
        def scanned(self, text: str) -> SignIn:
            if text == "late":
                later.wait(5.0)
            else:
                later.set()
            return super().scanned(text)

    class SlowTerminal(Terminal):
        def parts(self, app: Supervisor) -> Parts:
            desk = SlowDesk(
                methods=app.config.sign_in,
                pattern=None,
                codes=None,
                check_digit="none",
                longest=8,
                tries=5,
                cooldown=30.0,
                clock=time.monotonic,
            )
            return replace(super().parts(app), desk=desk)

    def act(command: protocol.Command) -> list[protocol.Event | int]:
        if shown(command, "attract"):
            terminal.inbox.put(events.Begin(BERT, hand_over=True))
            return []
        if isinstance(command, Present):
            return [Scanned("card-2")]
        if opened(command):
            return [Painted(1), Said("done")] if command.visit == 1 else [Closed()]
        return []

    terminal = SlowTerminal(act, api=FakeApi([WIDGET, WIDGET]), wanted=None, sign_in=("argument", "scanner"))
    terminal.inbox.put(FromShell(1, Scanned("late")))

    assert terminal.run() is ExitStatus.OK
    assert [user for _, user, _, _ in terminal.api.calls] == ["bert", "card-2"]


def test_a_terminal_without_service_says_so_and_opens_when_the_network_is_back():
    closed = []

    def act(command: protocol.Command) -> list[protocol.Event | int]:
        if shown(command, "out-of-service"):
            closed.append(command)
            terminal.network.set()
        return [Closed()] if shown(command, "attract") and closed else []

    terminal = Terminal(act, api=FakeApi([Unreachable("no route"), WIDGET]), wanted=None)

    assert terminal.run() is ExitStatus.OK
    assert closed[0].code == "api.unreachable"
    assert terminal.api.probes == 2


def test_a_terminal_without_a_key_asks_for_one_where_it_can_be_stored():
    def no_key() -> Secret:
        raise CredentialsMissing("there is none")

    terminal = Terminal(
        lambda c: [Closed()] if shown(c, "enrolment") else [],
        api=FakeApi([WIDGET]),
        wanted=None,
        key=no_key,
        can_enrol=True,
    )

    assert terminal.run() is ExitStatus.OK
    assert last_page(terminal)[0] == "enrolment"


def test_the_bar_has_the_masked_id_and_the_balance():
    bars = []

    def act(command: protocol.Command) -> list[protocol.Event | int]:
        if isinstance(command, ShowBar):
            bars.append(command)
        return [Closed()] if bars and bars[-1].balance else [Painted(1)] if opened(command) else []

    terminal = Terminal(act, api=FakeApi([WIDGET]))

    assert terminal.run() is ExitStatus.OK
    assert bars[-1] == ShowBar("de", ANNA.user.masked(), "12.50", None)


def test_little_time_left_is_shown():
    bars = []

    def act(command: protocol.Command) -> list[protocol.Event | int]:
        if isinstance(command, ShowBar):
            bars.append(command)
            return [Closed()]
        return []

    terminal = Terminal(act, api=FakeApi([WIDGET]), visit_limit=60)

    assert terminal.run() is ExitStatus.OK
    assert 50 <= bars[0].left <= 60


def test_the_operators_words_are_the_operators():
    terminal = Terminal(
        lambda c: [Said("panel", "exit"), Said("pin", "4711"), Closed()] if shown(c, "attract") else [],
        api=FakeApi([WIDGET]),
        wanted=None,
    )

    assert terminal.run() is ExitStatus.OK
    assert [said.word for said in terminal.operating.heard] == ["panel"]


def test_a_restart_is_asked_of_who_started_the_kiosk():
    terminal = Terminal(lambda _: [], api=FakeApi([WIDGET]), wanted=None)
    terminal.inbox.put(events.RestartAsked())

    assert terminal.run() is ExitStatus.OK
    assert terminal.supervisor.exit == effects.Exit(ExitStatus.OK, restart=True)


def test_what_a_page_of_the_operators_said_before_never_replaces_what_it_says_now():
    class LateOperating(FakeOperating):
        waiting: asyncio.Future[dict[str, object]] | None = None

        def content(self, effect: effects.ShowPage, session: object) -> asyncio.Future[dict[str, object]] | None:
            if effect.page != "pin":
                return None
            content = asyncio.get_running_loop().create_future()
            if self.waiting is None:
                self.waiting = content
            else:
                content.set_result({"which": "now"})
                self.waiting.set_result({"which": "before"})
            return content

    terminal = Terminal(
        lambda c: [Gesture(), Gesture()] if shown(c, "attract") else [Closed()] if shown(c, "pin") else [],
        api=FakeApi([]),
        wanted=None,
    )
    terminal.operating = LateOperating()

    assert terminal.run() is ExitStatus.OK
    assert [c.data["which"] for c in terminal.commands if shown(c, "pin")] == ["now"]
