from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen makes the keys")

FILES = ("packaging/dev/check-tag", "packaging/build/tree.py", "packaging/release-signers")


class Repository:
    """A repository with the script in it, version 1.2.3, and a manager's key."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in FILES:
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
        (root / "kiosk").mkdir()
        (root / "kiosk/__init__.py").write_text('__version__ = "1.2.3"\n')
        self.key("manager")
        with (root / "packaging/release-signers").open("a") as signers:
            signers.write(f"manager@example.com {(root.parent / 'manager.pub').read_text()}")
        self.git("init", "-q", "-b", "main")
        self.git("add", ".")
        self.git("commit", "-qm", "a tree")

    def key(self, name: str) -> Path:
        path = self.root.parent / name
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
        return path

    def git(self, *words: str) -> None:
        who = {f"GIT_{role}_{what}": "x@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        plain = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
        subprocess.run(["git", *words], cwd=self.root, check=True, env=os.environ | who | plain)

    def tag(self, name: str, *, key: str) -> None:
        settings = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={self.root.parent / key}.pub")
        self.git(*settings, "tag", "--sign", "-m", "release", name)

    def check(self, tag: str) -> tuple[int, str]:
        command = [self.root / "packaging/dev/check-tag", tag, "main"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]})
        return done.returncode, done.stderr


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "tree")


def test_a_tag_of_the_version_that_a_manager_signed_is_taken(repository: Repository):
    repository.tag("v1.2.3", key="manager")

    assert repository.check("v1.2.3")[0] == 0


def test_a_tag_of_somebody_else_is_refused(repository: Repository):
    repository.key("stranger")
    repository.tag("v1.2.3", key="stranger")

    status, said = repository.check("v1.2.3")
    assert status == 1
    assert "not signed by anybody" in said


def test_a_tag_without_a_signature_is_refused(repository: Repository):
    repository.git("tag", "--annotate", "-m", "-----BEGIN SSH SIGNATURE-----", "v1.2.3")
    assert repository.check("v1.2.3")[0] == 1

    repository.git("tag", "--force", "v1.2.3")
    status, said = repository.check("v1.2.3")
    assert status == 1
    assert "not a tag of its own" in said


def test_a_tag_of_another_version_is_refused(repository: Repository):
    repository.tag("v1.2.4", key="manager")

    status, said = repository.check("v1.2.4")
    assert status == 1
    assert "says 1.2.3" in said


def test_a_tag_beside_main_is_refused(repository: Repository):
    repository.git("switch", "-qc", "aside")
    repository.git("commit", "-q", "--allow-empty", "-m", "aside")
    repository.tag("v1.2.3", key="manager")

    status, said = repository.check("v1.2.3")
    assert status == 1
    assert "not on main" in said
