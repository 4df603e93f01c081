"""`kiosk api ...`: the API's eight operations, one at a time, for the engineer who sets a venue up.

`widget-url` and `token` print a credential, because that is what they are asked for. Nothing else ever does.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from kiosk.commands._context import context_of
from kiosk.commands._sign_in import check_user
from kiosk.core.deeplink import parse_deep_link
from kiosk.errors import ApiError, InvalidInput
from kiosk.result import Result

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

_LONGEST_FILE = 1_048_576  # bytes, of a list of users; about 10 000 of them
_NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?", re.ASCII)
_LONGEST_SITE = 2_048  # characters; browsers take no longer addresses either


def widget_url(args: argparse.Namespace) -> Result:
    """Print the widget URL of a visitor."""
    link = parse_deep_link(args.feature, args.item_id)
    context = context_of(args)
    check_user(context.config, args.user)
    widget = context.call(lambda api: api.widget_url(args.user, link=link, language=args.language or None))
    url = widget.url.reveal()
    return Result(url, {"url": url})


def token(args: argparse.Namespace) -> Result:
    """Print a JWT of a visitor, and in JSON when it ends."""
    context = context_of(args)
    check_user(context.config, args.user)
    answer = context.call(lambda api: api.token(args.user))
    jwt = answer.jwt.reveal()
    return Result(jwt, {"token": jwt, "expiresAt": _format_time(datetime.fromtimestamp(answer.expires_at, UTC))})


def balance(args: argparse.Namespace) -> Result:
    """Print the balance of a visitor."""
    answer = context_of(args).call(lambda api: api.balance(args.user))
    amount = f"{answer.balance:f}"
    text = amount if answer.user_exists else f"{amount} (Enable3 does not know this user)"
    return Result(text, {"balance": amount, "userExists": answer.user_exists})


def event(args: argparse.Namespace) -> Result:
    """Send an event, or put it into the outbox, and print its id and time."""
    from kiosk.api import Event  # noqa: PLC0415 - httpx takes 100 ms to import
    from kiosk.outbox.posting import item_of_event  # noqa: PLC0415 - as above

    sent = Event(
        id=_made(args.id),
        user=args.user,
        event_id=args.event_id,
        value=_parse_number(args.value, "value"),
        created_at=_parse_time(args.created_at, "created-at"),
        tags=tuple(args.tag),
    )
    created_at = _format_time(sent.created_at)
    if args.queue:
        context_of(args).outbox.append(item_of_event(sent))
        return Result(f"queued  id={sent.id}  createdAt={created_at}", {"id": sent.id, "createdAt": created_at})
    with _naming(f"--id {sent.id} --created-at {created_at}", made=args.id is None):
        context_of(args).call(lambda api: api.send_event(sent))
    return Result(f"sent  id={sent.id}  createdAt={created_at}", {"id": sent.id, "createdAt": created_at})


def revenue(args: argparse.Namespace) -> Result:
    """Send revenue, or put it into the outbox, and print the id and time of the request."""
    from kiosk.api import Revenue  # noqa: PLC0415 - see event
    from kiosk.outbox.posting import item_of_revenue  # noqa: PLC0415 - see event

    sent = Revenue(
        request_id=_made(args.request_id),
        amount=_parse_number(args.amount, "amount"),
        date=_parse_time(args.date, "date"),
    )
    date = _format_time(sent.date)
    if args.queue:
        context_of(args).outbox.append(item_of_revenue(sent))
        return Result(f"queued  requestId={sent.request_id}  date={date}", {"requestId": sent.request_id, "date": date})
    with _naming(f"--request-id {sent.request_id} --date {date}", made=args.request_id is None):
        context_of(args).call(lambda api: api.send_revenue(sent))
    return Result(f"sent  requestId={sent.request_id}  date={date}", {"requestId": sent.request_id, "date": date})


def segment_add(args: argparse.Namespace) -> Result:
    """Add the users of a file to segments."""
    users = _read_users(args)
    context_of(args).call(lambda api: api.add_segments(users))
    return Result(f"added: {len(users)}", {"added": len(users)})


def segment_remove(args: argparse.Namespace) -> Result:
    """Remove the users of a file from segments."""
    users = _read_users(args)
    context_of(args).call(lambda api: api.remove_segments(users))
    return Result(f"removed: {len(users)}", {"removed": len(users)})


def websites_add(args: argparse.Namespace) -> Result:
    """Allow sites to embed the widget."""
    for site in args.websites:
        if not site or len(site) > _LONGEST_SITE or not site.isprintable() or " " in site:
            raise InvalidInput("SITE", "is not the address of a site", allowed="addresses such as https://shop.example")
    context_of(args).call(lambda api: api.add_websites(args.websites))
    return Result(f"added: {', '.join(args.websites)}", {"websites": args.websites})


# ── what was typed ──────────────────────────────────────────────────────────────────────────────────────────────────


def _made(given: str | None) -> str:
    return str(uuid4()) if given is None else given


def _parse_number(text: str, field: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise InvalidInput(
            field, "is not a number", allowed="a decimal number such as 12.50, to 20 digits on each side"
        )
    return Decimal(text)


def _parse_time(text: str | None, field: str) -> datetime:
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)  # the API's times have seconds
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        allowed = "ISO 8601 such as 2026-11-23T14:00:00Z; without a zone it is UTC"
        raise InvalidInput(field, "is not a time", allowed=allowed) from None


def _format_time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


@contextmanager
def _naming(options: str, *, made: bool) -> Iterator[None]:
    """Tell with a failure how to send the same again: with an id that we made, it may have been counted already."""
    try:
        yield
    except ApiError as error:
        if made and error.retryable:
            error.hint = f"{error.hint}; to send it again so that it counts once, add `{options}`"
        raise


def _read_users(args: argparse.Namespace) -> list[dict[str, Any]]:
    """Return the JSON array of objects in `--file`. Raises InvalidInput that names the place and not the content."""
    data = context_of(args).read_input(args.file, field="--file", limit=_LONGEST_FILE)
    try:
        users = json.loads(data, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InvalidInput("--file", f"is not JSON ({place}: {error.msg})", allowed=_USERS) from None
    except (ValueError, RecursionError):  # not UTF-8, NaN, a number of thousands of digits, or nested without end
        raise InvalidInput("--file", "is not JSON", allowed=_USERS) from None
    if not isinstance(users, list) or not users:
        raise InvalidInput("--file", "is not a list with something in it", allowed=_USERS)
    for number, user in enumerate(users, start=1):
        if not isinstance(user, dict):
            raise InvalidInput("--file", f"has an item that is no object (item {number})", allowed=_USERS)
    return users


_USERS = "a JSON array of objects, one or more"


def _refuse_constant(name: str) -> float:
    raise ValueError(name)
