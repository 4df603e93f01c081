"""The rules of the eight operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from kiosk.sandbox.faults import Faults

if TYPE_CHECKING:
    from conftest import Caller

USER = "/api/v1/integration/user"
EVENT = "/api/v1/event"
REVENUE = "/api/v1/revenue"
WEBSITES = "/api/v1/integration/websites"
ITEM = "0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10"

OPERATIONS = [
    ("POST", EVENT),
    ("GET", f"{USER}/ada/widget"),
    ("GET", f"{USER}/ada/token"),
    ("GET", f"{USER}/ada/balance"),
    ("POST", WEBSITES),
    ("POST", REVENUE),
    ("POST", "/api/v1/segment/users/"),
    ("DELETE", "/api/v1/segment/users"),
]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


def event(**changes: object) -> dict[str, Any]:
    valid = {"id": "e1", "userId": "ada", "eventId": "visit", "value": 2.5, "createdAt": "2024-02-22 10:00:00"}
    return valid | changes


def revenue(**changes: object) -> dict[str, Any]:
    return {"requestId": "r1", "revenue": 9.9, "date": "2024-02-22 10:00:00"} | changes


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
@pytest.mark.parametrize("key", [None, "", "wrong", "00000000-DEAD-BEEF-0000-5A4DB0C5A4D0", "k\u00e9y".encode()])
def test_a_missing_or_unknown_key_is_401(call: Caller, method: str, path: str, key: str | bytes | None):
    headers: dict[str, Any] = {} if key is None else {"X-API-KEY": key}

    answer = httpx.request(method, call.sandbox.base_url + path, headers=headers, trust_env=False)

    assert answer.status_code == 401
    assert "key" in answer.json()["message"]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_a_right_key_from_an_address_that_is_not_allowed_is_403(call: Caller, method: str, path: str):
    call.sandbox.state.faults = Faults(deny_address=True)

    assert call.client.request(method, path).status_code == 403
    assert httpx.request(method, call.sandbox.base_url + path, trust_env=False).status_code == 401


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_other_methods_are_405_and_say_which_is_right(call: Caller, method: str, path: str):
    for other in METHODS:
        answer = call.client.request(other, path)
        if other != method:
            assert (answer.status_code, answer.headers["Allow"]) == (405, method), other


@pytest.mark.parametrize(
    "path",
    ["/api/v1/event/", "/api/v1/revenue/", f"{WEBSITES}/", f"{USER}/ada/widget/", f"{USER}//widget", "/api/v1/", "/"],
)
def test_other_paths_are_404_and_never_redirected(call: Caller, path: str):
    answer = call.client.get(path)

    assert answer.status_code == 404
    assert answer.json() == {"message": "Not Found"}


def test_segments_are_assigned_with_a_slash_at_the_end_and_removed_without(call: Caller):
    assert call.client.request("DELETE", "/api/v1/segment/users/", json=[{"a": 1}]).status_code == 405
    assert call.client.post("/api/v1/segment/users", json=[{"a": 1}]).status_code == 405


def test_the_widget_url_has_a_token_and_nothing_that_was_not_asked_for(call: Caller):
    url = call.widget_url("ada")

    assert url.startswith(call.sandbox.base_url + "/widget/?token=")
    assert query_of(url).keys() == {"token"}
    assert "ada" not in url


def test_every_widget_url_has_a_token_of_its_own(call: Caller):
    assert call.token("ada") != call.token("ada")


def test_the_widget_url_carries_language_section_and_item(call: Caller):
    query = query_of(call.widget_url("ada", language="de", feature="rewards", itemId=ITEM))

    assert query.pop("token")
    assert query == {"language": "de", "feature": "rewards", "itemId": ITEM}


@pytest.mark.parametrize("feature", ["", "shop", "Rewards", "rewards ", "&token=x"])
def test_an_unsupported_section_is_ignored(call: Caller, feature: str):
    assert query_of(call.widget_url("ada", feature=feature, itemId=ITEM)).keys() == {"token"}


@pytest.mark.parametrize("feature", ["referral", "t2e", "h2e", "leaderboard"])
def test_an_item_counts_for_missions_and_rewards_only(call: Caller, feature: str):
    assert query_of(call.widget_url("ada", feature=feature, itemId=ITEM)).keys() == {"token", "feature"}


@pytest.mark.parametrize("item", ["", "7", ITEM + "0", ITEM.replace("-", ""), "{" + ITEM + "}", "urn:uuid:" + ITEM])
@pytest.mark.parametrize("feature", ["rewards", "leaderboard", "shop"])
def test_an_item_that_is_not_a_uuid_is_400(call: Caller, item: str, feature: str):
    answer = call.client.get(f"{USER}/ada/widget", params={"feature": feature, "itemId": item})

    assert (answer.status_code, answer.json()["field"]) == (400, "itemId")


@pytest.mark.parametrize("language", ["", "xx", "EN", "en-GB", "../"])
def test_an_unknown_language_is_400_and_creates_nobody(call: Caller, language: str):
    answer = call.client.get(f"{USER}/ada/widget", params={"language": language})

    assert (answer.status_code, answer.json()["field"]) == (400, "language")
    assert call.balance("ada")["userExists"] is False


def test_a_language_is_kept_until_another_is_given(call: Caller):
    call.widget_url("ada", language="uk")
    call.widget_url("ada")

    assert call.sandbox.state.store.visitors["ada"].language == "uk"


def test_asking_for_a_balance_creates_nobody(call: Caller):
    for _ in range(2):
        assert call.balance("nobody") == {"balance": "0", "userExists": False}


@pytest.mark.parametrize("operation", ["widget", "token"])
def test_asking_for_a_widget_or_a_token_creates_the_user(call: Caller, operation: str):
    assert call.client.get(f"{USER}/ada/{operation}").status_code == 200
    assert call.balance("ada") == {"balance": "0", "userExists": True}


def test_the_demo_visitor_has_been_here_before(call: Caller):
    assert call.balance("demo") == {"balance": "1240.50", "userExists": True}


def test_the_first_event_creates_the_user_and_its_value_counts(call: Caller):
    answer = call.client.post(EVENT, json=event(eventTags=["a", "b"]))

    assert (answer.status_code, answer.content) == (201, b"")
    assert call.balance("ada") == {"balance": "2.50", "userExists": True}


def test_the_same_event_counts_once(call: Caller):
    statuses = [call.client.post(EVENT, json=event(value=10)).status_code for _ in range(3)]

    assert statuses == [201, 201, 201]
    assert call.balance("ada")["balance"] == "10"


@pytest.mark.parametrize(("value", "balance"), [(0, "0"), (-5, "0"), (1e300, "1000000"), (0.1, "0.10"), (1e-9, "0")])
def test_a_balance_is_a_plain_decimal_whatever_the_value_was(call: Caller, value: float, balance: str):
    call.client.post(EVENT, json=event(value=value))

    assert call.balance("ada")["balance"] == balance


@pytest.mark.parametrize("field", ["id", "userId", "eventId", "value", "createdAt"])
def test_an_event_without_a_field_is_400_that_names_it(call: Caller, field: str):
    body = event()
    del body[field]

    answer = call.client.post(EVENT, json=body)

    assert (answer.status_code, answer.json()["field"]) == (400, field)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", ""),
        ("id", 7),
        ("eventId", ""),
        ("userId", ""),
        ("userId", "a\nb"),
        ("userId", "x" * 257),
        ("value", "7"),
        ("value", None),
        ("value", True),
        ("createdAt", ""),
        ("createdAt", "2024-02-22"),
        ("createdAt", "2024-13-22 10:00:00"),
        ("createdAt", "yesterday, at four"),
        ("eventTags", "a"),
        ("eventTags", None),
        ("eventTags", [7]),
    ],
)
def test_a_wrong_value_of_an_event_is_400_that_names_it(call: Caller, field: str, value: object):
    answer = call.client.post(EVENT, json=event(**{field: value}))

    assert (answer.status_code, answer.json()["field"].removesuffix("[0]")) == (400, field)
    assert call.balance("ada")["userExists"] is False


@pytest.mark.parametrize("time", ["2024-02-22 10:00:00", "2024-02-22T10:00:00", "2024-02-22T10:00:00Z"])
def test_times_are_taken_as_the_documents_and_iso_8601_write_them(call: Caller, time: str):
    assert call.client.post(EVENT, json=event(createdAt=time)).status_code == 201


def test_a_field_that_is_not_known_is_ignored(call: Caller):
    assert call.client.post(EVENT, json=event(colour="red")).status_code == 201


@pytest.mark.parametrize(("method", "path"), [each for each in OPERATIONS if each[0] != "GET"])
@pytest.mark.parametrize("body", [b"", b"{", b"null", b"7", b'"x"', b"\xff", b"[" * 5000, b'{"value": NaN}', b"[7]"])
def test_a_body_that_is_not_the_right_json_is_400(call: Caller, method: str, path: str, body: bytes):
    answer = call.client.request(method, path, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert answer.json()["message"]


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
def test_a_body_of_another_type_is_400(call: Caller, kind: str):
    answer = call.client.post(EVENT, content=b"{}", headers={"Content-Type": kind})

    assert (answer.status_code, answer.json()["field"]) == (400, "Content-Type")


def test_a_charset_beside_the_type_is_fine(call: Caller):
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}

    assert call.client.post(REVENUE, content=httpx.Request("POST", "/", json=revenue()).content, headers=headers)


def test_revenue_is_taken_once_per_request_id(call: Caller):
    answers = [call.client.post(REVENUE, json=revenue()) for _ in range(2)]

    assert [(answer.status_code, answer.content) for answer in answers] == [(201, b""), (200, b"")]
    assert call.sandbox.state.store.revenue == {"r1": 9.9}


@pytest.mark.parametrize(("field", "value"), [("revenue", -1), ("revenue", "9"), ("requestId", ""), ("date", "now")])
def test_a_wrong_value_of_a_revenue_is_400_that_names_it(call: Caller, field: str, value: object):
    answer = call.client.post(REVENUE, json=revenue(**{field: value}))

    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_websites_are_added(call: Caller):
    sites = ["https://a.example", "https://b.example:8443"]

    answer = call.client.post(WEBSITES, json={"websites": sites})

    assert (answer.status_code, answer.content) == (201, b"")
    assert call.sandbox.state.store.websites == sites


@pytest.mark.parametrize("again", [["https://a.example"], ["https://b.example", "https://a.example"]])
def test_a_website_that_is_there_is_409_and_nothing_is_added(call: Caller, again: list[str]):
    call.client.post(WEBSITES, json={"websites": ["https://a.example"]})

    assert call.client.post(WEBSITES, json={"websites": again}).status_code == 409
    assert call.sandbox.state.store.websites == ["https://a.example"]


def test_a_website_named_twice_is_409(call: Caller):
    assert call.client.post(WEBSITES, json={"websites": ["https://a.example"] * 2}).status_code == 409


@pytest.mark.parametrize("sites", [[], [""], ["http://a.example"], ["a.example"], ["https://a.example; script-src *"]])
def test_what_is_not_a_website_is_400(call: Caller, sites: list[str]):
    answer = call.client.post(WEBSITES, json={"websites": sites})

    assert (answer.status_code, answer.json()["field"]) == (400, "websites")


def test_segments_are_kept_as_they_are_until_they_are_removed(call: Caller):
    first, second = {"userId": "ada", "segment": "vip"}, {"anything": [1, None]}

    added = call.client.post("/api/v1/segment/users/", json=[first, second])
    removed = call.client.request("DELETE", "/api/v1/segment/users", json=[first])

    assert (added.status_code, added.content, removed.status_code, removed.content) == (201, b"", 200, b"")
    assert call.sandbox.state.store.segments == [second]


@pytest.mark.parametrize("body", [[], {}, ["x"], [{}, 1]])
@pytest.mark.parametrize(("method", "path"), OPERATIONS[-2:])
def test_segments_that_are_not_an_array_of_objects_are_400(call: Caller, method: str, path: str, body: object):
    assert call.client.request(method, path, json=body).status_code == 400
