"""The supervisor, with a shell and an API that do what they are told."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.app import Supervisor
from kiosk.config import load_config
from kiosk.core.deeplink import parse_deep_link
from kiosk.core.secret import Secret
from kiosk.core.session import Visit
from kiosk.core.user_id import UserId
from kiosk.core.widget import Token, Widget
from kiosk.errors import CredentialsMissing, EngineUnavailable, ExitStatus, Forbidden, Unreachable
from kiosk.inbox import FromShell, Inbox
from kiosk.shell import protocol
from kiosk.shell.protocol import (
    Blocked,
    Closed,
    HandOver,
    LoadFailed,
    OpenWidget,
    Painted,
    Ready,
    Refused,
    Said,
    ScreenSize,
    ShowPage,
)
from tests.fakes import FakeApi, FakeShell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ITEM = "0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10"
WIDGET = Widget.parse("https://widget.example/?token=canary")
READY = Ready("fake", "1", {}, "1", [ScreenSize(1920, 1080)])
VISIT = Visit(1, UserId.parse("anna"), parse_deep_link("rewards", ITEM), "de")


class Terminal:
    """A supervisor and the fakes around it. `on_command` is what its shells do; they are up at once."""

    def __init__(
        self,
        on_command: Callable[[protocol.Command], Iterable[protocol.Event | int]],
        *,
        api: FakeApi,
        visit: Visit | None = VISIT,
        key: Callable[[], Secret] = lambda: Secret("key"),
        **config: object,
    ) -> None:
        self.inbox = Inbox()
        self.shells: list[FakeShell] = []
        self.api = api
        self.on_command = on_command
        self.refuse_to_spawn = 0
        self.supervisor = Supervisor(
            config=replace(load_config({}), **config),
            visit=visit,
            inbox=self.inbox,
            shell=self.spawn(1),
            spawn=self.spawn,
            read_key=key,
            open_api=lambda _key: api,
        )

    def spawn(self, number: int) -> FakeShell:
        if self.refuse_to_spawn:
            self.refuse_to_spawn -= 1
            raise EngineUnavailable("no memory")
        shell = FakeShell(number, lambda shell, message: self.inbox.put(FromShell(shell, message)), self.on_command)
        self.shells.append(shell)
        self.inbox.put(FromShell(number, READY))
        return shell

    def run(self) -> ExitStatus:
        return self.supervisor.run()

    @property
    def commands(self) -> list[protocol.Command]:
        return [command for shell in self.shells for command in shell.commands]


def opened(command: protocol.Command) -> bool:
    return isinstance(command, OpenWidget)


def shown(command: protocol.Command, page: str) -> bool:
    return isinstance(command, ShowPage) and command.page == page


def test_a_user_id_becomes_an_open_widget():
    terminal = Terminal(lambda c: [Painted(1), Closed()] if opened(c) else [], api=FakeApi([WIDGET]))

    assert terminal.run() is ExitStatus.OK
    assert terminal.api.calls == [("widget", "anna", VISIT.link, "de")]
    assert terminal.commands[-1] == OpenWidget(1, "https://widget.example/?token=canary")
    assert terminal.shells[0].killed == 1
    assert terminal.api.open == 0


def test_without_a_user_the_attract_page_shows_in_the_terminals_language():
    terminal = Terminal(lambda _: [Painted(0, "attract"), Closed()], api=FakeApi([WIDGET]), visit=None, language="uk")

    assert terminal.run() is ExitStatus.OK
    assert terminal.commands == [ShowPage("attract", "uk")]
    assert terminal.api.calls == []


def test_own_pages_are_in_the_visitors_language():
    terminal = Terminal(
        lambda c: [Closed()] if shown(c, "out-of-service") else [], api=FakeApi([Unreachable("no route")])
    )
    terminal.run()

    assert terminal.commands[-1] == ShowPage("out-of-service", "de", "api.unreachable")


def test_a_dead_shell_is_replaced_and_shows_the_same_visit():
    lives = iter([[Painted(1), 139], [Painted(1), Closed()]])
    terminal = Terminal(lambda c: next(lives) if opened(c) else [], api=FakeApi([WIDGET]))

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


def test_a_dead_renderer_is_a_dead_shell():
    lives = iter([[Painted(1), protocol.RendererGone(1, "crashed")], [Closed()]])
    terminal = Terminal(lambda c: next(lives) if opened(c) else [], api=FakeApi([WIDGET]))

    assert terminal.run() is ExitStatus.OK
    assert len(terminal.shells) == 2


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

    assert terminal.commands[-1] == ShowPage("out-of-service", "de", "credentials.missing")


def test_our_own_mistake_takes_the_kiosk_out_of_service_and_not_down(caplog):
    def broken() -> Secret:
        raise ZeroDivisionError

    terminal = Terminal(lambda c: [Closed()] if shown(c, "out-of-service") else [], api=FakeApi([WIDGET]), key=broken)

    assert terminal.run() is ExitStatus.OK
    assert terminal.commands[-1] == ShowPage("out-of-service", "de", "unexpected")
    assert "ZeroDivisionError" in caplog.text


def test_a_page_that_fails_takes_the_kiosk_out_of_service():
    terminal = Terminal(
        lambda c: [LoadFailed(1, "dns")] if opened(c) else [Closed()] if shown(c, "out-of-service") else [],
        api=FakeApi([WIDGET]),
    )
    terminal.run()

    assert terminal.commands[-1] == ShowPage("out-of-service", "de", "page.dns")


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

    renewed = terminal.commands[-1]
    assert isinstance(renewed, HandOver)
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
