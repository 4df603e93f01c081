"""Stand-ins for the outside world. Those of an interface are held to the same contract tests as the real thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from kiosk.api.models import Balance, Probe
from kiosk.core.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kiosk.core.deeplink import DeepLink
    from kiosk.core.user_id import UserId
    from kiosk.core.widget import Token
    from kiosk.errors import KioskError
    from kiosk.shell import protocol


@dataclass
class FakeShell:
    """Records the commands that it gets, and answers each with what the script says."""

    number: int
    say: Callable[[int, protocol.Event | int], None]
    script: Callable[[protocol.Command], Iterable[protocol.Event | int]]
    commands: list[protocol.Command] = field(default_factory=list)
    killed: int = 0

    def send(self, command: protocol.Command) -> None:
        """Answer `command`."""
        self.commands.append(command)
        for message in self.script(command):
            self.say(self.number, message)

    def kill(self) -> None:
        """Count."""
        self.killed += 1


@dataclass
class FakeApi:
    """An API client that gives what it is told to, in turn: a value, or an error to raise. The last one stays."""

    answers: list[Widget | Token | KioskError]
    calls: list[tuple[str, str, DeepLink | None, str | None]] = field(default_factory=list)
    open: int = 0
    probes: int = 0
    is_busy: bool = False

    async def __aenter__(self) -> Self:
        self.open += 1
        return self

    async def __aexit__(self, *_: object) -> None:
        self.open -= 1

    async def widget_url(self, user: UserId, *, link: DeepLink, language: str | None = None) -> Widget:
        """Answer like getWidgetUrl."""
        self.calls.append(("widget", user.reveal(), link, language))
        answer = self._next()
        assert isinstance(answer, Widget)
        return answer

    async def token(self, user: UserId) -> Token:
        """Answer like getUserToken."""
        self.calls.append(("token", user.reveal(), None, None))
        answer = self._next()
        assert not isinstance(answer, Widget)
        return answer

    async def balance(self, user: UserId) -> Balance:
        """Answer like getUserBalance: the bar asks in between, so it is no call that counts."""
        del user
        return Balance(balance=Decimal("12.50"), user_exists=True)

    async def probe(self) -> Probe:
        """Answer like `Enable3.probe`, with an error if that is what comes next."""
        self.probes += 1
        if isinstance(self.answers[0], Exception):
            raise self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return Probe(0.0)

    def _next(self) -> Widget | Token:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class FakeEvents:
    """Remembers what the terminal would say of its visits."""

    told: list[tuple[str, str]] = field(default_factory=list)

    def checked_in(self, user: UserId) -> None:
        """Remember."""
        self.told.append(("in", user.reveal()))

    def ended(self, user: UserId, seconds: float) -> None:
        """Remember."""
        assert seconds >= 0
        self.told.append(("out", user.reveal()))


@dataclass
class FakeOperating:
    """An operator's part whose pages are empty and who hears nothing."""

    heard: list[protocol.Said] = field(default_factory=list)

    def content(self, effect: object, session: object) -> None:
        """Leave the page to the supervisor."""

    def hear(self, message: protocol.Said, session: object) -> bool:
        """Remember the word, and leave it."""
        del session
        self.heard.append(message)
        return False

    def forget(self) -> None:
        """Have nothing to forget."""
