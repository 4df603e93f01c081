"""The client of Enable3's integration API."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Self

from kiosk.api import calls
from kiosk.api.answers import parse_balance, parse_token, parse_widget
from kiosk.api.failures import parse_date
from kiosk.api.models import Balance, Event, Probe, Revenue
from kiosk.api.retry import perform
from kiosk.api.transport import Answer, Transport
from kiosk.core.deeplink import DeepLink
from kiosk.core.origin import parse_base_url
from kiosk.core.user_id import UserId
from kiosk.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from kiosk.api.settings import ApiSettings
    from kiosk.core.secret import Secret
    from kiosk.core.widget import Token, Widget

PROBE_USER = UserId.parse("kiosk-probe")
"""An id that no operator has. Asking for its balance creates nothing, and it is always the same should that change."""

_START = DeepLink()
_KEY = re.compile(r"[!-~]+", re.ASCII)


class Enable3:
    """The eight operations, for one event loop: `async with Enable3(settings, key) as api: ...`.

    Every method raises ApiError, or InvalidInput before any request, and is done within `total_timeout` seconds.
    Reads, events and revenue are repeated within that time if it may help; segments and websites never are.
    """

    def __init__(self, settings: ApiSettings, key: Secret, *, clock: Callable[[], float] = time.time) -> None:
        """Take the key; nothing is sent yet. `clock`: seconds since the epoch.

        Raises ConfigError for a CA file or a proxy that cannot be used, InvalidInput for a key that is no header.
        """
        if not _KEY.fullmatch(key.reveal()):
            raise InvalidInput("api-key", "is empty or has odd characters", allowed="printable ASCII without spaces")
        self._settings = settings
        self._clock = clock
        self._loopback = parse_base_url(settings.base_url)[0].is_loopback
        self._transport = Transport(settings, key, clock=clock)
        self._under_way = 0

    @property
    def is_busy(self) -> bool:
        """Whether an operation is under way, which closing would end."""
        return self._under_way > 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._transport.aclose()

    async def widget_url(self, user: UserId, *, link: DeepLink = _START, language: str | None = None) -> Widget:
        """Return a fresh widget URL. Creates an unknown user; `language` changes the user's stored one."""
        answer = await self._perform(calls.widget_call(user, link, language))
        return parse_widget(answer, allow_loopback=self._loopback)

    async def token(self, user: UserId) -> Token:
        """Return a fresh JWT for the operator's own page."""
        return parse_token(await self._perform(calls.token_call(user)), now=self._clock())

    async def balance(self, user: UserId) -> Balance:
        """Return the user's points."""
        return parse_balance(await self._perform(calls.balance_call(user)))

    async def send_event(self, event: Event) -> None:
        """Send an event. The first one for an unknown user creates the user."""
        await self._perform(calls.event_call(event))

    async def send_revenue(self, revenue: Revenue) -> None:
        """Send revenue."""
        await self._perform(calls.revenue_call(revenue))

    async def add_segments(self, users: Sequence[Mapping[str, object]]) -> None:
        """Assign segments to users: a list of one object or more, sent as it is."""
        await self._perform(calls.segments_call("POST", users))

    async def remove_segments(self, users: Sequence[Mapping[str, object]]) -> None:
        """Remove segments from users: a list of one object or more, sent as it is."""
        await self._perform(calls.segments_call("DELETE", users))

    async def add_websites(self, websites: Sequence[str]) -> None:
        """Allow sites (http or https) to embed the widget. Raises Conflict if one is there already."""
        await self._perform(calls.websites_call(websites))

    async def probe(self) -> Probe:
        """Find out whether the API can be reached and accepts the key: any ApiError but 404 says why not."""
        answer = await self._perform(calls.probe_call(PROBE_USER))
        received = self._clock()
        if answer.status in calls.FOUND:
            parse_balance(answer)  # somebody else's 200 is no proof
        sent = parse_date(answer.date)
        return Probe(None if sent is None else received - sent)

    async def _perform(self, call: calls.Call) -> Answer:
        self._under_way += 1
        try:
            return await perform(self._transport, call, self._settings)
        finally:
            self._under_way -= 1
