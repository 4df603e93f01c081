"""Answers, refusals and bodies: what every endpoint of the sandbox has in common."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from kiosk.core.user_id import UserId
from kiosk.errors import InvalidInput
from kiosk.wire import WireError, decode, encode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

T = TypeVar("T")

_PLACE = re.compile(r" - at `\$\.?([^`]*)`")
_MISSING = re.compile(r"missing required field `([^`]*)`")


class Refused(Exception):
    """An answer that is not a success: `status`, a message for the caller, and which field is wrong, if one is."""

    def __init__(self, status: int, message: str, field: str = "") -> None:
        """Keep the three."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.field = field


def json_response(value: object, status: int = 200) -> Response:
    """Return `value` as JSON."""
    return Response(encode(value), status, media_type="application/json")


def answer_refusal(_: Request, error: Exception) -> Response:
    """Turn Refused into its answer: `{"message": ..., "field": ...}`."""
    if not isinstance(error, Refused):
        raise error
    body = {"message": error.message} | ({"field": error.field} if error.field else {})
    return json_response(body, error.status)


def answer_http_error(_: Request, error: Exception) -> Response:
    """Turn Starlette's own 404 and 405 into the same shape. A 405 has its `Allow`."""
    if not isinstance(error, HTTPException):
        raise error
    response = json_response({"message": error.detail}, error.status_code)
    response.headers.update(error.headers or {})
    return response


def route(method: str, path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> Route:
    """Return a route for one method. Starlette adds HEAD to every GET; the API has none."""
    made = Route(path, endpoint, methods=[method])
    made.methods = {method}
    return made


async def read_json(request: Request, kind: type[T]) -> T:
    """Return the body as a `kind`. Raises Refused (400) that names the field."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Refused(400, "the body is not application/json", "Content-Type")
    try:
        return decode(await request.body(), kind)
    except WireError as error:
        raise Refused(400, str(error), _field_in(str(error))) from None


def check_user_id(text: str, field: str) -> str:
    """Return a visitor's id as it came, if it is one. Raises Refused (400)."""
    try:
        return UserId.parse(text).reveal()
    except InvalidInput as error:
        raise Refused(400, error.message, field) from None


def _field_in(message: str) -> str:
    place, missing = _PLACE.search(message), _MISSING.search(message)
    parts = [match.group(1) for match in (place, missing) if match]
    return ".".join(part for part in parts if part)
