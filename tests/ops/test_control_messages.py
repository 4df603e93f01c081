"""What is asked of a running kiosk: typed, bounded, and distrusted."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.deeplink import DeepLink, Feature, parse_deep_link
from kiosk.core.user_id import UserId
from kiosk.errors import Forbidden, InvalidInput
from kiosk.ops.control_messages import (
    MAX_LINE,
    Began,
    Begin,
    End,
    Ended,
    KioskStatus,
    OutboxCounts,
    Reply,
    Status,
    accept,
    data_of,
    decode_reply,
    decode_request,
    encode_reply,
    encode_request,
    refuse,
)
from kiosk.wire import WireError

ITEM = "0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10"
CANARY = "canary-4711"


def line(**message):
    return json.dumps(message).encode() + b"\n"


users = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=256).map(UserId.parse)
links = st.one_of(
    st.builds(DeepLink, st.none() | st.sampled_from(Feature)),
    st.builds(DeepLink, st.sampled_from([Feature.MISSIONS, Feature.REWARDS]), st.uuids()),
)
requests = st.one_of(
    st.builds(Begin, users, links, st.sampled_from([None, "de", "pt-BR"])), st.just(End()), st.just(Status())
)


@given(requests)
def test_a_request_arrives_as_it_was_sent(request):
    sent = encode_request(request)

    assert len(sent) <= MAX_LINE
    assert sent.count(b"\n") == 1
    assert decode_request(sent) == request


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_do_more_than_be_refused(data):
    with pytest.raises(InvalidInput):
        decode_request(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
field_names = st.sampled_from(["user", "feature", "item_id", "language", "more"])


@given(st.sampled_from(["Begin", "End", "Status"]), st.dictionaries(field_names, json_values))
def test_no_values_do_more_than_be_refused(name, given_fields):
    try:
        request = decode_request(line(type=name, **given_fields))
    except InvalidInput:
        return
    assert type(request).__name__ == name
    if isinstance(request, Begin):
        assert request.user.reveal() == given_fields["user"]
        assert set(given_fields) <= {"user", "feature", "item_id", "language"}
    else:
        assert not given_fields


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (b"", "request: is not a JSON object"),
        (b"[]\n", "request: is not a JSON object"),
        (b'"canary-4711"\n', "request: is not a JSON object"),
        (b"{" * 4000, "request: is not a JSON object"),
        (b'{"a":' * 1500, "request: is not a JSON object"),
        (b'{"type": "Begin", "user": "\xff\xfe canary-4711"}\n', "request: is not a JSON object"),
        (b" " * MAX_LINE + b"{}", "request: is too long"),
        (line(), "type: is not one that there is"),
        (line(type=CANARY), "type: is not one that there is"),
        (line(type=["Begin"]), "type: is not one that there is"),
        (line(type="End", user=CANARY), "request: has 1 unknown fields"),
        (line(type="Status", **{CANARY: 1, "b": 2}), "request: has 2 unknown fields"),
        (line(type="Begin", user="anna", pin=CANARY), "request: has 1 unknown fields"),
        (line(type="Begin"), "request: Object missing required field `user`"),
        (line(type="Begin", user=4711), "request: Expected `str`, got `int` - at `$.user`"),
        (line(type="Begin", user={"a": CANARY}), "request: Expected `str`, got `object` - at `$.user`"),
        (line(type="Begin", user=""), "user: is empty"),
        (line(type="Begin", user="canary\n"), "user: has a control character"),
        (line(type="Begin", user="c" * 257), "user: has 257 characters"),
        (line(type="Begin", user="anna", feature=CANARY), "feature: is not a section of the widget"),
        (line(type="Begin", user="anna", feature="h2e", item_id=ITEM), "item-id: needs a section that has items"),
        (line(type="Begin", user="anna", feature="rewards", item_id=CANARY), "item-id: is not a UUID"),
        (line(type="Begin", user="anna", language="canary_4711"), "language: is not a language tag"),
        (line(type="Begin", user="anna", language="-–canary"), "language: is not a language tag"),
    ],
)
def test_what_is_wrong_is_named_and_never_repeated(sent, problem):
    with pytest.raises(InvalidInput) as caught:
        decode_request(sent)

    assert str(caught.value) == problem
    assert "canary" not in str(caught.value) + caught.value.hint


def test_a_lone_surrogate_is_no_user_id():
    with pytest.raises(InvalidInput):
        decode_request(b'{"type": "Begin", "user": "\\ud800"}\n')


def test_no_repr_shows_the_visitor():
    request = decode_request(line(type="Begin", user=CANARY, feature="rewards", item_id=ITEM, language="de"))

    assert request == Begin(UserId.parse(CANARY), parse_deep_link("rewards", ITEM), "de")
    assert request.link.item_id == UUID(ITEM)
    assert CANARY not in f"{request!r} {request}"
    assert CANARY not in repr(Reply(ok=True, data={"user": CANARY}))


STATUS = KioskStatus("visit", "2026-11-23T17:45:00Z", "0.1.0", "qtwebengine", 4711, visit=3, outbox=OutboxCounts(1, 2))


@pytest.mark.parametrize("data", [Began(3), Ended(3), Ended(None), STATUS])
def test_a_reply_arrives_as_it_was_sent(data):
    reply = decode_reply(encode_reply(accept(data)))

    assert reply.ok
    assert data_of(reply, type(data)) == data


def test_an_error_becomes_a_reply():
    reply = decode_reply(encode_reply(refuse(Forbidden("no", hint="do this"))))

    assert reply == Reply(ok=False, code="api.forbidden", message="no", hint="do this")
    assert refuse(Forbidden("no"), code="busy").code == "busy"


def test_what_a_newer_kiosk_adds_to_a_reply_is_ignored():
    reply = decode_reply(line(ok=True, data={"visit": 1, "more": True}, mood="good"))

    assert data_of(reply, Ended) == Ended(1)


@pytest.mark.parametrize("sent", [b"", b"[]", b"{}", line(ok="yes"), line(ok=True, data=[]), b"x" * (MAX_LINE + 1)])
def test_a_reply_that_is_none_is_refused(sent):
    with pytest.raises(WireError):
        decode_reply(sent)


def test_data_of_another_shape_are_refused():
    with pytest.raises(WireError):
        data_of(accept(Ended(None)), KioskStatus)


def test_a_reply_that_nobody_would_read_is_not_made():
    with pytest.raises(ValueError, match="bytes"):
        encode_reply(Reply(ok=True, data={"long": "x" * MAX_LINE}))
