"""`kiosk outbox list | retry | drop | send`: what waits to be sent to Enable3, and what cannot be."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from kiosk.commands._age import age_of
from kiosk.commands._context import context_of
from kiosk.commands.key import dialog_of
from kiosk.errors import InvalidInput
from kiosk.outbox.posting import summarise
from kiosk.result import Result

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from kiosk.outbox.delivery import Drained
    from kiosk.store.item import Stored
    from kiosk.store.outbox import Outbox

_SHOWN = 100  # lines; all are in the JSON


def list_items(args: argparse.Namespace) -> Result:
    """Show what waits and the dead letters, or with `--dead` these alone. Raises ConfigError and StoreError."""
    outbox = context_of(args).outbox
    items = outbox.items("dead")
    if not args.dead:
        items = outbox.items("pending") + items
    status = outbox.status()
    head = f"{status.pending} waiting, {status.dead} dead letters"
    lines = [head, *map(_line, items[:_SHOWN])]
    if len(items) > _SHOWN:
        lines.append(f"... and {len(items) - _SHOWN} more: --json shows all")
    data = {"pending": status.pending, "dead": status.dead, "oldest": status.oldest, "items": [*map(_describe, items)]}
    return Result("\n".join(lines), data)


def retry(args: argparse.Namespace) -> Result:
    """Let dead letters be sent again, and what waits for its next try be tried now.

    Raises InvalidInput, ConfigError and StoreError.
    """
    outbox = context_of(args).outbox
    dead = outbox.numbers("dead") if args.all else [item.number for item in _named(outbox, args, "--all")]
    outbox.retry(dead)
    outbox.hurry()
    text = f"put back: {len(dead)}; a running kiosk sends them within seconds, `kiosk outbox send` at once"
    return Result(text, {"retried": len(dead)})


def drop(args: argparse.Namespace) -> Result:
    """Forget events for ever, after a question. Raises InvalidInput, ConfigError and StoreError."""
    context = context_of(args)
    outbox = context.outbox
    given = outbox.numbers("dead") if args.all_dead else [item.number for item in _named(outbox, args, "--all-dead")]
    dialog = dialog_of(args, context)
    if given and not dialog.confirm(f"Forget {len(given)} events? Enable3 will never get them."):
        if not dialog.interactive:
            raise InvalidInput("--yes", "is missing", allowed="--yes, or a `y` typed at the question")
        return Result("nothing was dropped", {"dropped": 0})
    outbox.settle(done=given)
    return Result(f"dropped: {len(given)}", {"dropped": len(given)})


def send(args: argparse.Namespace) -> Result:
    """Send everything that can be sent now. The exit status is that of the first error if something is left or dead.

    Raises ConfigError and StoreError; what else goes wrong is in the result.
    """
    from kiosk import loop  # noqa: PLC0415 - httpx takes 100 ms to import
    from kiosk.outbox.delivery import Delivery  # noqa: PLC0415 - as above
    from kiosk.supervisor.connection import Connection  # noqa: PLC0415 - as above

    context = context_of(args)

    async def run() -> Drained:
        api = Connection(read_key=context.read_key, open_api=partial(context.open_api, attempts=1))
        try:
            return await Delivery(context.outbox, api.get).drain()
        finally:
            await api.drop()

    return _report(loop.run(run()))


def _report(drained: Drained) -> Result:
    error = drained.error
    text = f"sent: {drained.sent}, dead letters: {drained.buried}, still waiting: {drained.left}"
    data: dict[str, Any] = {"sent": drained.sent, "dead": drained.buried, "left": drained.left, "problem": None}
    if error is None or not (drained.buried or drained.left):  # a failure that a later try made good is none
        return Result(text, data)
    hint = f"\n  what to do: {error.hint}" if error.hint else ""
    return Result(f"{text}\n{error.message}{hint}", data | {"problem": error.code}, error.exit_status)


def _named(outbox: Outbox, args: argparse.Namespace, otherwise: str) -> Sequence[Stored]:
    """Return the items that the command line names. Raises InvalidInput."""
    if not args.ids:
        raise InvalidInput(
            "ID", "is missing", allowed=f"one id or more, as `kiosk outbox list` shows them, or {otherwise}"
        )
    found = outbox.find(args.ids)
    missing = len(set(args.ids) - {item.item.id for item in found})
    if missing:
        raise InvalidInput("ID", f"is not in the outbox ({missing} of {len(args.ids)})", allowed="`kiosk outbox list`")
    return found


def _describe(stored: Stored) -> dict[str, Any]:
    try:
        summary = summarise(stored.item)
        event_id, value, user = summary.event_id, summary.value, summary.user
    except InvalidInput:  # of another version; it can still be dropped
        event_id, value, user = "", "", ""
    return {
        "id": stored.item.id,
        "kind": stored.item.kind,
        "eventId": event_id or None,
        "value": value,
        "user": user or None,
        "state": stored.state,
        "acceptedAt": _time(stored.accepted),
        "attempts": stored.attempts,
        "nextTryAt": _time(stored.next_try) if stored.state == "pending" and stored.next_try else None,
        "reason": stored.reason or None,
    }


def _line(stored: Stored) -> str:
    shown = _describe(stored)
    parts = [
        "dead   " if stored.state == "dead" else "waiting",
        shown["id"],
        shown["eventId"] or stored.item.kind,
        shown["value"],
        shown["user"] or "",
        f"{age_of(time.time() - stored.accepted)} old",
        f"tries: {stored.attempts}",
        stored.reason,
    ]
    return "  ".join(filter(None, parts))


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
