"""Whatever comes over the pipe is a message or a ProtocolError, and no error shows what came."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.look import Look
from kiosk.shell import protocol
from kiosk.shell.protocol import (
    MAX_LINE,
    Command,
    Event,
    HandOver,
    OpenWidget,
    ProtocolError,
    decode_command,
    decode_event,
    encode_message,
    read_lines,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)


def message(kind: type[Any]) -> st.SearchStrategy[Any]:
    if kind is protocol.ShowPage:  # its data is whatever JSON knows
        return st.builds(kind, data=st.dictionaries(texts, json_values, max_size=4))
    return st.from_type(kind)


def messages(*kinds: type[Any]) -> st.SearchStrategy[Any]:
    return st.one_of([message(kind) for kind in kinds])


commands = messages(*protocol._COMMANDS.values())
events = messages(*protocol._EVENTS.values())
LENIENT = {"data", "look", "scanner"}
"""Fields that an object may be in, whatever it has."""


@given(commands)
def test_a_command_arrives_as_it_was_sent(command: Command):
    assert decode_command(encode_message(command)) == command


@given(events)
def test_an_event_arrives_as_it_was_sent(event: Event):
    assert decode_event(encode_message(event)) == event


@given(commands | events)
def test_a_message_is_one_line(message: Command | Event):
    line = encode_message(message)

    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert list(read_lines(io.BytesIO(line * 3))) == [line] * 3


@given(st.binary(max_size=200))
def test_garbage_is_a_protocol_error_in_both_directions(line: bytes):
    for decode in (decode_command, decode_event):
        with pytest.raises(ProtocolError):
            decode(line)


@given(st.sampled_from([*protocol._COMMANDS, *protocol._EVENTS]), st.dictionaries(texts, json_values, max_size=6))
def test_wrong_fields_are_a_protocol_error_or_a_message(kind: str, fields: dict[str, object]):
    line = json.dumps({"type": kind, **fields}).encode()
    for decode in (decode_command, decode_event):
        try:
            decode(line)
        except ProtocolError:
            continue


@given(st.sampled_from([*protocol._COMMANDS.values()]), st.data())
def test_one_wrong_value_spoils_a_message(kind: type[Any], data: st.DataObject):
    fields = json.loads(encode_message(data.draw(message(kind))))
    field = data.draw(st.sampled_from(sorted(fields)))
    fields[field] = data.draw(st.sampled_from([1.5] if field in LENIENT else [{"canary": ["canary"]}, 1.5]))

    with pytest.raises(ProtocolError) as caught:
        decode_command(json.dumps(fields).encode())
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_deep_nesting_is_a_protocol_error():
    with pytest.raises(ProtocolError):
        decode_command(b'{"type":' + b"[" * 60_000)


def test_a_line_that_is_too_long_is_refused_before_it_is_read_to_its_end():
    with pytest.raises(ProtocolError, match="too long"):
        list(read_lines(io.BytesIO(b"x" * MAX_LINE * 2)))


def test_a_line_that_is_cut_off_is_refused():
    with pytest.raises(ProtocolError, match="cut off"):
        list(read_lines(io.BytesIO(b'{"type":"Quit"}')))


def test_a_message_that_nobody_could_read_is_not_sent():
    with pytest.raises(ProtocolError):
        encode_message(OpenWidget(1, "https://example.com/" + "x" * MAX_LINE))


@pytest.mark.parametrize(
    "message",
    [
        OpenWidget(1, "https://example.com/?canary", {"token": "canary"}),
        HandOver(1, {"token": "canary"}),
        protocol.Start(
            windowed=False, screen=0, language="en", look=Look("b"), allow=[], proxy="http://canary@proxy.example:1"
        ),
    ],
)
def test_the_repr_of_a_message_hides_secrets(message: object):
    assert "canary" not in repr(message)
