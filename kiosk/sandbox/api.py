"""The eight operations of Enable3's integration API, as `openapi.json` has them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlencode

from starlette.responses import Response

from kiosk.core.deeplink import WITH_ITEMS, Feature
from kiosk.core.origin import parse_origin
from kiosk.errors import InvalidInput
from kiosk.sandbox.answers import Refused, check_user_id, json_response, read_json, route
from kiosk.sandbox.content import content
from kiosk.sandbox.log import entry_of
from kiosk.sandbox.store import Impossible, amount

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.routing import Route

    from kiosk.sandbox.state import State

    Operation = Callable[[State, Request], Awaitable[Response]]

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_SHORTEST_TIME = len("2024-02-22 10:00:00")
_FEATURES = frozenset(Feature)


# The names of the three bodies' fields are the API's.
@dataclass(frozen=True, slots=True, kw_only=True)
class AppEvent:
    """`AppEventDto`."""

    id: str
    userId: str  # noqa: N815
    eventId: str  # noqa: N815
    value: float
    createdAt: str  # noqa: N815
    eventTags: list[str] = field(default_factory=list)  # noqa: N815


@dataclass(frozen=True, slots=True, kw_only=True)
class Revenue:
    """`RevenueDto`."""

    requestId: str  # noqa: N815
    revenue: float
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorWebsites:
    """`OperatorWebsitesDto`."""

    websites: list[str]


def routes(state: State) -> list[Route]:
    """Return the API's routes. Paths are matched undecoded, so an id is one segment whatever is in it."""
    user = "/api/v1/integration/user/{user}"

    def operation(method: str, path: str, answer: Operation) -> Route:
        async def endpoint(request: Request) -> Response:
            authorize(state, request)
            return await answer(state, request)

        return route(method, path, endpoint)

    return [
        operation("POST", "/api/v1/event", send_event),
        operation("GET", f"{user}/widget", widget_url),
        operation("GET", f"{user}/token", user_token),
        operation("GET", f"{user}/balance", user_balance),
        operation("POST", "/api/v1/integration/websites", add_websites),
        operation("POST", "/api/v1/revenue", send_revenue),
        operation("POST", "/api/v1/segment/users/", assign_segments),
        operation("DELETE", "/api/v1/segment/users", unassign_segments),
    ]


def authorize(state: State, request: Request) -> None:
    """Check the key, then the address. Raises Refused: 401 or 403."""
    if not state.accepts_key(request.headers.get("x-api-key", "")):
        raise Refused(401, "the API key is missing or not known")
    if state.faults.deny_address:
        raise Refused(403, "this address is not on the operator's allow-list")


async def widget_url(state: State, request: Request) -> Response:
    """Issue a widget URL; create the user, store the language."""
    query = request.query_params
    user_id = _user_in_path(request, invalid=400)
    language, feature, item_id = query.get("language"), query.get("feature"), query.get("itemId")
    if language is not None and language not in content().languages:
        raise Refused(400, "the language is not among the operator's", "language")
    if item_id is not None and not _UUID.fullmatch(item_id):
        raise Refused(400, "is not a UUID", "itemId")
    visitor = state.store.visitor(user_id)
    visitor.language = language or visitor.language
    parts = {"token": state.tokens.issue_opaque(user_id, expires_at=state.token_end())}
    if language is not None:
        parts["language"] = language
    if feature in _FEATURES:  # an unsupported one is ignored (facts.md)
        parts["feature"] = feature
        if item_id is not None and feature in WITH_ITEMS:
            parts["itemId"] = item_id
    return json_response({"url": f"{state.base_url}/widget/?{urlencode(parts)}"})


async def user_token(state: State, request: Request) -> Response:
    """Issue a JWT. Like the widget URL, it creates the user."""
    user_id = _user_in_path(request, invalid=400)
    state.store.visitor(user_id)
    return json_response({"token": state.tokens.issue_jwt(user_id, expires_at=state.token_end())})


async def user_balance(state: State, request: Request) -> Response:
    """Tell the balance, as a decimal text. Asking creates nobody. The operation has no 400: a bad id is not found."""
    visitor = state.store.visitors.get(_user_in_path(request, invalid=404))
    balance = amount(visitor.balance) if visitor else "0"
    return json_response({"balance": balance, "userExists": visitor is not None})


async def send_event(state: State, request: Request) -> Response:
    """Count an event, once per id; the first one creates the user."""
    event = await read_json(request, AppEvent)
    user_id = check_user_id(event.userId, "userId")
    entry_of(request).user = user_id
    _check_filled(id=event.id, eventId=event.eventId)
    _check_time(event.createdAt, "createdAt")
    state.store.count_event(event.id, user_id, Decimal(str(event.value)))
    return Response(status_code=201)


async def send_revenue(state: State, request: Request) -> Response:
    """Take a revenue, once per request id: 201 the first time, 200 again."""
    revenue = await read_json(request, Revenue)
    _check_filled(requestId=revenue.requestId)
    _check_time(revenue.date, "date")
    if revenue.revenue < 0:
        raise Refused(400, "is negative", "revenue")
    known = revenue.requestId in state.store.revenue
    state.store.revenue.setdefault(revenue.requestId, revenue.revenue)
    return Response(status_code=200 if known else 201)


async def add_websites(state: State, request: Request) -> Response:
    """Add sites that may embed the widget: all, or none if one is there already."""
    websites = (await read_json(request, OperatorWebsites)).websites
    if not websites:
        raise Refused(400, "is empty", "websites")
    for website in websites:
        try:
            parse_origin(website, field="websites")
        except InvalidInput as error:
            raise Refused(400, error.message, "websites") from None
    try:
        state.store.add_websites(websites)
    except Impossible as error:
        raise Refused(409, str(error), "websites") from None
    return Response(status_code=201)


async def assign_segments(state: State, request: Request) -> Response:
    """Keep the objects as they are: their fields are not documented."""
    state.store.segments.extend(await _segments(request))
    return Response(status_code=201)


async def unassign_segments(state: State, request: Request) -> Response:
    """Drop the objects that equal the ones given."""
    gone = await _segments(request)
    state.store.segments = [each for each in state.store.segments if each not in gone]
    return Response(status_code=200)


async def _segments(request: Request) -> list[dict[str, Any]]:
    segments = await read_json(request, list[dict[str, Any]])
    if not segments:
        raise Refused(400, "is empty", "body")
    return segments


def _user_in_path(request: Request, *, invalid: int) -> str:
    """Return the id that one raw segment of the path stands for. Raises Refused with the status `invalid`."""
    try:
        text = unquote_to_bytes(request.path_params["user"]).decode()
    except UnicodeDecodeError:
        raise Refused(invalid, "the user id is not UTF-8", "operatorUserId") from None
    try:
        user_id = check_user_id(text, "operatorUserId")
    except Refused as error:
        raise Refused(invalid, error.message, error.field) from None
    entry_of(request).user = user_id
    return user_id


def _check_filled(**fields: str) -> None:
    for name, value in fields.items():
        if not value:
            raise Refused(400, "is empty", name)


def _check_time(text: str, name: str) -> None:
    """Accept `2024-02-22 10:00:00` (an earlier edition's example) and ISO 8601 with a time."""
    if len(text) < _SHORTEST_TIME or not _is_iso_time(text):
        raise Refused(400, "is not a time such as 2024-02-22 10:00:00", name)


def _is_iso_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
