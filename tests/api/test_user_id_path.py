"""A user id is one path segment, whatever is in it: proved by the request targets that a server received."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.api import ApiSettings, Enable3
from kiosk.api.calls import encode_segment
from kiosk.core.secret import Secret
from kiosk.core.user_id import UserId

if TYPE_CHECKING:
    from tests.api.conftest import MakeApi, RawServer

BEFORE = "/api/v1/integration/user/"
UNRESERVED = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
ODD = [
    "a/b",
    "../x",
    "..",
    ".",
    "...",
    "%2F",
    "%2e%2e",
    "%",
    "?",
    "a?b=c",
    "#",
    "#x",
    " ",
    " a b ",
    "a+b",
    "😀",
    "é",
    "e\u0301",
    "a;b",
    "a:b",
    "//evil",
    "\\\\evil",
    "http://evil.example/",
    "@evil",
    "a&b",
    "x/../../y",
    "\u202e",
    "\u2028",
    "/" * 256,
    "😀" * 256,
    "~-_",
]
IDS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=256)


@pytest.mark.anyio
@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize(
    ("operation", "after"), [("balance", "/balance"), ("token", "/token"), ("widget_url", "/widget")]
)
async def test_an_odd_id_reaches_the_server_as_that_id(
    server: RawServer, make_api: MakeApi, text: str, operation: str, after: str
) -> None:
    server.reply_json({"balance": "0", "userExists": False, "token": "t", "url": "https://widget.example"})
    async with make_api() as api:
        await getattr(api, operation)(UserId.parse(text))
    target = server.requests[0].target
    assert target.startswith(BEFORE)
    assert target.endswith(after)
    segment = target.removeprefix(BEFORE).removesuffix(after)
    assert set(segment) <= UNRESERVED | {"%"}
    assert segment not in {".", ".."}
    assert unquote(segment, errors="strict") == text


def test_any_id_reaches_the_server_as_that_id(raw_server: type[RawServer]) -> None:
    """Many ids over few connections: one loop and one server for all of hypothesis' examples."""
    with asyncio.Runner() as runner:
        server = runner.run(raw_server().__aenter__())
        server.reply_json({"balance": "0", "userExists": False})
        api = Enable3(ApiSettings(base_url=server.url), Secret("key"))

        @settings(max_examples=200, deadline=None)
        @given(IDS)
        @example("..%2f")
        def check(text: str) -> None:
            runner.run(api.balance(UserId.parse(text)))
            target = server.requests.pop().target
            segment = target.removeprefix(BEFORE).removesuffix("/balance")
            assert target == f"{BEFORE}{segment}/balance"
            assert "/" not in segment
            assert unquote(segment, errors="strict") == text

        try:
            check()
        finally:
            runner.run(api.__aexit__(None, None, None))
            runner.run(server.__aexit__())


@given(IDS)
def test_an_encoded_segment_is_unreserved_and_percent_signs_and_never_dots_alone(text: str) -> None:
    segment = encode_segment(text)
    assert set(segment) <= UNRESERVED | {"%"}
    assert segment not in {".", ".."}
    assert unquote(segment, errors="strict") == text


@pytest.mark.parametrize(("text", "segment"), [(".", "%2E"), ("..", "%2E%2E"), ("...", "..."), ("a.b", "a.b")])
def test_dots_alone_are_encoded(text: str, segment: str) -> None:
    assert encode_segment(text) == segment
