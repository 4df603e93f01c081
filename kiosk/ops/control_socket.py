"""POSIX: the socket that a running kiosk takes requests on. Its folder, its mode and the peer's account protect it."""

from __future__ import annotations

import os
import re
import socket
import stat
import struct
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from kiosk.errors import NotRunning
from kiosk.ops.address import new_name
from kiosk.ops.control_messages import MAX_LINE

_LONGEST = 103
"""Bytes of a socket's path. `sun_path` has 104 on macOS and 108 on Linux, the NUL included."""

_TEMPORARY = "enable3-kiosk-control-"
_NAME = re.compile(r"[0-9a-f]{32}\.sock", re.ASCII)

_BACKLOG = 16
_PAUSE = 0.02  # seconds, while the queue of a busy kiosk is full

_SOL_LOCAL, _LOCAL_PEERCRED = 0, 1  # macOS, sys/un.h
_XUCRED = struct.Struct("=IIh2x16I")  # cr_version, cr_uid, cr_ngroups, cr_groups; macOS, sys/ucred.h
_UCRED = struct.Struct("=iII")  # pid, uid, gid; Linux, unix(7)


def choose_address(state: Path, runtime: Path | None) -> str:
    """Return the path of a new socket, in a folder that is there, this account's and closed to all others.

    That is the first of `runtime` (if the session's folder around it is as private), one below `state`, and one for
    temporary files, of which the path is short enough. Raises OSError if there is none.
    """
    name = f"{new_name()}.sock"
    candidates = [state / "run"]
    if runtime is not None and _is_private(runtime.parent):
        candidates.insert(0, runtime)
    for folder in candidates:
        if len(os.fsencode(folder / name)) <= _LONGEST and _make_private(folder):
            return str(folder / name)
    base = tempfile.gettempdir()
    if len(os.fsencode(base)) > _LONGEST - len(_TEMPORARY) - len(name) - 10:  # 8 random characters, two slashes
        base = "/tmp"  # noqa: S108 - mkdtemp makes a folder of our own in it  # nosec B108 # see the noqa
    return str(Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=base), name))  # 0700


def listen(address: str) -> socket.socket:
    """Return a socket that listens at `address`, for this account alone. Raises OSError."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(address)
        os.chmod(address, 0o600)  # noqa: PTH101 - before `listen`: until then nobody can connect
        listening.listen(_BACKLOG)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


def remove_socket(address: str) -> None:
    """Delete the socket at `address`, and its folder if that was made for it. Anything else that is there stays."""
    path = Path(address)
    with suppress(OSError):
        found = path.lstat()
        if _NAME.fullmatch(path.name) and stat.S_ISSOCK(found.st_mode) and found.st_uid == os.geteuid():
            path.unlink()
    if path.parent.name.startswith(_TEMPORARY):
        with suppress(OSError):
            path.parent.rmdir()


def is_same_account(peer: socket.socket) -> bool:
    """Whether the process at the other end of a connection is of this account. Raises OSError."""
    return _peer_uid(peer) == os.geteuid()


def exchange(address: str, line: bytes, until: float) -> bytes:
    """Send `line` to the kiosk at `address` and return its answer, by `until` on the monotonic clock.

    Raises NotRunning if nobody is there, or leaves without an answer, and TimeoutError or another OSError.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        _connect(connection, address, until)
        if not is_same_account(connection):
            raise NotRunning("somebody else is where this account's kiosk was")
        with suppress(BrokenPipeError, ConnectionResetError):  # it said something, and read no more
            _limit(connection, until)
            connection.sendall(line)
        return _read_answer(connection, until)


def parse_peer(credentials: bytes, platform: str) -> int:
    """Return the user id in what the system says of a peer, on `linux` or `darwin`. Raises OSError."""
    try:
        if platform == "darwin":
            version, uid, *_ = _XUCRED.unpack(credentials)
            known = version == 0  # XUCRED_VERSION
        else:
            _, uid, _ = _UCRED.unpack(credentials)
            known = True
    except struct.error:
        known = False
    if not known:
        raise OSError("the peer's credentials are of an unknown form")
    return int(uid)


def _peer_uid(peer: socket.socket) -> int:
    if sys.platform == "darwin":  # not run so far
        return parse_peer(peer.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED.size), sys.platform)
    return parse_peer(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size), sys.platform)


def _connect(connection: socket.socket, address: str, until: float) -> None:
    while True:
        _limit(connection, until)
        try:
            connection.connect(address)
        except (FileNotFoundError, ConnectionRefusedError):
            raise NotRunning("no kiosk of this account is running") from None
        except BlockingIOError:  # Linux: its queue is full
            time.sleep(_PAUSE)
        else:
            return


def _read_answer(connection: socket.socket, until: float) -> bytes:
    answer = b""
    while not answer.endswith(b"\n") and len(answer) <= MAX_LINE:
        _limit(connection, until)
        try:
            chunk = connection.recv(MAX_LINE + 1 - len(answer))
        except ConnectionResetError:
            chunk = b""
        if not chunk:
            raise NotRunning("the kiosk ended before it answered")
        answer += chunk
    return answer


def _limit(connection: socket.socket, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)


def _make_private(folder: Path) -> bool:
    with suppress(FileExistsError):
        try:
            folder.mkdir(mode=0o700)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            return False
    return _is_private(folder)


def _is_private(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077
