"""What lies in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from kiosk.core.secret import Secret

Kind = Literal["event", "revenue"]
State = Literal["pending", "dead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something to send. It never changes, so every try sends the same under the same id.

    `id` is unique within its kind. Items of one `lane` are sent one after another. `body` is JSON that whoever appends
    and whoever sends agree on; like the lane, it holds a visitor's id.
    """

    kind: Kind
    id: str
    lane: Secret
    body: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An item in the outbox, and how it fared. Times are seconds since the epoch.

    `number` grows with every item. `reason` says of a dead letter why it is one, and of another why it still waits.
    """

    number: int
    item: Item
    state: State
    accepted: float
    attempts: int
    next_try: float
    reason: str


@dataclass(frozen=True, slots=True)
class OutboxStatus:
    """How many wait, how many are dead letters, and for how many seconds the oldest has waited, if one has."""

    pending: int = 0
    dead: int = 0
    oldest: float | None = None
