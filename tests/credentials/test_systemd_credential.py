"""A systemd unit's credential: a folder and a file as systemd makes them, and as it never would."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

import pytest

from kiosk.commands._checks import check_keyring
from kiosk.commands._context import Context
from kiosk.config import Places
from kiosk.core.secret import Secret
from kiosk.errors import CredentialsMissing, KeyringLocked, KeyringUnavailable
from kiosk.ops.checks import Status
from kiosk.shell.environment import child_environment
from kiosk.systemd_credential import NAME, KeyringOrCredential, SystemdCredential, find_credential
from tests.commands.terminal import Terminal
from tests.credentials.fakes import MemoryStore
from tests.credentials.test_contract import LONGEST, Contract

if TYPE_CHECKING:
    from pathlib import Path

KEY = Secret("a-key-of-the-unit")
OTHER = Secret("a-key-of-the-keyring")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="systemd's")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A unit's credentials, as systemd 252 makes them for its own account: 0500 and 0400."""
    folder = tmp_path / "credentials" / "kiosk.service"
    folder.mkdir(parents=True, mode=0o700)
    (folder / NAME).write_text(f"{KEY.reveal()}\n")
    (folder / NAME).chmod(0o400)
    folder.chmod(0o500)
    return folder


@pytest.fixture
def file(folder: Path) -> Path:
    folder.chmod(0o700)  # for tests that change what is in it
    return folder / NAME


def refused(folder: Path, kind: type[Exception] = KeyringUnavailable) -> str:
    with pytest.raises(kind) as caught:
        SystemdCredential(folder).read()
    assert KEY.reveal() not in f"{caught.value} {caught.value.hint}"
    assert caught.value.hint
    return str(caught.value)


def stranger_owns(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have neither us nor root own `path`."""
    if os.geteuid() == 0:
        os.chown(path, 54321, 54321)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 54321)


# ── a credential ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_read(folder):
    store = SystemdCredential(folder)
    assert store.read() == KEY
    assert store.locate() == store.describe()
    assert "kiosk.service" in store.describe()
    assert KEY.reveal() not in store.describe() + repr(store)


@pytest.mark.skipif(os.geteuid() != 0, reason="the file has to be root's")
def test_it_is_read_where_an_acl_lets_our_account_read_it(file):
    file.chmod(0o440)  # what stat shows of an ACL: its mask, where the group's rights would be
    assert SystemdCredential(file.parent).read() == KEY


@pytest.mark.parametrize("key", ["k", LONGEST])
def test_the_longest_key_fits(file, key):
    file.chmod(0o600)
    file.write_text(key)
    assert SystemdCredential(file.parent).read().reveal() == key


@pytest.mark.parametrize("mode", [0o404, 0o444, 0o402, 0o420, 0o666])
def test_one_that_others_may_read_or_write_is_refused(file, mode):
    file.chmod(mode)
    assert "other accounts" in refused(file.parent)


def test_one_that_a_group_of_people_may_read_is_refused(file):
    if os.geteuid() == 0:
        os.chown(file, 0, 54321)
    file.chmod(0o440)
    if os.getegid() == 0 == os.geteuid() == file.stat().st_gid:
        pytest.skip("the group is root's")
    assert "other accounts" in refused(file.parent)


def test_one_of_another_account_is_refused(file, monkeypatch):
    stranger_owns(file, monkeypatch)
    assert "other accounts" in refused(file.parent)


def test_a_folder_of_another_account_is_refused(folder, monkeypatch):
    stranger_owns(folder, monkeypatch)
    assert "folder that other accounts could change" in refused(folder)


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_a_folder_that_others_may_write_is_refused(folder, mode):
    folder.chmod(mode)
    assert "folder that other accounts could change" in refused(folder)


def test_no_link_is_followed(file, tmp_path):
    elsewhere = tmp_path / "key"
    elsewhere.write_text(KEY.reveal())
    elsewhere.chmod(0o400)
    file.unlink()
    file.symlink_to(elsewhere)
    assert "is a link" in refused(file.parent)


def test_a_link_to_a_folder_is_not_followed(folder, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert "is a link" in refused(link)


def test_a_folder_or_a_pipe_in_its_place_is_refused_and_not_waited_for(file):
    file.unlink()
    os.mkfifo(file, 0o400)
    assert "is no file" in refused(file.parent)
    file.unlink()
    file.mkdir(0o500)
    assert "is no file" in refused(file.parent)


@pytest.mark.parametrize("text", ["", "two words", "k" * 5000, "zwei\nzeilen", "\N{KEY}"])
def test_what_is_no_key_is_none(file, text):
    file.chmod(0o600)
    file.write_text(text)
    assert "is not an API key" in refused(file.parent, CredentialsMissing)


def test_one_that_is_gone_is_missing(file):
    file.unlink()
    assert "is gone" in refused(file.parent, CredentialsMissing)


def test_it_is_the_unit_s_to_change_and_to_delete(folder):
    store = SystemdCredential(folder)
    with pytest.raises(KeyringUnavailable, match="cannot be changed"):
        store.write(OTHER)
    with pytest.raises(KeyringUnavailable, match="cannot be deleted"):
        store.delete()
    assert store.read() == KEY


# ── which process has one ───────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_found_by_systemd_s_variable(folder):
    assert find_credential({"CREDENTIALS_DIRECTORY": str(folder)}).read() == KEY


@pytest.mark.parametrize("value", [None, "", "relative", "/nowhere"])
def test_a_unit_without_one_has_none(value):
    assert find_credential({} if value is None else {"CREDENTIALS_DIRECTORY": value}) is None


def test_other_credentials_of_the_unit_are_none_of_ours(file):
    file.rename(file.with_name("another-program.token"))
    assert find_credential({"CREDENTIALS_DIRECTORY": str(file.parent)}) is None


def test_other_systems_have_none(folder, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert find_credential({"CREDENTIALS_DIRECTORY": str(folder)}) is None


def test_the_window_is_not_told_where_it_is(folder, monkeypatch, tmp_path):
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    told = child_environment(tmp_path)
    assert not any("CREDENTIALS" in name or str(folder) in value for name, value in told.items())


class Unit(Context):
    """What a command works with in a unit that has a credential."""

    def __init__(self, folder: Path, places: dict[str, object], **options: object) -> None:
        super().__init__(Namespace(**options))
        files = {"user": folder.parent / "config.toml", "policy": folder.parent / "policy.toml", "policy_owner": None}
        self._places = Places(**files | {"environ": {"CREDENTIALS_DIRECTORY": str(folder)} | places})

    @property
    def places(self) -> Places:
        return self._places


CONFIGURED = "https://eu.example.com"


def test_it_is_for_the_api_that_files_policy_or_environment_name(folder, monkeypatch):
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)  # no keyring
    config = folder.parent / "config.toml"
    config.write_text(f'base_url = "{CONFIGURED}/v1"\n')
    assert Unit(folder, {}).read_key() == KEY
    assert Unit(folder, {"KIOSK_BASE_URL": "https://other.example"}).read_key() == KEY


def test_it_goes_to_no_address_that_an_option_or_an_answer_names(folder, monkeypatch):
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    with pytest.raises(KeyringUnavailable, match="session bus"):
        Unit(folder, {"KIOSK_BASE_URL": CONFIGURED}, base_url="https://other.example").read_key()
    with pytest.raises(KeyringUnavailable, match="session bus"):
        Unit(folder, {"KIOSK_BASE_URL": CONFIGURED}).store_at("https://other.example").read()


# ── beside a keyring ────────────────────────────────────────────────────────────────────────────────────────────────


class TestKeyringOrNothing(Contract):
    """With a credential that has gone, the two together are a store like any other."""

    @pytest.fixture
    def store(self, file):
        file.unlink()
        return KeyringOrCredential(MemoryStore(), SystemdCredential(file.parent))


def test_the_keyring_s_key_counts_first(folder):
    store = KeyringOrCredential(MemoryStore(OTHER), SystemdCredential(folder))
    assert store.read() == OTHER
    assert "is another key, which is not used" in store.locate()
    assert KEY.reveal() not in store.locate() + store.describe()


def test_the_same_key_in_both_is_no_matter(folder):
    store = KeyringOrCredential(MemoryStore(KEY), SystemdCredential(folder))
    assert "is the same" in store.locate()


def test_a_credential_that_does_not_work_is_no_matter_where_the_keyring_has_a_key(file):
    file.chmod(0o444)
    store = KeyringOrCredential(MemoryStore(OTHER), SystemdCredential(file.parent))
    assert store.read() == OTHER
    assert "does not work, and is not needed" in store.locate()


@pytest.mark.parametrize(
    "keyring",
    [MemoryStore(), MemoryStore(error=KeyringLocked("is locked")), MemoryStore(error=KeyringUnavailable("is none"))],
    ids=["empty", "locked", "none"],
)
def test_a_keyring_that_has_none_or_does_not_work_lets_the_credential_count(folder, keyring):
    store = KeyringOrCredential(keyring, SystemdCredential(folder))
    assert store.read() == KEY
    assert "kiosk.service" in store.locate()


def test_a_credential_that_is_not_safe_is_what_has_to_be_put_right(file):
    file.chmod(0o444)
    with pytest.raises(KeyringUnavailable, match="other accounts"):
        KeyringOrCredential(MemoryStore(), SystemdCredential(file.parent)).read()


def test_what_is_kept_goes_to_the_keyring(folder):
    keyring = MemoryStore()
    store = KeyringOrCredential(keyring, SystemdCredential(folder))
    store.write(OTHER)
    assert (keyring.key, store.read()) == (OTHER, OTHER)
    assert store.delete()
    assert (keyring.key, store.read()) == (None, KEY)
    assert store.delete() is False


# ── what the operator is told ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def terminal(tmp_path, folder) -> Terminal:
    terminal = Terminal(tmp_path)
    keyring = MemoryStore()
    terminal.new_store = lambda: KeyringOrCredential(keyring, SystemdCredential(folder))  # type: ignore[assignment]
    return terminal


def test_the_doctor_says_where_the_key_comes_from(terminal):
    row = check_keyring(terminal.context(api_key_file=None), from_file=False)
    assert row.status is Status.OK
    assert row.text.startswith("systemd credential ")


def test_a_tried_key_is_named_by_its_place(terminal, capsys):
    assert terminal.run("key", "test") == 0
    assert "the API accepts the key: systemd credential" in capsys.readouterr().out


def test_who_deletes_a_key_hears_which_one_counts_now(terminal, capsys):
    assert terminal.run("key", "set", stdin=b"another-key\n") == 0
    assert "it is in memory" in capsys.readouterr().out
    assert terminal.run("key", "delete") == 0
    assert "deleted from memory; the kiosk now takes the one of the systemd credential" in capsys.readouterr().out


def test_a_set_up_says_where_the_key_is_that_it_need_not_store(terminal, tmp_path, capsys):
    answers, key = tmp_path / "answers.toml", tmp_path / "key"
    answers.write_text('brand = "Gym"\n')
    key.write_text(KEY.reveal())
    key.chmod(0o600)
    assert terminal.run("setup", "--answers", str(answers), "--api-key-file", str(key)) == 0
    assert "the API accepts the key; it is in systemd credential" in capsys.readouterr().out
