"""The machine's apt, with nothing of the machine: an ordinary account asks it what it thinks of a repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

TEMPLATES = Path(__file__).parents[3] / "packaging" / "linux" / "apt"


class Apt:
    """The machine's apt with sources, lists and state in a folder of its own, as an ordinary account may have."""

    def __init__(self, folder: Path) -> None:
        """Make the folders that apt wants to find."""
        self.folder = folder
        for name in ("lists/partial", "cache/archives/partial", "parts", "etc"):
            (folder / name).mkdir(parents=True)
        (folder / "status").touch()

    def __call__(self, *words: str) -> tuple[int, str]:
        """Run apt-get; return its status and all that it said."""
        places = {
            "Dir::Etc": f"{self.folder}/etc",
            "Dir::Etc::sourceparts": f"{self.folder}/parts",
            "Dir::Etc::sourcelist": "/dev/null",
            "Dir::State": str(self.folder),
            "Dir::State::lists": f"{self.folder}/lists",
            "Dir::State::status": f"{self.folder}/status",
            "Dir::Cache": f"{self.folder}/cache",
            "Acquire::Check-Valid-Until": "true",
            "Acquire::Check-Date": "true",
            "Debug::NoLocking": "true",
            "APT::Sandbox::User": "",
        }
        options = [word for name, value in places.items() for word in ("-o", f"{name}={value}")]
        command = ["apt-get", *options, *words]
        done = subprocess.run(
            command,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "APT_CONFIG": "/dev/null"},
        )
        return done.returncode, done.stdout + done.stderr

    def source(self, repository: Path, keyring: Path, *, ring: str = "stable") -> None:
        """Have one repository, by the template that terminals are given, and trust `keyring` for it."""
        text = (TEMPLATES / "enable3-kiosk.sources").read_text()
        text = text.replace("https://packages.example.com/enable3-kiosk", f"file:{repository}")
        text = text.replace("Suites: stable", f"Suites: {ring}")
        text = text.replace("/etc/apt/keyrings/enable3-kiosk-archive-keyring.pgp", str(keyring))
        (self.folder / "parts" / "enable3-kiosk.sources").write_text(text)
