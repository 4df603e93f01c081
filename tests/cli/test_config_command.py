"""`kiosk config show | check | path`."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from kiosk.config.schema import KEYS

if TYPE_CHECKING:
    from .conftest import CommandLine


def test_show_names_every_key_its_value_and_where_it_comes_from(kiosk: CommandLine):
    kiosk.places.user.write_text('language = "de"\nallow = ["https://a.example"]\nwindowed = true\n')
    kiosk.places = dataclasses.replace(kiosk.places, environ={"KIOSK_SCREEN": "2"})

    assert kiosk.run("config", "show", "--base-url", "https://gw.example") == 0

    lines = {line.split(" = ")[0].strip(): line.split(" = ")[1] for line in kiosk.out.splitlines()}
    assert list(lines) == list(KEYS)
    assert lines["base_url"] == "https://gw.example  (flag: --base-url)"
    assert lines["language"] == f"de  (file: {kiosk.places.user}:1)"
    assert lines["allow"] == f"https://a.example  (file: {kiosk.places.user}:2)"
    assert lines["windowed"] == f"true  (file: {kiosk.places.user}:3)"
    assert lines["screen"] == "2  (environment: KIOSK_SCREEN)"
    assert lines["sdk_url"] == "-  (default)"


def test_show_as_json_has_plain_values(kiosk: CommandLine, tmp_path):
    (tmp_path / "ca.pem").touch()
    kiosk.places = dataclasses.replace(kiosk.places, environ={"KIOSK_CA_FILE": str(tmp_path / "ca.pem")})

    assert kiosk.run("config", "show", "--json") == 0

    data = json.loads(kiosk.out)
    expected = {"value": str(tmp_path / "ca.pem"), "source": "environment", "where": "KIOSK_CA_FILE"}
    assert data["settings"]["ca_file"] == expected
    assert data["settings"]["allow"] == {"value": [], "source": "default", "where": ""}
    assert data["problems"] == []


def test_check_lists_everything_that_is_wrong_and_ends_with_3(kiosk: CommandLine):
    kiosk.places.user.write_text('scren = 1\nauth = "jwt"\napi_key = "hunter2"\n')

    assert kiosk.run("config", "check") == 3
    for text in (
        ":1: scren: is not a key; did you mean screen?",
        ":2: auth: jwt needs",
        ":3: api_key: secrets are not",
    ):
        assert f"{kiosk.places.user}{text}" in kiosk.out
    assert "hunter2" not in kiosk.out
    assert kiosk.run("config", "check", "--json") == 3
    assert [problem["key"] for problem in json.loads(kiosk.out)["problems"]] == ["scren", "api_key", "auth"]


def test_check_says_that_all_is_well(kiosk: CommandLine):
    kiosk.places.user.write_text("screen = 1\n")

    assert kiosk.run("config", "check") == 0
    assert kiosk.out == "the configuration is in order; keys that are set: 1\n"


def test_path_shows_the_files_and_whether_they_are_there(kiosk: CommandLine):
    kiosk.places.user.touch()

    assert kiosk.run("config", "path", "--json") == 0

    data = json.loads(kiosk.out)
    assert data["configuration"] == {"path": str(kiosk.places.user), "exists": True}
    assert data["policy"] == {"path": str(kiosk.places.policy), "exists": False}
    assert data["log"]["path"].endswith("kiosk.log")
    assert kiosk.run("config", "path") == 0
    assert f"{kiosk.places.policy}  (not there)" in kiosk.out


def test_a_wrong_configuration_stops_other_commands_with_3(kiosk: CommandLine):
    kiosk.places.user.write_text("screen = -1\n")

    assert kiosk.run("api", "balance", "--user", "u") == 3
    assert kiosk.err.startswith(
        f"kiosk: {kiosk.places.user}:1: screen: is out of range\n  what to do: allowed: 0 to 15"
    )
    assert not kiosk.api.calls


def test_show_prints_a_pattern_as_it_was_written(kiosk: CommandLine):
    kiosk.places.user.write_text("user_pattern = '[A-Z]{2}\\d{6}'\n")

    assert kiosk.run("config", "show") == 0
    assert f"= [A-Z]{{2}}\\d{{6}}  (file: {kiosk.places.user}:1)" in kiosk.out
    assert kiosk.run("config", "show", "--json") == 0
    assert json.loads(kiosk.out)["settings"]["user_pattern"]["value"] == r"[A-Z]{2}\d{6}"


def test_show_prints_nothing_for_a_pattern_that_is_not_set(kiosk: CommandLine):
    assert kiosk.run("config", "show", "--json") == 0

    assert json.loads(kiosk.out)["settings"]["user_pattern"]["value"] is None
