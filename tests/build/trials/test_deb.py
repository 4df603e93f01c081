"""The Debian packages as files, and their life on a machine: what dpkg, systemd and the package's scripts really do."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from deb_control import PACKAGES
from icons import HICOLOR
from tree import ROOT, version

if TYPE_CHECKING:
    from collections.abc import Callable

    from deb_control import Package

HERE = Path(__file__).parent
SKIPPED = 77  # as-account-with-systemd: this machine does not let us


def run(*command: str | Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, env=env)


def check(*command: str | Path) -> str:
    done = run(*command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module", params=PACKAGES.values(), ids=lambda package: package.name)
def package(request: pytest.FixtureRequest) -> Package:
    made: Package = request.param
    return made


@pytest.fixture(scope="module")
def deb(package: Package, artefact: Callable[[str], Path]) -> Path:
    return artefact(f"{package.name}_{version()}_amd64.deb")


@pytest.fixture(scope="module")
def installed(deb: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's files, in a folder."""
    folder = tmp_path_factory.mktemp("installed")
    check("dpkg-deb", "--extract", deb, folder)
    return folder


@pytest.fixture(scope="module")
def listing(deb: Path) -> dict[str, tuple[str, str]]:
    """By path: rights and owner, as the package has them."""
    lines = check("dpkg-deb", "--contents", deb).splitlines()
    found = (re.fullmatch(r"(\S+) (\S+) +\d+ \S+ \S+ \./(.*?)(?: -> .*)?", line) for line in lines)
    return {match[3]: (match[1], match[2]) for match in found if match}


# ── as files ──


def test_lintian_finds_nothing_that_has_no_written_reason(deb: Path):
    check("lintian", "--fail-on", "error,warning", "--tag-display-limit", "0", deb)


@pytest.mark.parametrize("flavour", PACKAGES)
def test_every_override_of_lintian_follows_its_reason(flavour: str):
    lines = (ROOT / f"packaging/linux/deb/lintian-overrides.{flavour}").read_text().splitlines()

    for before, line in zip(["", *lines], lines, strict=False):
        assert line.startswith("#") or before.startswith("#"), line


def test_root_owns_everything_and_nobody_else_may_write(listing: dict[str, tuple[str, str]]):
    assert {owner for _, owner in listing.values()} == {"root/root"}
    assert {rights for rights, _ in listing.values()} <= {"drwxr-xr-x", "-rwxr-xr-x", "-rw-r--r--", "lrwxrwxrwx"}


def test_the_policys_folder_has_the_rights_that_the_kiosk_asks_for(listing: dict[str, tuple[str, str]]):
    assert listing["etc/enable3-kiosk/"][0] == "drwxr-xr-x"
    assert listing["etc/enable3-kiosk/policy.toml.example"][0] == "-rw-r--r--"
    assert "etc/enable3-kiosk/policy.toml" not in listing


def test_the_example_of_a_policy_is_the_one_conffile(deb: Path):
    assert check("dpkg-deb", "--info", deb, "conffiles") == "/etc/enable3-kiosk/policy.toml.example\n"


def test_control_is_of_this_version_and_names_the_engine(deb: Path, package: Package):
    fields = check("dpkg-deb", "--field", deb, "Package", "Version", "Depends", "Recommends")

    assert f"Package: {package.name}\nVersion: {version()}\n" in fields
    wanted = ("gir1.2-webkit2-4.1", "bubblewrap") if package.engine == "webkitgtk" else ("libegl1", "libxcb-cursor0")
    for name in wanted:
        assert re.search(rf"[ ,]{re.escape(name)}[ ,\n]", fields), name
    assert "libwebkit2gtk" not in fields


def test_the_program_starts_by_its_link(installed: Path):
    assert check(installed / "usr/bin/kiosk", "--version") == f"kiosk {version()}\n"


def test_the_validators_take_entry_and_metainfo(installed: Path):
    check("desktop-file-validate", installed / "usr/share/applications/com.enable3.kiosk.desktop")
    metainfo = installed / "usr/share/metainfo/com.enable3.kiosk.metainfo.xml"
    check("appstreamcli", "validate", "--no-net", "--pedantic", metainfo)
    assert f'<release version="{version()}"' in metainfo.read_text()


def test_there_is_an_icon_of_every_size(installed: Path):
    for size in HICOLOR:
        png = installed / f"usr/share/icons/hicolor/{size}x{size}/apps/com.enable3.kiosk.png"
        assert int.from_bytes(png.read_bytes()[16:20], "big") == size  # IHDR's width


def test_man_shows_the_page_without_a_complaint(installed: Path):
    page = installed / "usr/share/man/man1/kiosk.1.gz"
    done = run(
        "man", "--warnings", "--local-file", page, env={"LC_ALL": "C.UTF-8", "MANWIDTH": "100", "PATH": "/usr/bin:/bin"}
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "kiosk doctor" in done.stdout


@pytest.mark.parametrize(
    ("shell", "place"),
    [
        ("bash", "bash-completion/completions/kiosk"),
        ("zsh", "zsh/vendor-completions/_kiosk"),
        ("fish", "fish/vendor_completions.d/kiosk.fish"),
    ],
)
def test_shells_read_their_completions(shell: str, place: str, installed: Path):
    code = installed / "usr/share" / place
    assert "kiosk" in code.read_text()
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")
    check(shell, "--no-execute" if shell == "fish" else "-n", code)


def test_the_kit_in_the_package_is_the_kit(installed: Path):
    kit = installed / "usr/share/enable3-kiosk/lockdown"
    assert check("diff", "--recursive", "--brief", ROOT / "packaging/linux/lockdown", kit) == ""
    assert "usage: install.sh" in check(kit / "install.sh", "--help")


# ── its life: as root, on a copy of this machine ──

life_as_root = pytest.mark.as_root
slow = pytest.mark.timeout(400)  # one life takes 15 s to a minute


@pytest.fixture(scope="module")
def life(deb: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What happened, by name: see deb-life."""
    folder = tmp_path_factory.mktemp("life")
    root, newer, told = folder / "root", folder / "newer.deb", folder / "told"
    told.mkdir()
    check("dpkg-deb", "--raw-extract", deb, root)
    control = root / "DEBIAN/control"
    control.write_text(control.read_text().replace(f"Version: {version()}\n", f"Version: {version()}+newer\n"))
    check("dpkg-deb", "--root-owner-group", "-Znone", "--build", root, newer)
    shutil.rmtree(root)
    done = run(HERE / "as-account-with-systemd", HERE / "deb-life", deb, newer, told)
    if done.returncode == SKIPPED:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_text() for path in told.iterdir()}


@life_as_root
@slow
def test_all_that_was_waited_for_came(life: dict[str, str]):
    assert life["problems"] == ""


@life_as_root
@slow
def test_installing_enables_it_for_nobody(life: dict[str, str]):
    assert life["install"].endswith("status 0\n")
    assert life["enabled"] == "disabled\nstatus 1\n"
    assert life["rights"].startswith("root root 755 /etc/enable3-kiosk\nroot root 644 ")


@life_as_root
@slow
def test_the_policy_counts(life: dict[str, str]):
    assert re.search(r"^brand .*Harbour Arcade", life["config"], re.MULTILINE)


@life_as_root
@slow
def test_the_engine_and_its_sandbox_live_with_what_the_unit_forbids(life: dict[str, str], package: Package):
    assert re.search(rf"^ok +engine +{package.engine}", life["doctor"], re.MULTILINE)
    assert re.search(r"^ok +lockdown +all \d+ restrictions are enforced", life["doctor"], re.MULTILINE)
    assert re.search(r"enforced +engine-sandbox", life["doctor"])


@life_as_root
@slow
def test_a_killed_kiosk_comes_back(life: dict[str, str]):
    assert life["killed"] == "NRestarts=1\nstatus 0\n"


@life_as_root
@slow
@pytest.mark.parametrize(
    ("status", "state"), [(2, "failed"), (3, "auto-restart"), (7, "failed"), (8, "failed"), (23, "dead")]
)
def test_the_unit_knows_what_a_status_means(status: int, state: str, life: dict[str, str]):
    assert life[f"ended-{status}"] == f"{state}\nstatus 0\n"


@life_as_root
@slow
def test_an_upgrade_closes_the_kiosk_and_starts_it_again(life: dict[str, str], package: Package):
    said = life["upgrade"]
    assert said.index("closing the kiosk of the account trial") < said.index("Unpacking")
    assert said.index("Setting up") < said.index("starting the kiosk again")
    assert "of the old version" not in said
    assert f"engine      {package.engine}" in life["running"]


@life_as_root
@slow
def test_an_upgrade_does_the_same_with_the_kits_session(life: dict[str, str]):
    orders = [line for line in life["sessions"].splitlines() if "enable3-kiosk@" in line]

    assert orders == ["stop enable3-kiosk@1.service", "--no-block start enable3-kiosk@1.service"]


@life_as_root
@slow
def test_an_upgrade_keeps_policy_pin_and_outbox(life: dict[str, str]):
    assert life["policy"] == 'brand = "Harbour Arcade"\nstatus 0\n'
    assert life["tried-pin"].endswith("status 0\n")
    assert '"pending": 1' in life["outbox"]


@life_as_root
@slow
def test_a_kiosk_that_systemd_does_not_know_is_named(life: dict[str, str]):
    assert re.search(r"kiosk of the account trial \(process \d+\) is of the old version", life["by-hand"])


@life_as_root
@slow
def test_removal_closes_the_kiosk_and_leaves_the_configuration(life: dict[str, str]):
    assert "closing the kiosk of the account trial" in life["remove"]
    assert "/etc/enable3-kiosk/policy.toml\n" in life["after-remove"]
    assert "/usr/" not in "".join(line for line in life["after-remove"].splitlines() if not line.startswith("find:"))


@life_as_root
@slow
def test_purging_takes_the_policy_and_says_what_stays(life: dict[str, str]):
    said = life["purge"]
    assert life["after-purge"] == "/etc/enable3-kiosk/own.pem\nstatus 0\n"
    assert re.search(r"rm -r \S+/\.local/share/enable3-kiosk .*# of trial", said)
    assert "API keys stay" in said
    assert life["data-before"] == life["data-after"]
    assert "operator-pin" in life["data-after"]
