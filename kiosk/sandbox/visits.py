"""The data behind the sample widget (opaque token) and the sample SDK page (JWT)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiosk.sandbox.answers import Refused, json_response, read_json, route
from kiosk.sandbox.content import content
from kiosk.sandbox.log import entry_of
from kiosk.sandbox.store import TAP_LIMIT, Impossible, Store, Unknown, Visitor, amount
from kiosk.wire import to_builtins

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from kiosk.sandbox.state import State

    Identify = Callable[[str], str | None]
    Answer = Callable[[Request, Store, Visitor], Awaitable[Response]]

_BEARER = "Bearer "


# The names of these bodies' fields are JavaScript's.
@dataclass(frozen=True, slots=True)
class _Complete:
    missionId: str  # noqa: N815


@dataclass(frozen=True, slots=True)
class _Redeem:
    rewardId: str  # noqa: N815


@dataclass(frozen=True, slots=True)
class _Tap:
    taps: int


@dataclass(frozen=True, slots=True)
class _Opened:
    feature: str | None = None
    itemId: str | None = None  # noqa: N815


def routes(state: State) -> list[Route]:
    """Return the routes under /widget, by the token in the widget URL, and the same under /sdk, by a JWT."""

    def by_opaque(token: str) -> str | None:
        return state.tokens.user_of_opaque(token, now=state.clock())

    def by_jwt(token: str) -> str | None:
        return state.tokens.user_of_jwt(token, now=state.clock())

    return [*_side(state, "/widget", by_opaque), *_side(state, "/sdk", by_jwt)]


def _side(state: State, prefix: str, identify: Identify) -> list[Route]:
    def visit(method: str, name: str, answer: Answer) -> Route:
        async def endpoint(request: Request) -> Response:
            return await answer(request, state.store, _visitor(state, request, identify))

        return route(method, f"{prefix}/{name}", endpoint)

    return [
        visit("GET", "data.json", data),
        visit("POST", "accept-terms", accept_terms),
        visit("POST", "complete", complete),
        visit("POST", "redeem", redeem),
        visit("POST", "tap", tap),
        visit("POST", "opened", opened),
    ]


def _visitor(state: State, request: Request, identify: Identify) -> Visitor:
    header = request.headers.get("authorization", "")
    user_id = identify(header.removeprefix(_BEARER)) if header.startswith(_BEARER) else None
    if user_id is None:
        raise Refused(401, "the token is missing, not known or expired")
    entry_of(request).user = user_id
    return state.store.visitor(user_id)


async def data(_: Request, store: Store, visitor: Visitor) -> Response:
    """Return all that the widget shows."""
    return json_response(
        {
            "user": {
                "name": visitor.name,
                "balance": amount(visitor.balance),
                "language": visitor.language,
                "termsAccepted": visitor.terms_accepted,
                "referralCode": visitor.referral_code,
            },
            "missions": [to_builtins(each) | {"done": each.id in visitor.done} for each in content().missions],
            "rewards": [to_builtins(each) | {"stock": store.stock[each.id]} for each in content().rewards],
            "leaderboard": _leaderboard(visitor),
            "tapToEarn": {"perTap": 1, "limit": TAP_LIMIT - visitor.taps},
            "holdToEarn": {"ratePerSecond": "0.5"},
        }
    )


async def accept_terms(_: Request, __: Store, visitor: Visitor) -> Response:
    """Accept the terms; again does no harm."""
    visitor.terms_accepted = True
    return _balance(visitor)


async def complete(request: Request, store: Store, visitor: Visitor) -> Response:
    """Do a mission: 404 for an unknown one, 409 when done before."""
    mission_id = (await read_json(request, _Complete)).missionId
    _play(lambda: store.complete(visitor, mission_id), "missionId")
    return _balance(visitor)


async def redeem(request: Request, store: Store, visitor: Visitor) -> Response:
    """Buy a reward: 404 for an unknown one, 409 when sold out or too dear."""
    reward_id = (await read_json(request, _Redeem)).rewardId
    _play(lambda: store.redeem(visitor, reward_id), "rewardId")
    return _balance(visitor)


async def tap(request: Request, store: Store, visitor: Visitor) -> Response:
    """Earn by tapping: 409 beyond the limit."""
    taps = (await read_json(request, _Tap)).taps
    if not 1 <= taps <= TAP_LIMIT:
        raise Refused(400, f"is not 1 to {TAP_LIMIT}", "taps")
    _play(lambda: store.tap(visitor, taps), "taps")
    return _balance(visitor)


async def opened(request: Request, _: Store, visitor: Visitor) -> Response:
    """Note that a section or an item was opened: the log has it."""
    await read_json(request, _Opened)
    return _balance(visitor)


def _balance(visitor: Visitor) -> Response:
    return json_response({"balance": amount(visitor.balance)})


def _leaderboard(visitor: Visitor) -> list[dict[str, Any]]:
    rows = [{"name": rival.name, "points": rival.points, "me": False} for rival in content().leaderboard]
    rows.append({"name": visitor.name, "points": int(visitor.balance), "me": True})
    return sorted(rows, key=lambda row: (-int(str(row["points"])), str(row["name"])))


def _play(move: Callable[[], None], field: str) -> None:
    try:
        move()
    except Unknown as error:
        raise Refused(404, str(error), field) from None
    except Impossible as error:
        raise Refused(409, str(error), field) from None
