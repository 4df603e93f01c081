"""KeyringStore on Windows and macOS: keyring's own backends, over a fake of the system below them."""

from __future__ import annotations

import warnings

import pytest

from kiosk.core.origin import parse_origin
from kiosk.core.secret import Secret
from kiosk.credentials import KeyringStore, System, system_of
from kiosk.errors import CredentialError, CredentialsMissing, KeyringLocked, KeyringUnavailable
from kiosk.keyring_hints import LINUX, MACOS, WINDOWS

ORIGIN = parse_origin("https://api.example.com")
KEY = Secret("a-key-of-the-operator")
SERVICE = "enable3-kiosk https://api.example.com"


@pytest.fixture
def windows(credential_manager):
    return KeyringStore(ORIGIN, system=system_of("win32"))


@pytest.fixture
def mac(keychain):
    return KeyringStore(ORIGIN, system=system_of("darwin"))


def test_windows_keeps_the_key_on_this_machine(windows, credential_manager):
    windows.write(KEY)
    entry = credential_manager.entries[SERVICE]
    assert entry["Persist"] == credential_manager.CRED_PERSIST_LOCAL_MACHINE
    assert (entry["UserName"], entry["CredentialBlob"]) == ("api-key", KEY.reveal())


def test_windows_keeps_no_copy_of_a_replaced_key(windows, credential_manager):
    """WinVaultKeyring alone would move it to another entry."""
    windows.write(Secret("the-old-key"))
    windows.write(KEY)
    assert list(credential_manager.entries) == [SERVICE]


def test_windows_persistence_is_not_taken_from_the_environment(windows, credential_manager, monkeypatch):
    monkeypatch.setenv("KEYRING_PROPERTY_PERSIST", "session")
    windows.write(KEY)
    assert credential_manager.entries[SERVICE]["Persist"] == credential_manager.CRED_PERSIST_LOCAL_MACHINE


@pytest.mark.parametrize("number", [1312, 5, 8, 1783])
def test_a_windows_failure_is_unavailable_with_its_number(windows, credential_manager, number):
    credential_manager.failure = number
    with pytest.raises(KeyringUnavailable, match=rf"\b{number}\b") as caught:
        windows.read()
    assert caught.value.hint == WINDOWS.unavailable
    assert "of Windows' own" not in str(caught.value)


def test_mac_uses_the_accounts_keychain_whatever_the_environment_says(mac, keychain, monkeypatch):
    monkeypatch.setenv("KEYCHAIN_PATH", "/tmp/other.keychain")
    monkeypatch.setenv("KEYRING_PROPERTY_KEYCHAIN", "/tmp/other.keychain")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mac.write(KEY)
    assert keychain.entries == {(SERVICE, "api-key"): KEY.reveal()}
    assert keychain.keychains == {None}


@pytest.mark.parametrize("operation", ["read", "write", "delete"])
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (-128, KeyringLocked),
        (-25293, KeyringLocked),
        (-25308, KeyringLocked),
        (-67030, KeyringUnavailable),
        (-50, KeyringUnavailable),
    ],
)
def test_a_mac_status_is_translated(mac, keychain, operation, status, expected):
    keychain.status = status
    with pytest.raises(expected, match=str(status)) as caught:
        getattr(mac, operation)(*([KEY] if operation == "write" else []))
    assert caught.value.hint == (MACOS.locked if expected is KeyringLocked else MACOS.unavailable)
    assert "of Apple's own" not in str(caught.value)


def foreign(module: str, name: str, *arguments: object) -> Exception:
    """Return an exception of a foreign class that is known by its name."""
    return type(name, (Exception,), {"__module__": module})(*arguments)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (foreign("keyring.errors", "KeyringLocked", "text"), KeyringLocked),
        (foreign("secretstorage.exceptions", "LockedException", "text"), KeyringLocked),
        (foreign("secretstorage.exceptions", "ItemNotFoundException", "text"), CredentialsMissing),
        (foreign("keyring.errors", "InitError", "text"), KeyringUnavailable),
        (foreign("jeepney.wrappers", "DBusErrorResponse", "text"), KeyringUnavailable),
        (RuntimeError("text"), KeyringUnavailable),
        (ImportError("text", name="win32ctypes"), KeyringUnavailable),
        (AssertionError(), KeyringUnavailable),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value.__name__,
)
def test_a_foreign_error_is_translated_and_its_text_left_out(error, expected):
    def fail():
        raise error

    with pytest.raises(expected) as caught:
        KeyringStore(ORIGIN, system=System("a keyring", fail, LINUX)).read()
    assert "text" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert caught.value.hint


def test_a_prompt_that_was_dismissed_counts_as_locked():
    from secretstorage import PromptDismissedException  # noqa: PLC0415 - Linux alone

    def fail():
        raise PromptDismissedException

    with pytest.raises(KeyringLocked):
        KeyringStore(ORIGIN, system=System("a keyring", fail, LINUX)).read()


class Forgetful:
    """A backend that takes everything and keeps nothing, as keyring's null backend does."""

    def get_password(self, service: str, username: str) -> str | None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        pass

    def delete_password(self, service: str, username: str) -> None:
        pass


class Foreign(Forgetful):
    """Somebody else's entry under our name."""

    def get_password(self, service: str, username: str) -> str:
        return "two words"


def test_a_keyring_that_keeps_nothing_is_found_out_when_the_key_is_stored():
    with pytest.raises(KeyringUnavailable, match="did not keep"):
        KeyringStore(ORIGIN, system=System("a keyring", Forgetful, LINUX)).write(KEY)


def test_an_entry_that_is_no_key_is_as_good_as_none():
    with pytest.raises(CredentialsMissing, match="not an API key") as caught:
        KeyringStore(ORIGIN, system=System("a keyring", Foreign, LINUX)).read()
    assert "two words" not in str(caught.value)


def test_a_system_without_a_keyring_that_we_know_is_told_about_the_option():
    with pytest.raises(CredentialError) as caught:
        system_of("plan9")
    assert "--api-key-file" in caught.value.hint
