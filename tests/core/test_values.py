"""Secrets, user ids, deep links, widgets and tokens."""

from __future__ import annotations

import json
import pickle
import unicodedata
from base64 import urlsafe_b64encode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.deeplink import DeepLink, Feature, parse_deep_link
from kiosk.core.secret import Secret
from kiosk.core.user_id import MAX_LENGTH, UserId
from kiosk.core.widget import DAY, LONGEST, Token, Widget, renewal_delay, widget_end
from kiosk.errors import InvalidInput
from kiosk.shell.protocol import MAX_LINE, OpenWidget, encode_message

ITEM = "0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10"


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{:>40}".format, lambda secret: f"{secret!r:s}"])
def test_a_secret_never_shows_itself(show):
    assert "canary" not in show(Secret("canary"))
    assert "canary" not in show(UserId.parse("canary"))


def test_a_secret_is_not_pickled():
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Secret("canary"))


def test_secrets_are_equal_by_their_text():
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


@given(st.text(min_size=1, max_size=MAX_LENGTH))
def test_a_user_id_is_any_text_without_control_characters(text):
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        with pytest.raises(InvalidInput, match="user: has a control character"):
            UserId.parse(text)
    else:
        assert UserId.parse(text).reveal() == text


@pytest.mark.parametrize("text", ["", "x" * (MAX_LENGTH + 1), "a\nb", "\x00", "\x7f", "\x9f", "\ud800"])
def test_other_user_ids_are_refused_without_repeating_them(text):
    with pytest.raises(InvalidInput) as caught:
        UserId.parse(text)

    assert caught.value.field == "user"
    assert not text or text not in str(caught.value)


def test_a_user_id_may_be_as_long_as_it_says():
    assert UserId.parse("🎰" * MAX_LENGTH).reveal() == "🎰" * MAX_LENGTH


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("visitor-42", "••••42"),
        ("4006381333931", "••••931"),
        ("123456789", "••••789"),
        ("12345678", "••••78"),
        ("123456", "••••56"),
        ("12345", "••••"),
        ("1", "••••"),
        ("anna@example.com", "••••com"),
        ("visitor-4-", "••••"),
        ("visitor-\u202e42", "••••42"),
        ("відвідувач", "••••вач"),
    ],
)
def test_a_masked_id_shows_its_end_alone(text: str, shown: str):
    assert UserId.parse(text).masked() == shown


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=40))
def test_a_masked_id_hides_two_thirds_of_it(text):
    shown = UserId.parse(text).masked().removeprefix("••••")

    assert len(shown) * 3 <= len(text)
    assert text.endswith(shown)


@pytest.mark.parametrize("feature", list(Feature))
def test_every_section_can_be_opened(feature):
    assert parse_deep_link(feature.value) == DeepLink(feature)


def test_no_section_means_the_start():
    assert parse_deep_link() == DeepLink(None, None)


@pytest.mark.parametrize("feature", ["missions", "rewards"])
def test_sections_with_items_take_an_item(feature):
    assert parse_deep_link(feature, ITEM) == DeepLink(Feature(feature), UUID(ITEM))


@pytest.mark.parametrize("feature", [None, "referral", "t2e", "h2e", "leaderboard"])
def test_other_sections_take_no_item(feature):
    with pytest.raises(InvalidInput, match="item-id: needs a section") as caught:
        parse_deep_link(feature, ITEM)

    assert "missions or rewards" in caught.value.hint


def test_an_item_is_a_uuid():
    with pytest.raises(InvalidInput, match="item-id: is not a UUID"):
        parse_deep_link("rewards", "42")


def test_an_unknown_section_is_answered_with_the_allowed_ones_and_the_nearest():
    with pytest.raises(InvalidInput, match="did you mean rewards") as caught:
        parse_deep_link("reward")

    assert caught.value.hint == "allowed: missions, rewards, referral, t2e, h2e, leaderboard"


def test_an_unknown_section_far_from_all_gets_no_guess():
    with pytest.raises(InvalidInput) as caught:
        parse_deep_link("zzz")

    assert "did you mean" not in caught.value.message


def test_a_widget_url_is_kept_as_a_secret_with_its_origin():
    widget = Widget.parse("https://w.example:8443/?token=canary")

    assert widget.url.reveal() == "https://w.example:8443/?token=canary"
    assert str(widget.origin) == "https://w.example:8443"
    assert "canary" not in repr(widget)


def test_a_widget_url_fits_into_a_message_to_the_window():
    start = "https://widget.example/?token="
    longest = Widget.parse(start + "x" * (LONGEST - len(start)))

    assert len(encode_message(OpenWidget(1, longest.url.reveal()))) < MAX_LINE
    with pytest.raises(InvalidInput, match="too long"):
        Widget.parse(longest.url.reveal() + "x")


def test_a_widget_url_that_is_none_is_not_repeated():
    with pytest.raises(InvalidInput) as caught:
        Widget.parse("http://w.example/?token=canary")

    assert "canary" not in str(caught.value)


def jwt(claims: object) -> str:
    """An unsigned token with these claims."""
    payload = urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJIUzUxMiJ9.{payload}.c2ln"


def test_a_token_ends_when_it_says():
    token = Token.parse(jwt({"exp": 2_000_000_000}), now=1_000.0)

    assert token.expires_at == 2_000_000_000.0
    assert token.jwt.reveal() not in repr(token)


@pytest.mark.parametrize(
    "text",
    [
        jwt({}),
        jwt({"exp": "soon"}),
        jwt({"exp": True}),
        jwt({"exp": -1}),
        jwt({"exp": 1e300}),
        jwt([1]),
        "opaque",
        "a.!!!.c",
        "a.é.c",
        "a.bm90IGpzb24.c",
        "." + "a" * 5 + ".",
    ],
)
def test_a_token_without_a_readable_end_is_good_for_a_day(text):
    assert Token.parse(text, now=1_000.0).expires_at == 1_000.0 + DAY


@given(st.text())
def test_any_text_is_a_token(text):
    assert Token.parse(text, now=0.0).jwt.reveal() == text


@pytest.mark.parametrize("at", ["?token=", "?a=b&token=", "#token=", "?a=b#/home?token="])
@pytest.mark.parametrize(("claims", "end"), [({"exp": 1060}, 1060), ({}, 1000 + DAY), ({"exp": 1e9}, 1000 + DAY)])
def test_a_widget_url_ends_with_the_token_in_it_or_after_a_day(at: str, claims: dict[str, float], end: float):
    widget = Widget.parse(f"https://widget.example/{at}{jwt(claims)}")

    assert widget_end(widget, now=1000) == end


@pytest.mark.parametrize(
    ("left", "delay"), [(DAY, DAY - 300.0), (1_000.0, 900.0), (10.0, 9.0), (5.0, 5.0), (0.0, 5.0), (-100.0, 5.0)]
)
def test_a_token_is_renewed_before_its_end_and_never_without_pause(left, delay):
    assert renewal_delay(50.0 + left, now=50.0) == pytest.approx(delay)
