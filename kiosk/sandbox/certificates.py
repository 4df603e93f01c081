"""A certificate for this machine by an authority that lives as long as the sandbox does."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = ("127.0.0.1", "::1", "localhost")


@contextmanager
def own_authority() -> Iterator[tuple[ssl.SSLContext, Path]]:
    """Yield a server's context and the file of the CA that vouches for it (PEM).

    The file lies in a private folder that is gone afterwards. The CA's key never leaves the memory.
    """
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*_NAMES).configure_cert(context)
    with TemporaryDirectory(prefix="kiosk-sandbox-") as folder:
        file = Path(folder) / "ca.pem"
        authority.cert_pem.write_to_path(str(file))
        yield context, file
