"""The eight operations, as a server sees them byte for byte."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from kiosk.api import Balance, Event, Revenue
from kiosk.api.answers import parse_widget
from kiosk.api.transport import Answer
from kiosk.core.deeplink import DeepLink, Feature
from kiosk.core.user_id import UserId
from kiosk.errors import BadResponse, InvalidInput

if TYPE_CHECKING:
    from tests.api.conftest import MakeApi, RawServer

pytestmark = pytest.mark.anyio

ANNA = UserId.parse("anna")
ITEM = UUID("0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10")
MORNING = datetime(2024, 2, 22, 10, 0, tzinfo=UTC)


def event(**changes: object) -> Event:
    given = {"id": "e-1", "user": ANNA, "event_id": "purchase", "value": Decimal("1.10"), "created_at": MORNING}
    return Event(**(given | changes))


def revenue(**changes: object) -> Revenue:
    return Revenue(**({"request_id": "r-1", "amount": Decimal("12.50"), "date": MORNING} | changes))


async def test_the_widget_url_is_asked_for_with_its_deep_link(server: RawServer, make_api: MakeApi) -> None:
    server.reply_json({"url": "https://widget.example/?token=t", "new": 1})
    async with make_api() as api:
        widget = await api.widget_url(ANNA, link=DeepLink(Feature.REWARDS, ITEM), language="pt-BR")
    assert widget.url.reveal() == "https://widget.example/?token=t"
    assert str(widget.origin) == "https://widget.example"
    (request,) = server.requests
    assert request.method == "GET"
    assert request.target == (f"/api/v1/integration/user/anna/widget?language=pt-BR&feature=rewards&itemId={ITEM}")


async def test_a_plain_widget_url_has_no_query(server: RawServer, make_api: MakeApi) -> None:
    server.reply_json({"url": "https://widget.example/"})
    async with make_api() as api:
        await api.widget_url(ANNA)
    assert server.requests[0].target == "/api/v1/integration/user/anna/widget"


async def test_every_request_carries_the_key_and_asks_for_plain_json(server: RawServer, make_api: MakeApi) -> None:
    server.reply_json({"balance": "0", "userExists": False})
    async with make_api(key="the-key") as api:
        await api.balance(ANNA)
    headers = server.requests[0].headers
    assert headers["x-api-key"] == "the-key"
    assert headers["accept"] == "application/json"
    assert headers["accept-encoding"] == "identity"
    assert headers["user-agent"].startswith("enable3-kiosk/")
    assert "cookie" not in headers


async def test_a_token_is_returned_with_its_end(server: RawServer, make_api: MakeApi) -> None:
    server.reply_json({"token": "e30.eyJleHAiOjE4MDAwMDAwMDB9.c2ln"})
    async with make_api() as api:
        token = await api.token(ANNA)
    assert token.jwt.reveal() == "e30.eyJleHAiOjE4MDAwMDAwMDB9.c2ln"
    assert token.expires_at == 1_800_000_000
    assert server.requests[0].target == "/api/v1/integration/user/anna/token"


@pytest.mark.parametrize("text", ["0", "12.50", "-3", "123456789012345678901234567890.123456789", "1E+3", "1e-7"])
async def test_a_balance_is_the_decimal_that_the_api_wrote(server: RawServer, make_api: MakeApi, text: str) -> None:
    server.reply_json({"balance": text, "userExists": True, "unknown": {"a": []}})
    async with make_api() as api:
        assert await api.balance(ANNA) == Balance(Decimal(text), user_exists=True)
    assert server.requests[0].target == "/api/v1/integration/user/anna/balance"


async def test_an_event_is_sent_with_its_number_digit_for_digit(server: RawServer, make_api: MakeApi) -> None:
    server.reply(server.http(201))
    number = "100000000000000000000.10"
    async with make_api() as api:
        await api.send_event(event(value=Decimal(number), tags=("a", "b")))
    (request,) = server.requests
    assert (request.method, request.target) == ("POST", "/api/v1/event")
    assert request.headers["content-type"] == "application/json"
    assert f'"value":{number},'.encode() in request.body
    assert json.loads(request.body, parse_float=str) == {
        "id": "e-1",
        "userId": "anna",
        "eventId": "purchase",
        "eventTags": ["a", "b"],
        "value": number,
        "createdAt": "2024-02-22 10:00:00",
    }


async def test_revenue_is_sent_with_its_number_digit_for_digit(server: RawServer, make_api: MakeApi) -> None:
    server.reply(server.http(200))
    async with make_api() as api:
        await api.send_revenue(revenue())
    (request,) = server.requests
    assert (request.method, request.target) == ("POST", "/api/v1/revenue")
    assert request.body == b'{"requestId":"r-1","revenue":12.50,"date":"2024-02-22 10:00:00"}'


async def test_times_go_out_in_utc(server: RawServer, make_api: MakeApi) -> None:
    server.reply(server.http(201))
    moment = datetime(2024, 1, 1, 1, 30, 59, 999_999, tzinfo=timezone(timedelta(hours=2)))
    async with make_api() as api:
        await api.send_event(event(created_at=moment))
    assert json.loads(server.requests[0].body)["createdAt"] == "2023-12-31 23:30:59"


async def test_segments_are_added_at_the_path_with_the_slash(server: RawServer, make_api: MakeApi) -> None:
    server.reply(server.http(201))
    users = [{"user": "ä", "segments": [1, 2.5, None]}, {}]
    async with make_api() as api:
        await api.add_segments(users)
    (request,) = server.requests
    assert (request.method, request.target) == ("POST", "/api/v1/segment/users/")
    assert json.loads(request.body) == users


async def test_segments_are_removed_by_a_delete_with_a_body(server: RawServer, make_api: MakeApi) -> None:
    server.reply(server.http(204))
    async with make_api() as api:
        await api.remove_segments([{"user": "a"}])
    (request,) = server.requests
    assert (request.method, request.target) == ("DELETE", "/api/v1/segment/users")
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == [{"user": "a"}]


async def test_websites_are_added(server: RawServer, make_api: MakeApi) -> None:
    server.reply(server.http(201))
    sites = ["https://shop.example", "http://old.example:8080/page?x=1"]
    async with make_api() as api:
        await api.add_websites(sites)
    (request,) = server.requests
    assert (request.method, request.target) == ("POST", "/api/v1/integration/websites")
    assert json.loads(request.body) == {"websites": sites}


async def test_the_base_urls_path_stays_in_front(server: RawServer, make_api: MakeApi) -> None:
    server.reply(server.http(201))
    async with make_api(base_url=server.url + "/gateway/enable3/") as api:
        await api.send_revenue(revenue())
    assert server.requests[0].target == "/gateway/enable3/api/v1/revenue"


async def test_a_visitors_cookie_is_not_kept(server: RawServer, make_api: MakeApi) -> None:
    server.reply_json({"balance": "0", "userExists": False}, 200, "Set-Cookie: visitor=anna; Path=/")
    async with make_api() as api:
        await api.balance(ANNA)
        await api.balance(ANNA)
    assert "cookie" not in server.requests[1].headers


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"id": ""}, "id"),
        ({"id": "half \ud800"}, "id"),
        ({"event_id": " "}, "event-id"),
        ({"tags": ("a", "")}, "tag"),
        ({"value": Decimal("NaN")}, "value"),
        ({"value": Decimal("sNaN")}, "value"),
        ({"value": Decimal("-Infinity")}, "value"),
        ({"value": Decimal("1E+301")}, "value"),
        ({"value": Decimal("1E-400")}, "value"),
        ({"created_at": datetime(2024, 1, 1)}, "created-at"),  # noqa: DTZ001 - that it has no zone is the point
        ({"created_at": datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))}, "created-at"),
    ],
)
def test_an_event_that_the_api_would_refuse_is_refused(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        event(**wrong)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"request_id": ""}, "request-id"),
        ({"amount": Decimal("Infinity")}, "amount"),
        ({"date": datetime(2024, 1, 1)}, "date"),  # noqa: DTZ001 - that it has no zone is the point
    ],
)
def test_revenue_that_the_api_would_refuse_is_refused(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        revenue(**wrong)
    assert caught.value.field == field


@pytest.mark.parametrize(
    "language", ["", "e", "en_US", "en-", "-en", "en us", "en&x=1", "én", "en\n", "../en", "a" * 9]
)
async def test_a_language_that_is_no_tag_is_refused_before_any_request(
    server: RawServer, make_api: MakeApi, language: str
) -> None:
    async with make_api() as api:
        with pytest.raises(InvalidInput, match=r"^language: "):
            await api.widget_url(ANNA, language=language)
    assert not server.connections


@pytest.mark.parametrize("language", ["en", "de", "fil", "pt-BR", "zh-Hant-TW", "es-419", "de-x-kiosk"])
async def test_a_language_tag_is_sent(server: RawServer, make_api: MakeApi, language: str) -> None:
    server.reply_json({"url": "https://widget.example/"})
    async with make_api() as api:
        await api.widget_url(ANNA, language=language)
    assert server.requests[0].target.endswith(f"?language={language}")


@pytest.mark.parametrize("users", [[], ["a"], [{}, 1], [{"a": object()}], [{"a": Decimal("NaN")}], [{"a": "\ud800"}]])
async def test_segments_that_are_no_objects_are_refused_before_any_request(
    server: RawServer, make_api: MakeApi, users: list[object]
) -> None:
    async with make_api() as api:
        for call in (api.add_segments, api.remove_segments):
            with pytest.raises(InvalidInput, match=r"^segments: "):
                await call(users)
    assert not server.connections


@pytest.mark.parametrize(
    "sites",
    [
        [],
        "https://a.example",
        ["a.example"],
        ["ftp://a.example"],
        ["https://"],
        ["https://a b"],
        ["https://u@a.example"],
    ],
)
async def test_websites_that_are_no_sites_are_refused_before_any_request(
    server: RawServer, make_api: MakeApi, sites: list[str]
) -> None:
    async with make_api() as api:
        with pytest.raises(InvalidInput, match=r"^websites: "):
            await api.add_websites(sites)
    assert not server.connections


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        None,
        {"url": 1},
        {"url": None},
        {"url": ""},
        {"url": "canary"},
        {"url": "javascript:canary"},
        {"url": "http://widget.example/canary"},
        {"url": "https://widget.example/\ncanary"},
    ],
)
async def test_a_wrong_widget_url_is_a_bad_response(server: RawServer, make_api: MakeApi, document: object) -> None:
    server.reply_json(document)
    async with make_api() as api:
        with pytest.raises(BadResponse) as caught:
            await api.widget_url(ANNA)
    assert "canary" not in str(caught.value)
    assert caught.value.status == 200


async def test_a_sandbox_may_issue_plain_http_widget_urls_at_loopback(server: RawServer, make_api: MakeApi) -> None:
    server.reply_json({"url": "http://127.0.0.1:9/"})
    async with make_api() as api:
        assert (await api.widget_url(ANNA)).origin.is_loopback


def test_an_api_elsewhere_may_not_issue_plain_http_widget_urls_at_loopback() -> None:
    answer = Answer(200, b'{"url":"http://127.0.0.1:9/"}')
    with pytest.raises(BadResponse, match="plain http"):
        parse_widget(answer, allow_loopback=False)


@pytest.mark.parametrize(
    "document", [{}, {"token": ""}, {"token": 5}, {"token": "a b"}, {"token": "ä"}, {"token": "a\n"}]
)
async def test_a_wrong_token_is_a_bad_response(server: RawServer, make_api: MakeApi, document: object) -> None:
    server.reply_json(document)
    async with make_api() as api:
        with pytest.raises(BadResponse, match="token"):
            await api.token(ANNA)


@pytest.mark.parametrize("balance", [5, 1.5, None, "", "NaN", "Infinity", "1_0", " 1", "١", "1e999999999", "0x1", "1."])
async def test_a_balance_that_is_no_decimal_text_is_a_bad_response(
    server: RawServer, make_api: MakeApi, balance: object
) -> None:
    server.reply_json({"balance": balance, "userExists": True})
    async with make_api() as api:
        with pytest.raises(BadResponse, match="balance"):
            await api.balance(ANNA)


async def test_a_missing_field_is_named(server: RawServer, make_api: MakeApi) -> None:
    server.reply_json({"balance": "1"})
    async with make_api() as api:
        with pytest.raises(BadResponse, match="`userExists`"):
            await api.balance(ANNA)


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"{", b'{"a":' * 5000])
async def test_a_body_that_is_no_json_is_a_bad_response(server: RawServer, make_api: MakeApi, body: bytes) -> None:
    server.reply(server.http(200, body))
    async with make_api() as api:
        with pytest.raises(BadResponse, match="not JSON"):
            await api.balance(ANNA)
