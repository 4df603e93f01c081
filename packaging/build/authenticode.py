"""Signs Windows files, and verifies them: the one script for tests and for releases.

    python packaging/build/authenticode.py sign FILE…       by the environment: signing_settings.py
    python packaging/build/authenticode.py verify FILE…     digest, chain, sha256 and timestamp
    python packaging/build/authenticode.py throwaway DIR    a CA, a signer and a time-stamping key, for tests

A signature that `sign` made is verified before the file takes the place of the old one. Neither a password nor a PIN
is ever a word of a command line, or printed.
"""

from __future__ import annotations

import argparse
import getpass
import os
import re
import subprocess  # nosec B404 # every command is a list of our own
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import signing_settings
from signing_settings import FILE_WORD, Settings, Way
from throwaway_ca import throwaway
from tree import BuildError, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NAME: Final = "Enable3 Kiosk"
"""What Windows shows as the program's name when it asks whether it may run."""

_DIGESTS: Final = ("message digest", "DigitalSignature", "MsiDigitalSignatureEx")
"""What osslsigncode calls the digests that it compares: of PE files; of an MSI, and of what is known of its streams."""
_BROKEN: Final = "MISMATCH"

_TRIES: Final = 3
"""Time-stamping services are busy at times; each try asks all of them."""


@dataclass(frozen=True, slots=True)
class Report:
    """What osslsigncode says of one file."""

    digest: bool
    """Whether there is a signature, and the file is the one that was signed, by SHA-256."""
    chain: bool
    timestamp: bool
    subject: str

    @property
    def good(self) -> bool:
        """Whether the signature will be good after the certificate's end, too."""
        return self.digest and self.chain and self.timestamp

    def complaints(self) -> str:
        """Return what is wrong, for people."""
        if not self.digest:
            return "it is not the file that was signed, or has no signature by SHA-256"
        found = [] if self.chain else ["its signer is not trusted"]
        return "; ".join(found + ([] if self.timestamp else ["it has no timestamp that is trusted"]))


class Signer:
    """Signs files by one set of settings. A PIN is asked for once, when the first file needs it."""

    def __init__(self, settings: Settings) -> None:
        """Sign by `settings`."""
        self.settings = settings
        self._password: str | None = None

    def sign(self, path: Path) -> None:
        """Sign one file in place, or leave it as it is. Raises BuildError."""
        with tempfile.TemporaryDirectory(prefix="kiosk-sign-", dir=path.parent) as folder:
            target = Path(folder, path.name)
            if self.settings.way is Way.COMMAND:
                target.write_bytes(path.read_bytes())
                run(command_for(self.settings, target), what=f"signing {path.name}")
            else:
                self._osslsigncode(path, target)
            found = inspect(target)
            if not found.good:
                raise BuildError(f"signing {path.name}: what was made is not good: {found.complaints()}")
            target.chmod(path.stat().st_mode)
            target.replace(path)

    def _osslsigncode(self, path: Path, target: Path) -> None:
        password = self._secret()
        command = arguments(self.settings, path, target, password=password is not None)
        for attempt in range(1, _TRIES + 1):
            ended = _run(command, "" if password is None else f"{password}\n")
            if ended.returncode == 0:
                return
            target.unlink(missing_ok=True)
            if attempt == _TRIES or not self.settings.timestamps or self.settings.way is Way.PKCS11:
                break  # a token counts wrong PINs, and is then locked for ever
        last = "\n".join(ended.stdout.splitlines()[-8:])
        raise BuildError(f"signing {path.name}: osslsigncode ended with {ended.returncode}\n{last}")

    def _secret(self) -> str | None:
        """Return the password of the key, or nothing if it has none."""
        if self._password is None and self.settings.password_file is not None:
            self._password = self.settings.password_file.read_text(encoding="utf-8").split("\n", 1)[0]
        elif self._password is None and self.settings.way is Way.PKCS11:
            if not sys.stderr.isatty():
                raise BuildError("signing: nobody can be asked for the PIN; set KIOSK_SIGN_PASSWORD_FILE")
            self._password = getpass.getpass("PIN of the signing key: ")
        return self._password


def from_environment() -> Signer | None:
    """Return what signs, or nothing if the environment does not say how. Raises BuildError."""
    settings = signing_settings.read()
    return None if settings is None else Signer(settings)


def arguments(settings: Settings, source: Path, target: Path, *, password: bool) -> list[str]:
    """Return osslsigncode's command line; the password, if there is one, is the first line of its input."""
    words = ["osslsigncode", "sign"]
    if settings.module is not None:
        words += ["-pkcs11module", str(settings.module)]
    words += ["-certs", str(settings.certificates), "-key", settings.key, "-h", "sha256", "-n", NAME]
    if password:
        words += ["-readpass", "-"]
    if settings.tsa is not None:
        words += ["-TSA-certs", str(settings.tsa / "tsa.pem"), "-TSA-key", str(settings.tsa / "tsa.key")]
    for url in settings.timestamps:
        words += ["-ts", url]
    if source.suffix == ".msi":
        words.append("-add-msi-dse")  # names, sizes and times of the streams are signed, too
    return [*words, "-in", str(source), "-out", str(target)]


def command_for(settings: Settings, path: Path) -> list[str]:
    """Return the operator's own command, with the file where its word is."""
    return [str(path) if word == FILE_WORD else word for word in settings.command]


def inspect(path: Path, *, trusted: Path | None = None) -> Report:
    """Return what a signature is to those who trust KIOSK_SIGN_CA_FILE, or `trusted`. Raises BuildError."""
    trusted = trusted or signing_settings.ca_file()
    words = ["osslsigncode", "verify", "-in", str(path), "-ignore-cdp", "-ignore-crl"]
    if trusted is not None:
        words += ["-CAfile", str(trusted), "-TSA-CAfile", str(trusted)]
    else:
        words += ["-TSA-CAfile", "/etc/ssl/certs/ca-certificates.crt"]
    return judge(_run(words).stdout)


def judge(text: str) -> Report:
    """Return what osslsigncode's report says. What it does not say counts as wrong."""
    digests = {name: (_values_of(f"Current {name}", text), _values_of(f"Calculated {name}", text)) for name in _DIGESTS}
    signed = {current[0]: calculated for current, calculated in digests.values() if current}
    by_sha256 = bool(re.search(r"^Message digest algorithm\s*: SHA256$", text, re.MULTILINE))
    subject = re.search(r"Signer #0:\s+Subject: (.*)", text)
    return Report(
        digest=bool(signed)
        and all([name] == found for name, found in signed.items())
        and by_sha256
        and _BROKEN not in text,
        chain=bool(re.search(r"^Signature verification: ok$", text, re.MULTILINE)),
        timestamp=bool(re.search(r"^Timestamp Server Signature verification: ok$", text, re.MULTILINE)),
        subject=subject[1].strip() if subject else "",
    )


def verify(paths: Iterable[Path]) -> None:
    """Raise BuildError, which names each file, if a signature is not good."""
    found = [(path, inspect(path)) for path in paths]
    if bad := [f"{path}: {report.complaints()}" for path, report in found if not report.good]:
        raise BuildError("signatures: " + "\n  ".join(bad))


def _values_of(name: str, text: str) -> list[str]:
    return re.findall(rf"^{name}\s*: ([0-9A-F]+)", text, re.MULTILINE)


def _run(command: Sequence[str], entered: str = "") -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # nosec B603 # a list of our own, no shell
            command,
            input=entered,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            env=os.environ | {"LC_ALL": "C"},
        )
    except FileNotFoundError:
        raise BuildError(f"there is no {command[0]} (packaging/dev/system-packages.txt, [dist])") from None


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("sign", "verify"):
        commands.add_parser(name).add_argument("files", nargs="+", type=Path)
    commands.add_parser("throwaway").add_argument("folder", type=Path)
    args = parser.parse_args(argv)
    try:
        _do(args)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _do(args: argparse.Namespace) -> None:
    if args.command == "throwaway":
        print("".join(f"export {name}={value}\n" for name, value in throwaway(args.folder).items()), end="")
    elif args.command == "verify":
        verify(args.files)
        print(f"good signatures: {len(args.files)}")
    else:
        signer = from_environment()
        if signer is None:
            raise BuildError("signing: KIOSK_SIGN_WITH: is not set; allowed: file, pkcs11, command")
        for path in args.files:
            signer.sign(path)
            print(f"signed {path.name}")


if __name__ == "__main__":
    sys.exit(main())
