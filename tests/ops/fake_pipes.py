"""Windows' named pipes, as far as `kiosk.ops.control_pipe` uses them, on sockets. Shape and errors are `_winapi`'s."""

from __future__ import annotations

import itertools
import select
import socket
import threading
import time

OURS, THEIRS = "S-1-5-21-1-2-3-1001", "S-1-5-21-1-2-3-1002"


class WindowsError(OSError):
    """An OSError as Windows raises it."""

    def __init__(self, winerror):
        super().__init__(22, "an error of Windows", None)
        self.winerror = winerror


def as_windows(call, argument):
    try:
        return call(argument)
    except OSError:
        raise WindowsError(232) from None


class Overlapped:
    """An operation that goes on. Its event is itself: the fake waits for it."""

    def __init__(self, is_ready, finish):
        self.event = self
        self.cancelled = False
        self._is_ready, self._finish, self._buffer = is_ready, finish, None

    def wait(self, seconds):
        return self._is_ready(seconds)

    def cancel(self):
        self.cancelled = True

    def GetOverlappedResult(self, wait):  # noqa: N802 - the system's name
        if self.cancelled:
            return 0, 995
        self._buffer = self._finish()
        return len(self._buffer or b""), 0

    def getbuffer(self):
        return self._buffer


class Winapi:
    """One machine's pipes."""

    PIPE_ACCESS_DUPLEX, FILE_FLAG_OVERLAPPED, FILE_FLAG_FIRST_PIPE_INSTANCE = 3, 0x40000000, 0x80000
    GENERIC_READ, GENERIC_WRITE, OPEN_EXISTING, NULL = 0x80000000, 0x40000000, 3, 0
    ERROR_PIPE_BUSY, WAIT_OBJECT_0 = 231, 0

    def __init__(self):
        self.numbers = itertools.count(1)
        self.lock = threading.Lock()
        self.pipes = {}  # name -> the server's handle
        self.sockets = {}  # handle -> the end of a connection
        self.awaited = {}  # handle -> set when a peer comes
        self.made_with = []
        self.owner = OURS

    def CreateNamedPipe(self, name, *settings):  # noqa: N802
        if name in self.pipes:
            raise WindowsError(5)
        self.made_with.append(settings)
        self.pipes[name] = next(self.numbers)
        return self.pipes[name]

    def ConnectNamedPipe(self, handle, overlapped):  # noqa: N802
        assert overlapped
        came = self.awaited[handle] = threading.Event()
        return Overlapped(came.wait, lambda: None)

    def CreateFile(self, name, *_settings):  # noqa: N802
        with self.lock:
            server = self.pipes.get(name)
            if server is None:
                raise WindowsError(2)
            awaited = self.awaited.pop(server, None)
            if awaited is None:
                raise WindowsError(231)
            client = next(self.numbers)
            self.sockets[server], self.sockets[client] = socket.socketpair()
            awaited.set()
            return client

    def WaitNamedPipe(self, name, milliseconds):  # noqa: N802
        until = time.monotonic() + milliseconds / 1000
        while time.monotonic() < until:
            if self.pipes.get(name) in self.awaited:
                return
            time.sleep(0.01)
        raise WindowsError(121)

    def ReadFile(self, handle, size, overlapped):  # noqa: N802
        end = self.sockets[handle]

        def finish():
            data = as_windows(end.recv, size)
            if not data:
                raise WindowsError(109)
            return data

        return Overlapped(lambda seconds: bool(select.select([end], [], [], seconds)[0]), finish), 997

    def WriteFile(self, handle, data, overlapped):  # noqa: N802
        end = self.sockets[handle]
        return Overlapped(
            lambda seconds: bool(select.select([], [end], [], seconds)[1]), lambda: as_windows(end.sendall, data)
        ), 997

    def WaitForMultipleObjects(self, events, _all, milliseconds):  # noqa: N802
        return 0 if events[0].wait(milliseconds / 1000) else 258

    def CloseHandle(self, handle):  # noqa: N802
        if end := self.sockets.pop(handle, None):
            end.close()
        self.pipes = {name: server for name, server in self.pipes.items() if server != handle}

    # ── kiosk.ops.windows_account ──

    def own_sid(self):
        return OURS

    def owner_of(self, _handle):
        return self.owner

    def descriptor_for(self, sid):
        return f"for {sid}"

    def security_attributes(self, sddl):
        import ctypes  # noqa: PLC0415 - something that has an address

        self.sddl = sddl
        return ctypes.c_int(0)

    def disconnect(self, handle):
        if end := self.sockets.pop(handle, None):
            end.close()
