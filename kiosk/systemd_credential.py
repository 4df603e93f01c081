"""The API key that a systemd unit was given (`LoadCredential=enable3-kiosk.api-key:…`), on Linux.

systemd puts a unit's credentials into a folder of its own memory, which only the unit's account and root can read, and
names that in $CREDENTIALS_DIRECTORY. The kiosk asks for one when the keyring has no key or does not work. It never
writes or deletes one: that is the unit's matter. A credential has no address with it, so it is for the API that the
administrator configured, and for no other: see Context.store_at.
"""

from __future__ import annotations

import os
import stat
import sys
from errno import ELOOP, ENOTDIR
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.api_key import MAX_FILE, parse_api_key
from kiosk.errors import CredentialError, CredentialsMissing, InvalidInput, KeyringUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiosk.core.secret import Secret
    from kiosk.credentials import CredentialStore

NAME = "enable3-kiosk.api-key"
"""What the unit calls it."""

VARIABLE = "CREDENTIALS_DIRECTORY"

_ROOT = 0
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_CAREFUL = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_ELSEWHERE = "change what the unit loads (`systemctl cat` shows it), then restart it"
_NO_KEY = f"{_ELSEWHERE}; or keep a key in the keyring: `kiosk setup`"
_AS_SYSTEMD = (
    f"let systemd make it: `LoadCredential={NAME}:/path/of/the/key` in the unit of the kiosk, and nothing else that "
    f"sets {VARIABLE}"
)


def find_credential(environ: Mapping[str, str]) -> SystemdCredential | None:
    """Return this process's credential, if its unit was given one of our name, safe to use or not."""
    folder = environ.get(VARIABLE, "")
    if sys.platform != "linux" or not folder.startswith("/") or not os.path.lexists(Path(folder, NAME)):
        return None
    return SystemdCredential(Path(folder))


class SystemdCredential:
    """A CredentialStore that can only be read."""

    def __init__(self, folder: Path) -> None:
        """Read from `folder`, which systemd made."""
        self._folder = folder

    def describe(self) -> str:
        """Name the credential; which unit has it is in the folder's name."""
        return f"systemd credential {self._folder / NAME}"

    def locate(self) -> str:
        """Read the key, and say where it is. Raises as `read` does."""
        self.read()
        return self.describe()

    def read(self) -> Secret:
        """Return the key. Raises CredentialsMissing for none, KeyringUnavailable for one that others could have made.

        The checks are of what was opened. A link is not followed, and nothing is waited for.
        """
        try:
            text = self._read().decode(errors="replace")
        except FileNotFoundError:
            raise CredentialsMissing(f"the {self.describe()} is gone", hint=_NO_KEY) from None
        except OSError as error:
            problem = "is a link" if error.errno in {ELOOP, ENOTDIR} else "cannot be read"
            raise self._unusable(problem) from None
        try:
            return parse_api_key(text)
        except InvalidInput as error:
            problem = error.message.removeprefix(f"{error.field}: ")
            raise CredentialsMissing(f"the {self.describe()} is not an API key: {problem}", hint=_NO_KEY) from None

    def write(self, key: Secret) -> None:  # noqa: ARG002 - as every store's
        """Refuse: raises KeyringUnavailable."""
        raise KeyringUnavailable(f"the {self.describe()} cannot be changed from here", hint=_ELSEWHERE)

    def delete(self) -> bool:
        """Refuse: raises KeyringUnavailable."""
        raise KeyringUnavailable(f"the {self.describe()} cannot be deleted from here", hint=_ELSEWHERE)

    def _read(self) -> bytes:
        folder = os.open(self._folder, _CAREFUL | os.O_DIRECTORY)
        try:
            if not _is_of_systemd(os.fstat(folder)):
                raise self._unusable("is in a folder that other accounts could change")
            descriptor = os.open(NAME, _CAREFUL, dir_fd=folder)
        finally:
            os.close(folder)
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise self._unusable("is no file")
            if not _is_of_systemd(found) or _others_read(found):
                raise self._unusable("could be read or changed by other accounts")
            return os.read(descriptor, MAX_FILE + 1)
        finally:
            os.close(descriptor)

    def _unusable(self, problem: str) -> KeyringUnavailable:
        return KeyringUnavailable(f"the {self.describe()} {problem}, so it is not used", hint=_AS_SYSTEMD)


def _is_of_systemd(found: os.stat_result) -> bool:
    return found.st_uid in {_ROOT, os.geteuid()} and not found.st_mode & _OTHERS_WRITE


def _others_read(found: os.stat_result) -> bool:
    """Whether other accounts than root and ours may read it.

    A file of root's that systemd lets our account read, by an ACL, shows that in its group's bits (mode 0440): they are
    the ACL's mask then, and the group is root's.
    """
    if found.st_mode & stat.S_IRWXO:
        return True
    return bool(found.st_mode & stat.S_IRWXG) and (found.st_uid, found.st_gid) != (_ROOT, _ROOT)


class KeyringOrCredential:
    """The keyring, and where that has no key or does not work, the credential. What is kept goes to the keyring."""

    def __init__(self, keyring: CredentialStore, credential: CredentialStore) -> None:
        """Ask `keyring` first: a key that somebody entered here counts until it is deleted."""
        self._keyring = keyring
        self._credential = credential

    def describe(self) -> str:
        """Name where keys are kept and deleted: the keyring."""
        return self._keyring.describe()

    def locate(self) -> str:
        """Read the key, and say where it is, and why not in the keyring. Raises as `read` does."""
        try:
            where, key = self._keyring.locate(), self._keyring.read()
        except CredentialError as error:
            return f"{self._credential.locate()} ({error.message})"
        return f"{where}; the {self._credential.describe()} {self._compare(key)}"

    def _compare(self, key: Secret) -> str:
        try:
            same = self._credential.read() == key
        except CredentialError:
            return "does not work, and is not needed"
        return "is the same" if same else "is another key, which is not used: `kiosk key delete` lets it count"

    def read(self) -> Secret:
        """Return the key. Raises what the credential raises if neither has one: it was meant to have one."""
        try:
            return self._keyring.read()
        except CredentialError:
            return self._credential.read()

    def write(self, key: Secret) -> None:
        """Keep `key` in the keyring, whose key counts first. Raises KeyringLocked or KeyringUnavailable."""
        self._keyring.write(key)

    def delete(self) -> bool:
        """Forget the key in the keyring, and say whether there was one. Raises KeyringLocked or KeyringUnavailable."""
        return self._keyring.delete()
