"""Signed codes: a QR code of the operator's own app that says who stands before the terminal. The home of PyJWT.

A code is a JWS in its compact form (RFC 7515), signed with the operator's private key, which is never on a terminal.
The public key decides how it is checked, and nothing that the code says: `alg` must be the algorithm of that key, and
every header that would name another key or rule is ignored or refused. docs/signed-codes.md says how to make one.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from kiosk.core.deeplink import parse_deep_link
from kiosk.core.sign_in import Reason, SignIn, SignInRefused, is_compact_jws
from kiosk.core.user_id import UserId
from kiosk.errors import ConfigError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from kiosk.store.state import UsedCodes

LEEWAY = 5.0
"""Seconds that the clocks of who signs and of this terminal may differ."""

LONGEST = 1_000
"""Characters of a code. With its prefix and suffix, of 8 at most, it has to be within kiosk.core.scanner.MOST."""

_LONGEST_HEADER = 512  # characters, in base64url; `{"alg":"EdDSA"}` has 20
_LONGEST_KEY = 16_384  # bytes; an honest file has 200
_FAR = 253_402_300_800.0  # the year 10000: beyond it, a number is not a time in seconds
_OTHERS_WRITE = 0o002

_MAKE_KEY = "make a pair of keys as docs/signed-codes.md says, and name the file of the public one"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that codes are checked with, and the one algorithm that it is for."""

    key: Ed25519PublicKey | EllipticCurvePublicKey
    algorithm: str


@dataclass(frozen=True, slots=True)
class SignedCode:
    """A code that is right, and not used yet as far as it says itself."""

    sign_in: SignIn
    jti: str = field(repr=False)
    expires_at: float
    """Seconds since the epoch."""


class SignedCodes:
    """Reads signed codes. All of it blocks; threads may share it."""

    def __init__(
        self, public_key: Path, *, audience: str, life: float, used: UsedCodes, clock: Callable[[], float]
    ) -> None:
        """Check codes with the key in the file `public_key`, which is read when the first code comes.

        `audience`: the `aud` that a code must have; empty: it must have none. `life`: the longest time to its end, in
        seconds. `clock` tells the seconds since the epoch.
        """
        self._file = public_key
        self._audience = audience
        self._life = life
        self._used = used
        self._clock = clock
        self._key: PublicKey | None = None

    def prepare(self) -> PublicKey:
        """Read the key now, and import what checks it: 100 ms that the first visitor need not wait for.

        Raises ConfigError.
        """
        import jwt  # noqa: F401, PLC0415 - with cryptography, 100 ms that the start need not pay

        if self._key is None:
            self._key = load_public_key(self._file)
        return self._key

    def examine(self) -> str:
        """Return the algorithm of the key. Raises ConfigError and StoreError, as the first code would."""
        self._used.is_used("", self._clock())
        return self.prepare().algorithm

    def check(self, text: str) -> SignedCode:
        """Return what a scanned text says, if it is signed and in time. Raises SignInRefused and ConfigError."""
        if len(text) > LONGEST:
            _refuse("wrong", f"it is longer than {LONGEST} characters")
        if not is_compact_jws(text):
            hint = "is the reader set to this terminal's keyboard layout, or is something around the code?"
            _refuse("wrong", f"it is not three parts of base64url with two dots; {hint}")
        return self._read_claims(self._verify(text))

    def accept(self, code: SignedCode) -> SignIn:
        """Use `code` up and return who signs in. Raises SignInRefused, or StoreError: then it is not accepted."""
        if not self._used.use(code.jti, code.expires_at):
            _refuse("used", "it was used before")
        return code.sign_in

    def is_used(self, code: SignedCode) -> bool:
        """Return whether `accept` would refuse `code`. Raises StoreError."""
        return self._used.is_used(code.jti, code.expires_at)

    def read(self, text: str) -> SignIn:
        """Check a scanned text and use it up. Raises SignInRefused, ConfigError and StoreError."""
        return self.accept(self.check(text))

    def _verify(self, text: str) -> dict[str, Any]:
        """Return the claims of `text`. Raises SignInRefused unless it is signed with our key, as our key signs."""
        import jwt  # noqa: PLC0415 - see prepare

        public = self.prepare()
        _check_header(text.partition(".")[0], public.algorithm)
        algorithms = [public.algorithm]
        try:
            payload = jwt.PyJWS(algorithms).decode_complete(text, public.key, algorithms)["payload"]
        except jwt.PyJWTError:
            _refuse("wrong", "the signature is not of the key in code_public_key, or the reader changed a character")
        return _parse_object(payload, "its content")

    def _read_claims(self, claims: dict[str, Any]) -> SignedCode:
        expires_at = self._check_times(claims)
        self._check_audience(claims.get("aud"))
        jti, subject = claims.get("jti"), claims.get("sub")
        if not isinstance(jti, str) or not 1 <= len(jti) <= 128 or not jti.isprintable():  # noqa: PLR2004 - documented
            _refuse("wrong", "`jti` is not a text of 1 to 128 printable characters")
        if not isinstance(subject, str):
            _refuse("wrong", "`sub` is not a text")
        feature, item = claims.get("feature"), claims.get("item")
        if not all(value is None or isinstance(value, str) for value in (feature, item)):
            _refuse("wrong", "`feature` or `item` is not a text")
        try:
            sign_in = SignIn(UserId.parse(subject), parse_deep_link(feature, item))
        except InvalidInput as error:
            _refuse("wrong", f"`sub`, `feature` and `item`: {error.message}")
        return SignedCode(sign_in, jti, expires_at)

    def _check_times(self, claims: dict[str, Any]) -> float:
        """Return `exp`. Raises SignInRefused if now is not between the times, or they are none."""
        now = self._clock()
        expires_at = _time(claims, "exp")
        if expires_at is None:
            _refuse("wrong", "`exp` is missing")
        if expires_at <= now - LEEWAY:
            _refuse("expired", f"`exp` was {now - expires_at:.0f} s ago by this terminal's clock")
        if expires_at > now + self._life + LEEWAY:
            _refuse("wrong", f"`exp` is in {expires_at - now:.0f} s, and code_life allows {self._life:g}")
        for name in ("nbf", "iat"):
            moment = _time(claims, name)
            if moment is not None and moment > now + LEEWAY:
                _refuse("wrong", f"`{name}` is only in {moment - now:.0f} s by this terminal's clock")
        return expires_at

    def _check_audience(self, audience: object) -> None:
        """Raise SignInRefused unless the code is for us: one for somebody else is refused too (RFC 7519, 4.1.3)."""
        named = audience if isinstance(audience, list) else [] if audience is None else [audience]
        if self._audience and self._audience not in named:
            _refuse("wrong", "`aud` does not name code_audience")
        if not self._audience and audience is not None:
            _refuse("wrong", "it has an `aud`, and code_audience is not set")


def load_public_key(path: Path) -> PublicKey:
    """Read a public key in PEM form: Ed25519, or ECDSA on P-256. Raises ConfigError for anything else."""
    data = _read_key(path)
    if b"PRIVATE KEY" in data:
        hint = "take it off this machine, and make a new pair: whoever saw it can sign in as anybody"
        raise ConfigError("code_public_key: the file has a private key, which must never be on a terminal", hint=hint)
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - see SignedCodes.prepare
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519  # noqa: PLC0415 - the same
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415 - the same

    try:
        key = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigError("code_public_key: the file has no public key in PEM form", hint=_MAKE_KEY) from None
    if isinstance(key, ed25519.Ed25519PublicKey):
        return PublicKey(key, "EdDSA")
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return PublicKey(key, "ES256")
    raise ConfigError("code_public_key: the key is of another kind than Ed25519 or ECDSA on P-256", hint=_MAKE_KEY)


def _read_key(path: Path) -> bytes:
    try:
        # Not waited for, should it be a pipe by now; and looked at by its descriptor, not once more by its name.
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            writable = sys.platform != "win32" and bool(os.fstat(file.fileno()).st_mode & _OTHERS_WRITE)
            data = file.read(_LONGEST_KEY + 1) or b""
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise ConfigError(f"code_public_key: the file cannot be read: {problem}", hint=_MAKE_KEY) from None
    if len(data) > _LONGEST_KEY:
        raise ConfigError("code_public_key: the file is too long to be a public key", hint=_MAKE_KEY)
    if writable:
        hint = f"chmod go-w {path}"
        raise ConfigError("code_public_key: every account may write the file, and so put its own key there", hint=hint)
    return data


def _check_header(part: str, algorithm: str) -> None:
    """Raise SignInRefused unless the header is for `algorithm`, and wants no rule of its own."""
    if len(part) > _LONGEST_HEADER:
        _refuse("wrong", f"its header is longer than {_LONGEST_HEADER} characters")
    header = _parse_object(_decode(part), "its header")
    if header.get("alg") != algorithm:
        _refuse("wrong", f"`alg` is not {algorithm}, which is what the key in code_public_key is for")
    for name in ("crit", "b64"):
        if name in header:
            _refuse("wrong", f"its header has `{name}`, which is not supported")


def _decode(part: str) -> bytes:
    from base64 import urlsafe_b64decode  # noqa: PLC0415 - only with a code

    try:
        return urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        _refuse("wrong", "its header is not base64url")


def _parse_object(data: bytes, what: str) -> dict[str, Any]:
    """Return a JSON object in which every name is there once, so that nobody can read it in another way."""
    try:
        value = json.loads(data, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):  # not UTF-8, not JSON, NaN, a number of thousands of digits, nested too deep
        _refuse("wrong", f"{what} is not JSON, or has a name twice")
    if not isinstance(value, dict):
        _refuse("wrong", f"{what} is not a JSON object")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _time(claims: dict[str, Any], name: str) -> float | None:
    """Return a time in seconds since the epoch, or nothing if it is not there."""
    value = claims.get(name)
    if name not in claims:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _FAR:
        _refuse("wrong", f"`{name}` is not a time in seconds since 1970")
    return float(value)


def _refuse(reason: Reason, detail: str) -> NoReturn:
    raise SignInRefused(reason, detail) from None
