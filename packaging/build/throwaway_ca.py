"""A certificate authority for one test: it signs a code signer and a time-stamping key, and nobody trusts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tree import run

if TYPE_CHECKING:
    from pathlib import Path

DAYS: Final = 30
"""How long a throw-away is good for."""

_TRUST_NOTHING: Final = "throw-away, trust nothing of it"
_LEAVES: Final = {"signer": "codeSigning", "tsa": "critical,timeStamping"}
"""File names, and what their keys are for (RFC 5280, RFC 3161: critical)."""


def throwaway(folder: Path) -> dict[str, str]:
    """Fill `folder`, closed to others, and return the variables that sign with it. Raises BuildError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    folder = folder.resolve()
    _certificate(folder, "ca", "keyUsage=critical,keyCertSign,cRLSign", "basicConstraints=critical,CA:TRUE")
    for name, usage in _LEAVES.items():
        _certificate(
            folder, name, "keyUsage=critical,digitalSignature", "basicConstraints=critical,CA:FALSE",
            f"extendedKeyUsage={usage}", by="ca",
        )  # fmt: skip
    return {
        "KIOSK_SIGN_WITH": "file",
        "KIOSK_SIGN_CERTIFICATES": str(folder / "signer.pem"),
        "KIOSK_SIGN_KEY": str(folder / "signer.key"),
        "KIOSK_SIGN_TSA": str(folder),
        "KIOSK_SIGN_CA_FILE": str(folder / "ca.pem"),
    }


def _certificate(folder: Path, name: str, *extensions: str, by: str = "") -> None:
    """Make NAME.key and NAME.pem, signed with its own key, or with the one of `by`."""
    words = ["openssl", "req", "-x509", "-newkey", "rsa:3072", "-nodes", "-sha256", "-days", str(DAYS)]
    words += ["-subj", f"/O=Enable3/CN={name} ({_TRUST_NOTHING})"]
    words += ["-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.pem")]
    for extension in extensions:
        words += ["-addext", extension]
    if by:
        words += ["-CA", str(folder / f"{by}.pem"), "-CAkey", str(folder / f"{by}.key")]
    run(words, what=f"making the throw-away {name}")
