"""The API key as a credential of a unit, by the package's program and a real systemd of an account."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.as_root, pytest.mark.timeout(300)]

HERE = Path(__file__).parent

CANNOT = 77
"""The status of as-account-with-systemd where a machine allows no namespaces."""

UNIT = """
set -eu
as-trial sh -c 'umask 077; printf a-key-of-the-unit >"$HOME/key"'
as-trial systemd-run --user --wait --pipe --quiet -p LoadCredential=enable3-kiosk.api-key:"$work/home/key" \\
    /usr/bin/env {options} "$KIOSK_PROGRAM" doctor | grep '^[a-z]* *keyring'
"""


@pytest.fixture
def program(artefact: Callable[[str], Path]) -> Iterator[Path]:
    """The kiosk of the package, unpacked where every account can run it, which pytest's own folders are not."""
    with tempfile.TemporaryDirectory(prefix="kiosk-credential-") as folder:
        Path(folder).chmod(0o755)
        subprocess.run(["dpkg-deb", "--extract", artefact("enable3-kiosk_*_amd64.deb"), f"{folder}/root"], check=True)
        yield Path(folder, "root", "usr", "lib", "enable3-kiosk", "kiosk")


def keyring_row(program: Path, options: str = "") -> str:
    """Return what the doctor says of the keyring in a unit that has the credential; the account has no keyring."""
    command = [HERE / "as-account-with-systemd", "bash", "-c", UNIT.format(options=options)]
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "KIOSK_PROGRAM": str(program)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200, check=False)
    if done.returncode == CANNOT:
        pytest.skip(done.stderr.strip())
    assert done.stdout, done.stderr
    return done.stdout


def test_a_unit_s_credential_is_the_key_where_there_is_no_keyring(program: Path):
    row = keyring_row(program)
    assert row.startswith("ok")
    assert "systemd credential /run/user/" in row
    assert "a-key-of-the-unit" not in row


def test_without_systemd_s_variable_there_is_none(program: Path):
    assert keyring_row(program, "-u CREDENTIALS_DIRECTORY").startswith("failed")
