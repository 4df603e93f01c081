"""The packages in a fresh minimal Debian 12: installed by apt, used by an ordinary account, upgraded, removed, purged.

Needs root, for a Debian in a folder with mounts and processes of its own: `sudo make dist-test ONLY=debian`. Pictures
of the screen are kept in the work folder (debian.work_folder), in pictures/.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import apt_key
import apt_repository
import pytest

from tests.build.trials import archive, hosts, tampering
from tests.build.trials.debian import Debian, work_folder
from tests.build.trials.kiosk_terminal import BRAND, PIN, Terminal
from tests.build.trials.small_deb import small_deb
from tests.display import virtual_display

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.as_root, pytest.mark.timeout(600)]

OLD = "0.0.9~"
OURS = ("-o", "Dir::Etc::sourcelist=/dev/null", "-o", "Dir::Etc::sourceparts=/etc/apt/ours")
POLICY = "etc/enable3-kiosk/policy.toml"
ENGINES = {"enable3-kiosk": "webkitgtk", "enable3-kiosk-qt": "qtwebengine"}


@contextmanager
def machine() -> Iterator[tuple[Debian, Path]]:
    """A fresh Debian, and a folder for what is beside it; both are gone afterwards."""
    work = work_folder()
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="debian-", dir=work) as folder:
        yield Debian(Path(folder), work), Path(folder)


@pytest.fixture(scope="module")
def key() -> Iterator[Path]:
    """A throw-away key; its path is short, for a socket's may have 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="k-", dir="/tmp") as folder:
        yield apt_key.throwaway(Path(folder))
        apt_key.forget(Path(folder))


@pytest.fixture(scope="module")
def plain() -> Iterator[Debian]:
    """A Debian for trials that install nothing."""
    with machine() as (debian, _):
        yield debian


@pytest.fixture
def small(tmp_path: Path, key: Path) -> Path:
    """A repository of packages of a few bytes, one of which has no business in it."""
    debs = [small_deb(tmp_path, "enable3-kiosk", "0.1.0"), small_deb(tmp_path, "bash", "99")]
    return apt_repository.build(debs, key=key, out=tmp_path / "repository")


def trust_alone(debian: Debian, repository: Path, address: str) -> None:
    """Have the kiosk's repository and no other."""
    archive.trust(debian, repository, address)
    ours = debian.root / "etc/apt/ours"
    ours.mkdir(exist_ok=True)
    shutil.copy(debian.root / "etc/apt/sources.list.d/enable3-kiosk.sources", ours)


def is_installed(debian: Debian) -> bool:
    """Whether dpkg knows the kiosk as installed."""
    return "install ok installed" in debian.as_root("dpkg-query", "-Wf${Status}", "enable3-kiosk").stdout


@pytest.mark.parametrize("how", sorted(tampering.WAYS))
def test_apt_refuses_a_repository_that_somebody_changed(plain: Debian, small: Path, how: str) -> None:
    way = tampering.WAYS[how]
    with hosts.served(small) as address:
        trust_alone(plain, small, address)
        way.tamper(small)
        updated = plain.as_root("apt-get", *OURS, "update")
        installed = plain.as_root("apt-get", *OURS, "-y", "install", "enable3-kiosk")
    assert updated.returncode or installed.returncode
    assert re.search(way.message, updated.stdout + installed.stdout)
    assert not is_installed(plain)


def test_the_repository_gives_a_terminal_the_kiosk_and_nothing_else(plain: Debian, small: Path) -> None:
    with hosts.served(small) as address:
        trust_alone(plain, small, address)
        plain.done("apt-get", *OURS, "update")
        assert "Candidate: 0.1.0" in plain.done("apt-cache", *OURS, "policy", "enable3-kiosk")
        assert "Candidate: 99" not in plain.done("apt-cache", *OURS, "policy", "bash")


@dataclass(frozen=True, slots=True)
class Venue:
    """A terminal of one flavour, its repository, and how to change what that has."""

    terminal: Terminal
    package: str
    publish: Callable[..., None]

    @property
    def debian(self) -> Debian:
        """The machine."""
        return self.terminal.debian

    def apt(self, *words: str) -> str:
        """Run apt-get, which must succeed."""
        return self.debian.done("apt-get", "-y", *words)

    def version(self) -> str:
        """Return what dpkg says is installed of the flavour."""
        return self.debian.done("dpkg-query", "-Wf${Version}", self.package)

    def belongings(self) -> dict[str, str]:
        """Return what is the account's and must stay: every file in its home but logs, and the policy, by hash."""
        home = self.debian.root / "home/kiosk"
        kept = [
            path for path in home.rglob("*") if path.is_file() and path.suffix != ".log" and "log" not in path.parts
        ]
        policy = self.debian.root / POLICY
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in [*kept, policy] if path.exists()}


@pytest.fixture(params=list(ENGINES))
def venue(request: pytest.FixtureRequest, artefact: Callable[[str], Path], key: Path) -> Iterator[Venue]:
    """A terminal that trusts a repository, in which there is nothing yet."""
    package = str(request.param)
    new = {name: artefact(f"{name}_*_amd64.deb") for name in ENGINES}
    with machine() as (debian, folder), hosts.sandbox() as enable3, virtual_display() as display:
        repository = folder / "repository"
        old = archive.older(new[package], folder, OLD)

        def publish(*versions: str) -> None:
            """Make the repository anew: `old` is the version before of this flavour, `new` what was built."""
            debs = [old] if "old" in versions else []
            apt_repository.build([*debs, *new.values()] if "new" in versions else debs, key=key, out=repository)

        publish("old")
        with hosts.served(repository) as address:
            archive.trust(debian, repository, address)
            terminal = Terminal(debian, enable3, display, work_folder() / "pictures")
            yield Venue(terminal, package, publish)


def test_a_terminal_is_installed_used_upgraded_changed_removed_and_purged(venue: Venue) -> None:
    install(venue)
    set_up(venue)
    have_a_visit(venue, venue.package, "installed")
    kept = queue_an_event(venue)
    upgrade(venue, kept)
    other = take_the_other_flavour(venue)
    remove_and_install_again(venue, other)
    purge(venue)


def install(venue: Venue) -> None:
    """Apt installs it, first with what it depends on alone: that is enough for the engine."""
    venue.apt("update")
    venue.apt("install", "--no-install-recommends", venue.package)
    assert venue.version() == OLD
    command = venue.debian.command("/trial/account", f"DISPLAY={venue.terminal.display}", "kiosk", "doctor", "--json")
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    found = {row["name"]: row["status"] for row in json.loads(said.stdout)["checks"]}
    assert {found[name] for name in ("display", "screen", "engine", "renderer", "lockdown")} == {"ok"}, said.stdout
    assert found["keyring"] == "failed", "a keyring is only recommended: with a systemd credential, none is needed"
    recommended = venue.debian.done("dpkg-query", "-Wf${Recommends}", venue.package)
    venue.apt("install", *(choice.split("|")[0].split()[0] for choice in recommended.split(",")))
    venue.debian.write(POLICY, 'terminal = "lobby-1"\n')


def set_up(venue: Venue) -> None:
    """A person answers `kiosk setup`; then all that this machine can have is in order."""
    shown = venue.terminal.set_up()
    assert venue.terminal.enable3.key not in shown
    assert PIN not in shown.replace("4 to 12", "")
    assert "the API accepts the key" in shown
    assert "Secret Service" in shown
    report = venue.terminal.answer("doctor")
    found = {row["name"]: row["status"] for row in report["checks"]}
    # What is left are layers that a folder cannot have: virtual consoles, sysctl, the lock-down kit.
    wanted = ("configuration", "operator PIN", "keyring", "api", "clock", "outbox", "display", "screen", "engine")
    assert {name: found[name] for name in (*wanted, "renderer", "lockdown")} == dict.fromkeys(
        (*wanted, "renderer", "lockdown"), "ok"
    )


def have_a_visit(venue: Venue, package: str, when: str) -> None:
    """A visitor sees the widget, drawn by a process in the engine's sandbox; afterwards there is the attract page."""
    name = f"{package}-{when}"
    seen = venue.terminal.visit(name)
    assert seen.colours[f"{name}-painted"] > 1000, "the widget is not on the screen: see the picture"
    assert seen.colours[f"{name}-ended"] > 1000, "the attract page is not on the screen: see the picture"
    assert seen.told[-1] == "status 0"
    assert f'"engine": "{ENGINES[package]}"' in seen.told[1]
    drawing = [process for process in seen.processes if process.draws]
    assert drawing
    assert all(process.filtered and process.apart for process in drawing), drawing
    assert not [process for process in seen.processes if "kiosk" in process.name and process.account == 0]
    assert not list((venue.debian.root / "tmp").glob("enable3-kiosk-visit-*"))


def waiting(venue: Venue) -> tuple[int, int]:
    """Return how many events wait in the outbox, and how many are dead letters."""
    outbox = venue.terminal.answer("outbox", "list")
    return outbox["pending"], outbox["dead"]


def queue_an_event(venue: Venue) -> dict[str, str]:
    """Put something into the outbox that waits there, and return all that must be the same after an upgrade."""
    venue.terminal.answer("api", "event", "--user", "demo", "--event-id", "coffee", "--value", "1", "--queue")
    assert waiting(venue) == (1, 0)
    return venue.belongings()


def upgrade(venue: Venue, kept: dict[str, str]) -> None:
    """The new version comes: by unattended-upgrades and its snippet to one flavour, by hand to the other."""
    venue.publish("old", "new")
    venue.apt("update")
    if venue.package == "enable3-kiosk":
        venue.apt("install", "--no-install-recommends", "unattended-upgrades")
        snippet = "52enable3-kiosk-unattended-upgrades"
        venue.debian.write(f"etc/apt/apt.conf.d/{snippet}", (archive.TEMPLATES / snippet).read_text(encoding="utf-8"))
        venue.debian.done("unattended-upgrade", "--verbose")
    else:
        venue.apt("upgrade")
    assert venue.version() != OLD
    assert not (venue.debian.root / "usr/lib/enable3-kiosk/_internal/stale.so").exists()
    assert venue.belongings() == kept
    assert venue.terminal.answer("config", "show")
    venue.terminal.answer("key", "test")
    assert waiting(venue) == (1, 0)
    have_a_visit(venue, venue.package, "upgraded")
    assert waiting(venue) == (0, 0)


def take_the_other_flavour(venue: Venue) -> str:
    """One takes the other's place: same configuration, same key, other engine. Return its name."""
    (other,) = set(ENGINES) - {venue.package}
    before = venue.belongings()
    venue.apt("install", other)
    assert venue.debian.as_root("dpkg-query", "-Wf${db:Status-Status}", venue.package).stdout != "installed"
    assert venue.belongings() == before
    have_a_visit(venue, other, f"in-place-of-{venue.package}")
    return other


def remove_and_install_again(venue: Venue, package: str) -> None:
    """Removal takes the program, and leaves what is an account's or the administrator's."""
    before = venue.belongings()
    venue.apt("remove", package)
    assert not (venue.debian.root / "usr/bin/kiosk").is_symlink()
    assert not (venue.debian.root / "usr/lib/enable3-kiosk").exists()
    assert venue.belongings() == before
    venue.apt("install", package)
    venue.terminal.answer("key", "test")


def purge(venue: Venue) -> None:
    """Purge takes the policy too; it says what is left in homes and keyrings, and how to delete it."""
    before = {path: content for path, content in venue.belongings().items() if not path.endswith(POLICY)}
    said = venue.apt("purge", *ENGINES)
    assert not (venue.debian.root / "etc/enable3-kiosk").exists()
    assert venue.belongings() == before
    assert "/home/kiosk/.config/enable3-kiosk" in said
    assert "API keys stay in the keyrings" in said
    assert BRAND in (venue.debian.root / "home/kiosk/.config/enable3-kiosk/config.toml").read_text(encoding="utf-8")
