"""Where files are, on each system."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kiosk import paths


@pytest.mark.parametrize(
    ("system", "place"),
    [
        ("linux", "/etc/enable3-kiosk/policy.toml"),
        ("darwin", "/Library/Application Support/enable3-kiosk/policy.toml"),
        ("win32", "/data/enable3-kiosk/policy.toml"),
    ],
)
def test_the_policy_is_where_only_an_administrator_can_write(system: str, place: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setenv("PROGRAMDATA", "/data")

    assert paths.policy_file() == Path(place)


@pytest.mark.skipif(sys.platform != "linux", reason="the places on Linux")
def test_the_accounts_own_files_follow_the_xdg_rules(monkeypatch: pytest.MonkeyPatch):
    assert paths.user_config_file() == Path.home() / ".config/enable3-kiosk/config.toml"
    assert paths.log_file() == Path.home() / ".local/state/enable3-kiosk/log/kiosk.log"

    monkeypatch.setenv("XDG_CONFIG_HOME", "/elsewhere")
    assert paths.user_config_file() == Path("/elsewhere/enable3-kiosk/config.toml")
