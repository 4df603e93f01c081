"""A session bus of its own and a real gnome-keyring-daemon for each test that asks for them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.credentials.fakes import CredentialManager, Keychain, forget_backends

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = b"the login password"

# A bus that starts nothing: what answers on it is what the test put there.
_BARE_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>
"""


def python(code: str, environment: dict[str, str]) -> str:
    """Run `code` in a fresh interpreter that finds the kiosk and these tests, and return what it prints."""
    command = [sys.executable, "-W", "error", "-c", code]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Desktop:
    """An account's home, and sessions of it: each a bus under dbus-run-session, perhaps with a keyring daemon."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runtime = folder / "run"
        self.log = folder / "bus.log"
        for name in ("run", "home"):
            (folder / name).mkdir(mode=0o700)
        self.environment = {
            "HOME": str(folder / "home"),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "PATH": os.environ["PATH"],
        }

    @contextmanager
    def session(self, *, activation: bool = False) -> Iterator[dict[str, str]]:
        """Run a bus and yield the environment of its session; `activation`: it starts services, as on a desktop."""
        config = self.folder / "bus.conf"
        config.write_text(_BARE_BUS)
        options = [] if activation else [f"--config-file={config}"]
        with (
            self.log.open("ab") as log,
            subprocess.Popen(
                ["dbus-run-session", *options, "--", "sh", "-c", "echo $DBUS_SESSION_BUS_ADDRESS; read _"],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            ) as bus,
        ):
            try:
                yield self.environment | {"DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().strip()}
            finally:
                bus.communicate("\n", timeout=10)

    @contextmanager
    def keyring(self, session: dict[str, str], *, password: bytes | None) -> Iterator[None]:
        """Run a keyring daemon; a `password` unlocks the default keyring, or makes it."""
        command = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
        with self.log.open("ab") as log:
            daemon = subprocess.Popen(
                command if password is None else [*command, "--unlock"],
                env=session,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        try:
            daemon.stdin.write(password or b"")
            daemon.stdin.close()
            self._await_owner(session)
            yield
        finally:
            daemon.kill()  # it outlives the bus
            daemon.wait(timeout=10)

    def _await_owner(self, session: dict[str, str]) -> None:
        question = ["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]
        command = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"]
        until = time.monotonic() + 10
        while time.monotonic() < until:
            answer = subprocess.run([*command, *question], env=session, capture_output=True, text=True, check=True)
            if "boolean true" in answer.stdout:
                return
            time.sleep(0.02)
        pytest.fail(f"no keyring daemon: {self.log.read_text()}")


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    """The home of an account that has no keyring yet. Its path is short: sockets are below it."""
    missing = [tool for tool in ("dbus-run-session", "gnome-keyring-daemon", "dbus-send") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="kr-") as folder:
        yield Desktop(Path(folder))


@pytest.fixture
def enter(monkeypatch: pytest.MonkeyPatch):
    """Return a function that puts this process into a session."""

    def enter(session: dict[str, str]) -> None:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session["DBUS_SESSION_BUS_ADDRESS"])

    return enter


@pytest.fixture
def unlocked(desktop: Desktop, enter) -> Iterator[Desktop]:
    """This process is in a session whose default keyring is unlocked."""
    with desktop.session() as session, desktop.keyring(session, password=PASSWORD):
        enter(session)
        yield desktop


@pytest.fixture
def credential_manager(monkeypatch: pytest.MonkeyPatch) -> Iterator[CredentialManager]:
    """The real Windows backend of keyring, over a Credential Manager that is a dictionary."""
    manager = CredentialManager()
    for name, module in manager.modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    forget_backends()
    yield manager
    forget_backends()


@pytest.fixture
def keychain(monkeypatch: pytest.MonkeyPatch) -> Iterator[Keychain]:
    """The real macOS backend of keyring, over a Keychain that is a dictionary."""
    forget_backends()
    chain = Keychain()
    monkeypatch.setitem(sys.modules, "keyring.backends.macOS.api", chain)
    yield chain
    forget_backends()
