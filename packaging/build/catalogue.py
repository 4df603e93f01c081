"""What is in a security catalogue of Windows (.cat): the hashes of files that its signer vouches for.

A catalogue is PKCS#7 signed data around a certificate trust list ([MS-CAESO] 2.2 and MSDN, "Catalog Files and Digital
Signatures"; seen with `openssl asn1parse`). Here it is only read: who signed it is `authenticode`'s question.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEQUENCE, _OCTETS, _OBJECT = 0x30, 0x04, 0x06
_SIGNED_DATA: Final = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
_TRUST_LIST: Final = bytes.fromhex("2b0601040182370a01")  # 1.3.6.1.4.1.311.10.1
_SHA256: Final = 32  # bytes
_LONG: Final = 0x80  # of a length: so many bytes follow that say it


class NotACatalogue(ValueError):
    """The bytes are no catalogue."""


@dataclass(frozen=True, slots=True)
class _Node:
    tag: int
    content: bytes


def sha256_of_members(data: bytes) -> frozenset[bytes]:
    """Return the SHA-256 of the files in the catalogue `data`. Raises NotACatalogue.

    Each member is named by the hash of its bytes; those named by SHA-1 are left out.
    """
    signed = _content_of(_only(data), _SIGNED_DATA)
    # SignedData: version, digest algorithms, content, certificates, signers
    listed = _content_of(_nth(signed, 2), _TRUST_LIST)
    # CertificateTrustList: usage, identifier, time, algorithm, members, extensions
    members = _nth(listed, 4)
    names = [_nth(member, 0) for member in _below(members)]
    if not names or any(name.tag != _OCTETS for name in names):
        raise NotACatalogue("its list of members is no list of hashes")
    return frozenset(name.content for name in names if len(name.content) == _SHA256)


def _content_of(node: _Node, kind: bytes) -> _Node:
    """Return what a ContentInfo of this kind holds."""
    name = _nth(node, 0)
    if name.tag != _OBJECT or name.content != kind:
        raise NotACatalogue(f"no content of the kind {kind.hex()}")
    return _only(_nth(node, 1).content)


def _nth(node: _Node, number: int) -> _Node:
    if node.tag != _SEQUENCE:
        raise NotACatalogue("a list is missing")
    for found, child in enumerate(_below(node)):
        if found == number:
            return child
    raise NotACatalogue("a list is too short")


def _only(data: bytes) -> _Node:
    found = list(_nodes(data))
    if len(found) != 1:
        raise NotACatalogue("not one value")
    return found[0]


def _below(node: _Node) -> Iterator[_Node]:
    return _nodes(node.content)


def _nodes(data: bytes) -> Iterator[_Node]:
    """Yield the values of DER that stand one after the other (X.690, 8.1)."""
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            raise NotACatalogue("it ends in the middle")
        tag, length, at = data[at], data[at + 1], at + 2
        if length >= _LONG:
            count = length - _LONG
            length = int.from_bytes(data[at : at + count], "big")
            at += count
            if count == 0:
                raise NotACatalogue("a length is not definite, so this is not DER")
        if at + length > len(data):
            raise NotACatalogue("it ends in the middle")
        yield _Node(tag, data[at : at + length])
        at += length
