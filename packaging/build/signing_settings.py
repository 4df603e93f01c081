"""How Windows files are signed, as the environment says it: checked whole, before the first file is touched.

KIOSK_SIGN_WITH         file, pkcs11 or command; not set: nothing is signed, and whoever builds says so
KIOSK_SIGN_CERTIFICATES file, pkcs11: a PEM file, the signer's certificate first, then those between it and the root
KIOSK_SIGN_KEY          file: a PEM file; pkcs11: its URI, pkcs11:token=…;object=…;type=private, without a PIN
KIOSK_SIGN_MODULE       pkcs11: the library of the token or of the cloud's key store
KIOSK_SIGN_PASSWORD_FILE    file, pkcs11: a file that this account alone may read, with the password or PIN in its first
                        line; pkcs11 without it asks on the terminal
KIOSK_SIGN_TIMESTAMP    file, pkcs11: URLs of RFC 3161 time-stamping services, spaces between; each is tried in turn
KIOSK_SIGN_TSA          file: instead of that a folder with tsa.pem and tsa.key, for tests alone
KIOSK_SIGN_COMMAND      command: a JSON list of words, one of them "{file}", such as ["signtool", "sign", …, "{file}"];
                        it takes no shell, signs in place, adds a timestamp, and has its secrets from its own place
KIOSK_SIGN_CA_FILE      whom `verify` trusts, for signers and timestamps: a PEM file; not set: what the system trusts
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tree import BuildError

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE_WORD: Final = "{file}"
_PREFIX: Final = "KIOSK_SIGN_"
_SECRET_OPTIONS: Final = {"/p", "-pass", "-kvs", "-kva", "--azure-key-vault-client-secret", "--storepass", "--keypass"}
"""Options of signtool, osslsigncode, AzureSignTool and jsign that put a secret where every process list shows it."""
_ELSEWHERE: Final = ("env:", "file:")
"""How jsign is told where a secret is, instead of the secret."""


class Way(StrEnum):
    """Who has the key."""

    FILE = "file"
    PKCS11 = "pkcs11"
    COMMAND = "command"


_MAY: Final = {
    Way.FILE: {"CERTIFICATES", "KEY", "PASSWORD_FILE", "TIMESTAMP", "TSA"},
    Way.PKCS11: {"CERTIFICATES", "KEY", "MODULE", "PASSWORD_FILE", "TIMESTAMP"},
    Way.COMMAND: {"COMMAND"},
}
_MUST: Final = {
    Way.FILE: {"CERTIFICATES", "KEY"},
    Way.PKCS11: {"CERTIFICATES", "KEY", "MODULE"},
    Way.COMMAND: {"COMMAND"},
}
_ALWAYS: Final = {"WITH", "CA_FILE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says, checked. None of it is a secret."""

    way: Way
    certificates: Path | None = None
    key: str = ""
    module: Path | None = None
    password_file: Path | None = None
    timestamps: tuple[str, ...] = ()
    tsa: Path | None = None
    command: tuple[str, ...] = ()


def read(environ: Mapping[str, str] | None = None) -> Settings | None:
    """Return how files are signed, or nothing if they are not. Raises BuildError, which names all that is wrong."""
    given = {
        name.removeprefix(_PREFIX): value
        for name, value in (os.environ if environ is None else environ).items()
        if name.startswith(_PREFIX) and value
    }
    if given.get("WITH", "none") == "none":
        _refuse([f"{_PREFIX}{name}: is set, but {_PREFIX}WITH is not" for name in sorted(given.keys() - _ALWAYS)])
        return None
    if given["WITH"] not in set(Way):
        raise BuildError(f"signing: {_PREFIX}WITH: is none of {', '.join(Way)}, none")
    way = Way(given["WITH"])
    _refuse([*_names(way, given), *_values(way, given)])
    return _settings(way, given)


def ca_file(environ: Mapping[str, str] | None = None) -> Path | None:
    """Return whom `verify` trusts instead of the system's. Raises BuildError."""
    path = (os.environ if environ is None else environ).get(f"{_PREFIX}CA_FILE", "")
    _refuse(_no_file("CA_FILE", path) if path else [])
    return Path(path) if path else None


def _refuse(problems: list[str]) -> None:
    if problems:
        raise BuildError("signing: " + "\n  ".join(problems) + "\n  (packaging/build/signing_settings.py says more)")


def _names(way: Way, given: Mapping[str, str]) -> list[str]:
    allowed = ", ".join(f"{_PREFIX}{name}" for name in sorted(_MAY[way] | _ALWAYS))
    strange = sorted(given.keys() - _MAY[way] - _ALWAYS)
    return [f"{_PREFIX}{name}: is needed with {_PREFIX}WITH={way}" for name in sorted(_MUST[way] - given.keys())] + [
        f"{_PREFIX}{name}: has no meaning with {_PREFIX}WITH={way}; allowed: {allowed}" for name in strange
    ]


def _values(way: Way, given: Mapping[str, str]) -> list[str]:
    files = {"CERTIFICATES", "MODULE", "PASSWORD_FILE", "CA_FILE"} | ({"KEY"} if way is Way.FILE else set())
    problems = [problem for name in sorted(files & given.keys()) for problem in _no_file(name, given[name])]
    if way is Way.COMMAND:
        return problems + _wrong_command(given.get("COMMAND", ""))
    if way is Way.PKCS11:
        problems += _wrong_uri(given.get("KEY", ""))
    return problems + _wrong_timestamp(way, given)


def _no_file(name: str, path: str) -> list[str]:
    """Return what is wrong with a file; the one of a secret has to be closed to others where systems tell so."""
    if not Path(path).is_file():
        return [f"{_PREFIX}{name}: there is no file of this name"]
    if name == "PASSWORD_FILE" and os.name == "posix" and Path(path).stat().st_mode & 0o077:
        return [f"{_PREFIX}{name}: others may read it; chmod 600"]
    return []


def _wrong_uri(uri: str) -> list[str]:
    if "pin-value" in uri:
        return [f"{_PREFIX}KEY: has a PIN, which every process list would show; allowed: {_PREFIX}PASSWORD_FILE"]
    if uri and not re.fullmatch(r"pkcs11:[\x21-\x7e]+", uri):
        return [f"{_PREFIX}KEY: is no URI of PKCS#11; allowed: pkcs11:token=…;object=…;type=private (RFC 7512)"]
    return []


def _wrong_timestamp(way: Way, given: Mapping[str, str]) -> list[str]:
    urls, folder = given.get("TIMESTAMP", "").split(), given.get("TSA", "")
    if bool(urls) == bool(folder):
        one = f" or {_PREFIX}TSA, not both" if way is Way.FILE else ""
        return [f"{_PREFIX}TIMESTAMP: a signature without one ends with the certificate; allowed: URLs{one}"]
    if any(not re.fullmatch(r"https?://[\x21-\x7e]+", url) for url in urls):
        return [f"{_PREFIX}TIMESTAMP: is no list of URLs; allowed: http://… or https://…, spaces between"]
    missing = [name for name in ("tsa.pem", "tsa.key") if folder and not Path(folder, name).is_file()]
    return [f"{_PREFIX}TSA: there is no {name} in that folder" for name in missing]


def _wrong_command(text: str) -> list[str]:
    words = _words(text)
    if not words or words.count(FILE_WORD) != 1 or words[0] == FILE_WORD:
        return [f'{_PREFIX}COMMAND: is no JSON list of words with one "{FILE_WORD}", after the program']
    for option, value in pairwise(words):
        if option.casefold() in _SECRET_OPTIONS and not value.startswith(_ELSEWHERE):
            problem = f"{option} would show a secret in every process list"
            return [
                f"{_PREFIX}COMMAND: {problem}; allowed: the signer's own sign-in, or jsign's env:NAME and file:NAME"
            ]
    return []


def _words(text: str) -> list[str]:
    try:
        words = json.loads(text or "[]")
    except ValueError:
        return []
    return words if isinstance(words, list) and all(isinstance(word, str) and word for word in words) else []


def _settings(way: Way, given: Mapping[str, str]) -> Settings:
    def path(name: str) -> Path | None:
        return Path(given[name]).resolve() if name in given else None

    return Settings(
        way=way,
        certificates=path("CERTIFICATES"),
        key=str(path("KEY")) if way is Way.FILE else given.get("KEY", ""),
        module=path("MODULE"),
        password_file=path("PASSWORD_FILE"),
        timestamps=tuple(given.get("TIMESTAMP", "").split()),
        tsa=path("TSA"),
        command=tuple(_words(given.get("COMMAND", ""))),
    )
