"""The summary of an MSI follows from its content, so that the same commit gives the same bytes."""

from __future__ import annotations

import struct
import uuid

import msi_summary
import pytest
from tree import BuildError

NAMESPACE = uuid.UUID(int=7)
FORMAT = uuid.UUID("f29f85e0-4ff9-1068-ab91-08002b27b3d9").bytes_le


def msi(code="{00000000-1111-2222-3333-444444444444}", created=1, content=b"one"):
    """A file with a summary in its middle, as libmsi writes it."""
    values = [struct.pack("<II", 0x1E, len(code) + 1) + code.encode().ljust(40, b"\0")]
    values += [struct.pack("<IQ", 0x40, created), struct.pack("<IQ", 0x40, created + 1)]
    table, at = b"", 8 + 8 * len(values)
    for name, value in zip((9, 12, 13), values, strict=True):
        table += struct.pack("<II", name, at)
        at += len(value)
    section = struct.pack("<II", at, len(values)) + table + b"".join(values)
    head = b"\xfe\xff\0\0" + b"\5\0\2\0" + bytes(16) + struct.pack("<I", 1) + FORMAT + struct.pack("<I", 48)
    return content + FORMAT + head + section + content


def settled(tmp_path, data, moment=0):
    path = tmp_path / "one.msi"
    path.write_bytes(data)
    msi_summary.settle(path, moment, NAMESPACE)
    return path.read_bytes()


def test_moment_and_chance_are_gone(tmp_path):
    other = msi(code="{99999999-1111-2222-3333-444444444444}", created=5)

    assert settled(tmp_path, msi()) == settled(tmp_path, other)
    assert settled(tmp_path, msi()) != settled(tmp_path, msi(), moment=1)


def test_its_times_are_those_of_the_commit(tmp_path):
    assert settled(tmp_path, msi(), moment=0).count(struct.pack("<Q", 116444736000000000)) == 2


def test_other_content_is_another_package(tmp_path):
    def code(data):
        return data[data.index(b"{") : data.index(b"}")]

    assert code(settled(tmp_path, msi())) != code(settled(tmp_path, msi(content=b"two")))
    assert code(settled(tmp_path, msi())) == code(settled(tmp_path, msi())).upper()


@pytest.mark.parametrize(
    "data", [b"", FORMAT, msi() + msi(), msi(code="-" * 38), msi().replace(b"\x40\0\0\0", b"\x41\0\0\0")]
)
def test_a_summary_that_is_not_as_expected_is_refused(tmp_path, data):
    with pytest.raises(BuildError, match="summary"):
        settled(tmp_path, data)
