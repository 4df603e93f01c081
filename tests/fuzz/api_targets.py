"""What a server, or somebody in its place, answers: bytes of HTTP through the real client, and bodies and headers alone."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self, cast

import httpcore

from kiosk.api import ApiSettings, Enable3
from kiosk.api.answers import parse_balance, parse_token, parse_widget
from kiosk.api.failures import LONGEST_RETRY_AFTER, parse_date, parse_retry_after
from kiosk.api.models import Balance, Event, Probe
from kiosk.api.rejection import rejected_fields
from kiosk.api.transport import MAX_BODY, Answer
from kiosk.core.secret import Secret
from kiosk.core.user_id import UserId
from kiosk.core.widget import DAY, LONGEST, Token, Widget
from kiosk.errors import ApiError, BadResponse
from tests.codes import App
from tests.fuzz.mutations import BYTES, JSON_WORDS, NUMBERS, mutate
from tests.fuzz.target import CANARY, Target, quotes_nothing

if TYPE_CHECKING:
    from random import Random

NOW = 1_790_000_000.0
KEY = "k3y-of-the-0perator"
_JWT = App().code()
_BODIES = tuple(
    json.dumps(body).encode()
    for body in (
        {"url": f"https://widget.example/?token={_JWT}"},
        {"url": "http://127.0.0.1:8000/w"},
        {"token": _JWT},
        {"balance": "12.50", "userExists": True},
        {"errors": [{"field": "operatorUserId", "message": CANARY}], "message": ["feature must be one of"]},
        {"balance": "1e5", "userExists": False, "more": {"deep": [[[]]]}},
    )
)
_WORDS = (*(word.encode(errors="surrogatepass") for word in (*JSON_WORDS, '"balance"', '"url"', '"token"', '"userExists"',
          '"1_0"', '"١٢"', '"https://"', '"https://evil@widget.example"', "operatorUserId", "\u2028")), *BYTES)  # fmt: skip
_HEADERS = (
    b"Content-Type: application/json", b"Content-Type: text/html; charset=utf-16", b"Content-Encoding: gzip",
    b"Content-Encoding: br", b"Transfer-Encoding: chunked", b"Location: https://evil.example/", b"Retry-After: 120",
    b"Set-Cookie: a=" + CANARY.encode(), b"Date: Mon, 23 Nov 2026 21:00:00 GMT", b"Connection: close", b"Content-Length: 0",
    b"Content-Length: 999999999999999999999", b"Content-Length: -1", b"Content-Length: 5, 6", b"X: " + b"y" * 70_000, b":",
    b" folded", b"\xff\xfe: 1", b"Retry-After: Mon, 99 Nov 99999 99:99:99", b"Upgrade: h2c", b"WWW-Authenticate: Basic",
)  # fmt: skip
_STATUSES = (b"200 OK", b"200", b"201 Created", b"204 No Content", b"100 Continue", b"101 Switching", b"301 Moved", b"304 No",
             b"400 Bad", b"401 Who", b"403 No", b"404 Not", b"409 Twice", b"429 Slow", b"500 Oops", b"503 Later", b"999 Odd",
             b"20 0", b"-1 X", b"0200 OK")  # fmt: skip
_DATES = ("Mon, 23 Nov 2026 21:00:00 GMT", "Mon, 23 Nov 0000 21:00:00 GMT", "1 Jan 1 0:0:0 +9999", "120", "-5", "1e9", "٣",
          "Thu, 01 Jan 9999 00:00:00 -2359", "23 Nov 26 21:00", *NUMBERS)  # fmt: skip
_FIELDS = frozenset({"operatorUserId", "language", "feature", "itemId", "value"})


class Answers(Target):
    name = "API answers"
    promise = "a checked value, or BadResponse that quotes nothing; no number, nesting or date that breaks a reader"

    def make(self, choices: Random) -> tuple[int, bytes, str]:
        date = mutate(choices, _DATES, (*_DATES, " ", ":", ",", "-", "+", "GMT", "\0", "99999"), longest=300)
        return choices.choice((200, 404, 500)), mutate(choices, _BODIES, _WORDS), date

    def check(self, item: tuple[int, bytes, str]) -> None:
        status, body, date = item
        answer = Answer(status, body, date)
        for parse in (self._widget, self._token, self._balance):
            try:
                parse(answer)
            except BadResponse as error:
                quotes_nothing(error)
                assert error.__cause__ is None
                assert error.__context__ is None
        assert set(rejected_fields(body, _FIELDS)) <= _FIELDS
        moment, wait = parse_date(date), parse_retry_after(date, now=NOW)
        assert moment is None or isinstance(moment, float)
        assert wait is None or 0 <= wait <= LONGEST_RETRY_AFTER

    @staticmethod
    def _widget(answer: Answer) -> None:
        widget = parse_widget(answer, allow_loopback=False)
        assert widget.origin.scheme == "https"
        assert len(widget.url.reveal()) <= LONGEST

    @staticmethod
    def _token(answer: Answer) -> None:
        token = parse_token(answer, now=NOW)
        assert token.jwt.reveal().isascii()
        assert token.jwt.reveal().isprintable()
        assert token.expires_at == NOW + DAY or 0 < token.expires_at < 1e12

    @staticmethod
    def _balance(answer: Answer) -> None:
        balance = parse_balance(answer)
        assert isinstance(balance.balance, Decimal)
        assert balance.balance.is_finite()
        assert len(f"{balance.balance:f}") < 300


class _Wire(httpcore.AsyncNetworkStream):
    """A connection whose other end says `data`, in pieces of `size` bytes, and then nothing more."""

    def __init__(self, data: bytes, size: int) -> None:
        self._data, self._size = data, size

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's name
        size = min(max_bytes, self._size)
        piece, self._data = self._data[:size], self._data[size:]
        return piece

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - the same
        assert CANARY.encode() not in buffer, "what a server said is sent back to it"

    async def aclose(self) -> None:
        return None

    def get_extra_info(self, info: str) -> object:
        return None


class _Network(httpcore.AsyncNetworkBackend):
    said = (b"", 1)

    async def connect_tcp(self, host: str, port: int, **_: object) -> _Wire:
        assert (host, port) == ("127.0.0.1", 9), "the client goes where a server tells it to"
        return _Wire(*self.said)


class Exchanges(Target):
    name = "API exchanges"
    promise = (
        "a checked value or ApiError that quotes nothing, within the limits; no redirect, cookie or packing is followed"
    )
    limit = 0.5

    def __enter__(self) -> Self:
        # httpcore looks for it with every lock, and Python through all folders: a third of the time of an exchange.
        self._added = "sniffio" not in sys.modules
        sys.modules.setdefault("sniffio", cast("Any", None))
        self._loop = asyncio.new_event_loop()
        self._api = Enable3(ApiSettings(base_url="http://127.0.0.1:9", attempts=1), Secret(KEY), clock=lambda: NOW)
        self._network = _Network()
        self._user = UserId.parse("visitor-42")
        self._event = Event(id="1", user=self._user, event_id="e", value=Decimal(1), created_at=_MOMENT)
        self._calls = (self._api.widget_url, self._api.token, self._api.balance, self._probe, self._send)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.run_until_complete(self._api.__aexit__(None, None, None))
        self._loop.close()
        if self._added:
            del sys.modules["sniffio"]

    async def _probe(self, _user: UserId) -> Probe:
        return await self._api.probe()

    async def _send(self, _user: UserId) -> None:
        await self._api.send_event(self._event)

    def make(self, choices: Random) -> tuple[int, bytes, int]:
        body = mutate(choices, _BODIES, _WORDS) if choices.random() < 0.7 else choices.choice(_BODIES)
        lines = [b"HTTP/1.1 " + (b"200 OK" if choices.random() < 0.5 else choices.choice(_STATUSES))]
        lines += [choices.choice(_HEADERS) for _ in range(choices.choice((0, 0, 1, 2, 5)))]
        if choices.random() < 0.7:
            lines.append(b"Content-Length: %d" % max(0, len(body) + choices.choice((0, 0, 0, 0, -3, 7))))
        said = b"\r\n".join(lines) + b"\r\n\r\n" + body
        if choices.random() < 0.2:
            said = mutate(
                choices, [said], (b"\r\n", b"\n", b"HTTP/1.1 200 OK\r\n\r\n", b"0\r\n\r\n", b"5\r\nhello", *BYTES)
            )
        elif choices.random() < 0.005:
            said += b" " * (MAX_BODY + 10)
        return (
            choices.randrange(5),
            said,
            choices.choice((65_536, 65_536, 7, 100) if len(said) < 2000 else (65_536, 4096)),
        )

    def check(self, item: tuple[int, bytes, int]) -> None:
        which, *said = item
        self._network.said = (said[0], said[1])
        # A pool of its own for every exchange: nothing of one answer is there for the next.
        transport: Any = self._api._transport._client._transport
        transport._pool = httpcore.AsyncConnectionPool(network_backend=self._network)
        try:
            found = self._loop.run_until_complete(self._calls[which](self._user))
        except ApiError as error:
            quotes_nothing(error)
            assert KEY not in f"{error} {error.hint}"
            assert error.retry_after is None or 0 <= error.retry_after <= LONGEST_RETRY_AFTER
        else:
            assert isinstance(found, (Widget, Token, Balance, Probe, None)[which] or type(None))
            assert not self._api._transport._client.cookies


_MOMENT = datetime(2026, 11, 23, tzinfo=UTC)

TARGETS = (Answers, Exchanges)
