r"""Windows: the named pipe that a running kiosk takes requests on. Run under wine.

There is one instance of it, which serves one peer after the other and is never given up in between, so that nobody else
can make another of its name. Who lists `\\.\pipe\` sees that name; the rights keep others out, and whoever asks checks
that the pipe belongs to this account before saying a word.
"""

from __future__ import annotations

import asyncio
import ctypes
import logging
import re
import sys
import threading
import time
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import TYPE_CHECKING

from kiosk.errors import NotRunning
from kiosk.ops.address import new_name
from kiosk.ops.control_messages import MAX_LINE

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    Answer = Callable[[bytes], Coroutine[None, None, bytes]]

if sys.platform == "win32":
    import _winapi

    from kiosk.ops import windows_account

log = logging.getLogger(__name__)

_PREFIX = "\\\\.\\pipe\\enable3-kiosk-"
_NAME = re.compile(re.escape(_PREFIX) + r"[0-9a-f]{32}", re.ASCII)

_PEER_LIMIT = 2.0  # seconds, as for a socket
_ANSWER_LIMIT = 5.0  # seconds; the server's own limit ends sooner
_PAUSE = 1.0  # seconds after something failed that would fail again at once
_SLICE = 0.25  # seconds after which `close` is noticed

_REJECT_REMOTE_CLIENTS = 0x8  # PIPE_REJECT_REMOTE_CLIENTS, winbase.h
_READ_CONTROL = 0x20000  # winnt.h: to ask who the owner is
_IDENTIFY_ONLY = 0x00110000  # SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION: the server may not act as we
_ERROR_FILE_NOT_FOUND = 2
_ERRORS_GONE = frozenset({109, 232, 233})  # ERROR_BROKEN_PIPE, ERROR_NO_DATA, ERROR_PIPE_NOT_CONNECTED


def new_address() -> str:
    """Return the name of a new pipe."""
    return _PREFIX + new_name()


def is_address(text: str) -> bool:
    """Whether `text` is the name of such a pipe, and not for instance one on another machine."""
    return _NAME.fullmatch(text) is not None


if sys.platform == "win32":

    class PipeListener:
        """Listens from when it is made; serves, in a thread, from `start` to `close`."""

        def __init__(self, address: str) -> None:
            """Make the pipe. Raises OSError, also if there is one of that name."""
            rights = windows_account.descriptor_for(windows_account.own_sid())
            self._attributes = windows_account.security_attributes(rights)
            self._pipe = _winapi.CreateNamedPipe(
                address,
                _winapi.PIPE_ACCESS_DUPLEX | _winapi.FILE_FLAG_OVERLAPPED | _winapi.FILE_FLAG_FIRST_PIPE_INSTANCE,
                _REJECT_REMOTE_CLIENTS,  # and bytes, waited for: both are 0
                1,
                MAX_LINE,
                MAX_LINE,
                0,
                ctypes.addressof(self._attributes),
            )
            self._closing = threading.Event()
            self._thread: threading.Thread | None = None

        @staticmethod
        def new_address(state: Path, runtime: Path | None) -> str:  # noqa: ARG004 - pipes lie in no folder
            """Return the name of a new pipe."""
            return new_address()

        @staticmethod
        def remove(address: str) -> None:
            """Do nothing: a pipe ends with its process."""

        def start(self, answer: Answer) -> None:
            """Serve with `answer`, which takes what a peer sent, in the loop that runs, and never raises."""
            running = asyncio.get_running_loop()

            def ask(line: bytes) -> bytes:
                return asyncio.run_coroutine_threadsafe(answer(line), running).result(_ANSWER_LIMIT)

            self._thread = threading.Thread(target=self._serve, args=(ask,), name="control-pipe", daemon=True)
            self._thread.start()

        async def close(self) -> None:
            """Cut off the peer and give up the pipe."""
            self._closing.set()
            if self._thread is not None:
                await asyncio.get_running_loop().run_in_executor(None, self._thread.join)
            _winapi.CloseHandle(self._pipe)

        def _serve(self, ask: Callable[[bytes], bytes]) -> None:
            while not self._closing.is_set():
                try:
                    if self._wait_for_peer():
                        self._exchange(ask)
                except TimeoutError:
                    log.warning("a peer stalled and is cut off")
                except CancelledError:
                    log.info("the kiosk ends while a peer waits")
                except OSError as error:
                    log.info("a peer left winerror=%s", error.winerror)
                windows_account.disconnect(self._pipe)

        def _wait_for_peer(self) -> bool:
            """Return whether there is a peer, and False when this is to end."""
            try:
                connecting = _winapi.ConnectNamedPipe(self._pipe, overlapped=True)
            except OSError as error:
                log.warning("no connection can be accepted winerror=%s", error.winerror)
                self._closing.wait(_PAUSE)
                return False
            while not self._closing.is_set():
                if _is_done(connecting, _SLICE):
                    connecting.GetOverlappedResult(True)
                    return True
            _drop(connecting)
            return False

        def _exchange(self, ask: Callable[[bytes], bytes]) -> None:
            line = _read_line(self._pipe, time.monotonic() + _PEER_LIMIT)
            if not line:
                return
            reply = ask(line)
            until = time.monotonic() + _PEER_LIMIT
            _write(self._pipe, reply, until)
            with suppress(OSError):  # wait until it has read all and left: to disconnect throws away what is unread
                _read(self._pipe, 1, until)

    def exchange(address: str, line: bytes, until: float) -> bytes:
        """Send `line` to the kiosk at `address` and return its answer, by `until` on the monotonic clock.

        Raises NotRunning if nobody is there, or leaves without an answer, and TimeoutError or another OSError.
        """
        if not is_address(address):
            raise NotRunning("no kiosk of this account is running")
        pipe = _connect(address, until)
        try:
            if windows_account.owner_of(pipe) != windows_account.own_sid():
                raise NotRunning("somebody else is where this account's kiosk was")
            _write(pipe, line, until)
            answer = _read_line(pipe, until)
        finally:
            _winapi.CloseHandle(pipe)
        if not answer:
            raise NotRunning("the kiosk ended before it answered")
        return answer

    def _connect(address: str, until: float) -> int:
        access = _winapi.GENERIC_READ | _winapi.GENERIC_WRITE | _READ_CONTROL
        flags = _winapi.FILE_FLAG_OVERLAPPED | _IDENTIFY_ONLY
        while True:
            try:
                return _winapi.CreateFile(address, access, 0, _winapi.NULL, _winapi.OPEN_EXISTING, flags, _winapi.NULL)
            except OSError as error:
                if error.winerror == _ERROR_FILE_NOT_FOUND:
                    raise NotRunning("no kiosk of this account is running") from None
                if error.winerror != _winapi.ERROR_PIPE_BUSY:
                    raise
            turn = _milliseconds(until)
            with suppress(OSError):  # it serves another
                _winapi.WaitNamedPipe(address, turn)

    def _read_line(pipe: int, until: float) -> bytes:
        """Return what the peer sends up to a line's end, until it leaves, or a byte more than a line may have."""
        line = b""
        while b"\n" not in line and len(line) <= MAX_LINE:
            chunk = _read(pipe, MAX_LINE + 1 - len(line), until)
            if not chunk:
                break
            line += chunk
        return line

    def _read(pipe: int, size: int, until: float) -> bytes:
        """Return some bytes, or none if the peer has left. Raises TimeoutError or another OSError."""
        try:
            reading, _ = _winapi.ReadFile(pipe, size, overlapped=True)
            _finish(reading, until)
        except TimeoutError:
            raise
        except OSError as error:
            if error.winerror in _ERRORS_GONE:
                return b""
            raise
        return bytes(reading.getbuffer() or b"")

    def _write(pipe: int, data: bytes, until: float) -> None:
        writing, _ = _winapi.WriteFile(pipe, data, overlapped=True)
        _finish(writing, until)

    def _finish(operation: _winapi.Overlapped, until: float) -> None:
        if not _is_done(operation, max(0.0, until - time.monotonic())):
            _drop(operation)
            raise TimeoutError
        operation.GetOverlappedResult(True)

    def _drop(operation: _winapi.Overlapped) -> None:
        operation.cancel()
        with suppress(OSError):  # it says that it was cancelled
            operation.GetOverlappedResult(True)

    def _is_done(operation: _winapi.Overlapped, seconds: float) -> bool:
        waited = _winapi.WaitForMultipleObjects([operation.event], False, int(seconds * 1000))
        return waited == _winapi.WAIT_OBJECT_0

    def _milliseconds(until: float) -> int:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return int(left * 1000) + 1
