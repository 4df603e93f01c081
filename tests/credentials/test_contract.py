"""What every CredentialStore promises: the fake that other tests use, and the real ones."""

from __future__ import annotations

import pytest

from kiosk.core.origin import parse_origin
from kiosk.core.secret import Secret
from kiosk.credentials import KeyringStore, system_of
from kiosk.errors import CredentialsMissing
from tests.credentials.fakes import MemoryStore

ORIGIN = parse_origin("https://api.example.com/v1")
LONGEST = "k" * 512


class Contract:
    """The promises. Each subclass gives a fixture `store`: empty, and working."""

    def test_an_empty_store_has_no_key(self, store):
        with pytest.raises(CredentialsMissing) as caught:
            store.read()
        assert "kiosk setup" in caught.value.hint

    @pytest.mark.parametrize("key", ["a", "!~\"'\\%{}$", LONGEST], ids=["short", "punctuation", "longest"])
    def test_what_is_written_is_read(self, store, key):
        store.write(Secret(key))
        assert store.read().reveal() == key

    def test_a_new_key_takes_the_place_of_the_old(self, store):
        store.write(Secret("old"))
        store.write(Secret("new"))
        assert store.read().reveal() == "new"
        assert store.delete()
        with pytest.raises(CredentialsMissing):
            store.read()

    def test_delete_says_whether_there_was_a_key(self, store):
        assert store.delete() is False
        store.write(Secret("key"))
        assert store.delete() is True
        assert store.delete() is False

    def test_the_description_does_not_hold_the_key(self, store):
        store.write(Secret("a-key-to-search-for"))
        assert store.describe()
        assert "a-key-to-search-for" not in store.describe() + repr(store)


class TestMemory(Contract):
    @pytest.fixture
    def store(self):
        return MemoryStore()


@pytest.mark.keyring
class TestSecretService(Contract):
    @pytest.fixture
    def store(self, unlocked):
        return KeyringStore(ORIGIN, system=system_of("linux"))


class TestCredentialManager(Contract):
    @pytest.fixture
    def store(self, credential_manager):
        return KeyringStore(ORIGIN, system=system_of("win32"))


class TestKeychain(Contract):
    @pytest.fixture
    def store(self, keychain):
        return KeyringStore(ORIGIN, system=system_of("darwin"))
