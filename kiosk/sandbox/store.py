"""What the sandbox remembers, in memory alone, and the rules of its loyalty programme. One event loop uses it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from hashlib import sha256
from typing import Any

from kiosk.sandbox.content import content

TAP_LIMIT = 100
"""Points that a visitor can earn by tapping."""

DEFAULT_LANGUAGE = "en"

_CENT = Decimal("0.01")
_MOST_PER_EVENT = Decimal(1_000_000)


class Impossible(Exception):
    """The programme's rules forbid it: done before, sold out, or too few points."""


class Unknown(Exception):
    """There is no such mission or reward."""


@dataclass(slots=True)
class Visitor:
    """A visitor of the venue, and what he has done so far."""

    user_id: str
    name: str
    referral_code: str
    language: str = DEFAULT_LANGUAGE
    balance: Decimal = Decimal(0)
    terms_accepted: bool = False
    taps: int = 0
    done: set[str] = field(default_factory=set)


class Store:
    """Visitors, events, revenue, websites, segments and stock."""

    def __init__(self) -> None:
        """Start with the demo visitor alone."""
        self.visitors: dict[str, Visitor] = {}
        self.events: dict[str, Any] = {}
        self.revenue: dict[str, Any] = {}
        self.websites: list[str] = []
        self.segments: list[dict[str, Any]] = []
        self.stock = {reward.id: reward.stock for reward in content().rewards}
        demo = content().demo_visitor
        visitor = self.visitor(demo.user_id)
        visitor.name = demo.name
        visitor.balance = Decimal(demo.balance)
        visitor.terms_accepted = True
        visitor.done.update(demo.done)

    def visitor(self, user_id: str) -> Visitor:
        """Return the visitor, created if unknown: as `GET .../widget` and the first event do. Source: facts.md."""
        if user_id not in self.visitors:
            digest = sha256(user_id.encode()).digest()
            names = content().names
            name = names[int.from_bytes(digest[:4], "big") % len(names)]
            code = f"HARBOUR-{digest[4:7].hex().upper()}"
            self.visitors[user_id] = Visitor(user_id, name, code)
        return self.visitors[user_id]

    def count_event(self, event_id: str, user_id: str, value: Decimal) -> None:
        """Add an event's value as points, once per event id. The rule (a point per unit) is the sandbox's own."""
        visitor = self.visitor(user_id)
        if event_id in self.events:
            return
        self.events[event_id] = user_id
        visitor.balance += min(max(value, Decimal(0)), _MOST_PER_EVENT).quantize(_CENT, ROUND_DOWN)

    def add_websites(self, websites: list[str]) -> None:
        """Add all or none. Raises Impossible if one is there already, or named twice."""
        if len({*self.websites, *websites}) != len(self.websites) + len(websites):
            raise Impossible("a website is there already")
        self.websites.extend(websites)

    def complete(self, visitor: Visitor, mission_id: str) -> None:
        """Do a mission, once. Raises Unknown or Impossible."""
        mission = next((each for each in content().missions if each.id == mission_id), None)
        if mission is None:
            raise Unknown("there is no such mission")
        if mission_id in visitor.done:
            raise Impossible("the mission was done before")
        visitor.done.add(mission_id)
        visitor.balance += mission.points

    def redeem(self, visitor: Visitor, reward_id: str) -> None:
        """Buy a reward. Raises Unknown or Impossible."""
        reward = next((each for each in content().rewards if each.id == reward_id), None)
        if reward is None:
            raise Unknown("there is no such reward")
        if not self.stock[reward_id]:
            raise Impossible("the reward is sold out")
        if visitor.balance < reward.price:
            raise Impossible("there are not enough points")
        self.stock[reward_id] -= 1
        visitor.balance -= reward.price

    def tap(self, visitor: Visitor, taps: int) -> None:
        """Earn a point per tap, up to TAP_LIMIT. Raises Impossible beyond it."""
        if visitor.taps + taps > TAP_LIMIT:
            raise Impossible("there are no more points to earn by tapping")
        visitor.taps += taps
        visitor.balance += taps


def amount(value: Decimal) -> str:
    """Return points as the API writes them: a decimal text, without an exponent and without needless zeros."""
    return str(int(value)) if value == value.to_integral_value() else format(value.quantize(_CENT), "f")
