"""The signed apt repository, asked by the machine's apt with folders of its own; trials/ has the rest."""

from __future__ import annotations

import re
import shutil
import subprocess

import apt_key
import apt_repository
import pytest
from tree import BuildError

from tests.build.trials import tampering
from tests.build.trials.own_apt import TEMPLATES, Apt
from tests.build.trials.small_deb import small_deb

NOW = 1_790_000_000

_TOOLS = ("apt-get", "apt-ftparchive", "dpkg-deb", "gpg", "gpgv")
needs_tools = pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in _TOOLS),
    reason=f"needs {', '.join(_TOOLS)} (system-packages.txt, [dist])",
)


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    folder = apt_key.throwaway(tmp_path_factory.mktemp("k"))
    yield folder
    apt_key.forget(folder)


@pytest.fixture
def apt(tmp_path):
    return Apt(tmp_path / "apt")


@pytest.fixture
def debs(tmp_path):
    return [small_deb(tmp_path, "enable3-kiosk", version) for version in ("0.0.9~", "0.1.0")]


@pytest.fixture
def repository(tmp_path, debs, key):
    new = small_deb(tmp_path, "enable3-kiosk", "0.2.0")
    return apt_repository.build(debs, early=[new], key=key, out=tmp_path / "repository")


@needs_tools
def test_apt_takes_the_packages_of_its_ring_from_the_signed_repository(apt, repository):
    for ring, newest in (("stable", "0.1.0"), ("early", "0.2.0")):
        apt.source(repository, repository / apt_repository.KEYRING, ring=ring)
        assert apt("update")[0] == 0
        assert apt("download", "enable3-kiosk")[0] == 0
        assert (apt.folder / f"enable3-kiosk_{newest}_amd64.deb").is_file()


@needs_tools
@pytest.mark.parametrize("how", sorted(tampering.WAYS))
def test_apt_refuses_a_repository_that_somebody_changed(apt, repository, tmp_path, how):
    way = tampering.WAYS[how]
    keyring = tmp_path / "trusted.pgp"
    shutil.copyfile(repository / apt_repository.KEYRING, keyring)
    way.tamper(repository)
    apt.source(repository, keyring)
    updated, said = apt("update")
    downloaded, more = apt("download", "enable3-kiosk")
    assert updated or downloaded
    assert re.search(way.message, said + more)
    assert not list(apt.folder.glob("*.deb"))


@needs_tools
def test_a_repository_that_is_too_old_is_refused(apt, debs, key, tmp_path):
    old = apt_repository.build(debs, key=key, out=tmp_path / "old", now=1_600_000_000)
    apt.source(old, old / apt_repository.KEYRING)
    status, said = apt("update")
    assert status != 0
    assert "Release file for" in said
    assert "is expired" in said


@needs_tools
def test_while_a_key_is_replaced_terminals_with_either_one_update(apt, debs, key, tmp_path):
    home = apt_key.throwaway(tmp_path / "second")
    try:
        secret = ["gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", ""]
        old = (key / "fingerprint").read_text().strip()
        moved = subprocess.run(
            [*secret, "--homedir", str(key), "--export-secret-keys", old], capture_output=True, check=True
        )
        subprocess.run(
            [*secret, "--homedir", str(home), "--import"], input=moved.stdout, capture_output=True, check=True
        )
        both = apt_key.Signer([old, (home / "fingerprint").read_text().strip()], home)
        made = apt_repository.build(debs, key=key, out=tmp_path / "rotating")
        for ring in apt_repository.RINGS:
            both.sign(made / "dists" / ring / "Release")
        for fingerprint in both.fingerprints:
            apt_key.Signer([fingerprint], home).export(tmp_path / f"{fingerprint}.pgp")
            apt.source(made, tmp_path / f"{fingerprint}.pgp")
            status, said = apt("update")
            assert status == 0, said
            assert "NO_PUBKEY" not in said
    finally:
        apt_key.forget(home)


@needs_tools
def test_the_primary_key_can_be_offline(apt, debs, key, tmp_path):
    fingerprint = (key / "fingerprint").read_text().strip()
    secret = ["gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", ""]
    publishing = tmp_path / "p"
    publishing.mkdir(mode=0o700)
    subprocess.run([*secret, "--homedir", key, "--quick-add-key", fingerprint, "ed25519", "sign", "7d"], check=True)
    exported = subprocess.run(
        [*secret, "--homedir", key, "--export-secret-subkeys", fingerprint], capture_output=True, check=True
    )
    try:
        subprocess.run([*secret, "--homedir", publishing, "--import"], input=exported.stdout, check=True)
        (publishing / "fingerprint").write_text(fingerprint)
        made = apt_repository.build(debs, key=publishing, out=tmp_path / "out")
    finally:
        apt_key.forget(publishing)
    apt.source(made, made / apt_repository.KEYRING)
    assert apt("update")[0] == 0


@needs_tools
def test_made_twice_it_differs_in_the_signatures_alone(debs, key, tmp_path):
    made = [apt_repository.build(order, key=key, out=tmp_path / f"{len(order[0].name)}{i}", now=NOW)
            for i, order in enumerate((debs, debs[::-1]))]  # fmt: skip
    first, second = (
        {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()} for out in made
    )
    assert first.keys() == second.keys()
    differing = {path.name for path in first if first[path] != second[path]}
    assert differing <= {"InRelease", "Release.gpg"}


@needs_tools
def test_one_version_of_a_package_is_one_file(debs, key, tmp_path):
    with pytest.raises(BuildError, match="given twice"):
        apt_repository.build([*debs, debs[0]], key=key, out=tmp_path / "out")


@needs_tools
def test_terminals_are_given_the_address_of_the_repository(debs, key, tmp_path, monkeypatch):
    monkeypatch.setenv("KIOSK_APT_URL", "https://apt.venue.example/kiosk")
    made = apt_repository.build(debs, key=key, out=tmp_path / "out")
    assert "\nURIs: https://apt.venue.example/kiosk\n" in (made / "enable3-kiosk.sources").read_text()
    monkeypatch.setenv("KIOSK_APT_URL", "https://apt.venue.example/a\nTrusted: yes")
    with pytest.raises(BuildError, match="no address"):
        apt_repository.build(debs, key=key, out=tmp_path / "out")


def test_a_key_is_named_by_its_whole_fingerprint():
    with pytest.raises(BuildError, match="no whole fingerprint"):
        apt_key.signer("DEADBEEF")


def test_a_release_says_until_when_it_holds_and_that_indices_are_had_by_hash():
    text = apt_repository.release_text("early", {"main/binary-amd64/Packages": b"x"}, NOW)
    assert "Date: Mon, 21 Sep 2026 14:13:20 UTC\nValid-Until: Wed, 21 Oct 2026 14:13:20 UTC\n" in text
    assert "\nAcquire-By-Hash: yes\n" in text
    assert "\nSuite: early\n" in text
    assert text.endswith(
        "\nSHA256:\n 2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881 1 main/binary-amd64/Packages\n"
    )


def test_what_terminals_are_given_names_the_origin_and_the_keyring_that_the_repository_has():
    files = {path.name: path.read_text() for path in TEMPLATES.iterdir()}
    assert f"Pin: release o={apt_repository.ORIGIN}\n" in files["enable3-kiosk.pref"]
    assert f'"origin={apt_repository.ORIGIN},' in files["52enable3-kiosk-unattended-upgrades"]
    assert f"/{apt_repository.KEYRING}\n" in files["enable3-kiosk.sources"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_updates_are_fetched_then_installed_then_restarted_for_in_that_order():
    def reads(name: str) -> str:
        text = (TEMPLATES / name).read_text()
        found = re.findall(r"^(OnCalendar|RandomizedDelaySec|Persistent)=(.*)$", text, re.MULTILINE)
        assert found[0] == ("OnCalendar", ""), "what Debian has there would count, too"
        rest = dict(found[1:])
        assert rest["Persistent"] == "false"
        for what, value in (("calendar", rest["OnCalendar"]), ("timespan", rest["RandomizedDelaySec"])):
            subprocess.run(["systemd-analyze", what, value], check=True, capture_output=True)
        assert rest["RandomizedDelaySec"] == "30min"
        return rest["OnCalendar"].partition(" ")[2]

    text = (TEMPLATES / "52enable3-kiosk-unattended-upgrades").read_text()
    restart = re.search(r'Automatic-Reboot-Time "(.*)"', text)[1]
    assert [reads("enable3-kiosk-lists.conf"), reads("enable3-kiosk-window.conf"), restart] == [
        "03:00",
        "04:00",
        "05:00",
    ]
