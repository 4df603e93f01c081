"""The Debian packages' templates against the code, and what makes the packages of them."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from configparser import ConfigParser
from pathlib import Path

import deb
import deb_contents
import deb_control
import deb_copyright
import deb_depends
import icons
import policy_example
import pytest
from tree import ROOT, BuildError, version

from kiosk import paths
from kiosk.config.schema import KEYS
from kiosk.config.sources import Source, Survey, read_toml
from kiosk.errors import ExitStatus

TEMPLATES = ROOT / "packaging" / "linux" / "deb"
KIT = ROOT / "packaging" / "linux" / "lockdown"
SHELL_SCRIPTS = ("running-kiosks", *deb_control.SCRIPTS)


def need(tool):
    if shutil.which(tool) is None:
        pytest.skip(f"there is no {tool}")


def check(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def settings_of(unit):
    """The settings of a unit, by name; a name that is there twice has the last value."""
    lines = unit.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"\w+=", line))


def statuses(value):
    return {ExitStatus(int(number)) for number in value.split()}


# ── the unit ──


def test_the_unit_starts_no_kiosk_again_that_a_restart_would_not_help():
    settings = settings_of(TEMPLATES / "enable3-kiosk.service")

    assert settings["Restart"] == "always"
    assert statuses(settings["RestartPreventExitStatus"]) == {
        ExitStatus.USAGE,
        ExitStatus.LOCKDOWN,
        ExitStatus.ALREADY_RUNNING,
        ExitStatus.OPERATOR_EXIT,
    }
    assert statuses(settings["SuccessExitStatus"]) == {ExitStatus.OPERATOR_EXIT}


def test_the_unit_is_of_the_type_that_the_program_is():
    """No line of the kiosk tells systemd that it is ready or alive; once one does, the unit must wait for it."""
    notifies = any("NOTIFY_SOCKET" in path.read_text() for path in (ROOT / "kiosk").rglob("*.py"))

    settings = settings_of(TEMPLATES / "enable3-kiosk.service")
    assert settings["Type"] == ("notify" if notifies else "exec")
    assert ("WatchdogSec" in settings) is notifies


def test_systemd_takes_the_unit(tmp_path, monkeypatch):
    need("systemd-analyze")
    unit = tmp_path / "enable3-kiosk.service"
    text = (TEMPLATES / unit.name).read_text()
    unit.write_text(text.replace("/usr/bin/kiosk", "/bin/true"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))

    check("systemd-analyze", "verify", "--user", "--man=no", unit)


def test_no_account_gets_the_kiosk_by_itself():
    rules = [line for line in (TEMPLATES / "enable3-kiosk.preset").read_text().splitlines() if line[:1] != "#"]

    assert rules == ["disable enable3-kiosk.service"]


# ── the policy's example ──


def test_the_example_of_a_policy_is_that_of_the_keys():
    assert (TEMPLATES / "policy.toml.example").read_text() == policy_example.example()


def test_the_example_sets_nothing_and_names_every_key():
    text = (TEMPLATES / "policy.toml.example").read_text()

    assert tomllib.loads(text) == {}
    assert re.findall(r"^#(\w+) = ", text, re.MULTILINE) == list(KEYS)


@pytest.mark.parametrize("package", deb_control.PACKAGES.values(), ids=lambda package: package.name)
def test_every_line_of_the_example_is_right_once_it_counts(package):
    text = (TEMPLATES / "policy.toml.example").read_text().replace("@ENGINE@", package.engine)
    survey = Survey()
    read_toml(survey, re.sub(r"^#(\w+ = )", r"\1", text, flags=re.MULTILINE).encode(), "policy.toml", Source.POLICY)

    assert survey.problems == []
    assert {setting.source for setting in survey.settings.values()} == {Source.POLICY}


# ── what desktops and shops of programs read ──


def test_the_desktop_takes_the_entries(tmp_path):
    need("desktop-file-validate")
    autostart = tmp_path / "autostart.desktop"
    shutil.copyfile(TEMPLATES / "autostart.desktop", autostart)

    check("desktop-file-validate", TEMPLATES / "com.enable3.kiosk.desktop", autostart)


def test_appstream_takes_the_metainfo(tmp_path):
    need("appstreamcli")
    name = "com.enable3.kiosk.metainfo.xml"
    filled = (TEMPLATES / name).read_text().replace("@VERSION@", version()).replace("@DATE@", "2026-11-24")
    (tmp_path / name).write_text(filled)

    check("appstreamcli", "validate", "--no-net", "--pedantic", tmp_path / name)


def test_one_name_joins_entry_metainfo_and_icon():
    entry = ConfigParser(interpolation=None)
    entry.read(TEMPLATES / f"{icons.NAME}.desktop")
    metainfo = (TEMPLATES / f"{icons.NAME}.metainfo.xml").read_text()

    assert entry["Desktop Entry"]["Icon"] == icons.NAME
    assert f"<id>{icons.NAME}</id>" in metainfo
    assert f">{icons.NAME}.desktop</launchable>" in metainfo


# ── scripts ──


@pytest.mark.parametrize("name", SHELL_SCRIPTS)
def test_scripts_are_clean(name):
    need("shellcheck")
    check("shellcheck", "--shell=dash", TEMPLATES / name)


def test_scripts_know_the_kit_and_the_program_by_their_names():
    kiosks = (TEMPLATES / "running-kiosks").read_text()
    kept = re.search(r"^readonly kept=(\S+)$", (KIT / "install.sh").read_text(), re.MULTILINE)

    assert f"program=/{deb_contents.PROGRAM}/kiosk\n" in kiosks
    assert (KIT / "common/etc/systemd/system/enable3-kiosk@.service").exists()
    assert "'enable3-kiosk@*.service'" in kiosks
    assert kept is not None
    assert kept[1] in (TEMPLATES / "prerm").read_text()


def test_purging_names_every_folder_that_an_account_has(monkeypatch):
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", "/home/kiosk")
    files = (paths.user_config_file(), paths.data_dir(), paths.log_file(), paths.lock_file())
    folders = {path.relative_to("/home/kiosk").parts[: path.parts.index(paths.NAME) - 2] for path in files}

    script = (TEMPLATES / "postrm").read_text()
    named = re.search(r"for folder in (.*); do", script)
    assert named is not None
    assert set(named[1].split()) == {str(Path(*parts)) for parts in folders}
    assert f"config={paths.policy_file().parent}\n" in script


# ── the package ──


def test_the_newest_change_is_of_this_version():
    assert (TEMPLATES / "changelog").read_text().startswith(f"enable3-kiosk ({version()}) ")


def test_either_package_takes_the_others_place():
    webkit, qt = deb_control.PACKAGES["linux-webkitgtk"], deb_control.PACKAGES["linux-qt"]
    control = deb_control.control(qt, ["libc6 (>= 2.36)"], size=1024)

    assert (webkit.conflicts, qt.conflicts) == (qt.name, webkit.name)
    assert f"Provides: enable3-kiosk (= {version()})\n" in control
    assert "Conflicts: enable3-kiosk\nReplaces: enable3-kiosk\n" in control
    assert "Depends: ca-certificates, libc6 (>= 2.36)\n" in control


def test_the_webkit_package_depends_on_the_engine_and_its_sandbox():
    depends = deb_control.control(deb_control.PACKAGES["linux-webkitgtk"], [], size=1)

    for package in ("gir1.2-gtk-3.0", "gir1.2-webkit2-4.1", "bubblewrap", "xdg-dbus-proxy"):
        assert package in depends


@pytest.fixture
def library(tmp_path):
    """A bundle whose one program links to a library of its own, and to the system's that it calls nothing of."""
    need("dpkg-shlibdeps")
    folder = tmp_path / "usr/lib/enable3-kiosk"
    (tmp_path / "DEBIAN").mkdir()
    folder.mkdir(parents=True)
    shutil.copyfile(Path("/bin/true").resolve(), folder / "kiosk")
    return folder


def test_what_a_program_links_to_is_computed_with_versions(library):
    assert any(package.startswith("libc6 (>= ") for package in deb_depends.needed(library))


def test_a_library_that_nothing_is_called_of_is_needed_too(library, monkeypatch):
    monkeypatch.setattr(deb_depends, "_foreign", lambda _files: ["libm.so.6", "libz.so.1"])

    needed = deb_depends.needed(library)
    assert "zlib1g" in needed
    assert len([package for package in needed if package.startswith("libc6")]) == 1


def test_a_library_that_no_package_has_is_named(library, monkeypatch):
    monkeypatch.setattr(deb_depends, "_foreign", lambda _files: ["libnobodys.so.7"])

    with pytest.raises(BuildError, match=r"libnobodys\.so\.7"):
        deb_depends.needed(library)


NOTICES = """\
Some words at the beginning.

Python packages
---------------

alpha 1.0
    licence: MIT OR Apache-2.0
    texts: licences/alpha-1.0/
    files: _internal/alpha/a.so
        _internal/alpha/b.so

beta 2.0
    licence: Apache Software License
    home: https://example.com/
    texts: licences/beta-2.0/
"""


@pytest.fixture
def notices(tmp_path):
    (tmp_path / "_internal/licences/alpha-1.0").mkdir(parents=True)
    text = "MIT\n\nCopyright (c) 2020-2024 A. Nother\nThe above copyright notice\n"
    (tmp_path / "_internal/licences/alpha-1.0/LICENSE").write_text(text)
    (tmp_path / "_internal/licences/alpha-1.0/LGPL").write_text("Copyright (C) 1991 Free Software Foundation, Inc.\n")
    (tmp_path / "_internal/THIRD-PARTY-NOTICES.txt").write_text(NOTICES)
    return tmp_path


def test_the_copyright_names_each_file_of_others_with_who_and_under_what(notices):
    assert (
        "Files:\n usr/lib/enable3-kiosk/_internal/alpha/a.so\n usr/lib/enable3-kiosk/_internal/alpha/b.so\n"
        "Copyright:\n Copyright (c) 2020-2024 A. Nother\nLicense: MIT or Apache-2.0\n"
    ) in deb_copyright.copyright_text(notices)


def test_the_copyright_names_what_is_inside_the_executable(notices):
    text = deb_copyright.copyright_text(notices)

    assert "License: Apache-Software-License, and MIT or Apache-2.0\nComment:" in text
    assert " alpha 1.0: licences/alpha-1.0/\n beta 2.0: licences/beta-2.0/\n" in text
    assert re.findall(r"^License: (\S+)\n ", text, re.MULTILINE) == [
        "enable3-proprietary",
        "Apache-2.0",
        "Apache-Software-License",
        "MIT",
    ]


def test_no_package_is_made_without_the_notices_of_others(notices):
    path = notices / "_internal/THIRD-PARTY-NOTICES.txt"
    path.write_text("Nothing.\n")
    with pytest.raises(BuildError, match="names no part"):
        deb_copyright.copyright_text(notices)
    path.unlink()
    with pytest.raises(BuildError, match="make the bundle anew"):
        deb_copyright.copyright_text(notices)


def test_the_guides_of_the_package_are_there_and_so_is_what_its_units_name():
    for name in deb_contents.GUIDES:
        assert (ROOT / "docs" / f"{name}.md").is_file()
    units = [TEMPLATES / "enable3-kiosk.service", KIT / "common/etc/systemd/system/enable3-kiosk@.service"]
    for unit in units:
        for name in re.findall(rf"file:///{deb_contents.DOCS}/(\S+)\.md", unit.read_text()):
            assert name in deb_contents.GUIDES


def test_what_is_no_bundle_or_no_flavour_is_refused(tmp_path):
    with pytest.raises(BuildError, match="is no bundle"):
        deb.build("linux-qt", tmp_path, out=tmp_path)
    with pytest.raises(BuildError, match="windows: no package"):
        deb.build("windows", tmp_path, out=tmp_path)


@pytest.fixture
def tree(tmp_path):
    """The beginnings of a package, with rights that a careless umask gave it."""
    root = tmp_path / "root"
    (root / "DEBIAN").mkdir(parents=True)
    (root / "etc/enable3-kiosk").mkdir(parents=True, mode=0o700)
    (root / "etc/enable3-kiosk/policy.toml.example").write_text("# nothing\n")
    (root / "usr/share").mkdir(parents=True)
    (root / "usr/share/run").write_text("#!/bin/sh\n")
    (root / "usr/share/run").chmod(0o600)
    (root / "usr/share/link").symlink_to("run")
    return root


def test_rights_and_times_are_the_packages_own(tree):
    deb_control.settle(tree, epoch=1_700_000_000)

    modes = {str(path.relative_to(tree)): path.stat().st_mode & 0o7777 for path in tree.rglob("*")}
    assert modes["etc/enable3-kiosk"] == 0o755
    assert modes["etc/enable3-kiosk/policy.toml.example"] == 0o644
    assert modes["usr/share/run"] == 0o755
    assert {path.lstat().st_mtime for path in tree.rglob("*")} == {1_700_000_000}


def test_two_packages_of_one_tree_are_the_same(tree, tmp_path):
    need("dpkg-deb")
    deb_control.write(deb_control.PACKAGES["linux-qt"], tree, ["libc6"])
    made = []
    for name, epoch in (("a", 1_700_000_000), ("b", 1_700_000_000), ("c", 1_700_000_001)):
        deb_control.settle(tree, epoch=epoch)
        deb_control.pack(tree, tmp_path / f"{name}.deb", epoch=epoch)
        made.append((tmp_path / f"{name}.deb").read_bytes())

    assert made[0] == made[1] != made[2]
    assert (tree / "DEBIAN/conffiles").read_text() == "/etc/enable3-kiosk/policy.toml.example\n"
    sums = (tree / "DEBIAN/md5sums").read_text()
    assert "  usr/share/run\n" in sums
    assert "DEBIAN" not in sums
