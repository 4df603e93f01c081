"""Makes the signed apt repository that terminals install and update from.

    python packaging/build/apt_repository.py --out DIR DEB… [--early DEB…]

It is made anew from all packages that it is to have, and always from the same ones the same, except for signatures:

    pool/main/…                        the packages, older versions too: a terminal can go back to them
    dists/stable, dists/early          the rings: what every terminal gets, and what a few get some days before
    enable3-kiosk-archive-keyring.pgp  the public key
    enable3-kiosk.sources, …           what a terminal gets (packaging/linux/apt/)

Signed with the key that KIOSK_APT_KEY names (a fingerprint; GNUPGHOME or a token has the private half), for the address
KIOSK_APT_URL. A repository ends with its Valid-Until, so this runs once a week, release or not: nobody can show
terminals an old state for long.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import lzma
import os
import re
import shutil
import sys
import time
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING, Final

import apt_key
from tree import ROOT, BuildError, remove_made, run, source_date_epoch

if TYPE_CHECKING:
    from collections.abc import Sequence

ORIGIN: Final = "Enable3"
"""The name by which unattended-upgrades and pins know this repository: packaging/linux/apt says it, too."""

KEYRING: Final = "enable3-kiosk-archive-keyring.pgp"

EXAMPLE: Final = "https://packages.example.com/enable3-kiosk"
"""Where the repository is, in packaging/linux/apt; KIOSK_APT_URL takes its place."""

VALID_DAYS: Final = 30
"""How old a repository may get. Signed weekly, it survives three missed weeks; a replayed one is refused after them."""

RINGS: Final = {
    "stable": "Enable3 kiosk: what every terminal gets",
    "early": "Enable3 kiosk: what is tried on a few terminals first",
}

ARCHITECTURES: Final = ("amd64",)

CLIENT: Final = ROOT / "packaging" / "linux" / "apt"


@dataclass(frozen=True, slots=True)
class _Package:
    """A package in the pool: its stanza in Packages, and the architecture of its control file."""

    stanza: str
    architecture: str


def build(
    debs: Sequence[Path], *, key: str | Path, out: Path, early: Sequence[Path] = (), now: int | None = None
) -> Path:
    """Make the repository in `out`, in place of what is there, and return `out`.

    `debs` are for both rings, `early` for that one alone. `key`: fingerprints, or a throw-away's folder. `now`: the
    time it is signed, in seconds since 1970; a given SOURCE_DATE_EPOCH, else the clock's. Raises BuildError.
    """
    if not debs and not early:
        raise BuildError("apt repository: no package was given")
    address = _address()  # before anything is made
    signer = apt_key.signer(key)
    date = _now() if now is None else now
    remove_made(out, mark="dists")
    (out / "dists").mkdir(parents=True)
    stable = [_add(deb, out) for deb in _sorted(debs)]
    tried = [_add(deb, out) for deb in _sorted(early)]
    for ring, packages in (("stable", stable), ("early", stable + tried)):
        release = _ring(ring, packages, out=out, date=date)
        signer.sign(release)
    signer.export(out / KEYRING)
    for template in sorted(CLIENT.iterdir()):
        text = template.read_text(encoding="utf-8")
        _write(out / template.name, text.replace(EXAMPLE, address).encode())
    return out


def _address() -> str:
    """Return KIOSK_APT_URL, where the repository will be, or the example. Raises BuildError for what is no address."""
    address = os.environ.get("KIOSK_APT_URL") or EXAMPLE
    if not re.fullmatch(r"https://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)*", address, re.ASCII):
        raise BuildError(f"KIOSK_APT_URL: {address!r} is no address like {EXAMPLE}: https, and no / at its end")
    return address


def _now() -> int:
    return source_date_epoch() if "SOURCE_DATE_EPOCH" in os.environ else int(time.time())


def _sorted(debs: Sequence[Path]) -> list[Path]:
    return sorted(debs, key=lambda deb: deb.name)


def _add(deb: Path, out: Path) -> _Package:
    """Copy a package to the pool. Raises BuildError for what is no package, or another one of the same name."""
    name, version, architecture = (_field(deb, field) for field in ("Package", "Version", "Architecture"))
    if architecture not in (*ARCHITECTURES, "all"):
        raise BuildError(f"apt repository: {deb.name} is for {architecture}; ARCHITECTURES does not have it")
    place = Path("pool", "main", name[0], name, f"{name}_{version.partition(':')[2] or version}_{architecture}.deb")
    target = out / place
    if target.exists():
        raise BuildError(f"apt repository: {place.name} was given twice; one version is one file, for ever")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(deb, target)
    command = ["apt-ftparchive", "--no-md5", "--no-sha1", "--no-sha512", "packages", str(place)]
    return _Package(run(command, what=f"reading {deb.name}", cwd=out).strip(), architecture)


def _field(deb: Path, field: str) -> str:
    value = run(["dpkg-deb", "--field", deb, field], what=f"reading {deb.name}").strip()
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.+:~-]*", value, re.ASCII):
        raise BuildError(f"reading {deb.name}: its {field} is {value!r}")
    return value


def _ring(ring: str, packages: Sequence[_Package], *, out: Path, date: int) -> Path:
    """Write the indices of a ring and its Release, which names their hashes, and return that."""
    folder = out / "dists" / ring
    listed: dict[str, bytes] = {}
    for architecture in ARCHITECTURES:
        mine = [package.stanza for package in packages if package.architecture in (architecture, "all")]
        text = "".join(f"{stanza}\n\n" for stanza in mine).encode()
        base = f"main/binary-{architecture}/Packages"
        listed |= {base: text, f"{base}.gz": gzip.compress(text, mtime=0), f"{base}.xz": lzma.compress(text)}
    for name, content in listed.items():
        _write(folder / name, content)
        # An index that somebody reads stays where it is while the repository changes: apt asks by hash.
        _write((folder / name).parent / "by-hash" / "SHA256" / hashlib.sha256(content).hexdigest(), content)
    release = folder / "Release"
    _write(release, release_text(ring, listed, date).encode())
    return release


def release_text(ring: str, listed: dict[str, bytes], date: int) -> str:
    """Return the Release of a ring: who it is of, from when until when it holds, and its indices' sizes and hashes."""
    fields = {
        "Origin": ORIGIN,
        "Label": "Enable3 kiosk",
        "Suite": ring,
        "Codename": ring,
        "Date": formatdate(date, usegmt=True).replace("GMT", "UTC"),
        "Valid-Until": formatdate(date + VALID_DAYS * 86400, usegmt=True).replace("GMT", "UTC"),
        "Acquire-By-Hash": "yes",
        "Architectures": " ".join(ARCHITECTURES),
        "Components": "main",
        "Description": RINGS[ring],
    }
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    lines = (f" {hashlib.sha256(content).hexdigest()} {len(content)} {name}\n" for name, content in listed.items())
    return f"{head}SHA256:\n{''.join(lines)}"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def main(arguments: Sequence[str]) -> int:
    """Read the command line, make the repository and say what was made; the status to end with."""
    parser = argparse.ArgumentParser(description="Make the signed apt repository.")
    parser.add_argument("debs", nargs="*", type=Path, metavar="DEB", help="packages for every terminal")
    parser.add_argument("--early", nargs="+", type=Path, default=[], metavar="DEB", help="packages for early ones")
    parser.add_argument("--out", type=Path, required=True, help="the folder that a web server shows; made anew")
    given = parser.parse_args(arguments)
    try:
        key = apt_key.from_environment()
        out = build(given.debs, key=key, out=given.out, early=given.early)
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{out}: signed by {', '.join(apt_key.signer(key).fingerprints)}, good for {VALID_DAYS} days")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
