"""JSON to typed values: what is refused, and that a refusal quotes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.wire import WireError, convert, decode, encode, to_builtins


class Colour(StrEnum):
    RED = "red"


@dataclass
class Thing:
    name: str
    price: Decimal
    colour: Colour = Colour.RED


def test_unknown_fields_are_ignored():
    assert decode(b'{"name": "a", "price": "1.50", "more": [1]}', Thing) == Thing("a", Decimal("1.50"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"name": "canary"}', "price"),
        (b'{"name": 7, "price": "1"}', "$.name"),
        (b'{"name": "a", "price": "1", "colour": "canary"}', "not allowed - at `$.colour`"),
        (b'"canary"', "Expected `object`"),
        (b"canary", "not JSON"),
        (b"\xff", "not JSON"),
        (b"", "not JSON"),
        (b'{"more": ' * 100_000, "not JSON"),
    ],
)
def test_the_reason_names_the_place_and_not_the_value(data, reason):
    with pytest.raises(WireError) as caught:
        decode(data, Thing)

    assert reason in str(caught.value)
    assert "canary" not in str(caught.value)


def test_plain_values_are_converted_under_the_same_rules():
    assert convert({"name": "a", "price": "1"}, Thing) == Thing("a", Decimal(1))
    with pytest.raises(WireError, match="price"):
        convert({"name": "a"}, Thing)


def test_a_wrong_value_at_the_top_has_no_place():
    with pytest.raises(WireError, match=r"^a value that is not allowed$"):
        decode(b'"canary - at `$.x"', Colour)


def test_values_become_one_line():
    assert encode({"a": "line\nbreak"}) == b'{"a":"line\\nbreak"}'
    assert to_builtins(Thing("a", Decimal("1.50"))) == {"name": "a", "price": "1.50", "colour": "red"}


@given(st.binary())
def test_any_bytes_are_a_value_or_a_wire_error(data):
    try:
        decode(data, Thing)
    except WireError:
        return
