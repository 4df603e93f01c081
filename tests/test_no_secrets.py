"""No secret is in the tree: detect-secrets looks at every file that git would track.

In `tests` secrets are made up by the dozen, so only what can hardly be made up counts there: private keys and the
tokens of known services. Elsewhere everything counts that detect-secrets knows.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from detect_secrets.core.scan import scan_file
from detect_secrets.settings import default_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]

NOT_OURS = frozenset({".git", ".venv", ".stage", "build", "dist", "locks", "vendor", "node_modules", "__pycache__"})
"""Folders that are not tracked, whose hashes are what they are for, or that are others' work."""

BINARY = frozenset({".png", ".woff2", ".ico", ".webp", ".pyc", ".icns", ".dll"})

MADE_UP = frozenset({"Secret Keyword", "JSON Web Token", "Basic Auth Credentials", "Hex High Entropy String",
                     "Base64 High Entropy String"})  # fmt: skip
"""Kinds that tests hold made-up ones of."""

KNOWN = {
    ("kiosk/config/sources.py", "Secret Keyword"): "a sentence about secrets",
    ("kiosk/shell/engines/gtk_keyboard.py", "Secret Keyword"): "the kinds of text fields",
    ("kiosk/shell/engines/wk_keyboard.py", "Secret Keyword"): "the kinds of text fields",
    ("kiosk/shell/engines/wv2_keyboard.py", "Secret Keyword"): "the kinds of text fields",
    ("packaging/windows/lockdown/policies.psd1", "Base64 High Entropy String"): "paths of the registry",
    ("tests/sign_in/test_signed_code.py", "Private Key"): "the first line of one, without a key",
}
"""What was looked at, and why it is none."""


def files() -> Iterator[Path]:
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS and not name.endswith(("_cache", ".egg-info"))]
        yield from (Path(folder, name) for name in names if Path(name).suffix not in BINARY)


def found_in(path: Path) -> set[str]:
    with default_settings():
        return {secret.type for secret in scan_file(str(path))}


@pytest.mark.timeout(300)
def test_no_secret_is_in_the_tree():
    found = []
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        allowed = MADE_UP if name.startswith("tests/") else frozenset()
        found += [(name, kind) for kind in found_in(path) - allowed if (name, kind) not in KNOWN]

    assert found == [], "a real one: revoke it, for it is in the history; none: say so in KNOWN"


def test_a_secret_would_be_found(tmp_path: Path):
    path = tmp_path / "settings.py"
    path.write_text("password = 'hunter2-hunter2'\n-----BEGIN " + "RSA PRIVATE KEY-----\n")

    assert found_in(path) >= {"Secret Keyword", "Private Key"}
