"""Both installers for Windows, under wine: installed, used, updated, removed; and what their signatures say.

Not here, because wine has no accounts and no Edge: rights of folders, Microsoft's installer of WebView2, what Windows'
own loader says of a signature (packaging/windows/verify.ps1).
"""

from __future__ import annotations

import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import authenticode
import pytest
import signed_bundle
import wine
from tree import BuildError, version
from windows_installers import THROWAWAY_CA

from tests.build.trials import old_windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wine import Prefix

pytestmark = pytest.mark.timeout(300)

PLACE = r"C:\Program Files\Enable3 Kiosk"
DATA = r"C:\ProgramData\enable3-kiosk"
UNINSTALL = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall"
OURS = r"HKLM\Software\Enable3"
RUN = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Run"
VARIABLES = r"HKLM\System\CurrentControlSet\Control\Session Manager\Environment"
WEBVIEW2 = r"HKLM\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"

PATIENCE = 60  # seconds, for what goes on after its program has ended

NO_WEBVIEW2 = 11
BAD_SWITCH = 16
UNSAFE_FOLDER = 14
OTHER_INSTALLER = 15
MSI_FAILED = 1603 & 0xFF  # a status has eight bits here


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefix]:
    try:
        wine.find_program()
    except BuildError as missing:
        pytest.skip(str(missing))
    with wine.prefix(tmp_path_factory.mktemp("windows")) as made:
        yield made


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    with pytest.MonkeyPatch.context() as patch:
        return old_windows.make(tmp_path_factory.mktemp("old"), patch)


@pytest.fixture(scope="module")
def trusted(dist: Path) -> Path | None:
    """Whom to trust if no real key signed; nothing: whom this system trusts."""
    ca = dist / THROWAWAY_CA
    return ca if ca.is_file() else None


def windows_path(path: Path) -> str:
    return "Z:" + str(path).replace("/", "\\")


class Windows:
    """A machine without the kiosk, before and after each trial."""

    def __init__(self, prefix: Prefix) -> None:
        self.prefix = prefix
        self.place = prefix.path(PLACE)
        self.data = prefix.path(DATA)

    def status(self, *command: str | Path) -> int:
        return self.prefix.attempt(command, patience=120).status

    def asked(self, *command: str | Path) -> str:
        ended = self.prefix.attempt(command, patience=120)
        assert ended.status == 0, ended.text
        return ended.text

    def registry(self, key: str) -> str:
        """What a key and those below it hold, or nothing."""
        ended = self.prefix.attempt(["reg", "query", key, "/s"])
        return ended.text if ended.status == 0 else ""

    def setup(self, setup: Path, *switches: str) -> int:
        return self.status(setup, "/S", *switches)

    def msi(self, verb: str, msi: Path, *properties: str) -> int:
        return self.status("msiexec", verb, msi, "/qn", *properties)

    def version(self) -> str:
        return self.asked(rf"{PLACE}\kiosk.exe", "--version").strip()

    def remove(self, place: str = PLACE) -> None:
        """Uninstall what setup.exe installed, as Windows does it.

        A copy of the uninstaller does the work; our list entry in the registry is the last thing of it to go.
        """
        ended = self.prefix.attempt([rf"{place}\uninstall.exe", "/S"], patience=120)
        assert ended.status == 0, ended.text
        until = time.monotonic() + PATIENCE
        while self.prefix.path(place).exists() or self.registry(OURS):
            assert time.monotonic() < until, sorted(self.prefix.path(place).rglob("*"))
            time.sleep(0.1)

    def shortcuts(self) -> list[str]:
        return [path.name for path in self.prefix.folder.rglob("Enable3*.lnk")]

    @contextmanager
    def running(self) -> Iterator[None]:
        """Have the stand-in of the older version run; it is ended by the block, or the trial fails."""
        words = [wine.find_program(), rf"{PLACE}\kioskw.exe", "run"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=self.prefix.environment) as process:
            try:
                assert process.stdout is not None
                assert process.stdout.readline().strip() == "running"
                yield
                process.wait(30)
            finally:
                process.kill()


@pytest.fixture
def windows(prefix: Prefix, msi: Path, old: tuple[Path, Path]) -> Iterator[Windows]:
    machine = Windows(prefix)
    yield machine
    if (machine.place / "uninstall.exe").is_file():
        machine.remove()
    for package in (msi, old[1]):
        if machine.place.is_dir():
            machine.msi("/x", package)
    for path in machine.data.glob("*"):
        path.unlink()
    assert not machine.place.exists()


@pytest.fixture(scope="module")
def setup(artefact: Callable[[str], Path]) -> Path:
    return artefact(f"enable3-kiosk-{version()}-setup.exe")


@pytest.fixture(scope="module")
def msi(artefact: Callable[[str], Path]) -> Path:
    return artefact(f"enable3-kiosk-{version()}.msi")


# ── setup.exe ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_setup_without_the_runtime_says_so_and_installs_nothing(windows: Windows, setup: Path) -> None:
    ended = windows.prefix.attempt([setup, "/S"])

    assert ended.status == NO_WEBVIEW2
    assert "WebView2 Runtime is missing" in ended.text
    assert not windows.place.exists()


def test_setup_installs_silently_where_the_runtime_is(windows: Windows, setup: Path) -> None:
    windows.asked("reg", "add", WEBVIEW2, "/v", "pv", "/d", "130.0.2849.80", "/f")

    assert windows.setup(setup) == 0
    assert windows.version() == f"kiosk {version()}"
    windows.asked("reg", "delete", WEBVIEW2, "/f")


def test_setup_tells_windows_how_to_remove_it(windows: Windows, setup: Path) -> None:
    assert windows.setup(setup, "/WEBVIEW2=ignore") == 0

    told = windows.registry(UNINSTALL)
    assert rf'QuietUninstallString    REG_SZ    "{PLACE}\uninstall.exe" /S' in told
    assert rf'UninstallString    REG_SZ    "{PLACE}\uninstall.exe"' in told
    assert f"DisplayVersion    REG_SZ    {version()}" in told
    assert "Publisher    REG_SZ    Enable3" in told
    assert f"InstallLocation    REG_SZ    {PLACE}" in told
    assert windows.shortcuts() == ["Enable3 Kiosk.lnk"]


def test_setup_says_which_switch_is_wrong(windows: Windows, setup: Path) -> None:
    ended = windows.prefix.attempt([setup, "/S", "/AUTOSTART=yes"])

    assert ended.status == BAD_SWITCH
    assert "/AUTOSTART: allowed: 0, 1" in ended.text


def test_the_autostart_stays_as_it_was_until_a_switch_says_otherwise(windows: Windows, setup: Path) -> None:
    assert windows.setup(setup, "/WEBVIEW2=ignore", "/AUTOSTART=1") == 0
    assert rf'"{PLACE}\kioskw.exe" run' in windows.registry(RUN)
    assert windows.setup(setup, "/WEBVIEW2=ignore") == 0
    assert "Enable3Kiosk" in windows.registry(RUN)
    assert windows.setup(setup, "/WEBVIEW2=ignore", "/AUTOSTART=0") == 0
    assert "Enable3Kiosk" not in windows.registry(RUN)


def test_an_update_closes_the_kiosk_and_mixes_no_two_versions(
    windows: Windows, setup: Path, old: tuple[Path, Path], tmp_path: Path
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('language = "de"\n', encoding="utf-8")
    assert windows.setup(old[0], "/WEBVIEW2=ignore", f"/POLICY={windows_path(policy)}") == 0
    assert (windows.place / old_windows.STALE).is_file()
    with windows.running():
        assert windows.setup(setup, "/WEBVIEW2=ignore") == 0

    assert not (windows.place / old_windows.STALE).exists()
    assert windows.version() == f"kiosk {version()}"
    assert (windows.data / "policy.toml").read_text(encoding="utf-8") == 'language = "de"\n'


def test_removal_closes_the_kiosk_and_leaves_the_policy_alone(
    windows: Windows, old: tuple[Path, Path], tmp_path: Path
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('language = "de"\n', encoding="utf-8")
    assert windows.setup(old[0], "/WEBVIEW2=ignore", f"/POLICY={windows_path(policy)}", "/AUTOSTART=1") == 0
    with windows.running():
        windows.remove()

    assert not windows.place.exists()
    assert [path.name for path in windows.data.iterdir()] == ["policy.toml"]
    assert "nable3" not in windows.registry(UNINSTALL) + windows.registry(RUN)
    assert not windows.registry(OURS)
    assert windows.shortcuts() == []


def test_an_older_setup_rolls_back(windows: Windows, setup: Path, old: tuple[Path, Path]) -> None:
    assert windows.setup(setup, "/WEBVIEW2=ignore") == 0
    assert windows.setup(old[0], "/WEBVIEW2=ignore") == 0

    assert f"DisplayVersion    REG_SZ    {old_windows.VERSION}" in windows.registry(UNINSTALL)
    assert {path.name for path in (windows.place / "_internal").iterdir()} == {"stale.pyd"}


def test_an_update_goes_where_the_kiosk_is(windows: Windows, setup: Path, old: tuple[Path, Path]) -> None:
    other = windows.prefix.path(r"C:\Kiosk")
    assert windows.setup(old[0], "/WEBVIEW2=ignore", r"/D=C:\Kiosk") == 0
    assert windows.setup(setup, "/WEBVIEW2=ignore") == 0

    assert windows.asked(r"C:\Kiosk\kiosk.exe", "--version").strip() == f"kiosk {version()}"
    assert not windows.place.exists()
    windows.remove(r"C:\Kiosk")
    assert not other.exists()


def test_a_link_in_the_place_of_the_policys_folder_is_not_used(
    windows: Windows, old: tuple[Path, Path], tmp_path: Path
) -> None:
    """On Windows the link is put aside; wine moves what it points to, so that here the setup ends."""
    if windows.data.is_dir():
        windows.data.rmdir()
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    windows.data.symlink_to(theirs)
    policy = tmp_path / "ours.toml"
    policy.write_text("", encoding="utf-8")

    status = windows.setup(old[0], "/WEBVIEW2=ignore", f"/POLICY={windows_path(policy)}")
    windows.data.unlink()

    assert status == UNSAFE_FOLDER
    assert [*tmp_path.rglob("policy.toml"), *windows.data.parent.rglob("policy.toml")] == []
    assert not windows.place.exists()


# ── MSI ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_msi_without_the_runtime_installs_nothing(windows: Windows, msi: Path) -> None:
    assert windows.msi("/i", msi) == MSI_FAILED
    assert not windows.place.exists()


def test_the_msi_installs_and_takes_properties(windows: Windows, msi: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('brand = "Café"\n', encoding="utf-8")
    given = ("WEBVIEW2=ignore", "AUTOSTART=1", "BASEURL=https://api.example", f"POLICYFILE={windows_path(policy)}")

    assert windows.msi("/i", msi, *given) == 0

    assert windows.version() == f"kiosk {version()}"
    assert "KIOSK_BASE_URL    REG_SZ    https://api.example" in windows.registry(VARIABLES)
    assert "KIOSK_LANGUAGE" not in windows.registry(VARIABLES)
    assert rf'"{PLACE}\kioskw.exe" run' in windows.registry(RUN)
    assert windows.shortcuts() == ["Enable3 Kiosk.lnk"]
    assert (windows.data / "policy.toml").read_text(encoding="utf-8") == 'brand = "Café"\n'
    shown = windows.asked(rf"{PLACE}\kiosk.exe", "config", "show")
    assert "https://api.example  (environment: KIOSK_BASE_URL)" in shown
    assert "policy.toml:1)" in shown


def test_the_msi_with_a_policy_that_is_not_there_installs_nothing(windows: Windows, msi: Path) -> None:
    assert windows.msi("/i", msi, "WEBVIEW2=ignore", r"POLICYFILE=C:\none.toml") != 0
    assert "nable3" not in windows.registry(UNINSTALL)


def test_an_update_by_msi_is_one_product_and_remembers_its_properties(
    windows: Windows, msi: Path, old: tuple[Path, Path]
) -> None:
    assert windows.msi("/i", old[1], "WEBVIEW2=ignore", "AUTOSTART=1", "BASEURL=https://api.example") == 0
    with windows.running():
        assert windows.msi("/i", msi, "WEBVIEW2=ignore") == 0

    assert not (windows.place / old_windows.STALE).exists()
    assert windows.version() == f"kiosk {version()}"
    assert windows.registry(UNINSTALL).count("DisplayVersion") == 1
    assert "KIOSK_BASE_URL    REG_SZ    https://api.example" in windows.registry(VARIABLES)
    assert "Enable3Kiosk" in windows.registry(RUN)


def test_an_update_by_msi_goes_where_the_kiosk_is(windows: Windows, msi: Path, old: tuple[Path, Path]) -> None:
    other = windows.prefix.path(r"C:\Kiosk")
    assert windows.msi("/i", old[1], "WEBVIEW2=ignore", r"INSTALLDIR=C:\Kiosk") == 0
    assert windows.msi("/i", msi, "WEBVIEW2=ignore") == 0

    assert windows.asked(r"C:\Kiosk\kiosk.exe", "--version").strip() == f"kiosk {version()}"
    assert not windows.place.exists()
    assert windows.msi("/x", msi) == 0
    assert not other.exists()


def test_a_property_of_an_update_wins_and_a_dash_ends_what_was(
    windows: Windows, msi: Path, old: tuple[Path, Path]
) -> None:
    assert windows.msi("/i", old[1], "WEBVIEW2=ignore", "AUTOSTART=1", "BASEURL=https://old.example", "BRAND=Old") == 0

    assert windows.msi("/i", msi, "WEBVIEW2=ignore", "AUTOSTART=0", "BASEURL=https://new.example", "BRAND=-") == 0

    variables = windows.registry(VARIABLES)
    assert "KIOSK_BASE_URL    REG_SZ    https://new.example" in variables
    assert "KIOSK_BRAND" not in variables
    assert "Enable3Kiosk" not in windows.registry(RUN)


def test_an_older_msi_does_not_replace_a_newer_one(windows: Windows, msi: Path, old: tuple[Path, Path]) -> None:
    assert windows.msi("/i", msi, "WEBVIEW2=ignore") == 0
    assert windows.msi("/i", old[1], "WEBVIEW2=ignore") == MSI_FAILED
    assert windows.version() == f"kiosk {version()}"


def test_removal_of_the_msi_closes_the_kiosk_and_leaves_nothing_but_data(
    windows: Windows, old: tuple[Path, Path]
) -> None:
    assert windows.msi("/i", old[1], "WEBVIEW2=ignore", "AUTOSTART=1", "BASEURL=https://api.example") == 0
    with windows.running():
        assert windows.msi("/x", old[1]) == 0

    assert not windows.place.exists()
    assert windows.data.is_dir()
    assert "nable3" not in windows.registry(UNINSTALL) + windows.registry(RUN)
    assert not windows.registry(OURS)
    assert "KIOSK_" not in windows.registry(VARIABLES)
    assert windows.shortcuts() == []


def test_neither_installer_installs_over_the_other(windows: Windows, setup: Path, msi: Path) -> None:
    assert windows.setup(setup, "/WEBVIEW2=ignore") == 0
    assert windows.msi("/i", msi, "WEBVIEW2=ignore") == MSI_FAILED
    windows.remove()
    assert windows.msi("/i", msi, "WEBVIEW2=ignore") == 0
    assert windows.setup(setup, "/WEBVIEW2=ignore") == OTHER_INSTALLER


# ── signatures ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_executable_file_is_signed_by_us_or_by_its_maker(
    windows: Windows, setup: Path, trusted: Path | None
) -> None:
    assert windows.setup(setup, "/WEBVIEW2=ignore") == 0

    files = [path for path in sorted(windows.place.rglob("*")) if path.is_file() and signed_bundle.is_executable(path)]
    reports = {
        path.relative_to(windows.place).as_posix(): authenticode.inspect(path, trusted=trusted) for path in files
    }

    assert {"kiosk.exe", "kioskw.exe", "uninstall.exe", "_internal/python311.dll"} <= reports.keys()
    assert [name for name, report in reports.items() if not report.good and not signed_bundle.is_kept(report)] == []
    assert "O=Python Software Foundation" in reports["_internal/python311.dll"].subject


def test_one_flipped_byte_ends_a_signature(
    windows: Windows, setup: Path, msi: Path, trusted: Path | None, tmp_path: Path
) -> None:
    assert windows.setup(setup, "/WEBVIEW2=ignore") == 0
    for path in (setup, msi, windows.place / "kiosk.exe", windows.place / "uninstall.exe"):
        assert authenticode.inspect(path, trusted=trusted).good
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        broken = tmp_path / path.name
        broken.write_bytes(data)

        report = authenticode.inspect(broken, trusted=trusted)

        assert not report.digest, path
        assert not report.good, path


def test_whoever_trusts_nobody_does_not_trust_the_installers(setup: Path, msi: Path, trusted: Path | None) -> None:
    if trusted is None:
        pytest.skip("a real key signed: this system trusts it")
    assert not authenticode.inspect(setup, trusted=Path("/etc/ssl/certs/ca-certificates.crt")).chain
    assert not authenticode.inspect(msi, trusted=Path("/etc/ssl/certs/ca-certificates.crt")).chain
