"""What the outbox holds as what the API is told: an item's body is written here, and read here when it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the bodies' types are read when they are decoded
from decimal import Decimal  # noqa: TC003 - as above
from typing import TYPE_CHECKING, TypeVar

from kiosk import wire
from kiosk.core.secret import Secret
from kiosk.core.user_id import UserId
from kiosk.errors import InvalidInput
from kiosk.store.item import Item

if TYPE_CHECKING:
    from kiosk.api import Enable3, Event, Revenue

    T = TypeVar("T")

_REVENUE_LANE = "revenue"
_USER_LANE = "user "  # with the id behind it: never the same as the one above


@dataclass(frozen=True, slots=True, kw_only=True)
class _EventBody:
    user: str
    event_id: str
    value: Decimal
    created_at: datetime
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _RevenueBody:
    amount: Decimal
    date: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What may be shown of an item: the event's id or nothing, the amount, and the masked visitor or nothing."""

    event_id: str
    value: str
    user: str


def event_item(
    *, name: str, user: UserId, event_id: str, value: Decimal, created_at: datetime, tags: tuple[str, ...] = ()
) -> Item:
    """Return an event as it will be sent, `name` being its id. A visitor's events are a lane: they go in order."""
    body = _EventBody(user=user.reveal(), event_id=event_id, value=value, created_at=created_at, tags=tags)
    return Item(kind="event", id=name, lane=Secret(_USER_LANE + user.reveal()), body=_written(body))


def item_of_event(event: Event) -> Item:
    """Return an event that was checked as it will be sent."""
    return event_item(
        name=event.id,
        user=event.user,
        event_id=event.event_id,
        value=event.value,
        created_at=event.created_at,
        tags=event.tags,
    )


def item_of_revenue(revenue: Revenue) -> Item:
    """Return revenue as it will be sent: all of it is one lane."""
    body = _RevenueBody(amount=revenue.amount, date=revenue.date)
    return Item(kind="revenue", id=revenue.request_id, lane=Secret(_REVENUE_LANE), body=_written(body))


async def post(api: Enable3, item: Item) -> None:
    """Send `item`. Raises ApiError, and InvalidInput for one that cannot be sent at all."""
    from kiosk.api import Event, Revenue  # noqa: PLC0415 - httpx takes 100 ms to import

    if item.kind == "revenue":
        revenue = _read(item, _RevenueBody)
        await api.send_revenue(Revenue(request_id=item.id, amount=revenue.amount, date=revenue.date))
        return
    body = _read(item, _EventBody)
    event = Event(
        id=item.id,
        user=UserId.parse(body.user),
        event_id=body.event_id,
        value=body.value,
        created_at=body.created_at,
        tags=body.tags,
    )
    await api.send_event(event)


def summarise(item: Item) -> Summary:
    """Return what may be shown of `item`. Raises InvalidInput if it cannot be read."""
    if item.kind == "revenue":
        return Summary(event_id="", value=f"{_read(item, _RevenueBody).amount:f}", user="")
    body = _read(item, _EventBody)
    return Summary(event_id=body.event_id, value=f"{body.value:f}", user=UserId.parse(body.user).masked())


def _written(body: object) -> Secret:
    return Secret(wire.encode(body).decode())


def _read(item: Item, kind: type[T]) -> T:
    try:
        return wire.decode(item.body.reveal(), kind)
    except wire.WireError:
        raise InvalidInput(item.kind, "is not what this version of the kiosk writes") from None
