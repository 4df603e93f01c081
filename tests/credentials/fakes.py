"""Fakes of the credential store and of what lies below keyring's backends on systems that these tests do not run on."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from kiosk.errors import CredentialsMissing

if TYPE_CHECKING:
    from kiosk.core.secret import Secret
    from kiosk.errors import CredentialError


class MemoryStore:
    """A CredentialStore in memory. `error`, if set, is raised by every operation, as by a locked keyring."""

    def __init__(self, key: Secret | None = None, *, error: CredentialError | None = None) -> None:
        self.key = key
        self.error = error

    def describe(self) -> str:
        return "memory"

    def locate(self) -> str:
        self.read()
        return "memory"

    def read(self) -> Secret:
        self._fail()
        if self.key is None:
            raise CredentialsMissing("the keyring has no API key for this `base_url`")
        return self.key

    def write(self, key: Secret) -> None:
        self._fail()
        self.key = key

    def delete(self) -> bool:
        self._fail()
        had, self.key = self.key is not None, None
        return had

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error


class WindowsError(Exception):
    """pywintypes.error, as win32ctypes has it."""

    def __init__(self, winerror: int, function: str, text: str) -> None:
        super().__init__(winerror, function, text)
        self.winerror, self.funcname, self.strerror = winerror, function, text


class CredentialManager(ModuleType):
    """win32cred over a dictionary. `failure` is the error number that every call gives, if set."""

    CRED_TYPE_GENERIC = 1
    CRED_PERSIST_SESSION, CRED_PERSIST_LOCAL_MACHINE, CRED_PERSIST_ENTERPRISE = 1, 2, 3

    def __init__(self) -> None:
        super().__init__("win32ctypes.pywin32.win32cred")
        self.entries: dict[str, dict[str, Any]] = {}
        self.failure = 0

    def CredRead(self, *, Type: int, TargetName: str) -> dict[str, Any]:  # noqa: N802, N803 - Windows' names
        self._check("CredRead", TargetName)
        entry = self.entries[TargetName]
        return entry | {"CredentialBlob": entry["CredentialBlob"].encode("utf-16")}

    def CredWrite(self, Credential: dict[str, Any], Flags: int) -> None:  # noqa: N802, N803 - Windows' names
        self._check("CredWrite")
        self.entries[Credential["TargetName"]] = Credential

    def CredDelete(self, *, Type: int, TargetName: str) -> None:  # noqa: N802, N803 - Windows' names
        self._check("CredDelete", TargetName)
        del self.entries[TargetName]

    def _check(self, function: str, target: str | None = None) -> None:
        if self.failure:
            raise WindowsError(self.failure, function, "a text of Windows' own")
        if target is not None and target not in self.entries:
            raise WindowsError(1168, function, "Element not found")

    def modules(self) -> dict[str, ModuleType]:
        """Return what has to be in sys.modules for keyring's backend to find this one."""
        pywintypes = ModuleType("win32ctypes.pywin32.pywintypes")
        pywintypes.error = WindowsError  # type: ignore[attr-defined]
        package = ModuleType("win32ctypes.pywin32")
        package.win32cred, package.pywintypes = self, pywintypes  # type: ignore[attr-defined]
        return {"win32ctypes": ModuleType("win32ctypes"), "win32ctypes.pywin32": package}


class Keychain(ModuleType):
    """The `macOS.api` of keyring over a dictionary, not the Security framework. `status` is what every call gives."""

    class Error(Exception):
        pass

    class NotFound(Error):
        pass

    class KeychainDenied(Error):
        pass

    class SecAuthFailure(Error):
        pass

    def __init__(self) -> None:
        super().__init__("keyring.backends.macOS.api")
        self.entries: dict[tuple[str, str], str] = {}
        self.keychains: set[str | None] = set()
        self.status = 0

    def find_generic_password(self, keychain: str | None, service: str, username: str) -> str:
        self._check(keychain, (service, username))
        return self.entries[service, username]

    def set_generic_password(self, keychain: str | None, service: str, username: str, password: str) -> None:
        self._check(keychain)
        self.entries[service, username] = password

    def delete_generic_password(self, keychain: str | None, service: str, username: str) -> None:
        self._check(keychain, (service, username))
        del self.entries[service, username]

    def _check(self, keychain: str | None, entry: tuple[str, str] | None = None) -> None:
        self.keychains.add(keychain)
        kinds = {-128: self.KeychainDenied, -25293: self.SecAuthFailure, -67030: self.SecAuthFailure}
        if self.status:
            raise kinds.get(self.status, self.Error)(self.status, "a text of Apple's own")
        if entry is not None and entry not in self.entries:
            raise self.NotFound(-25300, "Item not found")


def forget_backends() -> None:
    """Make the next import of keyring's Windows and macOS backends look for their systems again."""
    for name in [
        name for name in sys.modules if name.startswith(("keyring.backends.Windows", "keyring.backends.macOS"))
    ]:
        del sys.modules[name]
