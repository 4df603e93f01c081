"""Links, pipes and foreign files in every place that the kiosk opens: refused, not followed, not waited for."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from kiosk import logs
from kiosk.config import Places, survey_config
from kiosk.config.writing import write_user_config
from kiosk.core.secret import Secret
from kiosk.errors import ConfigError, StoreError
from kiosk.operators.pin import PinKeeper, PinState
from kiosk.ops.address import read_address
from kiosk.ops.control import ControlServer
from kiosk.ops.instance import take_the_screen
from kiosk.sign_in.signed_code import load_public_key
from kiosk.store.item import Item
from kiosk.store.outbox import Outbox
from kiosk.store.pin_tries import PinTries
from kiosk.store.state import UsedCodes
from tests.codes import App

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX")

PRECIOUS = b"precious\n"


def outbox(folder: Path) -> None:
    box = Outbox(folder / "outbox.db")
    try:
        box.append(Item(kind="event", id="1", lane=Secret("anna"), body=Secret("{}")))
        assert len(box.items("pending")) == 1
    finally:
        box.close()


def used_codes(folder: Path) -> None:
    assert UsedCodes(folder / "state.db", life=300, clock=time.time).use("code", time.time() + 60)


def pin_tries(folder: Path) -> None:
    assert PinTries(folder / "pin-tries.db").count() == 0


def pin(folder: Path) -> None:
    keeper = PinKeeper(folder / "operator-pin", PinTries(folder / "pin-tries.db"))
    assert not keeper.check(Secret("4711")).ok
    assert keeper.state() in {PinState.DAMAGED, PinState.UNSET}
    keeper.restore("$argon2id$")


def screen(folder: Path) -> None:
    os.close(take_the_screen(folder / "lock"))


def log(folder: Path) -> None:
    handler = logs.BoundedFile(folder / "kiosk.log")
    handler.handle(logging.LogRecord("x", logging.INFO, "x", 1, "words", None, None))
    handler.close()


def configuration(folder: Path) -> None:
    survey_config({}, Places(user=folder / "config.toml", policy=folder / "policy.toml", environ={}))
    write_user_config({"screen": 1}, folder / "config.toml")


def control(folder: Path) -> None:
    async def serve() -> None:
        server = ControlServer(folder / "control", None)  # type: ignore[arg-type] # nobody asks
        await server.start()
        assert read_address(folder / "control")
        await server.close()

    asyncio.run(serve())


def public_key(folder: Path) -> None:
    load_public_key(folder / "key.pem")


PLACES = [
    (outbox, ["outbox.db", "outbox.db.use", "outbox.db.lock", "outbox.db.journal", "outbox.db.journal.new"]),
    (used_codes, ["state.db", "state.db.lock"]),
    (pin_tries, ["pin-tries.db", "pin-tries.db.lock"]),
    (pin, ["operator-pin"]),
    (screen, ["lock"]),
    (log, ["kiosk.log"]),
    (configuration, ["config.toml", "policy.toml"]),
    (control, ["control", "control.new", "run"]),
    (public_key, ["key.pem"]),
]
OPENED = [(work, name) for work, names in PLACES for name in names]


def link(path: Path, elsewhere: Path) -> None:
    path.symlink_to(elsewhere / "precious")


def dangling(path: Path, elsewhere: Path) -> None:
    path.symlink_to(elsewhere / "not-there")


def link_to_a_folder(path: Path, elsewhere: Path) -> None:
    path.symlink_to(elsewhere, target_is_directory=True)


def pipe(path: Path, _elsewhere: Path) -> None:
    os.mkfifo(path)


def folder_with_a_file(path: Path, _elsewhere: Path) -> None:
    path.mkdir()
    (path / "file").touch()


def writable_by_all(path: Path, _elsewhere: Path) -> None:
    path.write_bytes(PRECIOUS)
    path.chmod(0o666)


@pytest.mark.parametrize("plant", [link, dangling, link_to_a_folder, pipe, folder_with_a_file, writable_by_all])
@pytest.mark.parametrize(("work", "name"), OPENED, ids=[name for _, name in OPENED])
def test_what_is_planted_is_not_followed_and_not_waited_for(
    tmp_path: Path, work: Callable[[Path], None], name: str, plant: Callable[[Path, Path], None]
):
    folder, elsewhere = tmp_path / "folder", tmp_path / "elsewhere"
    folder.mkdir(0o700)
    elsewhere.mkdir()
    (elsewhere / "precious").write_bytes(PRECIOUS)
    plant(folder / name, elsewhere)
    began = time.monotonic()

    with suppress(StoreError, ConfigError, OSError):
        work(folder)
    assert time.monotonic() - began < 10
    assert [item.name for item in elsewhere.iterdir()] == ["precious"]
    assert (elsewhere / "precious").read_bytes() == PRECIOUS


@pytest.mark.parametrize("work", [work for work, _ in PLACES if work is not public_key])
@pytest.mark.parametrize("manner", ["a link", "writable by all", "sticky and writable by all"])
def test_no_folder_is_used_that_others_could_change(tmp_path: Path, work: Callable[[Path], None], manner: str):
    folder, elsewhere = tmp_path / "folder", tmp_path / "elsewhere"
    elsewhere.mkdir()
    if manner == "a link":
        folder.symlink_to(elsewhere, target_is_directory=True)
    else:
        folder.mkdir()
        folder.chmod(0o777 if manner == "writable by all" else 0o1777)

    with suppress(StoreError, ConfigError, OSError):
        work(folder)
    assert list(folder.iterdir()) == []


def test_a_public_key_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "key.pem")

    with pytest.raises(ConfigError):
        load_public_key(tmp_path / "key.pem")


def test_an_honest_folder_works(tmp_path: Path):
    """What is refused above is refused for what was planted, and for nothing else."""
    App().write_key(tmp_path).rename(tmp_path / "key.pem")
    for work, _ in PLACES:
        work(tmp_path)
