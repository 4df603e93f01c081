"""What a window shows: a visit's page, and pages of our own in the panes around or over it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.core.navigation import Policy

if TYPE_CHECKING:
    from kiosk.core.origin import Origin


class Pane(StrEnum):
    """Where a page of our own is. Each pane has a view of its own, and shows one page at a time."""

    FRONT = "front"
    """The whole window."""
    BAR = "bar"
    """A strip at the top, above the visit's page."""
    KEYBOARD = "keyboard"
    """A strip at the bottom, below the visit's page, when somebody types there."""


@dataclass(slots=True)
class Showing:
    """The visit's page that the window was last told to show, and how far that is. A new one for every command."""

    visit: int = 0
    url: str = field(default="", repr=False)
    origin: Origin | None = None
    policy: Policy = field(default_factory=Policy)
    settled: bool = False
    """It was painted, or it failed: no second report."""
    painted: bool = False
    """Its first frame is there."""
