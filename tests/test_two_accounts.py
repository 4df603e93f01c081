"""Two real accounts on one machine: what the other one tries against the kiosk's. Only root can be two accounts.

CI runs these as root, apart from the others: see packaging/dev/bootstrap.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.core.secret import Secret
from kiosk.core.user_id import UserId
from kiosk.operators.pin import PinKeeper
from kiosk.ops.control_client import ask
from kiosk.ops.control_messages import Begin, End
from kiosk.private_file import replace_file
from kiosk.shell import folder
from kiosk.shell.folder import PREFIX, delete_visit_folder, make_visit_folder, sweep_stale
from kiosk.store.item import Item
from kiosk.store.outbox import Outbox
from kiosk.store.pin_tries import PinTries
from tests.ops.served import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.two_accounts,
    pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can be two accounts"),
]

STRANGER = 65534
AS_STRANGER = [
    "setpriv",
    f"--reuid={STRANGER}",
    f"--regid={STRANGER}",
    "--clear-groups",
    "/usr/bin/python3",
    "-I",
    "-c",
]


def try_as_stranger(script: str, *arguments: object) -> str:
    """Run `script` as the other account and return what it prints."""
    command = [*AS_STRANGER, script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd="/").stdout.strip()


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder as /tmp is: everybody may write, and delete only what is theirs."""
    made = Path(tempfile.mkdtemp(prefix="shared-", dir="/tmp"))
    made.chmod(0o1777)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def home(shared: Path) -> Path:
    """The folder of the kiosk's account, which others can pass through."""
    made = shared / "home"
    made.mkdir(0o755)
    return made


TRY_ALL = """
import os, sys
from pathlib import Path
done = []
def attempt(name, work):
    try:
        work()
        done.append(name)
    except PermissionError:
        pass
top = Path(sys.argv[1])
for path in sys.argv[2:]:
    path = Path(path)
    attempt(f"read {path.name}", path.read_bytes)
    attempt(f"write {path.name}", lambda: path.open("ab").close())
    attempt(f"delete {path.name}", path.unlink)
    attempt(f"link {path.name}", lambda: os.link(path, top / "stolen"))
    attempt(f"list {path.parent.name}", lambda: os.listdir(path.parent))
    attempt(f"plant beside {path.name}", lambda: (path.parent / "planted").symlink_to("/etc/passwd"))
    attempt(f"move {path.parent.name}", lambda: path.parent.rename(top / "moved"))
print(*done, sep="; ")
"""


def test_the_other_account_reads_changes_and_moves_nothing(shared: Path, home: Path):
    data = home / "data"
    box = Outbox(data / "outbox.db")
    box.append(Item(kind="event", id="1", lane=Secret("anna"), body=Secret("{}")))
    PinKeeper(data / "operator-pin", PinTries(data / "pin-tries.db")).restore("$argon2id$")
    replace_file(home / "config" / "config.toml", b"screen = 1\n")
    visit, lock = make_visit_folder(shared)
    (visit / "token").touch(0o644)
    files = [path for top in (home, visit) for path in top.rglob("*") if path.is_file()]
    assert len(files) >= 6

    assert try_as_stranger(TRY_ALL, shared, *files) == ""
    assert all(path.exists() for path in files)
    box.close()
    os.close(lock)
    assert delete_visit_folder(visit)


SQUAT = """
import os, sys
from pathlib import Path
top, precious = map(Path, sys.argv[1:])
os.umask(0)
for number in range(50):
    (top / f"enable3-kiosk-visit-{number:08}").symlink_to(precious, target_is_directory=True)
    inside = top / f"enable3-kiosk-visit-dir{number}"
    inside.mkdir(0o777)
    (inside / "link").symlink_to(precious, target_is_directory=True)
    os.mkfifo(top / f"enable3-kiosk-visit-pipe{number}")
"""


def test_squatters_in_the_folder_for_temporary_files_are_left_alone(shared: Path, home: Path, monkeypatch):
    monkeypatch.setattr(folder, "_BEING_MADE", -1.0)
    precious = home / "precious"
    precious.mkdir(0o755)
    (precious / "file").write_text("keep")
    try_as_stranger(SQUAT, shared, precious)
    left, lock = make_visit_folder(shared)
    os.close(lock)
    before = sorted(shared.iterdir())

    assert sweep_stale(shared) == 1
    assert sorted([*shared.iterdir(), left]) == before
    assert (precious / "file").read_text() == "keep"


RACE = """
import os, sys, time
top, precious = sys.argv[1:]
name, other = os.path.join(top, "enable3-kiosk-visit-racer"), os.path.join(top, "racer-link")
print("up", flush=True)
until = time.monotonic() + 30
while time.monotonic() < until and not os.path.exists(os.path.join(top, "over")):
    for make in (lambda: os.mkdir(name, 0o777), lambda: os.symlink(precious, name)):
        try:
            make()
        except OSError:
            pass
        try:
            os.rename(name, other)
            os.unlink(other) if os.path.islink(other) else os.rmdir(other)
        except OSError:
            pass
"""


def test_one_who_swaps_a_folder_for_a_link_wins_nothing(shared: Path, home: Path, monkeypatch):
    monkeypatch.setattr(folder, "_BEING_MADE", -1.0)
    precious = home / "precious"
    precious.mkdir(0o755)
    (precious / "file").write_text("keep")
    with subprocess.Popen([*AS_STRANGER, RACE, str(shared), str(precious)], stdout=subprocess.PIPE, cwd="/") as racer:
        assert racer.stdout is not None
        racer.stdout.readline()
        until = time.monotonic() + 2
        while time.monotonic() < until:
            sweep_stale(shared)
            delete_visit_folder(shared / f"{PREFIX}nobody")
        (shared / "over").touch()

    assert (precious / "file").read_text() == "keep"


RENAME = """
import os, sys
from pathlib import Path
top = Path(sys.argv[1])
for path in top.iterdir():
    if path.name.startswith("enable3-kiosk-visit-"):
        path.rename(top / "stolen")
        path.mkdir()
        print("swapped")
"""


def test_where_the_other_account_could_swap_a_visits_folder_there_is_none(shared: Path):
    _, lock = make_visit_folder(shared)
    os.close(lock)
    shared.chmod(0o777)  # as /tmp must not be

    assert try_as_stranger(RENAME, shared) == "swapped"  # so it is possible
    with pytest.raises(PermissionError, match="other accounts"):
        make_visit_folder(shared)
    assert sweep_stale(shared) == 0


CONNECT = """
import socket, sys
for address in sys.argv[1:]:
    for _ in range(20):
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(10)
            try:
                peer.connect(address)
                peer.sendall(b'{"type":"Begin","user":"mallory"}\\n')
                print("got", peer.recv(8192))
            except OSError as error:
                print(type(error).__name__)
"""


def test_the_other_account_begins_no_visit_even_where_the_socket_is_open_to_it(home: Path):
    with serving(home / "state" / "control") as served:
        assert set(try_as_stranger(CONNECT, served.address).splitlines()) == {"PermissionError"}
        for path in (*Path(served.address).parents[:2], Path(served.address)):
            path.chmod(0o777)
        told = set(try_as_stranger(CONNECT, served.address).splitlines())
        assert told <= {"got b''", "ConnectionResetError", "BrokenPipeError"}
        assert ask(served.file, Begin(UserId.parse("anna"))).ok
        assert ask(served.file, End()).ok
    assert len(served.asked) == 2


def test_a_squatter_at_the_runtime_folder_is_passed_by(shared: Path, home: Path):
    """Somebody was there first: the socket goes to the kiosk's own folder."""
    runtime = shared / "enable3-kiosk"
    try_as_stranger("import os, sys; os.umask(0); os.mkdir(sys.argv[1], 0o777)", runtime)

    with serving(home / "state" / "control", runtime=runtime) as served:
        assert Path(served.address).parent == home / "state" / "run"
