#!/usr/bin/env python3
"""Ask whether anything that is locked has a known vulnerability: `make audit`.

Not a part of `make test`: pip-audit asks a database on the internet (PyPI's, or OSV), and an answer depends on the day.
If no database can be reached (a mirror of packages is none), this says so and ends with status 3: nothing was asked.
"""

from __future__ import annotations

import subprocess  # nosec B404 # every command is a list of our own
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
DATABASES: Final = {"pypi": "https://pypi.org/pypi/pip/25.0/json", "osv": "https://api.osv.dev/v1/vulns/PYSEC-2021-59"}
TOOL: Final = "pip-audit==2.10.1"
NOT_ASKED: Final = 3


def main() -> int:
    """Ask, and return the exit status: pip-audit's own, or 3 if there was nobody to ask."""
    database = next((name for name, url in DATABASES.items() if answers(url)), None)
    if database is None:
        print("audit: NOT RUN: neither PyPI's nor OSV's database can be reached from here; nothing was asked")
        return NOT_ASKED
    locks = [
        part for name in ("runtime", "build") for part in ("-r", str(ROOT / "packaging" / "locks" / f"{name}.txt"))
    ]
    uv = [str(Path(sys.executable).with_name("uv")), "tool", "run", "--from", TOOL, "pip-audit"]
    command = [*uv, "--vulnerability-service", database, "--require-hashes", "--disable-pip", "--strict", *locks]
    return subprocess.run(command, check=False).returncode  # nosec B603 # a list of our own, and no shell


def answers(url: str) -> bool:
    """Whether the database at `url` is there."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 # nosec B310 # an https address of ours
            content = answer.read()
            return b"vulnerabilities" in content or b"affected" in content
    except (urllib.error.URLError, TimeoutError):
        return False


if __name__ == "__main__":
    sys.exit(main())
