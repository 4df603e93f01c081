"""A fresh minimal Debian 12 in a folder, where packages are installed and tried; needs root."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from tree import ROOT, BuildError, run

SUITE: Final = "bookworm"
SCRIPTS: Final = ROOT / "packaging" / "linux" / "trials"

_SPEED: Final = {
    # A machine that is thrown away need not survive a power cut.
    "etc/dpkg/dpkg.cfg.d/trial": "force-unsafe-io\n"
    "path-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/locale/*\n"
    "path-include=/usr/share/doc/enable3-kiosk*\n",
    # Packages of Debian are downloaded once for all trials.
    "etc/apt/apt.conf.d/90trial": 'Dir::Cache::archives "/trial/archives";\nAPT::Keep-Downloaded-Packages "true";\n',
}


_WORK: Final = os.environ.get("KIOSK_DIST_WORK", "")  # now: a test's environment has no KIOSK_ variable


def work_folder() -> Path:
    """Return where trials keep what they make and download: KIOSK_DIST_WORK, else beside what bootstrap stages.

    Root alone may write there: what lies in it is unpacked and run by root.
    """
    return Path(_WORK or "/var/cache/enable3-kiosk-dev/dist-test")


def mirrors() -> list[str]:
    """Return the lines of sources.list for this machine's own mirrors of Debian 12. Raises BuildError for none."""
    form = "$(ORIGIN)|$(CODENAME)|$(COMPONENT)|$(CREATED_BY)|$(REPO_URI)|$(RELEASE)"
    known = run(["apt-get", "indextargets", "--format", form], what="asking apt for its mirrors")
    rows = [line.split("|") for line in known.splitlines()]
    wanted = {
        (address, release)
        for origin, codename, component, kind, address, release in rows
        if (origin, component, kind) == ("Debian", "main", "Packages") and codename.split("-")[0] == SUITE
    }
    if not wanted:
        raise BuildError(f"apt has no mirror of {SUITE}; name one in /etc/apt, then run `apt-get update`")
    options = "".join(f"{name}=no " for name in ("check-valid-until", "check-date") if _is_off(name))
    return [f"deb [{options}] {address} {release} main".replace("[] ", "") for address, release in sorted(wanted)]


def _is_off(name: str) -> bool:
    """Whether this machine's apt does without that check (its mirror may be frozen). The kiosk's repository has it."""
    text = run(["apt-config", "dump", "--format", "%v", f"Acquire::{name}"], what="asking apt for its options")
    return text.strip() in {"false", "no", "0"}


def base(work: Path) -> Path:
    """Return the archive of an untouched minimal Debian; it is made if `work` has none. Raises BuildError."""
    archive = work / f"{SUITE}-minbase.tar"
    if not archive.is_file():
        work.mkdir(parents=True, exist_ok=True)
        made = archive.with_suffix(".new.tar")
        run(["mmdebstrap", "--variant=minbase", SUITE, made, *mirrors()], what="making a minimal Debian")
        made.rename(archive)
    return archive


class Debian:
    """One of its own: `root` is its root folder; `shared` is /trial in it, and of all trials."""

    def __init__(self, folder: Path, work: Path) -> None:
        """Unpack a fresh one into `folder`. Raises BuildError."""
        self.root, self.shared = folder / "root", work / "shared"
        self.root.mkdir(parents=True)
        run(["tar", "--extract", "--file", base(work), "--directory", self.root], what="unpacking Debian")
        for name, text in _SPEED.items():
            self.write(name, text)
        (self.shared / "archives" / "partial").mkdir(parents=True, exist_ok=True)
        shutil.copytree(SCRIPTS, self.shared, dirs_exist_ok=True)
        self.write("etc/hosts", "127.0.0.1 localhost\n")

    def write(self, name: str, text: str) -> None:
        """Write a file of it, by its path without the first slash."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def command(self, *words: str) -> list[str]:
        """Return the command of this machine that runs `words` in there, as root."""
        scripts = SCRIPTS / "enter"
        entry = ["unshare", "--mount", "--pid", "--fork", "--kill-child", str(scripts)]
        return [*entry, str(self.root), str(self.shared), *words]

    def as_root(self, *words: str, limit: float = 300) -> subprocess.CompletedProcess[str]:
        """Run a command in there as root, for `limit` seconds at most; both outputs are in `stdout`."""
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        return subprocess.run(
            self.command(*words),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=limit,
            check=False,
        )

    def done(self, *words: str, limit: float = 300) -> str:
        """Run a command in there as root and return what it printed; it must not fail."""
        ended = self.as_root(*words, limit=limit)
        assert ended.returncode == 0, f"{' '.join(words)} ended with {ended.returncode}:\n{ended.stdout[-6000:]}"
        return ended.stdout

    def in_session(self, *words: str, display: str = "") -> list[str]:
        """Return the command that runs `words` as the ordinary account, in its session."""
        screen = [f"DISPLAY={display}"] if display else []
        return self.command("/trial/account", *screen, "/trial/session", *words)
