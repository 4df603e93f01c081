"""Windows are told apart by their numbers, and what their ends leave is swept."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kiosk.core.session import Role
from kiosk.shell.protocol import Present, Quit
from kiosk.supervisor.screen import Screen
from tests.fakes import FakeShell

if TYPE_CHECKING:
    import pytest


def shell(number: int) -> FakeShell:
    return FakeShell(number, lambda *_: None, lambda _: [])


def test_the_words_of_a_window_whose_end_was_asked_for_count_no_more():
    async def play() -> None:
        front = shell(1)
        screen = Screen(front, lambda number, _spare: shell(number))
        screen.spawn(Role.SPARE)
        assert (screen.role_of(1), screen.role_of(2)) == (Role.FRONT, Role.SPARE)

        screen.send(Present(), Role.SPARE)
        screen.promote()
        screen.send(Quit())
        assert (screen.role_of(1), screen.role_of(2)) == (None, Role.FRONT)

        await screen.close()
        assert (front.killed, front.commands) == (1, [])
        assert screen.role_of(2) is None
        screen.send(Quit())  # to nobody

    asyncio.run(play())


def test_every_end_tries_again_what_an_earlier_one_could_not_delete(caplog: pytest.LogCaptureFixture):
    swept = []

    def sweep() -> None:
        swept.append(1)
        raise OSError(5, "Input/output error")

    async def play() -> None:
        screen = Screen(shell(1), lambda number, _spare: shell(number), sweep)
        screen.spawn(Role.SPARE)
        screen.promote()
        await screen.close()

    asyncio.run(play())
    assert len(swept) == 2
    assert "the folders of past visits cannot be looked for" in caplog.text
