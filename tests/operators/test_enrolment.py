"""Setting a terminal up on its own screen, against a real sandbox."""

from __future__ import annotations

import asyncio
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from kiosk import loop
from kiosk.api import ApiSettings, Enable3
from kiosk.config import Places
from kiosk.core.origin import parse_origin
from kiosk.core.secret import Secret
from kiosk.credentials import KeyringStore
from kiosk.errors import CredentialsMissing, KeyringLocked
from kiosk.operators.enrolment import Enrolment, EnrolmentOutcome
from kiosk.operators.pin import PinKeeper, PinState
from kiosk.sandbox.faults import Failure, Faults
from kiosk.sandbox.options import SandboxOptions
from kiosk.sandbox.server import RunningSandbox, run_sandbox
from kiosk.store.pin_tries import FREE_TRIES, PinTries
from tests.commands.terminal import CHEAP
from tests.credentials.conftest import PASSWORD, Desktop
from tests.credentials.fakes import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kiosk.credentials import CredentialStore

KEY, PIN, OTHER_PIN = "canary-key-7f31-aa02", "802417", "802418"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with run_sandbox(SandboxOptions(api_key=KEY)) as running:
        yield running


@dataclass
class Terminal:
    """A machine that was never set up. `flags` are the options of `kiosk run`."""

    folder: Path
    base_url: str
    flags: dict[str, object] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)
    stores: dict[str, CredentialStore] = field(default_factory=dict)

    def __post_init__(self) -> None:
        data = self.folder / "data"
        self.pins = PinKeeper(data / "pin", PinTries(data / "tries.db"), hasher=CHEAP)
        policy = self.folder / "policy.toml"
        self.places = Places(user=self.folder / "config.toml", policy=policy, policy_owner=None, environ=self.environ)

    def store(self, base_url: str = "") -> CredentialStore:
        return self.stores.setdefault(base_url or self.base_url, MemoryStore())

    def open_api(self, base_url: str, key: Secret) -> Enable3:
        return Enable3(ApiSettings(base_url=base_url, connect_timeout=1.0, total_timeout=2.0), key)

    def enrol(self, **values: object) -> EnrolmentOutcome:
        """Do what the page does with what was typed."""
        typed = {"base_url": self.base_url, "key": KEY, "pin": PIN, "brand": "Gym", "language": "de"} | values

        async def run() -> EnrolmentOutcome:
            return await self.enrolment().enrol(typed)

        return loop.run(run())

    def enrolment(self) -> Enrolment:
        return Enrolment(
            places=self.places, flags=self.flags, pins=self.pins, store_of=self.store, open_api=self.open_api
        )

    def is_untouched(self) -> bool:
        return not self.places.user.exists() and self.pins.state() is PinState.UNSET and not self._has_key()

    def _has_key(self) -> bool:
        return any(isinstance(store, MemoryStore) and store.key for store in self.stores.values())


@pytest.fixture
def terminal(tmp_path: Path, sandbox: RunningSandbox) -> Terminal:
    return Terminal(tmp_path, sandbox.base_url)


def addresses_of(terminal: Terminal) -> set[str]:
    return {terminal.base_url, "https://integration.enable3.io"}


def test_what_was_typed_is_stored(terminal):
    assert terminal.enrol() == EnrolmentOutcome(ok=True)
    found = tomllib.loads(terminal.places.user.read_text())
    assert found == {"base_url": terminal.base_url, "brand": "Gym", "language": "de"}
    assert terminal.pins.check(Secret(PIN)).ok
    assert terminal.store().read() == Secret(KEY)
    text = terminal.places.user.read_text()
    assert KEY not in text
    assert PIN not in text


def test_english_that_nobody_chose_leaves_visitors_their_own_language(terminal):
    assert terminal.enrol(language="en").ok
    assert "language" not in tomllib.loads(terminal.places.user.read_text())


def test_english_in_place_of_another_language_is_kept(terminal):
    terminal.places.user.write_text('language = "de"\n')
    assert terminal.enrol(language="en").ok
    assert tomllib.loads(terminal.places.user.read_text())["language"] == "en"


@pytest.mark.keyring
def test_the_key_is_in_the_real_keyring(terminal, tmp_path_factory, monkeypatch):
    desktop = Desktop(tmp_path_factory.mktemp("d"))
    with desktop.session() as session, desktop.keyring(session, password=PASSWORD):
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session["DBUS_SESSION_BUS_ADDRESS"])
        terminal.stores = {address: KeyringStore(parse_origin(address)) for address in addresses_of(terminal)}
        assert terminal.enrol().ok
        assert KeyringStore(parse_origin(terminal.base_url)).read() == Secret(KEY)
        again = terminal.enrol(key="another-key")
        assert (again.ok, "has an API key already" in again.text) == (False, True)


@pytest.mark.keyring
def test_without_a_keyring_nothing_is_stored_and_it_is_said_what_to_do(terminal, tmp_path_factory, monkeypatch):
    desktop = Desktop(tmp_path_factory.mktemp("d"))
    with desktop.session() as session:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session["DBUS_SESSION_BUS_ADDRESS"])
        terminal.stores = {address: KeyringStore(parse_origin(address)) for address in addresses_of(terminal)}
        outcome = terminal.enrol()
    assert (outcome.ok, outcome.field) == (False, "")
    assert "; " in outcome.text
    terminal.stores = {}
    assert terminal.is_untouched()


@pytest.mark.parametrize(
    ("values", "where", "said"),
    [
        ({"base_url": "http://api.example.com"}, "base_url", "https"),
        ({"base_url": ""}, "base_url", "https"),
        ({"base_url": 7}, "base_url", "is not a text"),
        ({"key": ""}, "key", "is empty"),
        ({"key": "two words"}, "key", "has a space"),
        ({"pin": ""}, "pin", "is empty"),
        ({"pin": "1234"}, "pin", "counts up or down"),
        ({"pin": None}, "pin", "is not a text"),
        ({"brand": "x" * 65}, "brand", "too long"),
        ({"language": "not a language"}, "language", "language tag"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed_and_nothing_is_asked(terminal, sandbox, values, where, said):
    before = len(sandbox.state.log.entries())
    outcome = terminal.enrol(**values)
    assert (outcome.ok, outcome.field) == (False, where)
    assert said in outcome.text
    assert len(sandbox.state.log.entries()) == before
    assert terminal.is_untouched()


def test_a_key_that_the_api_refuses_is_not_stored(terminal):
    outcome = terminal.enrol(key="a-wrong-key")
    assert (outcome.ok, outcome.field) == (False, "key")
    assert "admin panel" in outcome.text
    assert "a-wrong-key" not in repr(outcome)
    assert terminal.is_untouched()


def test_an_address_where_nobody_answers_is_named(terminal):
    outcome = terminal.enrol(base_url="http://127.0.0.1:9")
    assert (outcome.ok, outcome.field) == (False, "base_url")
    assert "base_url" in outcome.text
    assert terminal.is_untouched()


def test_a_terminal_that_is_not_on_the_allow_list_is_told_so(tmp_path):
    with run_sandbox(SandboxOptions(api_key=KEY, faults=Faults(deny_address=True))) as running:
        outcome = Terminal(tmp_path, running.base_url).enrol()
    assert (outcome.ok, outcome.field) == (False, "key")
    assert "allow-list" in outcome.text


def test_an_api_that_fails_is_not_the_fault_of_a_field(tmp_path):
    with run_sandbox(SandboxOptions(api_key=KEY, faults=Faults(fail=(Failure(503, 1.0),)))) as running:
        terminal = Terminal(tmp_path, running.base_url)
        assert terminal.enrol().field == ""
        assert terminal.is_untouched()


# ── never again ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_terminal_that_has_a_key_takes_no_other_and_the_api_is_not_asked(terminal, sandbox):
    assert terminal.enrol().ok
    kept = terminal.places.user.read_bytes()
    before = len(sandbox.state.log.entries())
    outcome = terminal.enrol(brand="Mine", pin=PIN)
    assert not outcome.ok
    assert "kiosk setup" in outcome.text
    assert terminal.places.user.read_bytes() == kept
    assert len(sandbox.state.log.entries()) == before


def test_a_terminal_that_has_a_key_for_its_api_takes_none_for_another(terminal):
    configured = "https://eu.example.com"
    terminal.places.user.write_text(f'base_url = "{configured}"\n')
    terminal.store(configured).write(Secret("the-operators"))
    assert not terminal.enrol().ok
    assert terminal.places.user.read_text() == f'base_url = "{configured}"\n'


def test_a_key_that_comes_while_the_api_is_asked_is_not_replaced(terminal):
    class Meanwhile(Enable3):
        async def probe(self):
            found = await super().probe()
            terminal.store().write(Secret("from-setup"))
            return found

    terminal.open_api = lambda address, key: Meanwhile(ApiSettings(base_url=address), key)
    outcome = terminal.enrol()
    assert "has an API key already" in outcome.text
    assert terminal.store().read() == Secret("from-setup")
    assert not terminal.places.user.exists()
    assert terminal.pins.state() is PinState.UNSET


def test_of_two_at_the_same_time_one_is_stored(terminal):
    async def both() -> list[EnrolmentOutcome]:
        enrolment = terminal.enrolment()
        typed = {"base_url": terminal.base_url, "key": KEY, "pin": PIN}
        return await asyncio.gather(enrolment.enrol(typed), enrolment.enrol(typed | {"pin": OTHER_PIN}))

    assert [outcome.ok for outcome in loop.run(both())] == [True, False]
    assert terminal.pins.check(Secret(PIN)).ok


def test_a_keyring_that_was_emptied_takes_a_key_from_who_knows_the_pin_alone(terminal):
    terminal.pins.set(Secret(PIN))
    for pin, where in (("", ""), (OTHER_PIN, "pin")):
        outcome = terminal.enrol(pin=pin)
        assert (outcome.ok, outcome.field) == (False, where)
        assert "on this machine" in outcome.text
    assert not terminal.places.user.exists()
    assert terminal.enrol().ok
    assert terminal.pins.check(Secret(PIN)).ok


def test_wrong_pins_are_counted_here_too(terminal):
    terminal.pins.set(Secret(PIN))
    for _ in range(FREE_TRIES):
        outcome = terminal.enrol(pin=OTHER_PIN)
    assert "in 30 s" in outcome.text
    assert "next try" in terminal.enrol().text
    with pytest.raises(CredentialsMissing):
        terminal.store().read()


def test_a_damaged_pin_is_for_who_has_the_machine(terminal):
    terminal.pins.set(Secret(PIN))
    terminal.pins.restore("damaged")
    assert "kiosk setup" in terminal.enrol().text


# ── what else can be wrong ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("by", ["policy", "environment", "flag"])
def test_an_address_that_would_not_count_is_refused(terminal, by):
    other = "https://policy.example.com"
    if by == "policy":
        terminal.places.policy.write_text(f'base_url = "{other}"\n')
    elif by == "environment":
        terminal.environ["KIOSK_BASE_URL"] = other
    else:
        terminal.flags["base_url"] = other
    outcome = terminal.enrol()
    assert (outcome.ok, outcome.field) == (False, "base_url")
    assert not terminal.places.user.exists()


def test_a_keyring_that_is_locked_leaves_everything_as_it_was(terminal):
    terminal.stores[terminal.base_url] = MemoryStore(error=KeyringLocked("it is locked", hint="unlock it"))
    outcome = terminal.enrol()
    assert (outcome.field, outcome.text) == ("", "it is locked; unlock it")
    assert terminal.is_untouched()


def test_a_configuration_that_cannot_be_written_leaves_everything_as_it_was(terminal):
    terminal.places.user.write_text("screeen = 1\n")
    outcome = terminal.enrol()
    assert (outcome.ok, outcome.field) == (False, "")
    assert "screeen" in outcome.text
    terminal.places.user.unlink()
    assert terminal.is_untouched()


def test_no_secret_is_in_what_comes_back(terminal):
    for outcome in (terminal.enrol(pin="1111"), terminal.enrol(key=KEY + "x"), terminal.enrol(), terminal.enrol()):
        assert KEY not in repr(outcome)
        assert PIN not in repr(outcome)
