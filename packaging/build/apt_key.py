"""The key that signs the apt repository: a fingerprint in a GnuPG home, a token's or a throw-away; never in the tree.

GnuPG finds the private half: in GNUPGHOME, or on a hardware token that its agent asks (then with the PIN that somebody
types, or that the agent holds). A throw-away key is for tests, and for trying out.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from tree import BuildError, run

_FINGERPRINT: Final = re.compile(r"[0-9A-F]{40}", re.ASCII)


class Signer:
    """One or, while a key is being replaced, several keys of one GnuPG home. Every file gets a signature of each."""

    def __init__(self, fingerprints: list[str], home: Path | None = None) -> None:
        """`home`: GNUPGHOME, else GnuPG's own. Raises BuildError for what is no whole fingerprint."""
        self.fingerprints = [fingerprint.replace(" ", "").upper() for fingerprint in fingerprints]
        self.home = home
        for fingerprint in self.fingerprints:
            if not _FINGERPRINT.fullmatch(fingerprint):
                raise BuildError(
                    f"signing key: {fingerprint!r} is no whole fingerprint (40 hexadecimal digits; "
                    "`gpg --list-secret-keys` shows it): shorter names can be forged"
                )
        if not self.fingerprints:
            raise BuildError("signing key: none is named; set KIOSK_APT_KEY to a fingerprint")

    def _gpg(self, what: str, *words: str | Path) -> str:
        home = {} if self.home is None else {"GNUPGHOME": str(self.home)}
        return run(["gpg", "--batch", "--yes", "--no-tty", *words], what=what, env=home)

    def sign(self, release: Path) -> None:
        """Write InRelease (signed text) and Release.gpg (a signature alone) beside `release`. Raises BuildError."""
        # No `!` after it: with the primary key offline, its signing subkey is meant.
        users = [word for fingerprint in self.fingerprints for word in ("--local-user", fingerprint)]
        digest = ["--digest-algo", "SHA512"]
        inside, beside = release.with_name("InRelease"), release.with_name("Release.gpg")
        self._gpg("signing InRelease", *users, *digest, "--output", inside, "--clear-sign", release)
        self._gpg("signing Release", *users, *digest, "--armor", "--output", beside, "--detach-sign", release)

    def export(self, keyring: Path) -> None:
        """Write the public halves as a binary keyring, which is what Signed-By reads. Raises BuildError."""
        keyring.unlink(missing_ok=True)
        options = ["--export-options", "export-minimal", "--output", str(keyring)]
        self._gpg("exporting the public key", *options, "--export", *self.fingerprints)
        if not keyring.is_file():
            raise BuildError(f"exporting the public key: GnuPG has none of {', '.join(self.fingerprints)}")


def signer(key: str | Path) -> Signer:
    """Return what signs with `key`: fingerprints (commas between them), or the folder that `throwaway` filled."""
    if isinstance(key, Path):
        return Signer([(key / "fingerprint").read_text(encoding="ascii").strip()], key)
    return Signer([word for word in key.split(",") if word.strip()])


def from_environment() -> str:
    """Return KIOSK_APT_KEY, the fingerprints that releases are signed with. Raises BuildError if there is none."""
    key = os.environ.get("KIOSK_APT_KEY", "")
    if not key:
        raise BuildError("signing key: set KIOSK_APT_KEY to its fingerprint (docs/apt-repository.md)")
    return key


def throwaway(folder: Path, *, name: str = "Enable3 kiosk, a throw-away key (trust nothing of it)") -> Path:
    """Make a GnuPG home in `folder` with a key that has no passphrase and ends in a week, and return it.

    Its path is short (a socket's may have 107 bytes), and only this account may read it. Raises BuildError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    home = {"GNUPGHOME": str(folder)}
    words = ["gpg", "--batch", "--no-tty", "--passphrase", "", "--pinentry-mode", "loopback"]
    run([*words, "--quick-generate-key", name, "ed25519", "sign", "7d"], what="making a throw-away key", env=home)
    listing = run(["gpg", "--batch", "--with-colons", "--list-secret-keys"], what="reading that key", env=home)
    found = re.search(r"^fpr:+([0-9A-F]{40}):", listing, re.MULTILINE)
    if found is None:
        raise BuildError(f"reading that key: GnuPG lists no fingerprint\n{listing}")
    (folder / "fingerprint").write_text(f"{found[1]}\n", encoding="ascii")
    return folder


def forget(folder: Path) -> None:
    """End the agent that GnuPG started for a throw-away's `folder`: it would outlive the folder. Raises BuildError."""
    run(["gpgconf", "--kill", "all"], what="ending GnuPG's agent", env={"GNUPGHOME": str(folder)})
