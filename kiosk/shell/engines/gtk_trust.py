"""Extra certificate authorities for WebKitGTK: the system's list and the venue's, where the list is looked for.

GIO's TLS reads the one list that GnuTLS was built with, and neither it nor WebKitGTK can be given another. So the shell
gets a view of the file system of its own (a mount namespace, as a sandbox has), in which that file is a longer one. It
covers all that a page loads, and nothing outside of the shell.
"""

from __future__ import annotations

import ctypes
import os
import re
import ssl
from pathlib import Path
from typing import Final

_LISTS: Final = (
    Path("/etc/ssl/certs/ca-certificates.crt"),  # Debian, Ubuntu
    Path("/etc/pki/tls/certs/ca-bundle.crt"),  # Fedora
    Path("/etc/ssl/ca-bundle.pem"),  # SUSE
)
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_NEW_USER, _NEW_MOUNTS = 0x10000000, 0x00020000  # linux/sched.h
_BIND = 0x1000  # linux/mount.h


def authorities(ca_file: Path) -> list[str]:
    """Return the certificates in `ca_file`, in PEM, none if one of them cannot be read. Raises OSError."""
    found = _PEM.findall(ca_file.read_text(encoding="ascii", errors="replace"))
    try:
        for each in found:
            ssl.create_default_context(cadata=each)
    except ssl.SSLError:
        return []
    return found


def trust(found: list[str], *, folder: Path) -> bool:
    """Let this process and those below it trust `found`, too; return whether there was a list to add to.

    The longer list is in `folder`, and readable for this account alone. To be called while the process has one thread.
    Raises OSError if the kernel allows no namespaces.
    """
    lists = [each for each in _LISTS if each.exists()]
    if not lists:
        return False
    longer = folder / "authorities.pem"
    longer.touch(mode=0o600)
    longer.write_text("\n".join([lists[0].read_text(encoding="utf-8", errors="replace"), *found]), encoding="utf-8")
    account, group = os.getuid(), os.getgid()
    _check("unshare", _LIBC.unshare(_NEW_USER | _NEW_MOUNTS))
    for name, text in {
        "setgroups": "deny",
        "uid_map": f"{account} {account} 1",
        "gid_map": f"{group} {group} 1",
    }.items():
        Path(f"/proc/self/{name}").write_text(text, encoding="ascii")
    for each in lists:
        _check("mount", _LIBC.mount(os.fsencode(longer), os.fsencode(each), None, _BIND, None))
    return True


_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_LIBC.mount.argtypes = [
    ctypes.c_char_p,
    ctypes.c_char_p,
    ctypes.c_char_p,
    ctypes.c_ulong,
    ctypes.c_void_p,
]


def _check(what: str, result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")
