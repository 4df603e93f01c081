"""The local channel to a running kiosk, with real sockets and processes."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from kiosk.core.user_id import UserId
from kiosk.errors import AlreadyRunning, Conflict, NotRunning
from kiosk.ops import control, control_listener
from kiosk.ops.address import write_address
from kiosk.ops.control_client import ask
from kiosk.ops.control_messages import MAX_LINE, Began, Begin, End, Ended, Reply, Status, data_of, decode_reply
from tests.ops.served import PATIENCE, serving

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX; Windows has a named pipe")

ANNA = Begin(UserId.parse("anna"))
CANARY = "canary-4711"


@pytest.fixture
def file():
    """Where the address is written; below a short path, as a state folder is."""
    folder = Path(tempfile.mkdtemp(prefix="f", dir="/tmp"))
    yield folder / "state" / "control"
    shutil.rmtree(folder)


def talk(address, *chunks, half_close=False):
    """Send bytes as they are and return all that comes back."""
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(PATIENCE)
        peer.connect(address)
        for chunk in chunks:
            peer.sendall(chunk)
        if half_close:
            peer.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := peer.recv(4096):
            answer += chunk
        return answer


def test_a_request_reaches_the_kiosk_and_its_reply_comes_back(file):
    with serving(file) as served:
        assert data_of(ask(file, ANNA), Began) == Began(1)
        assert data_of(ask(file, End()), Ended) == Ended(None)

    assert served.asked == [ANNA, End()]


def test_without_a_kiosk_it_is_said_at_once(file):
    began = time.monotonic()

    with pytest.raises(NotRunning, match="no kiosk of this account"):
        ask(file, Status())
    assert time.monotonic() - began < 1


def test_what_it_opens_is_for_this_account_alone_and_not_to_be_guessed(file):
    with serving(file) as first:
        one = Path(first.address)
        assert stat.S_IMODE(one.stat().st_mode) == 0o600
        assert stat.S_IMODE(one.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert one.parent == file.parent / "run"
    with serving(file) as second:
        assert Path(second.address).stem != one.stem
        assert len(bytes.fromhex(one.stem)) == 16


def test_it_listens_on_no_network(file):
    with serving(file):
        ask(file, End())
        mine = psutil.Process().net_connections("inet")

    assert [connection for connection in mine if connection.status == psutil.CONN_LISTEN] == []


def test_nothing_is_left_when_it_closes(file):
    with serving(file):
        pass

    assert [path for path in file.parent.rglob("*") if not path.is_dir()] == []
    with pytest.raises(NotRunning):
        ask(file, End())


def test_the_sessions_own_folder_is_preferred(file):
    session = file.parent.parent / "session"
    session.mkdir(mode=0o700)
    with serving(file, runtime=session / "kiosk") as served:
        assert Path(served.address).parent == session / "kiosk"
        assert ask(file, End()).ok


@pytest.mark.parametrize("obstacle", ["missing", "public", "public below", "link", "file"])
def test_a_folder_that_others_could_enter_is_not_used(file, obstacle):
    session = file.parent.parent / "session"
    runtime = session / "kiosk"
    if obstacle != "missing":
        session.mkdir(mode=0o700)
    if obstacle == "public":
        session.chmod(0o755)
    elif obstacle == "public below":
        runtime.mkdir()
        runtime.chmod(0o755)
    elif obstacle == "link":
        (file.parent.parent / "elsewhere").mkdir(mode=0o700)
        runtime.symlink_to(file.parent.parent / "elsewhere")
    elif obstacle == "file":
        runtime.touch()

    with serving(file, runtime=runtime) as served:
        assert Path(served.address).parent == file.parent / "run"


def test_a_path_that_is_too_long_for_a_socket_is_replaced_by_a_private_short_one(file):
    long = file.parent / ("x" * 80) / "control"
    with serving(long) as served:
        folder = Path(served.address).parent
        assert len(os.fsencode(served.address)) < 104
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert ask(long, End()).ok

    assert not folder.exists()


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (b"garbage\n", "request: is not a JSON object"),
        (b"\n", "request: is not a JSON object"),
        (b'{"type": "Begin", "user": 4711}\n', "request: Expected `str`, got `int` - at `$.user`"),
        (b'{"type": "Begin", "user": "anna", "feature": "canary-4711"}\n', "feature: is not a section of the widget"),
        (b'{"type": "End"}\n{"type": "End"}\n', "request: is not one line"),
        (b"x" * (MAX_LINE + 1), "request: is too long"),
        (b"x" * 1_000_000, "request: is too long"),
    ],
)
def test_what_is_no_request_is_refused_by_name_and_never_repeated(file, sent, message, caplog):
    caplog.set_level("INFO")
    with serving(file) as served, ExitStack() as stack:
        peer = stack.enter_context(socket.socket(socket.AF_UNIX))
        peer.settimeout(PATIENCE)
        peer.connect(served.address)
        try:
            peer.sendall(sent)
        except BrokenPipeError:
            assert len(sent) > MAX_LINE
        reply = decode_reply(peer.recv(MAX_LINE))

        assert (reply.ok, reply.code, reply.message) == (False, "invalid-input", message)
        assert CANARY not in reply.message + reply.hint + caplog.text
        assert ask(file, End()).ok
    assert served.asked == [End()]


def test_one_who_leaves_in_the_middle_changes_nothing(file):
    with serving(file) as served:
        talk(served.address, half_close=True)
        assert (
            decode_reply(talk(served.address, b'{"type": "En', half_close=True)).message == "request: is not one line"
        )
        for _ in range(20):
            with socket.socket(socket.AF_UNIX) as peer:
                peer.connect(served.address)
                peer.sendall(b'{"type": "Begin"')
        assert ask(file, End()).ok
    assert served.asked == [End()]


def test_one_who_stalls_is_cut_off_and_holds_nobody_up_for_long(file):
    with serving(file) as served, ExitStack() as stack:
        began = time.monotonic()
        stalled = [stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(8)]
        for peer in stalled:
            peer.settimeout(PATIENCE)
            peer.connect(served.address)
        stalled[0].sendall(b'{"type"')

        assert ask(file, End()).ok  # after two rounds of four
        assert time.monotonic() - began < 3 * control_listener._PEER_LIMIT
        assert [peer.recv(1) for peer in stalled] == [b""] * 8
    assert served.asked == [End()]


def test_one_who_drips_is_cut_off_too(file):
    with serving(file) as served, socket.socket(socket.AF_UNIX) as peer:
        peer.connect(served.address)
        began = time.monotonic()
        peer.settimeout(0.2)
        closed = False
        while not closed and time.monotonic() - began < PATIENCE:
            try:
                peer.sendall(b" ")
                closed = peer.recv(1) == b""
            except TimeoutError:
                continue
            except (BrokenPipeError, ConnectionResetError):
                closed = True

    assert closed
    assert time.monotonic() - began < 2 * control_listener._PEER_LIMIT


def test_a_peer_that_does_not_read_is_cut_off(file):
    with serving(file) as served, ExitStack() as stack:
        for _ in range(4):
            peer = stack.enter_context(socket.socket(socket.AF_UNIX))
            peer.connect(served.address)
            peer.sendall(b'{"type": "End"}\n')
        assert ask(file, End()).ok


def test_many_at_once_are_all_answered(file):
    with serving(file) as served, ThreadPoolExecutor(40) as pool:
        replies = list(pool.map(lambda _: ask(file, ANNA), range(40)))

    assert sorted(data_of(reply, Began).visit for reply in replies) == list(range(1, 41))
    assert served.asked == [ANNA] * 40


def test_what_the_handler_refuses_is_told(file):
    async def handler(_request):
        raise Conflict("not now", hint="later")

    with serving(file, handler):
        assert ask(file, End()) == Reply(ok=False, code="api.conflict", message="not now", hint="later")


def test_a_mistake_of_ours_is_logged_and_the_next_request_is_answered(file, caplog):
    async def handler(request):
        if request == End():
            raise ZeroDivisionError(CANARY)
        return Reply(ok=True)

    with serving(file, handler):
        reply = ask(file, End())
        assert (reply.ok, reply.code) == (False, "unexpected")
        assert CANARY not in reply.message + reply.hint
        assert ask(file, Status()).ok
    assert "a request failed error=ZeroDivisionError" in caplog.text


def test_a_reply_that_is_too_long_becomes_an_error(file):
    async def handler(_request):
        return Reply(ok=True, data={"long": "x" * MAX_LINE})

    with serving(file, handler):
        assert ask(file, End()).code == "unexpected"


def test_a_kiosk_that_takes_too_long_says_that_it_is_busy(file, monkeypatch):
    monkeypatch.setattr(control, "_HANDLER_LIMIT", 0.1)

    async def handler(_request):
        await asyncio.Event().wait()
        raise AssertionError

    with serving(file, handler):
        assert ask(file, End()).code == "busy"


def test_who_waits_for_an_answer_is_let_go_when_the_kiosk_ends(file):
    asked = threading.Event()

    async def handler(_request):
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    with ThreadPoolExecutor(1) as pool:
        with serving(file, handler):
            answer = pool.submit(ask, file, End())
            assert asked.wait(PATIENCE)
        with pytest.raises(NotRunning, match="ended before it answered"):
            answer.result(PATIENCE)


def test_a_kiosk_that_hangs_is_told_from_one_that_is_not_there(file):
    file.parent.mkdir(parents=True, mode=0o700)
    address = str(file.parent / "socket")
    write_address(file, address)
    with socket.socket(socket.AF_UNIX) as hung:
        hung.bind(address)
        hung.listen(0)
        with pytest.raises(AlreadyRunning, match="does not answer"):
            ask(file, End(), timeout=0.2)
        with socket.socket(socket.AF_UNIX) as filler:  # its queue is full now
            filler.setblocking(False)
            while filler.connect_ex(address) == 0:
                filler.close()
                filler = socket.socket(socket.AF_UNIX)  # noqa: PLW2901 - the one that fails is the last
                filler.setblocking(False)
            with pytest.raises(AlreadyRunning, match="does not answer"):
                ask(file, End(), timeout=0.2)


def test_a_kiosk_that_cannot_be_reached_is_said_to_be(file):
    file.parent.mkdir(parents=True, mode=0o700)
    write_address(file, f"{file}/below/a/file")

    with pytest.raises(AlreadyRunning, match="cannot be asked: Not a directory"):
        ask(file, End())


def test_a_socket_that_cannot_be_made_leaves_no_address(file, monkeypatch):
    def refuse(_address):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(control_listener, "listen", refuse)
    with pytest.raises(OSError, match="No space"):
        asyncio.run(control.ControlServer(file, None).start())
    assert not file.exists()


def test_how_it_is_can_be_asked_often_without_a_trace(file, caplog):
    caplog.set_level("INFO")
    with serving(file):
        for _ in range(10):
            ask(file, Status())

    assert caplog.text == ""


@pytest.mark.parametrize("answer", [b"nonsense\n", b'{"ok": 1}\n', b"x" * 10_000])
def test_an_answer_that_is_none_is_said_to_be(file, answer):
    file.parent.mkdir(parents=True, mode=0o700)
    address = str(file.parent / "socket")
    write_address(file, address)
    with socket.socket(socket.AF_UNIX) as odd, ThreadPoolExecutor(1) as pool:
        odd.bind(address)
        odd.listen()
        asked = pool.submit(ask, file, End())
        peer, _ = odd.accept()
        with peer:
            peer.sendall(answer)
            with pytest.raises(AlreadyRunning, match="is not understood"):
                asked.result(PATIENCE)


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from kiosk import loop
from kiosk.ops.control import ControlServer
async def serve():
    await ControlServer(Path(sys.argv[1]), None).start()
    os.kill(os.getpid(), signal.SIGKILL)
loop.run(serve())
"""


@pytest.mark.parametrize("depth", ["", "x" * 80])
def test_what_a_killed_kiosk_left_is_replaced(file, depth):
    file = file.parent / depth / "control"
    killed = subprocess.run([sys.executable, "-c", KILLED, str(file)], check=False)
    assert killed.returncode == -9
    left = Path(file.read_text())
    assert stat.S_ISSOCK(left.lstat().st_mode)

    with pytest.raises(NotRunning):
        ask(file, End())
    with serving(file):
        assert not left.exists()
        assert ask(file, End()).ok


def test_a_stale_address_deletes_nothing_but_a_socket_of_ours(file):
    file.parent.mkdir(parents=True, mode=0o700)
    precious = file.parent / f"{'0' * 32}.sock"
    precious.write_text("precious")
    write_address(file, str(precious))

    with serving(file):
        assert precious.read_text() == "precious"


def test_it_goes_on_when_there_are_no_descriptors_left(file, monkeypatch):
    monkeypatch.setattr(control_listener, "_PAUSE", 0.1)
    with serving(file) as served:
        address = served.address
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with socket.socket(socket.AF_UNIX) as peer:
            used = max(int(entry.name) for entry in Path("/proc/self/fd").iterdir())
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(used + 1, soft), hard))
            hoard = []
            try:
                while True:
                    try:
                        hoard.append(os.open(os.devnull, os.O_RDONLY))
                    except OSError:
                        break
                spent = time.process_time()
                peer.settimeout(PATIENCE)
                peer.connect(address)
                peer.sendall(b'{"type": "End"}\n')
                peer.settimeout(0.5)
                with pytest.raises(TimeoutError):
                    peer.recv(1)
                assert time.process_time() - spent < 0.25
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
                for descriptor in hoard:
                    os.close(descriptor)
            peer.settimeout(PATIENCE)
            assert decode_reply(peer.recv(MAX_LINE)).ok


STRANGER = """
import socket, sys
peer = socket.socket(socket.AF_UNIX)
peer.settimeout(20)
try:
    peer.connect(sys.argv[1])
    peer.sendall(b'{"type": "End"}\\n')
    print("got", peer.recv(100))
except OSError as error:
    print(type(error).__name__)
"""


NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/python3", "-c"]


def as_nobody(address):
    command = [*NOBODY, STRANGER, address]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd="/").stdout.strip()


@pytest.mark.two_accounts
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another account")
def test_another_account_is_kept_out_by_the_folder_and_by_who_it_is(file, caplog):
    with serving(file) as served:
        address = Path(served.address)
        file.parent.parent.chmod(0o755)
        assert as_nobody(served.address) == "PermissionError"

        for folder in address.parents[:2]:
            folder.chmod(0o755)
        address.chmod(0o666)
        assert as_nobody(served.address) in {"got b''", "ConnectionResetError", "BrokenPipeError"}
        assert ask(file, End()).ok
    assert served.asked == [End()]
    assert "a peer of another account is cut off" in caplog.text


FALSE_KIOSK = """
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen()
print("up", flush=True)
peer, _ = s.accept()
print(peer.recv(100), flush=True)
"""


@pytest.mark.two_accounts
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another account")
def test_no_visitor_is_told_to_another_accounts_process(file):
    file.parent.mkdir(parents=True)
    public = file.parent.parent
    public.chmod(0o777)
    address = str(public / "socket")
    write_address(file, address)
    with subprocess.Popen([*NOBODY, FALSE_KIOSK, address], stdout=subprocess.PIPE, text=True, cwd="/") as false:
        assert false.stdout is not None
        assert false.stdout.readline() == "up\n"
        with pytest.raises(NotRunning, match="somebody else"):
            ask(file, ANNA)
        assert false.stdout.readline() == "b''\n"
