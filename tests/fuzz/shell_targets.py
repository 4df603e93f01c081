"""The pipe between the supervisor and the shell, and what a shell writes to the log."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, get_args

from kiosk.core.look import Look
from kiosk.core.scanner import ScannerSettings
from kiosk.logs import redact
from kiosk.shell import protocol, stderr
from kiosk.shell.protocol import MAX_LINE, ProtocolError, decode_command, decode_event, encode_message, read_lines
from tests.fuzz.mutations import BYTES, JSON_WORDS, mutate, text
from tests.fuzz.target import CANARY, Target, quotes_nothing

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

COMMANDS = (
    protocol.Start(windowed=False, screen=0, language="en", look=Look("Brand"), allow=["https://a.example"]),
    protocol.Start(windowed=True, screen=15, language="ar", look=Look(), allow=[], scanner=ScannerSettings()),
    protocol.ShowPage("attract", "en", data={"sections": ["missions"], "n": 1.5, "deep": {"a": [None, True]}}),
    protocol.HidePage(),
    protocol.ShowBar("de", "••••42", "12.50", 30),
    protocol.OpenWidget(1, f"https://w.example/?t={CANARY}", {"token": CANARY, "none": None}),
    protocol.HandOver(2**63 - 1, {"token": CANARY}),
    protocol.Cover(),
    protocol.Present(),
    protocol.Quit(),
)
EVENTS = (
    protocol.Ready("qtwebengine", "6", {"navigation": "enforced"}, "140", [protocol.ScreenSize(800, 600)]),
    protocol.Painted(1, "attract"),
    protocol.LoadFailed(1, "dns"),
    protocol.RendererGone(1, "crashed"),
    protocol.Blocked(1, "downloads", "it asked"),
    protocol.Said("id", CANARY),
    protocol.Activity(),
    protocol.Playing(active=True),
    protocol.Scanned(CANARY),
    protocol.Gesture(),
    protocol.Covered(),
    protocol.Presented(),
    protocol.Refused("engine-unavailable", "no", "yes"),
    protocol.Closed(),
)
_NAMES = [f'"{kind.__name__}"' for union in (protocol.Command, protocol.Event) for kind in get_args(union)]
_FIELDS = ('"type"', '"visit"', '"data"', '"look"', '"scanner"', '"handoff"', '"screens"', '"left"')
WORDS = (*(word.encode(errors="surrogatepass") for word in (*JSON_WORDS, *_NAMES, *_FIELDS)), *BYTES)


class _Messages(Target):
    """Lines that are nearly messages."""

    samples: tuple[bytes, ...]
    decode: Callable[[bytes], Any]
    kinds: tuple[type, ...]

    def make(self, choices: Random) -> bytes:
        if choices.random() < 0.001:
            return choices.choice(self.samples)[:-1] + b" " * MAX_LINE + b"\n"
        return mutate(choices, self.samples, WORDS)

    def check(self, item: bytes) -> None:
        try:
            message = type(self).decode(item)
        except ProtocolError as error:
            quotes_nothing(error)
            return
        assert isinstance(message, self.kinds)
        assert type(self).decode(encode_message(message)) == message
        assert CANARY not in repr(message) or isinstance(message, _MAY_SHOW)


_MAY_SHOW = (protocol.Start, protocol.ShowPage, protocol.Ready, protocol.Painted, protocol.LoadFailed,
             protocol.RendererGone, protocol.Blocked, protocol.Refused, protocol.OpenWidget, protocol.ShowBar,
             protocol.Said)  # fmt: skip
"""Their words for the log may be any: `page`, `reason`, `language`. Their secrets are hidden by test_protocol."""


class Commands(_Messages):
    name = "shell commands"
    promise = "a command, or ProtocolError that quotes nothing; what is decoded is encoded to the same"
    samples = tuple(map(encode_message, COMMANDS))
    decode = staticmethod(decode_command)
    kinds = get_args(protocol.Command)


class Events(_Messages):
    name = "shell events"
    promise = "an event, or ProtocolError that quotes nothing; what is decoded is encoded to the same"
    samples = tuple(map(encode_message, EVENTS))
    decode = staticmethod(decode_event)
    kinds = get_args(protocol.Event)


class Streams(Target):
    """Several lines in a row, cut and spoiled: each byte is read once, and no line is longer than allowed."""

    name = "shell streams"
    promise = "lines are cut at newlines alone and are never longer than allowed; what is cut off is ProtocolError"

    def make(self, choices: Random) -> bytes:
        lines = [choices.choice(Events.samples) for _ in range(choices.randrange(1, 6))]
        if choices.random() < 0.02:
            lines.insert(choices.randrange(len(lines)), b"x" * choices.choice((MAX_LINE - 2, MAX_LINE, MAX_LINE + 9)))
        return mutate(choices, [b"".join(lines)], WORDS, longest=4 * MAX_LINE)

    def check(self, item: bytes) -> None:
        read, whole = [], True
        try:
            read.extend(read_lines(io.BytesIO(item)))
        except ProtocolError as error:
            quotes_nothing(error)
            whole = False
        assert b"".join(read) == item[: sum(map(len, read))]
        assert all(line.endswith(b"\n") and line.count(b"\n") == 1 and len(line) <= MAX_LINE for line in read)
        assert not whole or b"".join(read) == item


class LogLines(Target):
    """What an engine or a page writes to the log: long runs, addresses, tokens."""

    name = "log lines"
    promise = "no token, key or query of an address is left, and nothing takes long"
    _token = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ2aXNpdG9yIn0." + "QUJD" * 16
    _samples = (
        f"GET https://u:p@w.example/widget?token={_token} failed",
        f"js: Uncaught Error: {_token} at https://w.example/app.js?x=1#y:3:4",
        "Authorization: Bearer " + _token,
        json.dumps({"x-api-key": "k" * 40, "user": "/user/visitor-42"}),
        "[1234:1234:1123/210000.1:ERROR:gl.cc(12)] a.a.a.a.a.a.a.a http:http:http:",
    )
    _words = ("https://", "a:", "://", "@", "?", "#", "=", "a" * 300, "a." * 200, "eyJ", _token, " " * 200, "/" * 99)

    def make(self, choices: Random) -> str:
        return mutate(choices, self._samples, (*self._words, text(choices)), longest=4000)

    def check(self, item: str) -> None:
        for shown in (redact(item), stderr.redact(item)):
            assert self._token not in shown
        stderr.interpret(item)


TARGETS = (Commands, Events, Streams, LogLines)
