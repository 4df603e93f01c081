"""All of a terminal is stored, or nothing."""

from __future__ import annotations

import os
import tomllib
from typing import TYPE_CHECKING

import pytest

from kiosk.core.secret import Secret
from kiosk.errors import ConfigError, KeyringLocked, StoreError
from kiosk.operators.pin import PinKeeper, PinState
from kiosk.operators.provisioning import Provision, provide
from kiosk.store.pin_tries import PinTries
from tests.commands.terminal import CHEAP
from tests.credentials.fakes import MemoryStore

if TYPE_CHECKING:
    from pathlib import Path

OLD_KEY, KEY = Secret("the-key-before"), Secret("the-key")
OLD_PIN, PIN = Secret("1379"), Secret("2580")
BEFORE = b"# by hand\nbrand = 'Gym'\nscreen = 1\n"


@pytest.fixture
def pins(tmp_path: Path) -> PinKeeper:
    return PinKeeper(tmp_path / "data" / "pin", PinTries(tmp_path / "data" / "tries.db"), hasher=CHEAP)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config" / "config.toml"


def provision(**values: object) -> Provision:
    return Provision(values={"brand": "Bar"} | values, key=KEY, pin=PIN)


def test_everything_is_stored(pins, config):
    store = MemoryStore()
    assert provide(provision(), config_file=config, pins=pins, store=store) == config
    assert tomllib.loads(config.read_text()) == {"brand": "Bar"}
    assert pins.check(PIN).ok
    assert store.key == KEY


def test_without_a_new_pin_the_one_before_stays(pins, config):
    pins.set(OLD_PIN)
    provide(Provision(values={}, key=KEY), config_file=config, pins=pins, store=MemoryStore())
    assert pins.check(OLD_PIN).ok


class Watching(MemoryStore):
    """A keyring that is shown what is stored already when the key comes."""

    def __init__(self, config: Path, pins: PinKeeper) -> None:
        super().__init__()
        self._config, self._pins = config, pins

    def write(self, key: Secret) -> None:
        assert self._config.exists()
        assert self._pins.state() is PinState.SET
        super().write(key)


def test_the_key_comes_last_so_that_a_power_cut_leaves_a_terminal_that_can_be_set_up(pins, config):
    provide(provision(), config_file=config, pins=pins, store=Watching(config, pins))


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("broken", ["keyring", "pin", "configuration"])
def test_what_fails_leaves_everything_as_it_was(tmp_path, pins, config, broken, there):
    if there:
        config.parent.mkdir()
        config.write_bytes(BEFORE)
        pins.set(OLD_PIN)
    store = MemoryStore(OLD_KEY)
    given = provision(no_such_key=1) if broken == "configuration" else provision()
    if broken == "keyring":
        store.error = KeyringLocked("the keyring is locked")
    tries = tmp_path / "data" / "tries.db"
    if broken == "pin":
        tries.unlink(missing_ok=True)
        tries.mkdir(parents=True)
    with pytest.raises((ConfigError, StoreError, KeyringLocked)):
        provide(given, config_file=config, pins=pins, store=store)

    assert (config.read_bytes() if config.exists() else None) == (BEFORE if there else None)
    assert store.key == OLD_KEY
    if broken == "pin":
        tries.rmdir()
    assert pins.check(OLD_PIN).ok is there
    assert pins.state() is (PinState.SET if there else PinState.UNSET)


def test_what_cannot_be_put_back_is_logged_and_the_first_failure_is_raised(pins, config, caplog):
    class Sabotage(MemoryStore):
        def write(self, key: Secret) -> None:
            config.unlink()
            config.mkdir()
            raise KeyringLocked("the keyring is locked")

    with pytest.raises(KeyringLocked):
        provide(provision(), config_file=config, pins=pins, store=Sabotage())
    assert "the configuration could not be put back" in caplog.text
    assert pins.state() is PinState.UNSET


def test_no_secret_is_in_the_repr(config):
    shown = repr(provision())
    assert KEY.reveal() not in shown
    assert PIN.reveal() not in shown


@pytest.mark.skipif(os.name == "nt", reason="POSIX rights")
def test_a_configuration_that_is_put_back_is_this_accounts_alone(pins, config):
    config.parent.mkdir()
    config.write_bytes(BEFORE)
    with pytest.raises(KeyringLocked):
        provide(provision(), config_file=config, pins=pins, store=MemoryStore(error=KeyringLocked("locked")))
    assert config.stat().st_mode & 0o077 == 0
