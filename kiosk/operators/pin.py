"""The operator's PIN: the only home of argon2.

Of the PIN only its Argon2id hash is kept, in a file of this account alone, with the parameters that RFC 9106 names for
machines with little memory (64 MiB, 3 passes; 0.1 s). A PIN has few digits: what keeps it is that tries are counted
and delayed (kiosk.store.pin_tries), and that nobody else can read the file. There is no PIN until one is set.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from kiosk.core.secret import Secret
from kiosk.errors import InvalidInput, StoreError
from kiosk.private import open_private
from kiosk.private_file import replace_file

if TYPE_CHECKING:
    from pathlib import Path

    from argon2 import PasswordHasher

SHORTEST, LONGEST = 4, 12

_ALLOWED = f"{SHORTEST} to {LONGEST} digits, not all the same and not in a row"
_LARGEST_FILE = 512  # bytes; a hash of ours has 97
_HASH = re.compile(
    r"\$argon2id\$v=19\$m=\d{1,8},t=\d{1,4},p=\d{1,3}\$[A-Za-z0-9+/]{8,86}\$[A-Za-z0-9+/]{16,86}", re.ASCII
)


class PinState(StrEnum):
    """Whether there is a PIN."""

    SET = "set"
    UNSET = "unset"
    DAMAGED = "damaged"
    """There is a file, and no hash in it, so no PIN is right."""


@dataclass(frozen=True, slots=True)
class PinVerdict:
    """Whether the PIN is right, and the seconds until the next try may be made."""

    ok: bool
    wait: float = 0.0


class Tries(Protocol):
    """What counts wrong PINs: see kiosk.store.pin_tries.PinTries. Each method raises StoreError."""

    def count(self) -> float: ...

    def wait(self) -> float: ...

    def reset(self) -> None: ...


def parse_pin(text: str) -> Secret:
    """Check a PIN that is to be set, and wrap it. Raises InvalidInput, which does not repeat it."""
    if not (text.isascii() and text.isdigit()):
        raise InvalidInput("PIN", "is empty" if not text else "has something other than digits", allowed=_ALLOWED)
    if not SHORTEST <= len(text) <= LONGEST:
        raise InvalidInput("PIN", "is too short" if len(text) < SHORTEST else "is too long", allowed=_ALLOWED)
    if _steps(text) == {0}:
        raise InvalidInput("PIN", "repeats one digit, which is what everybody tries first", allowed=_ALLOWED)
    if _steps(text) in ({1}, {9}):
        raise InvalidInput("PIN", "counts up or down, which is what everybody tries first", allowed=_ALLOWED)
    return Secret(text)


def _steps(digits: str) -> set[int]:
    """Return how far it is from each digit to the next, upwards, where 0 follows 9."""
    return {(int(second) - int(first)) % 10 for first, second in pairwise(digits)}


def hash_pin(pin: Secret, *, hasher: PasswordHasher | None = None) -> str:
    """Return the Argon2id hash of `pin`, with its salt and parameters. Takes 0.1 s and 64 MiB."""
    return (hasher or _default_hasher()).hash(pin.reveal())


class PinKeeper:
    """The PIN of one account. Everything here blocks: on the supervisor's loop it runs in a thread."""

    def __init__(self, hash_file: Path, tries: Tries, *, hasher: PasswordHasher | None = None) -> None:
        """Keep the hash in `hash_file`; `hasher` is argon2's default unless a test has no time for it."""
        self._file = hash_file
        self._tries = tries
        self._hasher = hasher

    def state(self) -> PinState:
        """Say whether there is a PIN. The file is read each time: `kiosk pin set` may have changed it."""
        try:
            kept = self._read()
        except StoreError:
            return PinState.DAMAGED
        if kept is None:
            return PinState.UNSET
        return PinState.SET if _HASH.fullmatch(kept) else PinState.DAMAGED

    def is_set(self) -> bool:
        """Whether there is a PIN that can be typed."""
        return self.state() is PinState.SET

    def wait(self) -> float:
        """Return the seconds until the next try may be made. Raises StoreError."""
        return self._tries.wait()

    def check(self, pin: Secret) -> PinVerdict:
        """Say whether `pin` is right. Without a PIN none is. Raises StoreError if the try cannot be counted."""
        if not self.is_set():
            return PinVerdict(ok=False)
        if wait := self._tries.count():
            return PinVerdict(ok=False, wait=wait)
        if not self._matches(pin):
            return PinVerdict(ok=False, wait=self._tries.wait())
        self._tries.reset()
        return PinVerdict(ok=True)

    def holds(self, pin: Secret) -> bool:
        """Whether `pin` is the PIN, which is no try: for who may set another one anyway. Raises StoreError."""
        return self.is_set() and self._matches(pin)

    def set(self, pin: Secret) -> None:
        """Make `pin` the PIN, and forget the wrong ones of the past. Raises StoreError, and then nothing changed."""
        text = hash_pin(pin, hasher=self._hasher)
        self._tries.reset()
        self.restore(text)

    def clear(self) -> bool:
        """Forget the PIN, and say whether there was one. Raises StoreError."""
        self._tries.reset()
        there = self._file.exists()
        self.restore(None)
        return there

    def kept(self) -> str | None:
        """Return what the file holds, for `restore`: a hash, or nothing. Raises StoreError."""
        return self._read()

    def restore(self, kept: str | None) -> None:
        """Make the file hold what `kept` returned earlier. Raises StoreError."""
        try:
            if kept is None:
                self._file.unlink(missing_ok=True)
            else:
                replace_file(self._file, kept.encode())
        except OSError as error:
            problem = error.strerror or type(error).__name__
            raise StoreError(
                f"the PIN cannot be kept: {problem}", hint=f"check the folder {self._file.parent}"
            ) from None

    def _matches(self, pin: Secret) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - 27 ms, when a PIN is typed

        try:
            return (self._hasher or _default_hasher()).verify(self._read() or "", pin.reveal())
        except (VerificationError, InvalidHashError):  # a wrong PIN is a VerificationError, too
            return False

    def _read(self) -> str | None:
        try:
            with os.fdopen(open_private(self._file, os.O_RDONLY), "rb") as file:
                return file.read(_LARGEST_FILE).decode("ascii", errors="replace").strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"the PIN's file cannot be read: {error.strerror}") from None


def _default_hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # noqa: PLC0415 - see _matches

    return PasswordHasher()
