"""The two kinds of tokens that the sandbox issues: opaque ones for the widget, JWTs for the SDK page."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from secrets import token_bytes, token_urlsafe

_HEADER = {"alg": "HS512", "typ": "JWT"}
_ROLE = "ROLE_USER"


class Tokens:
    """Issues and checks tokens. Nothing outlives the process: both the secret and the list are made at start."""

    def __init__(self) -> None:
        """Start with a fresh secret and no token."""
        self._secret = token_bytes(64)
        self._opaque: dict[str, tuple[str, float]] = {}

    def issue_opaque(self, user_id: str, *, expires_at: float) -> str:
        """Return a new token for the widget URL, valid until `expires_at` (seconds since the epoch)."""
        token = token_urlsafe(32)
        self._opaque[token] = (user_id, expires_at)
        return token

    def issue_jwt(self, user_id: str, *, expires_at: float) -> str:
        """Return a JWT (RFC 7519) signed with HS512. Claims: `id_user`, `role`, `exp`, as in Enable3's example."""
        claims = {"id_user": user_id, "role": _ROLE, "exp": int(expires_at)}
        signed = f"{_encode_json(_HEADER)}.{_encode_json(claims)}"
        return f"{signed}.{_encode(self._sign(signed))}"

    def user_of_opaque(self, token: str, *, now: float) -> str | None:
        """Return whose token it is, or None if it is unknown or expired."""
        user_id, expires_at = self._opaque.get(token, ("", 0.0))
        return user_id if now < expires_at else None

    def user_of_jwt(self, token: str, *, now: float) -> str | None:
        """Return whose token it is, or None if it is not ours, was changed, or has expired."""
        signed, _, signature = token.rpartition(".")
        try:
            given = _decode(signature)
        except (Base64Error, ValueError):
            return None
        if not hmac.compare_digest(given, self._sign(signed)):
            return None
        claims = json.loads(_decode(signed.partition(".")[2]))  # we signed it: it is ours and well-formed
        return str(claims["id_user"]) if now < claims["exp"] else None

    def _sign(self, text: str) -> bytes:
        return hmac.new(self._secret, text.encode(), hashlib.sha512).digest()


def _encode_json(value: object) -> str:
    return _encode(json.dumps(value, separators=(",", ":")).encode())


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
