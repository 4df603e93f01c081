"""`kiosk end | status`: what can be asked of the kiosk that runs under this account."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from kiosk.errors import AlreadyRunning
from kiosk.ops.control_client import ask
from kiosk.ops.control_messages import End, Ended, KioskStatus, Reply, Status, data_of
from kiosk.paths import control_file
from kiosk.result import Result
from kiosk.wire import WireError, to_builtins

if TYPE_CHECKING:
    from argparse import Namespace

    from kiosk.ops.control_messages import Request

T = TypeVar("T")


def end(_args: Namespace) -> Result:
    """End the visit that there is. Raises NotRunning, and AlreadyRunning for a kiosk that does not do it."""
    ended = _ask(End(), Ended)
    text = "nobody is signed in" if ended.visit is None else f"visit {ended.visit} is ended"
    return Result(text, {"visit": ended.visit})


def status(_args: Namespace) -> Result:
    """Say how the kiosk is. Raises NotRunning, and AlreadyRunning for one that does not answer."""
    found = _ask(Status(), KioskStatus)
    return Result("\n".join(_lines(found)), to_builtins(found))


def refusal(reply: Reply) -> AlreadyRunning:
    """Return the error for a kiosk that does not do what it was asked."""
    return AlreadyRunning(reply.message or "the running kiosk refuses", hint=reply.hint)


def _ask(request: Request, kind: type[T]) -> T:
    reply = ask(control_file(), request)
    if not reply.ok:
        raise refusal(reply)
    try:
        return data_of(reply, kind)
    except WireError:
        raise AlreadyRunning(
            "the running kiosk's answer is not understood", hint="it may be of another version: restart it"
        ) from None


def _lines(found: KioskStatus) -> list[str]:
    visit = "none" if found.visit is None else str(found.visit)
    rows = {
        "state": f"{found.state}, since {found.since}",
        "visit": f"{visit}, {found.visits} since the start",
        "last error": found.code or "none",
        "outbox": f"{found.outbox.pending} to send, {found.outbox.dead} given up",
        "version": found.version,
        "engine": f"{found.engine} {found.engine_version}".rstrip(),
        "renderer": found.renderer or "none",
        "process": str(found.pid),
    }
    return [f"{name:10}  {value}" for name, value in rows.items()]
