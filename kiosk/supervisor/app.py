"""The supervisor: what runs a kiosk, from the first shell to the exit status.

The start-up story, in order. `commands.run` has checked the arguments and started a shell, before this module and all
that it needs were imported: while the engine starts, the supervisor reads the API key and fetches the widget URL, so
that their time vanishes behind the engine's. Whatever happens arrives in one inbox. Each item becomes an event of
`core.events`, `core.step` says what follows from it, and `_perform` does that. The loop ends with the effect Exit.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from kiosk import logs, loop
from kiosk.core import effects, events
from kiosk.core.session import Role, Session, Settings, State, Timer
from kiosk.core.step import step
from kiosk.errors import ExitStatus, KioskError
from kiosk.shell import protocol
from kiosk.supervisor.authentication import Authentication
from kiosk.supervisor.connection import Connection
from kiosk.supervisor.contents import OPERATOR_PAGES, content_of, language_of
from kiosk.supervisor.inbox import FromShell
from kiosk.supervisor.network_watch import NetworkWatch
from kiosk.supervisor.oblivion import Oblivion, wipe_freed_memory
from kiosk.supervisor.pseudonym import name_for_this_visit
from kiosk.supervisor.reception import Reception
from kiosk.supervisor.timers import Timers
from kiosk.supervisor.translation import translate
from kiosk.supervisor.visiting import Visiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.api import Enable3
    from kiosk.config import Config
    from kiosk.core.secret import Secret
    from kiosk.core.session import Visit
    from kiosk.supervisor.inbox import Inbox
    from kiosk.supervisor.parts import Parts
    from kiosk.supervisor.screen import Screen

log = logging.getLogger(__name__)

PARTS_DELAY = 2.0
"""Seconds from the start until the parts are made at the latest: whoever wants to hand over waits longer for them."""

_ENDINGS = {"SIGINT": ExitStatus.INTERRUPTED, "SIGTERM": ExitStatus.OK, "SIGHUP": ExitStatus.OK}


class Supervisor:
    """Runs one kiosk."""

    def __init__(
        self,
        *,
        config: Config,
        settings: Settings,
        inbox: Inbox,
        screen: Screen,
        read_key: Callable[[], Secret],
        open_api: Callable[[Secret], Enable3],
        can_enrol: bool,
        make_parts: Callable[[Supervisor], Parts],
    ) -> None:
        """Take over `screen`, whose first shell is starting. `make_parts` is called when the loop runs."""
        self.config = config
        self.inbox = inbox
        self.session = Session(settings=settings)
        self._screen = screen
        self._read_key = read_key
        self._open_api = open_api
        self._can_enrol = can_enrol
        self._make_parts = make_parts
        self._latest: asyncio.Future[dict[str, object]] | None = None
        self.since = time.time()
        """When the state began, in seconds since the epoch."""
        self.exit: effects.Exit | None = None
        """How the kiosk ended, when it did."""
        self.refusal: protocol.Refused | None = None
        """Why the shell did not open a window, if it did not."""
        self.ready: protocol.Ready | None = None
        """What the window in front said of itself."""

    def run(self) -> ExitStatus:
        """Run until the end, and leave nothing behind whatever the end is."""
        try:
            return loop.run(self._run())
        finally:
            self._screen.abandon()

    async def _run(self) -> ExitStatus:
        wipe_freed_memory()
        self.inbox.bind(asyncio.get_running_loop(), asyncio.Event())
        self._take_signals()
        self._begin_work()
        try:
            while self.exit is None:
                if event := self._event_of(await self.inbox.get()):
                    self._advance(event)
        finally:
            await self._close()
        return self.exit.status

    def _begin_work(self) -> None:
        put = self.inbox.put
        self.connection = Connection(read_key=self._read_key, open_api=self._open_api)
        self._timers = Timers(put)
        self._authentication = Authentication(
            mode=self.config.auth,
            connection=self.connection,
            language=self.config.language,
            can_enrol=self._can_enrol,
            on_event=put,
        )
        self._network = NetworkWatch(self._network_back, put)
        self._oblivion = Oblivion(self._let_go)
        self._visiting = Visiting(self.config, self.connection, lambda: self._parts.events, self._screen.send)
        self._performers = self._make_performers()
        asyncio.get_running_loop().call_later(PARTS_DELAY, self._need_parts)

    @cached_property
    def _parts(self) -> Parts:
        """What a first page does without: made when something of it is needed, or the page is there."""
        parts = self._make_parts(self)
        parts.start()
        return parts

    @property
    def _has_parts(self) -> bool:
        return "_parts" in vars(self)

    @cached_property
    def _reception(self) -> Reception:
        return Reception(desk=self._parts.desk, pins=self._parts.pins, on_event=self.inbox.put)

    async def _network_back(self) -> None:
        await self._parts.network_back()

    async def _let_go(self) -> None:
        await self.connection.hang_up()
        if self._has_parts:
            await self._parts.let_go()

    def _need_parts(self) -> None:
        if self.exit is None:
            self._reception  # noqa: B018 - made by this

    async def _close(self) -> None:
        self._visiting.close()
        self._network.stop()
        self._oblivion.stop()
        if self._has_parts:
            await self._parts.close()
        await self._authentication.close()
        await self.connection.drop()
        await self._screen.close()

    def _take_signals(self) -> None:
        running = asyncio.get_running_loop()
        for name, status in _ENDINGS.items():
            number = getattr(signal, name, None)
            if number is None:  # Windows has no SIGHUP
                continue
            stop = partial(self.inbox.put, events.Stop(status))
            try:
                running.add_signal_handler(number, stop)
            except NotImplementedError:  # Windows' loop cannot; there a plain handler runs in this thread
                signal.signal(number, lambda *_, stop=stop: stop())

    # ── what happens ──

    def _event_of(self, item: events.Event | FromShell) -> events.Event | None:
        if not isinstance(item, FromShell):
            return item
        role = self._screen.role_of(item.shell)
        if role is None:
            return None
        if role is Role.FRONT:
            self._note(item.message)
            if isinstance(item.message, protocol.Said | protocol.Scanned) and self._hear(item.message):
                return None
        return translate(item.message, role)

    def _note(self, message: protocol.Event | int) -> None:
        if isinstance(message, protocol.Refused):
            self.refusal = message
        if isinstance(message, protocol.Painted) and message.page != "loading":
            asyncio.get_running_loop().call_soon(self._need_parts)
        if isinstance(message, protocol.Ready):
            self.ready = message
            if self.config.screen >= len(message.screens):
                log.warning("no screen %d, there are %d: the primary one", self.config.screen, len(message.screens))

    def _hear(self, message: protocol.Said | protocol.Scanned) -> bool:
        """Take what has a secret in it, or is for the operator's part, if this is the moment for it."""
        signing_in = self.session.state is State.ATTRACT and not self.session.pin
        match message:
            case protocol.Scanned(text=text):
                if signing_in:
                    self._reception.scanned(text)
            case protocol.Said(word="id", value=digits):
                if signing_in:
                    self._reception.typed(digits)
            case protocol.Said(word="pin", value=digits):
                if self.session.pin:
                    self._reception.pin(digits)
            case protocol.Said(word="language", value=language):
                return language not in self.config.languages
            case protocol.Said():
                return self._parts.operating.hear(message, self.session)
        return True

    def _advance(self, event: events.Event) -> None:
        before = self.session
        self.session, what = step(before, event)
        self._name_visitor(before.visit)
        if self.session.state is not before.state:
            self.since = time.time()
            log.info("state %s -> %s %s", before.state, self.session.state, self.session.code)
            if self._has_parts:
                self._parts.operating.forget()
            if before.state is State.OUT_OF_SERVICE:
                self._network.stop()
        moved = (before.state, before.pin) != (self.session.state, self.session.pin)
        if moved and not self.session.pin and self._has_parts:
            self._reception.forget()
        for effect in what:
            self._perform(effect)
        if self.session.visit is None:
            logs.name_visitor("")
            if before.visit is not None:
                self._oblivion.begin()

    def _name_visitor(self, before: Visit | None) -> None:
        """Have the log's lines name whose visit they are about, from the first to the last one of a visit."""
        visit = self.session.visit
        if visit is not None and (before is None or before.number != visit.number):
            self._oblivion.stop()
            logs.name_visitor(name_for_this_visit(visit.user))
            log.info("visit began visit=%d", visit.number)

    # ── what is done about it ──

    def _perform(self, effect: effects.Effect) -> None:
        self._performers[type(effect)](effect)

    def show_again(self, effect: effects.ShowPage) -> None:
        """Show a page of the operator's once more, if it is still the one that is shown."""
        if self.session.state.value == effect.page and not self.session.pin:
            self._show(effect)

    def _make_performers(self) -> dict[type[effects.Effect], Callable[[Any], None]]:
        send = self._screen.send
        return {
            effects.ShowPage: self._show,
            effects.HidePage: lambda _: send(protocol.HidePage()),
            effects.Authenticate: lambda effect: self._authentication.start(effect.visit),
            effects.CheckService: lambda _: self._authentication.check(),
            effects.WatchNetwork: lambda _: self._network.start(),
            effects.Open: self._open,
            effects.HandOver: self._visiting.hand_over,
            effects.CheckIn: self._visiting.check_in,
            effects.EndVisit: self._visiting.end,
            effects.SetTimer: lambda effect: self._timers.set(effect.timer, effect.seconds),
            effects.ClearTimer: lambda effect: self._timers.clear(effect.timer),
            effects.SpawnShell: self._spawn,
            effects.KillShell: lambda effect: self._screen.kill(effect.role),
            effects.Cover: lambda _: send(protocol.Cover()),
            effects.Present: lambda _: send(protocol.Present(), Role.SPARE),
            effects.Promote: lambda _: self._screen.promote(),
            effects.Exit: self._exit,
        }

    def _show(self, effect: effects.ShowPage) -> None:
        special = self._parts.operating.content(effect, self.session) if effect.page in OPERATOR_PAGES else None
        if special is not None:
            self._latest = special
            special.add_done_callback(partial(self._show_later, effect))
            return
        self._send_page(effect, content_of(effect, self.config))

    def _show_later(self, effect: effects.ShowPage, content: asyncio.Future[dict[str, object]]) -> None:
        """Show a page whose content took its time, unless another is shown by now, or newer content is."""
        if content.cancelled() or content is not self._latest:
            return
        if error := content.exception():
            log.error("no page page=%s: %s", effect.page, type(error).__name__, exc_info=error)
        elif effect.page == ("pin" if self.session.pin else self.session.state.value):
            self._send_page(effect, content.result())

    def _send_page(self, effect: effects.ShowPage, content: dict[str, object]) -> None:
        language = self.language() if effect.role is Role.FRONT else language_of(self.config)
        self._screen.send(protocol.ShowPage(effect.page, language, effect.code, content), effect.role)

    def language(self) -> str:
        """Return the language of our pages, now."""
        visit = self.session.visit
        return language_of(self.config, self.session.language, visit.language if visit else None)

    def _open(self, effect: effects.Open) -> None:
        self._visiting.open(effect, language=self.language(), ends_at=self._timers.due(Timer.LIMIT))

    def _spawn(self, effect: effects.SpawnShell) -> None:
        try:
            self._screen.spawn(effect.role)
        except KioskError as error:
            log.error("no shell: %s; %s", error.message, error.hint)  # noqa: TRY400 - an operational error
            self.inbox.put(events.ShellGone(effect.role))

    def _exit(self, effect: effects.Exit) -> None:
        self.exit = effect
