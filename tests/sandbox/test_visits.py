"""The data behind the sample widget and the sample SDK page."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from kiosk.sandbox.content import content
from kiosk.sandbox.faults import Faults

if TYPE_CHECKING:
    import httpx
    from conftest import Caller

DAY = 86_400
MUG = "0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a15"
COFFEE = "0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10"
CHECK_IN = "5a0c7d34-0f2b-4c55-8a6f-6c1f0d2b7e01"


def data(call: Caller, token: str, *, side: str = "widget") -> httpx.Response:
    return call.client.get(f"/{side}/data.json", headers={"Authorization": f"Bearer {token}"})


def post(call: Caller, token: str, name: str, body: object = None, *, side: str = "widget") -> httpx.Response:
    return call.client.post(f"/{side}/{name}", json=body or {}, headers={"Authorization": f"Bearer {token}"})


def claims(jwt: str) -> dict[str, Any]:
    part = jwt.split(".")[1]
    found: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def test_the_data_is_what_the_widget_was_promised(call: Caller):
    body = data(call, call.token("demo")).json()

    assert body["user"] == {
        "name": "Robin Tern",
        "balance": "1240.50",
        "language": "en",
        "termsAccepted": True,
        "referralCode": body["user"]["referralCode"],
    }
    assert body["missions"][0].keys() == {"id", "title", "text", "points", "kind", "done", "link"}
    assert [mission["done"] for mission in body["missions"]] == [True, False, False, True, False, False]
    assert body["rewards"][0].keys() == {"id", "title", "text", "price", "image", "stock"}
    assert body["tapToEarn"] == {"perTap": 1, "limit": 100}
    assert body["holdToEarn"] == {"ratePerSecond": "0.5"}


def test_a_visitor_is_named_after_nothing_that_gives_the_id_away(call: Caller):
    users = [data(call, call.token(user)).json()["user"] for user in ("player-4711", "player-4711", "grace")]

    assert users[0] == users[1] != users[2]
    assert users[0]["name"] in content().names
    assert "4711" not in json.dumps(users[0])


def test_the_leaderboard_has_the_visitor_once_in_the_right_place(call: Caller):
    rows = data(call, call.token("demo")).json()["leaderboard"]

    assert [row["name"] for row in rows if row["me"]] == ["Robin Tern"]
    assert rows == sorted(rows, key=lambda row: -row["points"])


def test_the_language_is_the_one_that_the_url_was_asked_for(call: Caller):
    call.widget_url("ada", language="ar")

    assert data(call, call.token("ada")).json()["user"]["language"] == "ar"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Bearer a.b.c", "Bearer ...", "Bearer \u00e9", "x"])
@pytest.mark.parametrize("side", ["widget", "sdk"])
@pytest.mark.parametrize(("method", "name"), [("GET", "data.json"), ("POST", "redeem"), ("POST", "opened")])
def test_an_unknown_token_is_401(call: Caller, header: str, side: str, method: str, name: str):
    headers = {"Authorization": header.encode()}

    assert call.client.request(method, f"/{side}/{name}", headers=headers).status_code == 401


def test_a_token_ends_after_a_day(call: Caller):
    token, jwt = call.token("ada"), call.jwt("ada")
    start = call.clock.now

    try:
        call.clock.now = start + DAY - 1
        assert [data(call, token).status_code, data(call, jwt, side="sdk").status_code] == [200, 200]
        call.clock.now = start + DAY
        assert [data(call, token).status_code, data(call, jwt, side="sdk").status_code] == [401, 401]
    finally:
        call.clock.now = start


def test_tokens_can_be_issued_expired(call: Caller):
    call.sandbox.state.faults = Faults(expired_token=True)

    assert data(call, call.token("ada")).status_code == 401
    assert data(call, call.jwt("ada"), side="sdk").status_code == 401
    assert claims(call.jwt("ada"))["exp"] < call.clock.now


def test_the_jwt_is_like_the_published_example(call: Caller):
    jwt = call.jwt("a/b \U0001f642")
    header = json.loads(urlsafe_b64decode(jwt.split(".")[0] + "=="))

    assert header == {"alg": "HS512", "typ": "JWT"}
    assert claims(jwt) == {"id_user": "a/b \U0001f642", "role": "ROLE_USER", "exp": int(call.clock.now) + DAY}
    assert len(urlsafe_b64decode(jwt.split(".")[2] + "==")) == 64


def test_each_side_has_its_own_kind_of_token(call: Caller):
    assert data(call, call.jwt("ada"), side="sdk").json()["user"]["name"] in content().names
    assert data(call, call.jwt("ada")).status_code == 401
    assert data(call, call.token("ada"), side="sdk").status_code == 401


def test_a_jwt_that_was_changed_is_401(call: Caller):
    header, _, signature = call.jwt("ada").split(".")
    forged = json.dumps({"id_user": "demo", "role": "ROLE_USER", "exp": 9_999_999_999}).encode()

    for changed in (urlsafe_b64encode(forged).decode().rstrip("="), ""):
        assert data(call, f"{header}.{changed}.{signature}", side="sdk").status_code == 401
    unsigned = urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    assert data(call, f"{unsigned}.{urlsafe_b64encode(forged).decode()}.", side="sdk").status_code == 401


def test_terms_are_accepted_once_and_for_all(call: Caller):
    token = call.token("ada")

    assert data(call, token).json()["user"]["termsAccepted"] is False
    assert [post(call, token, "accept-terms").status_code for _ in range(2)] == [200, 200]
    assert data(call, call.token("ada")).json()["user"]["termsAccepted"] is True


@pytest.mark.parametrize("side", ["widget", "sdk"])
def test_a_mission_counts_once(call: Caller, side: str):
    token = call.jwt("ada") if side == "sdk" else call.token("ada")

    answers = [post(call, token, "complete", {"missionId": CHECK_IN}, side=side) for _ in range(2)]

    assert (answers[0].status_code, answers[0].json()) == (200, {"balance": "25"})
    assert answers[1].status_code == 409
    assert call.balance("ada")["balance"] == "25"


def test_a_reward_costs_its_price_and_is_one_fewer(call: Caller):
    token = call.token("demo")
    before = data(call, token).json()["rewards"][0]

    answer = post(call, token, "redeem", {"rewardId": COFFEE})

    assert (answer.status_code, answer.json()) == (200, {"balance": "1060.50"})
    assert data(call, token).json()["rewards"][0]["stock"] == before["stock"] - 1


def test_a_reward_without_the_points_for_it_or_without_stock_is_409(call: Caller):
    poor = post(call, call.token("ada"), "redeem", {"rewardId": COFFEE})
    sold_out = post(call, call.token("demo"), "redeem", {"rewardId": MUG})

    assert [poor.status_code, sold_out.status_code] == [409, 409]
    assert "points" in poor.json()["message"]
    assert "sold out" in sold_out.json()["message"]


def test_tapping_earns_up_to_a_limit(call: Caller):
    token = call.token("ada")

    answers = [post(call, token, "tap", {"taps": taps}) for taps in (60, 40, 1)]

    assert [answer.status_code for answer in answers] == [200, 200, 409]
    assert answers[1].json() == {"balance": "100"}
    assert data(call, token).json()["tapToEarn"]["limit"] == 0


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("complete", {"missionId": "x"}, 404),
        ("complete", {}, 400),
        ("redeem", {"rewardId": "x"}, 404),
        ("redeem", {"rewardId": 7}, 400),
        ("tap", {"taps": 0}, 400),
        ("tap", {"taps": -1}, 400),
        ("tap", {"taps": 101}, 400),
        ("tap", {"taps": 1.5}, 400),
        ("tap", {"taps": True}, 400),
        ("opened", {"feature": 7}, 400),
    ],
)
def test_a_wrong_body_is_refused(call: Caller, name: str, body: object, status: int):
    assert post(call, call.token("ada"), name, body).status_code == status


def test_what_was_opened_is_in_the_log(call: Caller):
    body = {"feature": "rewards", "itemId": COFFEE}

    assert post(call, call.token("ada"), "opened", body).status_code == 200
    entry = call.sandbox.state.log.entries()[-1]
    assert (entry.path, entry.user, json.loads(entry.body)) == ("/widget/opened", "ada", body)


def test_the_programme_is_whole_in_every_language():
    programme = content()

    assert programme.languages == ["en", "de", "fr", "es", "pt", "uk", "ar"]
    assert (len(programme.missions), len(programme.rewards)) == (6, 6)
    for item in (*programme.missions, *programme.rewards):
        for texts in (item.title, item.text):
            assert list(texts) == programme.languages
            assert all(text.strip() == text != "" for text in texts.values())
            assert len(set(texts.values())) == len(texts), "a text was left untranslated"


def test_the_programme_s_items_have_stable_ids_of_their_own():
    items = [item.id for item in (*content().missions, *content().rewards)]

    assert content().rewards[0].id == COFFEE
    assert len(set(items)) == len(items)
    assert [str(UUID(item)) for item in items] == items


def test_the_programme_uses_every_kind_of_mission_and_a_link_out():
    assert {mission.kind for mission in content().missions} == {"check-in", "social", "proof", "survey"}
    assert any(mission.link for mission in content().missions)
    assert set(content().demo_visitor.done) < {mission.id for mission in content().missions}
    assert Decimal(content().demo_visitor.balance) > content().rewards[0].price


def test_the_rewards_have_pictures(call: Caller):
    images = [reward.image for reward in content().rewards]

    assert images == ["coffee.svg", "hoodie.svg", "arcade.svg", "dinner.svg", "ticket.svg", "mug.svg"]
    for image in images:
        answer = call.client.get(f"/widget/images/{image}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")
