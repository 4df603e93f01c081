"""Certificate authorities of the operator's, besides those that macOS trusts. No error is ever ignored."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Final

from kiosk.shell.engines import authorities

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.shell.engines.wk_cocoa import Cocoa, ObjC

_PEM: Final = re.compile(r"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)


class Authorities:
    """The certificates of one file."""

    def __init__(self, cocoa: Cocoa, ca_file: Path) -> None:
        """Read the file. Raises ConfigError if it has no certificate."""
        self._cocoa = cocoa
        made = [cocoa.SecCertificateCreateWithData(None, der) for der in _read(ca_file)]
        self._anchors = [certificate for certificate in made if certificate is not None]
        if not self._anchors:
            raise authorities.useless()

    def vouch_for(self, trust: ObjC) -> bool:
        """Whether a server's certificate (SecTrust) is good: name, dates and a chain to one of ours or the system's."""
        if trust is None or self._cocoa.SecTrustSetAnchorCertificates(trust, self._anchors) != 0:
            return False
        if self._cocoa.SecTrustSetAnchorCertificatesOnly(trust, False) != 0:
            return False
        trusted, _error = self._cocoa.SecTrustEvaluateWithError(trust, None)
        return bool(trusted)


def _read(ca_file: Path) -> list[bytes]:
    """Return the certificates in a file, as DER. Raises ConfigError."""
    text = authorities.read(ca_file)
    try:
        return [base64.b64decode("".join(body.split()), validate=True) for body in _PEM.findall(text)]
    except binascii.Error:
        raise authorities.damaged() from None
