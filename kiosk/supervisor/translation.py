"""What a shell says, in the words of `core.events`: one row per message of the protocol, and a line for the log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from kiosk.core import events
from kiosk.core.deeplink import Feature
from kiosk.core.session import Role
from kiosk.shell import protocol

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


def translate(message: protocol.Event | int, role: Role) -> events.Event | None:
    """Return the event that the message (or exit status) of the shell with that role stands for, if it is one."""
    if role is Role.SPARE and not isinstance(message, _OF_A_SPARE):
        return None
    return _TABLE[type(message)](message, role)


_OF_A_SPARE = (
    protocol.Ready,
    protocol.Painted,
    protocol.Presented,
    protocol.RendererGone,
    protocol.Refused,
    protocol.Closed,
    int,
)


def _ready(message: protocol.Ready, role: Role) -> events.Event:
    log.info("shell ready role=%s engine=%s version=%s", role, message.engine, message.version)
    if weak := sorted(feature for feature, held in message.enforcement.items() if held != "enforced"):
        log.warning("not enforced features=%s: this is not for a venue; see `kiosk doctor`", ",".join(weak))
    return events.ShellReady(role)


def _painted(message: protocol.Painted, role: Role) -> events.Event | None:
    if role is Role.SPARE:
        return events.SparePainted()
    if message.visit:
        log.info("widget painted visit=%d", message.visit)
        return events.Painted(message.visit)
    log.info("page painted page=%s", message.page)
    return None


def _load_failed(message: protocol.LoadFailed, _role: Role) -> events.Event | None:
    log.warning("page failed visit=%d reason=%s", message.visit, message.reason)
    return events.PageFailed(message.visit, message.reason)


def _renderer_gone(message: protocol.RendererGone, role: Role) -> events.Event:
    log.error("renderer gone role=%s visit=%d reason=%s", role, message.visit, message.reason)
    return events.ShellGone(role)


def _blocked(message: protocol.Blocked, _role: Role) -> events.Event | None:
    who = "visitor" if message.by_visitor else "page"
    log.warning("blocked visit=%d feature=%s reason=%s by=%s", message.visit, message.feature, message.reason, who)
    return events.Attempt(message.visit) if message.by_visitor else None


def _said(message: protocol.Said, _role: Role) -> events.Event | None:
    """Translate a word that needs no work; those with a secret in them are the supervisor's."""
    word = _WORDS.get(message.word)
    if word is not None:
        return word()
    if message.word == "language":
        return events.LanguageChosen(message.value)
    if message.word == "section" and message.value in set(Feature):
        return events.SignInAsked(Feature(message.value))
    return None


_WORDS: dict[str, Callable[[], events.Event]] = {
    "retry": events.RetryAsked,
    "done": events.DoneAsked,
    "continue": events.Activity,
    "sign-in": events.SignInAsked,
    "back": events.BackAsked,
}


def _refused(message: protocol.Refused, role: Role) -> events.Event:
    log.error("shell refused role=%s code=%s: %s; %s", role, message.code, message.message, message.hint)
    return events.ShellGone(role) if role is Role.SPARE else events.ShellRefused(message.error().exit_status)


def _closed(_message: protocol.Closed, _role: Role) -> events.Event:
    log.info("window closed")
    return events.Stop()


def _presented(_message: protocol.Presented, _role: Role) -> events.Event:
    log.info("fresh window in front")
    return events.Presented()


def _covered(_message: protocol.Covered, _role: Role) -> None:
    log.info("covered")


def _ended(status: int, role: Role) -> events.Event:
    log.error("shell ended role=%s status=%d", role, status)
    return events.ShellGone(role)


_TABLE: dict[type, Callable[[Any, Role], events.Event | None]] = {
    protocol.Ready: _ready,
    protocol.Painted: _painted,
    protocol.LoadFailed: _load_failed,
    protocol.RendererGone: _renderer_gone,
    protocol.Blocked: _blocked,
    protocol.Said: _said,
    protocol.Activity: lambda _message, _role: events.Activity(),
    protocol.Playing: lambda message, _role: events.Playing(message.active),
    protocol.Scanned: lambda _message, _role: None,
    protocol.Gesture: lambda _message, _role: events.Gesture(),
    protocol.Covered: _covered,
    protocol.Presented: _presented,
    protocol.Refused: _refused,
    protocol.Closed: _closed,
    int: _ended,
}
