"""Outboxes, and items for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from kiosk.core.secret import Secret
from kiosk.store.item import Item
from kiosk.store.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@dataclass
class Clock:
    now: float = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


def item(name: str, lane: str = "visitor-1") -> Item:
    return Item(kind="event", id=name, lane=Secret(lane), body=Secret(f'{{"name":"{name}"}}'))


def ids(outbox: Outbox) -> list[str]:
    return [stored.item.id for stored in outbox.items("pending")]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "outbox.db"


@pytest.fixture
def make(path: Path, clock: Clock) -> Iterator[Callable[..., Outbox]]:
    """Open the outbox, as another process would, as often as wanted."""
    made: list[Outbox] = []

    def build(**given: object) -> Outbox:
        made.append(Outbox(path, clock=clock, **given))
        return made[-1]

    yield build
    for outbox in made:
        outbox.close()


@pytest.fixture
def outbox(make: Callable[..., Outbox]) -> Outbox:
    return make()
