"""The API key in the operating system's keyring: the only home of keyring.

One backend per system, constructed by name. keyring's own discovery is never run, so that neither its environment
variables (PYTHON_KEYRING_BACKEND, KEYRING_PROPERTY_*), nor its configuration file, nor an installed plug-in can put
another in its place. Importing `keyring` and a backend reads none of these; `get_keyring` and a backend's
constructor do (keyring 25.7, core.py and backend.py).
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kiosk.api_key import parse_api_key
from kiosk.deadline import DeadlineExceeded, call_within
from kiosk.errors import CredentialError, CredentialsMissing, InvalidInput, KeyringLocked, KeyringUnavailable
from kiosk.keyring_hints import LINUX, LINUX_NO_BUS, LINUX_NO_COLLECTION, MACOS, WINDOWS, Hints

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    from kiosk.core.origin import Origin
    from kiosk.core.secret import Secret

    T = TypeVar("T")

__all__ = ["CredentialStore", "KeyringStore", "System", "parse_api_key", "system_of"]

SERVICE = "enable3-kiosk"
USERNAME = "api-key"
"""keyring warns of empty user names, and Windows moves a service's first entry when a second name comes."""

_NO_KEYRING = "give the key by `--api-key-file`"

DEADLINE = 5.0
"""Seconds for one operation. A first start from a cold disk, keyring's imports included, took 0.2 s."""


class CredentialStore(Protocol):
    """Where the API key of one API origin is kept."""

    def describe(self) -> str:
        """Say for the operator where that is."""

    def locate(self) -> str:
        """Read the key, and say for the operator where it was. Raises as `read` does."""

    def read(self) -> Secret:
        """Return the key. Raises CredentialsMissing, KeyringLocked or KeyringUnavailable."""

    def write(self, key: Secret) -> None:
        """Keep `key` in place of the one before. Raises KeyringLocked or KeyringUnavailable."""

    def delete(self) -> bool:
        """Forget the key, and say whether there was one. Raises KeyringLocked or KeyringUnavailable."""


class Backend(Protocol):
    """What we use of a backend of keyring."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> object: ...

    def delete_password(self, service: str, username: str) -> object: ...


@dataclass(frozen=True, slots=True)
class System:
    """An operating system's keyring: how to open it, and what to do when it does not work."""

    name: str
    connect: Callable[[], Backend]
    hints: Hints


class KeyringStore:
    """The API key of one API origin, in this account's keyring.

    A key is kept under the origin that it was stored for, so that it is never sent to another.
    """

    def __init__(self, base_url_origin: Origin, *, deadline: float = DEADLINE, system: System | None = None) -> None:
        """Give every operation `deadline` seconds. `system` is this machine's unless a test says otherwise."""
        self._service = f"{SERVICE} {base_url_origin}"
        self._deadline = deadline
        self._system = system or system_of(sys.platform)

    def describe(self) -> str:
        """Name the keyring and the entry."""
        return f"{self._system.name}, entry “{self._service}”"

    def locate(self) -> str:
        """Read the key, and name where it is. Raises as `read` does."""
        self.read()
        return self.describe()

    def read(self) -> Secret:
        """Return the key. Raises CredentialsMissing, KeyringLocked or KeyringUnavailable, within the deadline."""
        text = self._call(lambda backend: backend.get_password(self._service, USERNAME))
        if text is None:
            raise CredentialsMissing("the keyring has no API key for this `base_url`")
        try:
            return parse_api_key(text)
        except InvalidInput:
            raise CredentialsMissing("what the keyring has for this `base_url` is not an API key") from None

    def write(self, key: Secret) -> None:
        """Keep `key`, and read it back. Raises KeyringLocked or KeyringUnavailable, within the deadline."""

        def replace(backend: Backend) -> str | None:
            backend.set_password(self._service, USERNAME, key.reveal())
            return backend.get_password(self._service, USERNAME)

        if self._call(replace) != key.reveal():
            raise KeyringUnavailable("the keyring did not keep the API key", hint=self._system.hints.unavailable)

    def delete(self) -> bool:
        """Forget the key, and say whether there was one. Raises KeyringLocked or KeyringUnavailable."""
        return self._call(lambda backend: _discard(backend, self._service))

    def _call(self, operation: Callable[[Backend], T]) -> T:
        def work() -> T:
            try:
                return operation(self._system.connect())
            except CredentialError:
                raise
            except Exception as error:  # noqa: BLE001 - the edge to three foreign libraries: all of it is translated
                raise _translate(error, self._system) from None

        try:
            return call_within(self._deadline, work, name="keyring")
        except DeadlineExceeded:
            problem = f"the keyring did not answer within {self._deadline:g} s"
            raise KeyringUnavailable(problem, hint=self._system.hints.hanging) from None


def _discard(backend: Backend, service: str) -> bool:
    if backend.get_password(service, USERNAME) is None:
        return False
    backend.delete_password(service, USERNAME)
    return True


_MEANINGS: Mapping[str | int, type[CredentialError]] = {
    "keyring.errors.KeyringLocked": KeyringLocked,
    "secretstorage.exceptions.LockedException": KeyringLocked,
    "secretstorage.exceptions.PromptDismissedException": KeyringLocked,
    "secretstorage.exceptions.ItemNotFoundException": CredentialsMissing,  # deleted while we looked
    "org.freedesktop.Secret.Error.IsLocked": KeyringLocked,
    -128: KeyringLocked,  # macOS errSecUserCanceled
    -25293: KeyringLocked,  # macOS errSecAuthFailed
    -25308: KeyringLocked,  # macOS errSecInteractionNotAllowed: locked, and no screen to ask on
    -25300: CredentialsMissing,  # macOS errSecItemNotFound
    1168: CredentialsMissing,  # Windows ERROR_NOT_FOUND
}
"""Foreign exceptions by class, and by the code they carry. Any other one means KeyringUnavailable."""


def _translate(error: Exception, system: System) -> CredentialError:
    """Return our error for a foreign one: its class and number are kept, its text is not."""
    code = _code(error)
    names = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]
    meanings = (_MEANINGS[key] for key in (code, *names) if key in _MEANINGS)
    meaning = next(meanings, KeyringUnavailable)
    if meaning is CredentialsMissing:
        return CredentialsMissing("the keyring has no API key for this `base_url`")
    number = f" {code}" if isinstance(code, int) else ""
    if meaning is KeyringLocked:
        return KeyringLocked(f"the keyring is locked ({type(error).__name__}{number})", hint=system.hints.locked)
    return KeyringUnavailable(f"no keyring works ({type(error).__name__}{number})", hint=system.hints.unavailable)


def _code(error: Exception) -> str | int:
    """Return the D-Bus name, Windows' error number or macOS' status, or 0."""
    # keyring wraps macOS' (status, text) in errors of its own.
    cause = error if error.__cause__ is None else error.__cause__
    found = getattr(error, "winerror", None) or getattr(error, "name", None) or next(iter(cause.args), 0)
    return found if isinstance(found, int | str) else 0


def _connect_secret_service() -> Backend:
    import secretstorage
    from jeepney import DBusAddress, new_method_call
    from keyring.backends.SecretService import Keyring
    from secretstorage.defines import SS_PATH, SS_PREFIX
    from secretstorage.util import BUS_NAME

    def unlock_silently(collection: secretstorage.Collection) -> bool:
        """Ask for what needs no prompt: a keyring without a password is locked too, until somebody asks."""
        service = DBusAddress(SS_PATH, BUS_NAME, SS_PREFIX + "Service")
        call = new_method_call(service, "Unlock", "ao", ([collection.collection_path],))
        collection.connection.send_and_get_reply(call)  # the prompt that it may name is never shown
        return not collection.is_locked()

    class Promptless(Keyring):
        """Never opens a window: on a kiosk nobody could answer it, and the call would block."""

        def set_properties_from_env(self) -> None:
            """Leave KEYRING_PROPERTY_* alone."""

        def get_preferred_collection(self) -> secretstorage.Collection:
            bus = _open_bus()
            try:
                collection = secretstorage.Collection(bus)
                unlocked = not collection.is_locked() or unlock_silently(collection)
            except secretstorage.ItemNotFoundException:
                bus.close()
                raise KeyringUnavailable("this account has no default keyring yet", hint=LINUX_NO_COLLECTION) from None
            except BaseException:
                bus.close()
                raise
            if not unlocked:
                bus.close()
                raise KeyringLocked("the default keyring is locked", hint=LINUX.locked)
            return collection

        def unlock(self, item: secretstorage.Item) -> None:
            if item.is_locked():
                raise KeyringLocked("the keyring's entry is locked", hint=LINUX.locked)

    return Promptless()  # type: ignore[no-untyped-call]  # keyring's base has no annotations


def _open_bus() -> Any:  # noqa: ANN401 - jeepney.io.blocking.DBusConnection, which jeepney leaves untyped
    import secretstorage

    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        raise KeyringUnavailable("there is no session bus (DBUS_SESSION_BUS_ADDRESS is not set)", hint=LINUX_NO_BUS)
    try:
        return secretstorage.dbus_init()
    except (secretstorage.SecretServiceNotAvailableException, OSError):
        raise KeyringUnavailable("the session bus does not answer", hint=LINUX_NO_BUS) from None


def _connect_credential_manager() -> Backend:
    from keyring.backends.Windows import WinVaultKeyring

    class Pinned(WinVaultKeyring):
        """Keeps the key on this machine: keyring's default roams with a domain account."""

        def set_properties_from_env(self) -> None:
            """Leave KEYRING_PROPERTY_* alone."""

        def set_password(self, service: str, username: str, password: str) -> None:
            """Delete the old one first: set over it, keyring moves it aside and keeps it."""
            _discard(self, service)
            super().set_password(service, username, password)  # type: ignore[no-untyped-call]

    backend = Pinned()  # type: ignore[no-untyped-call]  # keyring's base has no annotations
    backend.persist = "local machine"
    return backend


def _connect_keychain() -> Backend:
    from keyring.backends.macOS import Keyring

    class Pinned(Keyring):
        """Uses the account's own keychain search list, whatever KEYCHAIN_PATH says."""

        keychain = None

        def set_properties_from_env(self) -> None:
            """Leave KEYRING_PROPERTY_* alone."""

    return Pinned()  # type: ignore[no-untyped-call]  # keyring's base has no annotations


_SYSTEMS = {
    "linux": System("Secret Service", _connect_secret_service, LINUX),
    "win32": System("Windows Credential Manager", _connect_credential_manager, WINDOWS),
    "darwin": System("macOS Keychain", _connect_keychain, MACOS),
}


def system_of(platform: str) -> System:
    """Return the keyring of a `sys.platform`. Raises KeyringUnavailable for a system that we know none of."""
    try:
        return _SYSTEMS[platform]
    except KeyError:
        raise KeyringUnavailable("this system has no keyring that the kiosk knows", hint=_NO_KEYRING) from None
