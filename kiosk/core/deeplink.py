"""The section of the widget that a visit opens at."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from uuid import UUID

from kiosk.errors import InvalidInput


class Feature(StrEnum):
    """A section of the widget. Source: `feature` of getWidgetUrl in the API's OpenAPI document."""

    MISSIONS = "missions"
    REWARDS = "rewards"
    REFERRAL = "referral"
    TAP_TO_EARN = "t2e"
    HOLD_TO_EARN = "h2e"
    LEADERBOARD = "leaderboard"


WITH_ITEMS = frozenset({Feature.MISSIONS, Feature.REWARDS})
"""The sections that have items to open. Source: `itemId`, in the same place."""

_FEATURES = ", ".join(Feature)


@dataclass(frozen=True, slots=True)
class DeepLink:
    """Where a visit opens: a section, and perhaps an item in it. Neither means the widget's own start."""

    feature: Feature | None = None
    item_id: UUID | None = None


START = DeepLink()
"""The widget's own start."""


def parse_deep_link(feature: str | None = None, item_id: str | None = None) -> DeepLink:
    """Check a section and an item as they were typed. Raises InvalidInput that names the field."""
    section = None if feature is None else _parse_feature(feature)
    if item_id is None:
        return DeepLink(section)
    if section not in WITH_ITEMS:
        raise InvalidInput("item-id", "needs a section that has items", allowed="with feature missions or rewards only")
    try:
        return DeepLink(section, UUID(item_id))
    except ValueError:
        raise InvalidInput(
            "item-id", "is not a UUID", allowed="a UUID such as 0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10"
        ) from None


def _parse_feature(text: str) -> Feature:
    try:
        return Feature(text)
    except ValueError:
        near = get_close_matches(text, list(Feature), n=1)
        guess = f"; did you mean {near[0]}?" if near else ""
        raise InvalidInput("feature", "is not a section of the widget" + guess, allowed=_FEATURES) from None
