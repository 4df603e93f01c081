"""kiosk(1) has every command, option, exit status and key that there is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import man
import pytest
import roff
from tree import version

from kiosk.config.schema import KEYS
from kiosk.errors import ExitStatus


@pytest.fixture(scope="module")
def page():
    return man.page()


@pytest.fixture(scope="module")
def shown(page, tmp_path_factory):
    """The page as man shows it, without bold."""
    if shutil.which("man") is None:
        pytest.skip("man-db: [dist] of packaging/dev/system-packages.txt")
    file = tmp_path_factory.mktemp("man") / "kiosk.1"
    file.write_text(page)
    command = ["man", "--warnings", "--local-file", "--encoding=UTF-8", "-Tutf8", str(file)]
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "MANWIDTH": "200"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stderr == ""
    return re.sub(".\b", "", done.stdout)


def test_man_shows_it_without_a_warning(shown):
    assert "shows a visitor's Enable3 widget full screen" in shown
    assert f"kiosk {version()}" in shown


@pytest.mark.parametrize(
    "command", ["run", "setup", "key set", "config show", "doctor", "api segment add", "outbox drop"]
)
def test_every_command_is_in_it(shown, command):
    assert f"\n   kiosk {command}\n" in shown


def test_what_a_release_does_not_have_is_not(shown):
    assert "kiosk sandbox" not in shown


def test_options_are_there_as_they_are_typed(shown):
    assert "--item-id UUID" in shown
    assert "--api-key-file FILE|-" in shown
    assert "kiosk outbox retry --all" in shown, "the example of a command"


def test_every_exit_status_and_every_key_is_told(shown):
    for status in ExitStatus:
        assert re.search(rf"^ {{7}}{status.value} +\S", shown, re.MULTILINE), status
    for key in KEYS.values():
        assert re.search(rf"^ {{7}}{key.name}\b", shown, re.MULTILINE), key.name


def test_its_files_are_whosever_home_it_is(shown):
    assert "~/.config/enable3-kiosk/config.toml" in shown
    assert "/etc/enable3-kiosk/policy.toml" in shown
    assert str(Path.home() / ".config") not in shown


def test_it_is_the_same_whoever_makes_it(page, monkeypatch):
    monkeypatch.setenv("HOME", "/somewhere")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/elsewhere")
    monkeypatch.setenv("COLUMNS", "20")

    assert man.page() == page
    assert os.environ["HOME"] == "/somewhere"


def test_text_stays_text():
    made = roff.Page("NAME", 1, "2026-01-01", "name 1", "Manual")
    made.text(".SH is no request here; 'nor is this; a\\nb - c")

    assert made.source().splitlines()[-1] == r"\&.SH is no request here; \(aqnor is this; a\enb \- c"
