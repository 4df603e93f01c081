"""Where visitors sign in: every way in passes here, and what is not switched on is refused."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from kiosk.core.deeplink import DeepLink
from kiosk.core.sign_in import (
    CheckDigit,
    KeypadTries,
    SignIn,
    SignInRefused,
    check_digits,
    check_pattern,
    looks_signed,
)
from kiosk.core.user_id import UserId
from kiosk.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from kiosk.core.sign_in import IdPattern
    from kiosk.sign_in.signed_code import SignedCode


class Codes(Protocol):
    """What the desk needs of kiosk.sign_in.signed_code.SignedCodes."""

    def check(self, text: str) -> SignedCode: ...
    def accept(self, code: SignedCode) -> SignIn: ...


class SignInDesk:
    """Says who a visitor is, or raises SignInRefused. Threads may share it, as `scanned` blocks.

    Every id is checked against the pattern here, because the first request to the API would create its account.
    """

    def __init__(
        self,
        *,
        methods: Collection[str],
        pattern: IdPattern | None,
        codes: Codes | None,
        check_digit: CheckDigit,
        longest: int,
        tries: int,
        cooldown: float,
        clock: Callable[[], float],
    ) -> None:
        """Let visitors in by `methods`: `argument`, `scanner`, `code` (needs `codes`) and `keypad`.

        The keypad takes up to `longest` digits with `check_digit`; after `tries` wrong ones in a row nobody can try for
        `cooldown` seconds. `clock` tells seconds and only goes forward (time.monotonic).
        """
        self._methods = frozenset(methods)
        self._pattern = pattern
        self._codes = codes if "code" in self._methods else None
        self._check_digit: CheckDigit = check_digit
        self._longest = longest
        self._tries = KeypadTries(tries, cooldown)
        self._clock = clock
        self._lock = threading.Lock()

    def scanned(self, text: str) -> SignIn:
        """Return who a scanned text stands for: a signed code, which is used up by this, or else a plain id.

        With both switched on, what looks like a code is never taken for an id. Blocks for a disk's time. Raises
        SignInRefused; for signed codes StoreError (it could not be written down, so it is not accepted) and
        ConfigError (the key) as well.
        """
        if self._codes is not None and looks_signed(text):
            code = self._codes.check(text)
            check_pattern(code.sign_in.user, self._pattern)
            return self._codes.accept(code)
        if "scanner" in self._methods:
            return self._plain(text)
        if self._codes is not None:
            raise SignInRefused("wrong", "it is no signed code, and `sign_in` does not name scanner")
        raise SignInRefused("unknown", "`sign_in` names neither scanner nor code")

    def typed(self, digits: str) -> SignIn:
        """Return who typed `digits` on the keypad. Raises SignInRefused, with `wait` in seconds during a break."""
        if "keypad" not in self._methods:
            raise SignInRefused("unknown", "`sign_in` does not name keypad")
        with self._lock:
            return self._try(digits)

    def wait(self) -> float:
        """Return the seconds until somebody may type a number again, 0 if they may."""
        return self._tries.wait(self._clock())

    def argument(self, user: UserId, link: DeepLink) -> SignIn:
        """Return the visitor whom the venue's own system sends. Raises SignInRefused."""
        if "argument" not in self._methods:
            raise SignInRefused("unknown", "`sign_in` does not name argument: this terminal takes nobody from outside")
        check_pattern(user, self._pattern)
        return SignIn(user, link)

    def _try(self, digits: str) -> SignIn:
        now = self._clock()
        self._refuse_during_break(now)
        try:
            check_digits(digits, longest=self._longest, check_digit=self._check_digit)
            sign_in = self._plain(digits)
        except SignInRefused:
            self._tries = self._tries.failed(now)
            self._refuse_during_break(now)
            raise
        self._tries = self._tries.succeeded()
        return sign_in

    def _refuse_during_break(self, now: float) -> None:
        if wait := self._tries.wait(now):
            raise SignInRefused("wait", "too many wrong numbers in a row", wait=wait) from None

    def _plain(self, text: str) -> SignIn:
        try:
            user = UserId.parse(text)
        except InvalidInput as error:
            raise SignInRefused("unknown", error.message) from None
        check_pattern(user, self._pattern)
        return SignIn(user, DeepLink())
