"""What a shell says, in the words of `core.session`: one row per message of the protocol, and a line for the log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from kiosk.core import session as core
from kiosk.shell import protocol

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


def translate(message: protocol.Event | int) -> core.Event | None:
    """Return the event that a shell's message (or exit status) stands for, if it is one for the session."""
    return _TABLE[type(message)](message)


def _ready(message: protocol.Ready) -> core.Event:
    log.info("shell ready engine=%s version=%s", message.engine, message.version)
    if weak := sorted(feature for feature, held in message.enforcement.items() if held != "enforced"):
        log.warning("not enforced features=%s: this is not for a venue; see `kiosk doctor`", ",".join(weak))
    return core.ShellReady()


def _painted(message: protocol.Painted) -> core.Event | None:
    if message.visit:
        log.info("widget painted visit=%d", message.visit)
        return core.Painted(message.visit)
    log.info("page painted page=%s", message.page)
    return None


def _load_failed(message: protocol.LoadFailed) -> core.Event:
    log.warning("page failed visit=%d reason=%s", message.visit, message.reason)
    return core.PageFailed(message.visit, message.reason)


def _renderer_gone(message: protocol.RendererGone) -> core.Event:
    log.error("renderer gone visit=%d reason=%s", message.visit, message.reason)
    return core.ShellGone()


def _blocked(message: protocol.Blocked) -> None:
    log.warning("blocked visit=%d feature=%s reason=%s", message.visit, message.feature, message.reason)


def _said(message: protocol.Said) -> core.Event | None:
    return core.RetryAsked() if message.word == "retry" else None


def _refused(message: protocol.Refused) -> core.Event:
    log.error("shell refused code=%s: %s; %s", message.code, message.message, message.hint)
    return core.ShellRefused(message.error().exit_status)


def _closed(_message: protocol.Closed) -> core.Event:
    log.info("window closed")
    return core.Stop()


def _ended(status: int) -> core.Event:
    log.error("shell ended status=%d", status)
    return core.ShellGone()


_TABLE: dict[type, Callable[[Any], core.Event | None]] = {
    protocol.Ready: _ready,
    protocol.Painted: _painted,
    protocol.LoadFailed: _load_failed,
    protocol.RendererGone: _renderer_gone,
    protocol.Blocked: _blocked,
    protocol.Said: _said,
    protocol.Activity: lambda _: None,
    protocol.Playing: lambda _: None,
    protocol.Scanned: lambda _: None,
    protocol.Gesture: lambda _: None,
    protocol.Covered: lambda _: None,
    protocol.Presented: lambda _: None,
    protocol.Refused: _refused,
    protocol.Closed: _closed,
    int: _ended,
}
