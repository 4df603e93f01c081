"""The sandbox's own switches, for tests: faults, the log, a fresh start. The API key opens them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.errors import InvalidInput
from kiosk.sandbox.answers import Refused, json_response, route
from kiosk.sandbox.switches import parse_faults

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from kiosk.sandbox.state import State

    Answer = Callable[[State, Request], Awaitable[Response]]


def routes(state: State) -> list[Route]:
    """Return the routes under /sandbox."""

    def switch(method: str, name: str, answer: Answer) -> Route:
        async def endpoint(request: Request) -> Response:
            if not state.accepts_key(request.headers.get("x-api-key", "")):
                raise Refused(401, "the API key is missing or not known")
            return await answer(state, request)

        return route(method, f"/sandbox/{name}", endpoint)

    return [
        switch("POST", "faults", set_faults),
        switch("GET", "log", show_log),
        switch("POST", "reset", reset),
    ]


async def set_faults(state: State, request: Request) -> Response:
    """Replace the faults by the ones that the body names; `{}` switches all of them off."""
    try:
        state.faults = parse_faults(await request.body())
    except InvalidInput as error:
        raise Refused(400, f"{error.message}; {error.hint}", error.field) from None
    return json_response(state.faults)


async def show_log(state: State, _: Request) -> Response:
    """Return the recorded requests, oldest first."""
    return json_response({"requests": state.log.entries()})


async def reset(state: State, _: Request) -> Response:
    """Start afresh."""
    state.reset()
    return json_response({})
