"""The operator's pages: PIN, panel and enrolment: what they show, and what follows from a touch on them."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Protocol

from kiosk.core import effects, events
from kiosk.core.session import Session, State, Wanted
from kiosk.core.user_id import UserId
from kiosk.errors import KioskError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from kiosk.config import Config
    from kiosk.operators.enrolment import EnrolmentOutcome
    from kiosk.operators.pin import PinKeeper
    from kiosk.shell import protocol

    Content = dict[str, object]

log = logging.getLogger(__name__)


class PanelBackend(Protocol):
    """What the panel shows and can do, besides what the session's table does (kiosk.operators.panel)."""

    async def describe(self, session: Session) -> Content: ...
    async def doctor(self) -> None: ...
    async def test(self) -> None: ...
    async def retry_outbox(self) -> None: ...
    def choose_language(self, language: str) -> None: ...


class Operating:
    """Answers the words of the operator's pages, and makes their content: in tasks, for files and hashes take time."""

    def __init__(
        self,
        *,
        config: Config,
        pins: PinKeeper,
        panel: PanelBackend,
        enrol: Callable[[Mapping[str, object]], Coroutine[None, None, EnrolmentOutcome]],
        on_event: Callable[[events.Event], None],
        show: Callable[[effects.ShowPage], None],
    ) -> None:
        """`show` shows one of the pages again, with what is new about it."""
        self._config = config
        self._pins = pins
        self._panel = panel
        self._enrol = enrol
        self._on_event = on_event
        self._show = show
        self._busy = ""
        self._message = ""
        self._error: Content | None = None
        self._typed: Content = {}
        self._task: asyncio.Task[None] | None = None

    # ── what they show ──

    def content(self, effect: effects.ShowPage, session: Session) -> asyncio.Future[Content] | None:
        """Return what will be the content of the page that `effect` shows, if it is one of the operator's."""
        match effect.page:
            case "pin":
                return asyncio.create_task(self._pin_content(effect))
            case "panel":
                return asyncio.create_task(self._panel_content(session))
            case "enrolment":
                return asyncio.create_task(self._enrolment_content())
            case _:
                return None

    async def _pin_content(self, effect: effects.ShowPage) -> Content:
        def look() -> Content:
            try:
                return {
                    "unset": not self._pins.is_set(),
                    "wait": round(max(effect.wait, self._pins.wait())),
                    "wrong": effect.message == "wrong",
                }
            except KioskError as error:
                log.error("no PIN code=%s: %s; %s", error.code, error.message, error.hint)  # noqa: TRY400 - operational
                return {"unset": False, "wait": round(effect.wait), "wrong": True}

        return await asyncio.get_running_loop().run_in_executor(None, look)

    async def _panel_content(self, session: Session) -> Content:
        return {**await self._panel.describe(session), "busy": self._busy, "message": self._message}

    async def _enrolment_content(self) -> Content:
        return {
            "base_url": self._config.base_url,
            "brand": self._config.brand,
            "language": self._config.language,
            "languages": list(self._config.languages),
            **self._typed,
            "error": self._error,
            "busy": self._busy != "",
            "needs": ["key", "pin"],
        }

    def forget(self) -> None:
        """Start over with the pages: another state has begun."""
        self._message = ""
        self._error = None
        self._typed = {}

    async def close(self) -> None:
        """End what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    # ── what they say ──

    def hear(self, message: protocol.Said, session: Session) -> bool:
        """Take a word that is for the operator's part, and say whether it was one."""
        match message.word:
            case "close":
                self._on_event(events.PinClosed() if session.pin else events.PanelClosed())
            case "panel" if session.state is State.PANEL:
                self._act(message.value)
            case "enrol" if session.state is State.ENROLMENT:
                self._start("enrol", "enrolment", lambda: self._enrol_by(message.value))
            case "panel" | "enrol":
                pass  # too late
            case _:
                return False
        return True

    def _act(self, action: str) -> None:
        if event := _EVENTS.get(action):
            self._on_event(event())
        elif action == "doctor":
            self._start(action, "panel", self._panel.doctor)
        elif action == "outbox-retry":
            self._start(action, "panel", self._panel.retry_outbox)
        elif action == "test" and self._config.test_user:
            self._on_event(events.Begin(Wanted(UserId.parse(self._config.test_user)), hand_over=True))
        elif action == "test":
            self._start(action, "panel", self._panel.test)
        elif action.startswith("language:"):
            self._start(action, "panel", lambda: self._change_language(action.partition(":")[2]))

    def _start(self, what: str, page: str, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Do one thing at a time, and show that it is done and what came of it."""
        if self._task is not None and not self._task.done():
            return
        self._busy, self._message = what, ""
        self._task = asyncio.create_task(self._run(work, page))
        self._show(effects.ShowPage(page))

    async def _run(self, work: Callable[[], Coroutine[None, None, None]], page: str) -> None:
        try:
            await work()
        except KioskError as error:
            log.error("operator: %s code=%s: %s; %s", self._busy, error.code, error.message, error.hint)  # noqa: TRY400
            self._message = f"{error.message}; {error.hint}"
        except Exception:
            log.exception("operator: %s code=unexpected", self._busy)
            self._message = "unexpected"
        self._busy = ""
        self._show(effects.ShowPage(page))

    async def _change_language(self, language: str) -> None:
        if language not in self._config.languages:
            return
        await asyncio.get_running_loop().run_in_executor(None, self._panel.choose_language, language)
        self._on_event(events.RestartAsked())

    async def _enrol_by(self, text: str) -> None:
        try:
            values = json.loads(text)
        except ValueError:
            values = None
        if not isinstance(values, dict):
            log.error("enrolment: our own page said something odd")
            return
        # What is right stays on the page beside what is wrong; the key and the PIN are typed again.
        self._typed = {name: values[name] for name in _KEPT if isinstance(values.get(name), str)}
        outcome = await self._enrol(values)
        if outcome.ok:
            log.info("enrolled")
            self._on_event(events.RestartAsked())
        else:
            self._error = {"field": outcome.field, "text": outcome.text}


_KEPT = ("base_url", "brand")

_EVENTS: dict[str, Callable[[], events.Event]] = {
    "reload": events.ReloadAsked,
    "restart": events.RestartAsked,
    "exit": events.ExitAsked,
}
