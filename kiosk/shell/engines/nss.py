"""Linux: extra certificate authorities for Chromium, in the NSS database of the visit's own home.

Qt WebEngine on Linux trusts what NSS trusts: Mozilla's list and `~/.pki/nssdb`; what `update-ca-certificates` adds, it
does not (tried on Debian 12). Its own way to add authorities (QWebEngineProfileBuilder) wants a profile on the disk,
which would write down addresses. The visit's home is deleted with the visit, and holds certificates alone.
"""

from __future__ import annotations

import ctypes
import os
import re
import ssl
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_TRUSTED_FOR_SERVERS = b"C,,"  # certutil's word for: an authority for TLS servers, and for nothing else


def trust(ca_file: Path, *, home: Path) -> bool:
    """Let Chromium trust the authorities in `ca_file` (PEM) while its home is `home`; return whether it will.

    To be called while the process has one thread, and before Chromium starts: it forks, so that NSS is opened and
    closed in a process of its own.
    """
    authorities = _PEM.findall(ca_file.read_text(encoding="ascii", errors="replace"))
    if not authorities:
        return False
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if _write(list(map(ssl.PEM_cert_to_DER_cert, authorities)), home / ".pki" / "nssdb") else 1
        except Exception as error:  # noqa: BLE001 - the boundary of the process
            sys.excepthook(type(error), error, error.__traceback__)
        finally:
            os._exit(status)
    return os.waitpid(child, 0)[1] == 0


class _Trust(ctypes.Structure):
    """CERTCertTrust of NSS's certt.h."""

    _fields_ = (("ssl", ctypes.c_uint), ("email", ctypes.c_uint), ("signing", ctypes.c_uint))


class _Item(ctypes.Structure):
    """SECItem of NSS's seccomon.h."""

    _fields_ = (("type", ctypes.c_uint), ("data", ctypes.c_char_p), ("length", ctypes.c_uint))


def _write(authorities: list[bytes], folder: Path) -> bool:
    """Make the database in `folder`, of certificates in DER. The functions: NSS's nss.h, pk11pub.h and cert.h."""
    folder.mkdir(mode=0o700, parents=True)
    nss = ctypes.CDLL("libnss3.so")
    for function in (nss.PK11_GetInternalKeySlot, nss.CERT_GetDefaultCertDB, nss.CERT_NewTempCertificate):
        function.restype = ctypes.c_void_p
    if nss.NSS_InitReadWrite(f"sql:{folder}".encode()):
        return False
    slot = ctypes.c_void_p(nss.PK11_GetInternalKeySlot())
    database = ctypes.c_void_p(nss.CERT_GetDefaultCertDB())
    wanted = _Trust()
    failures = nss.PK11_InitPin(slot, None, b"") + nss.CERT_DecodeTrustString(
        ctypes.byref(wanted), _TRUSTED_FOR_SERVERS
    )
    for number, der in enumerate(authorities):
        item = _Item(0, der, len(der))
        certificate = ctypes.c_void_p(nss.CERT_NewTempCertificate(database, ctypes.byref(item), None, 0, 1))
        if not certificate:
            return False
        failures += nss.PK11_ImportCert(slot, certificate, ctypes.c_ulong(0), f"venue {number}".encode(), 0)
        failures += nss.CERT_ChangeCertTrust(database, certificate, ctypes.byref(wanted))
        nss.CERT_DestroyCertificate(certificate)
    nss.PK11_FreeSlot(slot)
    return bool(failures == 0 and nss.NSS_Shutdown() == 0)
