"""The Windows Python of the build: what is pinned, and how files are proven. Fetching it is for `make dist`."""

from __future__ import annotations

import hashlib
import re

import pytest
import windows_python
from catalogue import NotACatalogue, sha256_of_members
from windows_python import CATALOGUE, MICROSOFT, SIGNER, TREE, is_signed_by

A, B = hashlib.sha256(b"a").digest(), hashlib.sha256(b"b").digest()
OLD = hashlib.sha1(b"a", usedforsecurity=False).digest()

REPORT = f"""\
Signer's certificate:
	Signer #0:
		Subject: {SIGNER}
Timestamp Server Signature verification: ok
	Signer #1:
		Subject: /C=US/O=DigiCert Inc/CN=DigiCert Trusted Root G4
Signature verification: ok
"""


def der(tag: int, *content: bytes) -> bytes:
    data = b"".join(content)
    size = len(data)
    length = bytes([size]) if size < 0x80 else bytes([0x82, *size.to_bytes(2, "big")])
    return bytes([tag]) + length + data


def catalogue_of(*names: bytes, kind: str = "2b0601040182370a01") -> bytes:
    members = der(0x30, *(der(0x30, der(0x04, name), der(0x31)) for name in names))
    listed = der(0x30, der(0x30), der(0x04), der(0x17), der(0x30), members)
    content = der(0x30, der(0x06, bytes.fromhex(kind)), der(0xA0, listed))
    signed = der(0x30, der(0x02, b"\1"), der(0x31), content, der(0x31))
    return der(0x30, der(0x06, bytes.fromhex("2a864886f70d010702")), der(0xA0, signed))


@pytest.mark.parametrize("source", [TREE, CATALOGUE])
def test_a_source_is_pinned_to_one_version_and_both_its_archives_by_hash(source):
    assert re.fullmatch(r"[a-z-]+==\d+\.\d+\.\d+", source.requirement)
    for digest in (source.sha256, source.archive_sha256):
        assert re.fullmatch(r"[0-9a-f]{64}", digest)
    assert len({TREE.sha256, TREE.archive_sha256, CATALOGUE.sha256, CATALOGUE.archive_sha256}) == 4


def test_what_no_signature_of_the_foundation_covers_is_two_libraries_pinned_by_hash():
    assert sorted(MICROSOFT) == ["vcruntime140.dll", "vcruntime140_1.dll"]
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in MICROSOFT.values())


def test_a_catalogue_names_its_members_by_sha256():
    assert sha256_of_members(catalogue_of(A, OLD, B)) == {A, B}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x80",
        b"MZ not a catalogue",
        catalogue_of(A)[:-1],
        catalogue_of(A) + b"\0",
        catalogue_of(),
        catalogue_of(A, kind="2a864886f70d010701"),
        der(0x30, der(0x06, bytes.fromhex("2a864886f70d010702")), der(0xA0, der(0x30, der(0x02, b"\1")))),
    ],
)
def test_what_is_no_catalogue_is_refused(data):
    with pytest.raises(NotACatalogue):
        sha256_of_members(data)


def test_a_hash_beside_the_list_of_members_counts_for_nothing():
    data = catalogue_of(A)
    beside = der(0x30, der(0x06, bytes.fromhex("2a864886f70d010702")), der(0xA0, der(0x30, *(der(0x04, B),) * 4)))
    assert B not in sha256_of_members(data)
    with pytest.raises(NotACatalogue):
        sha256_of_members(beside)


def test_a_signature_is_the_foundations_only_if_it_is_good_timestamped_and_its_own():
    assert is_signed_by(REPORT, SIGNER)
    assert not is_signed_by(REPORT.replace("\nSignature verification: ok", "\nSignature verification: failed"), SIGNER)
    assert not is_signed_by(REPORT.replace("Timestamp Server Signature verification: ok\n", ""), SIGNER)
    assert not is_signed_by(REPORT.replace(SIGNER, "/CN=Somebody") + SIGNER, SIGNER)
    assert not is_signed_by(REPORT.replace(SIGNER, SIGNER + " Ltd"), SIGNER)
    assert not is_signed_by("", SIGNER)


def test_only_what_is_proven_is_kept(tmp_path, monkeypatch):
    given, kept, catalogue = tmp_path / "given", tmp_path / "kept", tmp_path / "python.cat"
    files = {
        "python.exe": b"signed",
        "DLLs/evil.pyd": b"not signed",
        "Lib/os.py": b"a",
        "Lib/added.py": b"somebody's",
        "Lib/email/__init__.py": b"",
        "Lib/__pycache__/os.pyc": b"a",
        "Lib/site-packages/pip.py": b"a",
        "Scripts/pip.exe": b"signed",
        "vcruntime140.dll": b"not Microsoft's",
    }
    for name, data in files.items():
        (given / name).parent.mkdir(parents=True, exist_ok=True)
        (given / name).write_bytes(data)
    catalogue.write_bytes(catalogue_of(A))
    signed = {catalogue.name: True, "python.exe": True, "pip.exe": True}
    monkeypatch.setattr(windows_python, "is_of_the_foundation", lambda path: signed.get(path.name, False))

    counts = windows_python.keep_proven(given, catalogue, kept)

    there = sorted(str(path.relative_to(kept)) for path in kept.rglob("*") if path.is_file())
    assert there == ["Lib/email/__init__.py", "Lib/os.py", "python.exe"]
    assert counts["dropped"] == len(files) - 3


def test_a_catalogue_that_is_not_the_foundations_proves_nothing(tmp_path, monkeypatch):
    catalogue = tmp_path / "python.cat"
    catalogue.write_bytes(catalogue_of(A))
    monkeypatch.setattr(windows_python, "is_of_the_foundation", lambda _: False)
    with pytest.raises(windows_python.BuildError, match="not signed by the Python Software Foundation"):
        windows_python.keep_proven(tmp_path, catalogue, tmp_path / "kept")
