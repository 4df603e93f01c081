"""What was accepted is there after a kill, a full disk, a broken database or a torn journal."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from random import Random
from typing import TYPE_CHECKING

import pytest

from kiosk.core.secret import Secret
from kiosk.errors import StoreError
from kiosk.store.item import Item
from tests.store.conftest import ids, item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kiosk.store.outbox import Outbox

CHILD = """
import sys
from pathlib import Path
from kiosk.errors import KioskError
from kiosk.store.outbox import Outbox
from tests.store.conftest import item

outbox = Outbox(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    name = f"{sys.argv[2]}-{number}"
    try:
        outbox.append(item(name, str(number % 7)))
    except KioskError as error:
        print("refused", error.code, error, flush=True)
    else:
        print(name, flush=True)
    if number % 3 == 0 and "settle" in sys.argv:
        outbox.settle(done=[group[0].number for group in outbox.pending()][:1])
"""


def child(path: Path, prefix: str, count: int, *more: str, size: int | None = None) -> subprocess.Popen[str]:
    def limit() -> None:
        if size is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    command = [sys.executable, "-c", CHILD, str(path), prefix, str(count), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=limit)  # noqa: PLW1509 - limits itself alone


def lines(process: subprocess.Popen[str]) -> list[str]:
    output, _ = process.communicate(timeout=60)
    return [line for line in output.split("\n")[:-1] if line]


def test_a_kill_in_the_middle_loses_nothing_that_was_accepted(path: Path, make: Callable[..., Outbox]):
    random = Random(3)  # noqa: S311 - not a secret
    accepted: list[str] = []
    for number in range(12):
        process = child(path, str(number), 100_000)
        assert process.stdout
        accepted += [process.stdout.readline().strip() for _ in range(random.randrange(1, 120))]
        process.kill()
        with process:  # not `communicate`, which knows nothing of what `readline` has read ahead
            accepted += process.stdout.read().split("\n")[:-1]

    found = ids(make())
    assert len(found) == len(set(found))
    assert set(accepted) <= set(found)
    assert len(found) <= len(accepted) + 12


def test_processes_that_append_and_settle_at_once_lose_nothing(path: Path, make: Callable[..., Outbox]):
    settling = child(path, "settling", 90, "settle")
    plain = child(path, "plain", 120)
    accepted = {*lines(settling), *lines(plain)}

    assert len(accepted) == 210
    assert len(ids(make())) == 210 - 30


def zeroed(data: bytes, _: Random) -> bytes:
    return bytes(len(data))


def emptied(_: bytes, __: Random) -> bytes:
    return b""


def truncated(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data))]


def spoilt(data: bytes, random: Random) -> bytes:
    start = random.randrange(len(data))
    return data[:start] + random.randbytes(random.randrange(1, 9000)) + data[start + 9000 :]


DAMAGES = [zeroed, emptied, truncated, spoilt]


def fill(outbox: Outbox) -> tuple[list[str], list[str]]:
    """Fill it; return what is pending and what is dead."""
    for number in range(150):
        outbox.append(item(f"item-{number}", str(number % 9)))
    outbox.settle(done=range(1, 31), dead={40: "api.rejected", 41: "api.rejected"})
    dead = [stored.item.id for stored in outbox.items("dead")]
    return ids(outbox), dead


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("seed", range(6))
def test_a_broken_database_is_made_again_without_loss_and_without_what_was_sent(
    path: Path, make: Callable[..., Outbox], damage: Callable[[bytes, Random], bytes], seed: int
):
    outbox = make()
    pending, dead = fill(outbox)
    outbox.close()
    path.write_bytes(damage(path.read_bytes(), Random(seed)))  # noqa: S311 - not a secret

    again = make()
    assert ids(again) == pending
    assert [stored.item.id for stored in again.items("dead")] == dead
    again.append(item("new"))
    assert max(stored.number for stored in again.items("pending")) == 151


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("seed", range(3))
def test_a_database_that_breaks_while_it_is_open_loses_nothing(
    path: Path, make: Callable[..., Outbox], damage: Callable[[bytes, Random], bytes], seed: int
):
    outbox = make()
    pending, _ = fill(outbox)
    with path.open("r+b") as file:
        data = damage(file.read(), Random(seed))  # noqa: S311 - not a secret
        file.seek(0)
        file.truncate()
        file.write(data)
    accepted = []
    for name in ("new 1", "new 2", "new 3"):
        with suppress(StoreError):
            outbox.append(item(name))
            accepted.append(name)
    outbox.close()

    assert accepted
    assert ids(make()) == pending + accepted


def test_a_database_that_cannot_be_read_on_is_made_again_in_the_middle(path: Path, make: Callable[..., Outbox]):
    outbox = make()
    for number in range(40):  # more than what is kept in memory
        outbox.append(Item(kind="event", id=str(number), lane=Secret(""), body=Secret("x" * 100_000)))
    outbox.close()
    assert len(ids(outbox)) == 40
    with path.open("r+b") as file:
        file.seek(200_000)
        file.write(os.urandom(3_000_000))

    assert len(ids(outbox)) == 40
    assert list(path.parent.glob("outbox.db.corrupt-*"))


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_broken_log_beside_the_database_loses_nothing(
    path: Path, make: Callable[..., Outbox], damage: Callable[[bytes, Random], bytes]
):
    outbox = make()
    pending, _ = fill(outbox)
    kept = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    outbox.close()
    for name, data in kept.items():  # as a power cut leaves them
        (path.parent / name).write_bytes(damage(data, Random(5)) if name.endswith("-wal") else data)  # noqa: S311
    (path.parent / "outbox.db-shm").unlink(missing_ok=True)

    assert ids(make()) == pending


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("seed", range(3))
def test_a_broken_journal_is_made_again_from_the_database(
    path: Path, make: Callable[..., Outbox], damage: Callable[[bytes, Random], bytes], seed: int
):
    outbox = make()
    pending, dead = fill(outbox)
    outbox.close()
    journal = path.with_name("outbox.db.journal")
    journal.write_bytes(damage(journal.read_bytes(), Random(seed)))  # noqa: S311 - not a secret
    again = make()
    assert ids(again) == pending
    assert [stored.item.id for stored in again.items("dead")] == dead
    again.append(item("new"))
    again.close()


def test_a_torn_line_at_the_end_does_not_spoil_the_next(path: Path, make: Callable[..., Outbox]):
    outbox, other = make(), make()
    outbox.append(item("a"))
    other.append(item("b"))
    with path.with_name("outbox.db.journal").open("ab") as file:
        file.write(b'0123abcd {"op":"add","num')  # a process that was killed, while others go on
    outbox.append(item("c"))
    outbox.close()
    other.close()
    path.write_bytes(b"")

    assert ids(make()) == ["a", "b", "c"]


def test_a_broken_database_is_noticed_while_it_is_in_use(path: Path, make: Callable[..., Outbox]):
    outbox, other = make(), make()
    outbox.append(item("a"))
    path.rename(path.with_name("moved"))  # what another process does that finds it broken
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink()
    other.append(item("b"))
    outbox.append(item("c"))

    assert ids(other) == ids(outbox) == ["a", "b", "c"]


def test_both_broken_at_once_keep_what_can_be_read(path: Path, make: Callable[..., Outbox]):
    outbox = make()
    pending, _ = fill(outbox)
    outbox.close()
    journal = path.with_name("outbox.db.journal")
    journal.write_bytes(spoilt(journal.read_bytes(), Random(1)))  # noqa: S311 - not a secret
    data = bytearray(path.read_bytes())
    data[8192:12288] = os.urandom(4096)
    path.write_bytes(data)

    assert len(set(ids(make())) & set(pending)) > len(pending) // 2


@pytest.mark.parametrize("size", [5_000, 40_000])
def test_a_full_disk_refuses_the_new_and_keeps_what_was_accepted(path: Path, make: Callable[..., Outbox], size: int):
    said = lines(child(path, "full", 250, size=size))
    refused = [line for line in said if line.startswith("refused store ")]
    accepted = [line for line in said if not line.startswith("refused")]

    assert refused
    assert len(accepted) + len(refused) == 250
    assert ids(make()) == accepted


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("which", ["outbox.db.journal", "outbox.db-wal"])
def test_a_write_that_fails_half_way_leaves_both_copies_as_they_were(
    path: Path, make: Callable[..., Outbox], outbox: Outbox, which: str
):
    for number in range(5):
        outbox.append(item(f"before {number}"))
    before = path.with_name("outbox.db.journal").read_bytes()
    with no_file_longer_than(path.with_name(which).stat().st_size + 20), pytest.raises(StoreError, match="disk"):
        outbox.append(item("refused"))

    assert path.with_name("outbox.db.journal").read_bytes() == before
    outbox.append(item("after"))
    assert ids(outbox) == ids(make()) == [*(f"before {number}" for number in range(5)), "after"]


def test_a_journal_that_cannot_be_written_anew_stays(
    path: Path, make: Callable[..., Outbox], caplog: pytest.LogCaptureFixture
):
    outbox = make()
    outbox.append(item("a"))
    path.with_name("outbox.db.journal.new").mkdir()
    outbox.settle(done=[1])
    assert "cannot be written anew" in caplog.text

    outbox.append(item("b"))
    outbox.close()
    path.write_bytes(b"")
    assert ids(make()) == ["b"]


FULL = """
import sys
from pathlib import Path
from kiosk.errors import StoreError
from kiosk.store.outbox import Outbox
from tests.store.conftest import item

path = Path(sys.argv[1], "outbox.db")
ballast = Path(sys.argv[1], "ballast")
ballast.write_bytes(bytes(200_000))
outbox, accepted, refused = Outbox(path), [], []
for number in range(9000):
    try:
        outbox.append(item(str(number), str(number % 7)))
    except StoreError as error:
        refused.append(str(error))
    else:
        accepted.append(str(number))
    if len(refused) == 20:
        ballast.unlink(missing_ok=True)
    if len(refused) == 40:
        break
outbox.close()
assert [stored.item.id for stored in Outbox(path).items("pending")] == accepted, "lost or made up"
print(len(accepted), *set(refused), sep="|")
"""


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare"), reason="only root makes a disk")
def test_a_disk_that_is_really_full_and_has_room_again(tmp_path: Path):
    """On a file system of 2 MB, of which 0.2 are freed in the middle."""
    mount = 'mount -t tmpfs -o size=2m,mode=700 kiosk "$1" && exec "$2" -c "$3" "$1"'
    command = ["unshare", "--mount", "sh", "-c", mount, "sh", str(tmp_path), sys.executable, FULL]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if "mount" in result.stderr:
        pytest.skip("this system mounts nothing here")

    assert result.returncode == 0, result.stderr
    count, *said = result.stdout.strip().split("|")
    assert int(count) > 100
    assert said == ["outbox.db: the disk is full"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_rights_refuses_and_takes_up_again(outbox: Outbox, path: Path):
    path.parent.mkdir(parents=True)
    path.parent.chmod(0o500)
    try:
        with pytest.raises(StoreError):
            outbox.append(item("a"))
    finally:
        path.parent.chmod(0o700)

    outbox.append(item("a"))
    assert ids(outbox) == ["a"]
