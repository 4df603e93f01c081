"""The local socket: lines as they travel, and a real socket with peers that keep to nothing."""

from __future__ import annotations

import contextlib
import shutil
import socket
import tempfile
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kiosk.core.deeplink import parse_deep_link
from kiosk.core.user_id import UserId
from kiosk.errors import InvalidInput
from kiosk.ops.control_client import ask
from kiosk.ops.control_messages import (
    MAX_LINE,
    Began,
    Begin,
    End,
    KioskStatus,
    Status,
    accept,
    decode_reply,
    decode_request,
    encode_reply,
    encode_request,
)
from kiosk.wire import WireError
from tests.fuzz.mutations import BYTES, JSON_WORDS, mutate
from tests.fuzz.target import CANARY, Target, quotes_nothing
from tests.ops.served import PATIENCE, serving

if TYPE_CHECKING:
    from random import Random

_ITEM = "0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10"
_REQUESTS = tuple(
    encode_request(request)
    for request in (
        End(),
        Status(),
        Begin(UserId.parse("anna")),
        Begin(UserId.parse(CANARY), parse_deep_link("rewards", _ITEM), "pt-BR"),
        Begin(UserId.parse("名" * 256)),
    )
)
_REPLIES = tuple(
    map(
        encode_reply,
        (accept(Began(1)), accept(KioskStatus("visit", "2026-11-23T21:00:00Z", "0.1.0", "qtwebengine", 1, code="x"))),
    )
)
_WORDS = (*(word.encode(errors="surrogatepass") for word in (*JSON_WORDS, '"Begin"', '"End"', '"user"', '"item_id"',
          f'"feature":"{CANARY}",', '"language":"e",')), *BYTES)  # fmt: skip


class Lines(Target):
    name = "control messages"
    promise = "a request, or InvalidInput that quotes nothing; a request is encoded to what is decoded to the same"

    def make(self, choices: Random) -> bytes:
        return mutate(choices, (*_REQUESTS, *_REPLIES), _WORDS)

    def check(self, item: bytes) -> None:
        try:
            request = decode_request(item)
        except InvalidInput as error:
            quotes_nothing(error)
        else:
            assert len(item) <= MAX_LINE
            assert decode_request(encode_request(request)) == request
            assert CANARY not in repr(request)
        with contextlib.suppress(WireError):
            assert isinstance(decode_reply(item).ok, bool)


class Sockets(Target):
    """Each input is a connection to a real server, in pieces, up to eight at a time, some left without a word."""

    name = "control socket"
    promise = "every peer gets one reply or the end of the connection, and the next honest one is served"
    limit = 1.0

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        self._stack.callback(shutil.rmtree, folder)
        self._served = self._stack.enter_context(serving(folder / "state" / "control"))
        self._address = self._served.address
        return self

    def __exit__(self, *_: object) -> None:
        self._close()
        self._stack.close()

    def make(self, choices: Random) -> tuple[list[bytes], int]:
        data = (
            choices.choice(_REQUESTS) if choices.random() < 0.1 else mutate(choices, _REQUESTS, _WORDS, longest=12_000)
        )
        cuts = sorted(choices.randrange(len(data) + 1) for _ in range(choices.choice((0, 0, 0, 1, 3))))
        pieces = [data[start:end] for start, end in pairwise([0, *cuts, len(data)])]
        return pieces, choices.choice((0, 0, 0, 0, 1, 2))

    def check(self, item: tuple[list[bytes], int]) -> None:
        """`item[1]`: 0 waits for the answer, 1 stays connected for a while, 2 leaves at once."""
        pieces, manner = item
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(PATIENCE)
        peer.connect(self._address)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for piece in pieces:
                peer.sendall(piece)
            peer.shutdown(socket.SHUT_WR)
        if manner == 1:
            self._open.append(peer)
            if len(self._open) >= 8:
                self._close()
            return
        with peer:
            if manner == 0:
                self._answered(peer, b"".join(pieces))

    @staticmethod
    def _answered(peer: socket.socket, sent: bytes) -> None:
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := peer.recv(MAX_LINE):
                answer += piece
        if not answer:
            return
        reply = decode_reply(answer)
        assert answer.count(b"\n") == 1
        assert CANARY not in f"{reply.message}{reply.hint}"
        # What comes after the first line in a piece of its own may come too late to be looked at.
        line, end, rest = sent.partition(b"\n")
        try:
            decode_request(line + end)
        except InvalidInput:
            assert not reply.ok
        else:
            assert reply.ok or rest or not end

    def settle(self) -> None:
        self._close()
        self._served.asked.clear()
        assert ask(self._served.file, End()).ok

    def _close(self) -> None:
        while self._open:
            self._open.pop().close()


TARGETS = (Lines, Sockets)
