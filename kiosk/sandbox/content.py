"""The loyalty programme of a venue that does not exist, from `content.json`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from kiosk.wire import decode

Texts = dict[str, str]
"""The same text by language code."""

_FILE = Path(__file__).with_name("content.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mission:
    """Something to do for points. `link` leads out of the widget."""

    id: str
    title: Texts
    text: Texts
    points: int
    kind: Literal["check-in", "social", "proof", "survey"]
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """Something to have for points; `stock` pieces of it."""

    id: str
    title: Texts
    text: Texts
    price: int
    image: str
    stock: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Somebody else on the leaderboard."""

    name: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoVisitor:
    """A visitor who has been here before, so that a demonstration has something to show."""

    user_id: str
    name: str
    balance: str
    done: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The whole programme. `names` are given to visitors whose names we do not know."""

    venue: str
    languages: list[str]
    names: list[str]
    demo_visitor: DemoVisitor
    missions: list[Mission]
    rewards: list[Reward]
    leaderboard: list[Rival]


@cache
def content() -> Content:
    """Return the programme; it never changes while the process lives."""
    return decode(_FILE.read_bytes(), Content)
