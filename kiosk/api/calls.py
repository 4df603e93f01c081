"""The eight operations as requests: method, path, body, and which answers are theirs.

Source of every path and field name: the API's OpenAPI document (`openapi.json`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from kiosk import wire
from kiosk.api.models import Event, Revenue, format_time
from kiosk.core.language import check_language
from kiosk.core.origin import parse_origin
from kiosk.core.secret import Secret
from kiosk.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.core.deeplink import DeepLink
    from kiosk.core.user_id import UserId

FOUND = frozenset({200})
ACCEPTED = frozenset({200, 201, 202, 204})
"""Writes answer by a status alone: 200 or 201 as documented, and the two others that mean the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. Path and body are secrets, for they hold visitors' ids.

    `fields`: the names that a refusal may be about. `repeatable`: sending it twice does what sending it once does.
    """

    method: str
    path: Secret
    body: Secret | None = None
    fields: frozenset[str] = frozenset()
    accept: frozenset[int] = field(default=ACCEPTED)
    repeatable: bool = False


def widget_call(user: UserId, link: DeepLink, language: str | None) -> Call:
    """Ask for the widget URL. The API creates an unknown user and stores the language: both are harmless twice."""
    query = {
        "language": None if language is None else check_language(language),
        "feature": link.feature,
        "itemId": link.item_id,
    }
    given = {name: str(value) for name, value in query.items() if value is not None}
    return _read(user, "/widget" + ("?" + urlencode(given) if given else ""), frozenset(query))


def token_call(user: UserId) -> Call:
    """Ask for a JWT."""
    return _read(user, "/token")


def balance_call(user: UserId) -> Call:
    """Ask for the balance."""
    return _read(user, "/balance")


def probe_call(user: UserId) -> Call:
    """Ask for a balance where nobody has one: an unknown user is as good an answer as a known one."""
    return replace(balance_call(user), accept=FOUND | {404})


def event_call(event: Event) -> Call:
    """Send an event. Its id makes it repeatable."""
    body = {
        "id": event.id,
        "userId": event.user.reveal(),
        "eventId": event.event_id,
        "eventTags": list(event.tags),
        "value": event.value,
        "createdAt": format_time(event.created_at, field="created-at"),
    }
    return _write("POST", "/api/v1/event", body, field_name="event", fields=frozenset(body), repeatable=True)


def revenue_call(revenue: Revenue) -> Call:
    """Send revenue. Its request id makes it repeatable."""
    body = {
        "requestId": revenue.request_id,
        "revenue": revenue.amount,
        "date": format_time(revenue.date, field="date"),
    }
    return _write("POST", "/api/v1/revenue", body, field_name="revenue", fields=frozenset(body), repeatable=True)


def segments_call(method: str, users: Sequence[Mapping[str, object]]) -> Call:
    """Add (POST) or remove (DELETE) segments. The objects are the operator's: their field names are not published.

    Not repeatable: nothing says that an assignment that arrives twice counts once.
    """
    # The trailing slash of POST, and its absence from DELETE, are the API's.
    path = {"POST": "/api/v1/segment/users/", "DELETE": "/api/v1/segment/users"}[method]
    objects = [dict(user) for user in users if isinstance(user, Mapping)]
    if not users or len(objects) != len(users):
        raise InvalidInput("segments", "is not a list of objects", allowed="a JSON array of one object or more")
    return _write(method, path, objects, field_name="segments")


def websites_call(websites: Sequence[str]) -> Call:
    """Add sites that may embed the widget. Not repeatable: the second time would be answered by 409."""
    if isinstance(websites, str) or not websites:
        raise InvalidInput("websites", "is empty", allowed="one site or more")
    for website in websites:
        _check_website(website)
    body = {"websites": list(websites)}
    return _write("POST", "/api/v1/integration/websites", body, field_name="websites", fields=frozenset(body))


def encode_segment(text: str) -> str:
    """Return `text` as exactly one path segment: UTF-8, everything percent-encoded but RFC 3986's unreserved.

    A text of one or two dots is encoded too: as it is, clients and servers would take it for a direction.
    """
    return text.replace(".", "%2E") if text in {".", ".."} else quote(text, safe="")


def _read(user: UserId, rest: str, fields: frozenset[str] = frozenset()) -> Call:
    path = Secret(f"/api/v1/integration/user/{encode_segment(user.reveal())}{rest}")
    return Call(method="GET", path=path, fields=fields | {"operatorUserId"}, accept=FOUND, repeatable=True)


def _write(
    method: str,
    path: str,
    body: object,
    *,
    field_name: str,
    fields: frozenset[str] = frozenset(),
    repeatable: bool = False,
) -> Call:
    try:
        text = wire.encode_body(body).decode()
    except wire.WireError:
        text = None
    if text is None:  # outside of the handler: what is raised has no context that could hold the body
        raise InvalidInput(field_name, "cannot be written as JSON", allowed="texts, finite numbers, lists, objects")
    return Call(method=method, path=Secret(path), body=Secret(text), fields=fields, repeatable=repeatable)


def _check_website(website: str) -> None:
    scheme, separator, rest = website.partition("://")
    if not separator or scheme.lower() not in {"https", "http"}:
        raise InvalidInput("websites", "has an entry that is not a site", allowed="https://host or http://host")
    parse_origin(f"https://{rest}", field="websites")  # checks all but the scheme
