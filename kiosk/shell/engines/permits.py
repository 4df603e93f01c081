"""What the visit's page may: asked by each engine at its edge, and decided here, in the same way for all."""

from __future__ import annotations

import time
from abc import abstractmethod
from typing import TYPE_CHECKING

from kiosk.core.lockdown import LockdownFeature
from kiosk.core.navigation import NavigationRequest, OriginPattern, Policy, Verdict
from kiosk.core.sub_resources import PRIVATE, SubResources
from kiosk.shell.engines.native import Native
from kiosk.shell.engines.showing import Showing
from kiosk.shell.protocol import Blocked, Event

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kiosk.core.origin import Origin
    from kiosk.shell.engines.input import Input
    from kiosk.shell.notices import Notices
    from kiosk.shell.pages import OwnPage

BLOCKED_PER_SECOND = 5
"""Blocked events of one kind that are reported in a second; the rest is refused in silence."""

BY_VISITOR = 1.0
"""Seconds after a press, or its release, in which what is refused counts as a visitor's attempt."""


class Permits(Native):
    """Decides about the visit's page, and reports and tells the visitor what it may not."""

    def __init__(
        self,
        *,
        emit: Callable[[Event], None],
        allow: Sequence[OriginPattern],
        listed_only: bool,
        people: Input,
        notices: Notices,
    ) -> None:
        """Report by `emit`; `allow` is the operator's part of the allow-list, `people` takes what they do.

        With `listed_only` pages load from the allow-list alone.
        """
        self.people = people
        self.notices = notices
        self._emit = emit
        self._allow = tuple(allow)
        self._listed_only = listed_only
        self.sub_resources = SubResources()
        """What the page of the present visit may load: another one with every `load_url`."""
        self._visit = Showing()
        self._reported: dict[str, tuple[int, int]] = {}

    def _begin(self, *, visit: int, url: str, origin: Origin) -> Showing:
        """Decide about another page from now on; return the one before."""
        listed = (OriginPattern(origin), *self._allow)
        before, self._visit = self._visit, Showing(visit, url, origin, Policy(listed))
        self.sub_resources = SubResources(self._listed_only, listed)
        return before

    def may_visit(self, *, url: str, main_frame: bool) -> bool:
        """Whether a frame of the visit's page may go to `url`."""
        decision = self._visit.policy.decide(NavigationRequest(url=url, main_frame=main_frame))
        if decision.verdict is not Verdict.ALLOW:
            self.deny("navigation", decision.reason)
            if main_frame:
                self.no_window(url=url)
        return decision.verdict is Verdict.ALLOW

    def may_load(self, *, url: str, page: str) -> bool:
        """Whether the visit's document at `page` may load `url`: a script, a picture, a request."""
        decision = self.sub_resources.decide(url, page=page)
        if decision.verdict is Verdict.ALLOW:
            return True
        private = decision.reason == PRIVATE
        self.deny(LockdownFeature.PRIVATE_NETWORK if private else LockdownFeature.SUB_RESOURCES, decision.reason)
        return False

    def may_leave(self) -> bool:
        """Whether the page may go away although it asks people to stay: nothing here is ever unsaved."""
        return True

    def no_window(self, *, url: str) -> None:
        """Tell whoever asked that `url` opens neither here nor in a window of its own."""
        self._notify(lambda: self.notices.of_address(url, here=self.address()))

    def deny(self, feature: str, reason: str = "") -> None:
        """Report that a page asked for something that it may not have, unless it asks all the time."""
        second = int(time.monotonic())
        since, count = self._reported.get(feature, (second, 0))
        count = count + 1 if since == second else 1
        self._reported[feature] = (second, count)
        if count <= BLOCKED_PER_SECOND:
            self._emit(Blocked(self._visit.visit, feature, reason, self.people.acted(BY_VISITOR)))
        self._notify(lambda: self.notices.of_feature(feature))

    @abstractmethod
    def _notify(self, make: Callable[[], OwnPage | None]) -> None:
        """Show the notice that `make` returns, over a visit's page and nothing else."""
