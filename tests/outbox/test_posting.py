"""What goes into the outbox comes out as it was."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.api import Event, Revenue
from kiosk.core.secret import Secret
from kiosk.core.user_id import UserId
from kiosk.errors import InvalidInput
from kiosk.outbox.posting import Summary, item_of_event, item_of_revenue, post, summarise
from kiosk.store.item import Item

TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1).filter(str.strip)
USERS = TEXTS.filter(lambda text: len(text) <= 256).map(UserId.parse)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6)
TIMES = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds have none


class Recording:
    def __init__(self) -> None:
        self.sent: list[Any] = []

    async def send_event(self, event: Event) -> None:
        self.sent.append(event)

    async def send_revenue(self, revenue: Revenue) -> None:
        self.sent.append(revenue)


def sent(item: Item) -> Any:
    api = Recording()
    asyncio.run(post(api, item))  # type: ignore[arg-type]
    (only,) = api.sent
    return only


@given(
    st.builds(
        Event,
        id=TEXTS,
        user=USERS,
        event_id=TEXTS,
        value=NUMBERS,
        created_at=TIMES,
        tags=st.lists(TEXTS, max_size=3).map(tuple),
    )
)
def test_an_event_is_sent_digit_for_digit(event: Event):
    assert sent(item_of_event(event)) == event


@given(st.builds(Revenue, request_id=TEXTS, amount=NUMBERS, date=TIMES))
def test_revenue_is_sent_digit_for_digit(revenue: Revenue):
    assert sent(item_of_revenue(revenue)) == revenue


THEN = datetime(2026, 11, 23, 14, tzinfo=UTC)


def event(user: str) -> Item:
    return item_of_event(
        Event(id="1", user=UserId.parse(user), event_id="coffee", value=Decimal("0.10"), created_at=THEN)
    )


def test_a_visitor_is_a_lane_and_revenue_is_one_of_its_own():
    revenues = [item_of_revenue(Revenue(request_id=n, amount=Decimal(1), date=THEN)) for n in ("a", "b")]
    lanes = [item.lane for item in (event("a"), event("a"), event("b"), event("revenue"), *revenues)]

    assert lanes[0] == lanes[1]
    assert len(set(lanes)) == 4
    assert lanes[4] == lanes[5]


def test_what_is_shown_has_no_visitor_in_it():
    shown = summarise(event("visitor-canary-42"))

    assert shown == Summary(event_id="coffee", value="0.10", user="••••42")
    assert "canary" not in repr(event("visitor-canary-42"))


@pytest.mark.parametrize("body", ["", "{}", '{"user": 1}', "\x00"])
@pytest.mark.parametrize("kind", ["event", "revenue"])
def test_what_cannot_be_read_is_said_without_repeating_it(kind: Any, body: str):
    odd = Item(kind=kind, id="1", lane=Secret("x"), body=Secret(body))

    for look in (summarise, sent):
        with pytest.raises(InvalidInput, match="is not what this version of the kiosk writes"):
            look(odd)
