"""KeyringStore on Linux, against a real session bus and a real gnome-keyring-daemon."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from kiosk.core.origin import parse_origin
from kiosk.core.secret import Secret
from kiosk.credentials import DEADLINE, KeyringStore, system_of
from kiosk.errors import CredentialsMissing, KeyringLocked, KeyringUnavailable
from tests.credentials.conftest import PASSWORD, python

pytestmark = pytest.mark.keyring

ORIGIN = parse_origin("https://api.example.com/v1")
KEY = Secret("a-key-of-the-operator")
PLAIN_KEYRING = "[keyring]\ndisplay-name=Default\nctime=0\nmtime=0\nlock-on-idle=false\nlock-after=false\n"


def store(origin=ORIGIN, **options) -> KeyringStore:
    return KeyringStore(origin, system=system_of("linux"), **options)


def test_a_key_outlives_the_session(desktop, enter):
    for _ in range(2):
        with desktop.session() as session, desktop.keyring(session, password=PASSWORD):
            enter(session)
            try:
                found = store().read()
            except CredentialsMissing:
                store().write(KEY)
    assert found == KEY


def test_a_key_is_given_for_the_origin_it_was_stored_for_alone(unlocked):
    store().write(KEY)
    for other in ("https://api.example.org", "https://api.example.com:8443", "https://evil.api.example.com"):
        with pytest.raises(CredentialsMissing):
            store(parse_origin(other)).read()
    assert store(parse_origin("https://API.example.com:443/elsewhere")).read() == KEY


@pytest.mark.parametrize("operation", ["read", "write", "delete"])
def test_a_locked_keyring_is_reported_and_no_prompt_is_opened(desktop, enter, operation):
    """A prompt on a kiosk blocks for ever: the bus, which could start the prompter, must not be asked for it."""
    with desktop.session() as session, desktop.keyring(session, password=PASSWORD):
        pass
    with desktop.session(activation=True) as session, desktop.keyring(session, password=None):
        enter(session)
        started = time.monotonic()
        with pytest.raises(KeyringLocked) as caught:
            getattr(store(), operation)(*([KEY] if operation == "write" else []))
        assert time.monotonic() - started < DEADLINE
        assert "seahorse" in caught.value.hint
        assert "automatic login" in caught.value.hint
        assert "Prompter" not in desktop.log.read_text()
        # The control: keyring left to itself does ask for a prompt in the very same place.
        with pytest.raises(AssertionError):
            python("from keyring.backends.SecretService import Keyring; Keyring().get_password('a', 'b')", session)
        assert "Prompter" in desktop.log.read_text()


def test_a_keyring_without_a_password_opens_by_itself(desktop, enter):
    """The set-up for automatic login: such a keyring starts locked as well, and needs to be asked once."""
    folder = Path(desktop.environment["HOME"], ".local/share/keyrings")
    folder.mkdir(parents=True, mode=0o700)
    (folder / "Default.keyring").write_text(PLAIN_KEYRING)
    (folder / "default").write_text("Default")
    for _ in range(2):
        with desktop.session() as session, desktop.keyring(session, password=None):
            enter(session)
            store().write(KEY)
            assert store().read() == KEY


def test_an_account_without_any_keyring_is_told_to_make_one(desktop, enter):
    with desktop.session(activation=True) as session, desktop.keyring(session, password=None):
        enter(session)
        with pytest.raises(KeyringUnavailable, match="no default keyring") as caught:
            store().write(KEY)
        assert "seahorse" in caught.value.hint
        assert "Prompter" not in desktop.log.read_text()


def test_without_a_session_bus_the_hint_names_the_variable(monkeypatch):
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    with pytest.raises(KeyringUnavailable, match="no session bus") as caught:
        store().read()
    assert "DBUS_SESSION_BUS_ADDRESS" in caught.value.hint


@pytest.mark.parametrize("address", ["unix:path=/nonexistent/bus", "tcp:host=127.0.0.1", "garbage", "unix:"])
def test_a_bus_that_cannot_be_reached_is_unavailable(monkeypatch, address):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    with pytest.raises(KeyringUnavailable) as caught:
        store().read()
    assert address not in str(caught.value)


def test_on_a_bus_without_a_daemon_the_hint_says_what_to_install(desktop, enter):
    with desktop.session() as session:
        enter(session)
        with pytest.raises(KeyringUnavailable) as caught:
            store().read()
    assert "gnome-keyring" in caught.value.hint


def test_a_daemon_that_does_not_answer_is_left_behind_at_the_deadline(desktop, enter):
    with desktop.session() as session:
        enter(session)
        with _mute_owner():
            started = time.monotonic()
            with pytest.raises(KeyringUnavailable, match=r"within 0\.4 s") as caught:
                store(deadline=0.4).read()
            assert 0.4 <= time.monotonic() - started < 2
            assert "gnome-keyring-daemon" in caught.value.hint
            assert all(thread.daemon for thread in threading.enumerate() if thread.name == "keyring")
    for thread in threading.enumerate():  # the bus is gone, which ends the call
        if thread.name == "keyring":
            thread.join(timeout=10)


def test_the_deadline_is_the_promised_one():
    assert DEADLINE == 5.0


def test_the_key_is_in_no_argument_environment_or_thread_name(unlocked):
    store().write(KEY)
    assert KEY.reveal() not in str(os.environ) + str(sys.argv) + str(threading.enumerate())


class _mute_owner:  # noqa: N801 - read as a statement: `with _mute_owner():`
    """Owns the Secret Service's name on the session bus, and never reads what it is asked."""

    def __enter__(self):
        from jeepney import message_bus  # noqa: PLC0415 - Linux alone
        from jeepney.io.blocking import Proxy, open_dbus_connection  # noqa: PLC0415 - Linux alone

        self.bus = open_dbus_connection()
        assert Proxy(message_bus, self.bus).RequestName("org.freedesktop.secrets") == (1,)

    def __exit__(self, *_):
        self.bus.close()
