"""Who makes signed codes: an operator's app, with real keys, and by hand what no library would make."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_800_000_000.0
"""Seconds since the epoch, in 2027."""

CLAIMS: dict[str, Any] = {"sub": "visitor-42", "exp": NOW + 120, "jti": "code-1"}


class App:
    """An operator's app with a key of its own: Ed25519, or with `p256` ECDSA on P-256."""

    def __init__(self, *, p256: bool = False) -> None:
        self.algorithm = "ES256" if p256 else "EdDSA"
        self.key = generate_private_key(SECP256R1()) if p256 else Ed25519PrivateKey.generate()

    @property
    def public_pem(self) -> bytes:
        """The public key, as the terminal has it."""
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def private_pem(self) -> bytes:
        """The private key, which no terminal may have."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def write_key(self, folder: Path) -> Path:
        """Write the public key to a file."""
        path = folder / "sign-in-public.pem"
        path.write_bytes(self.public_pem)
        return path

    def code(self, claims: object = None, header: dict[str, Any] | None = None, **changed: object) -> str:
        """Return a code with `claims` (or CLAIMS), `changed` here and there: None takes one away."""
        claims = {**CLAIMS, **changed} if claims is None else claims
        if isinstance(claims, dict):
            claims = {name: value for name, value in claims.items() if value is not None}
        return self.sign(json.dumps({"alg": self.algorithm, **(header or {})}), json.dumps(claims))

    def sign(self, header: str, claims: str) -> str:
        """Return a code of exactly these texts."""
        signed = f"{encode(header.encode())}.{encode(claims.encode())}"
        return f"{signed}.{encode(self._signature(signed.encode()))}"

    def _signature(self, data: bytes) -> bytes:
        if not isinstance(self.key, EllipticCurvePrivateKey):
            return self.key.sign(data)
        r, s = decode_dss_signature(self.key.sign(data, ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def encode(data: bytes) -> str:
    """Return base64url without its padding, as a JWS has it."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()
