"""Writing the user's configuration."""

from __future__ import annotations

import dataclasses
import stat
import sys
from pathlib import Path

import pytest

from kiosk.config import Places, load_config
from kiosk.config.writing import write_user_config
from kiosk.errors import ConfigError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "made" / "config.toml"


def read(file: Path) -> dict[str, object]:
    places = Places(user=file, policy=file.with_name("no-policy"), environ={})
    return dataclasses.asdict(load_config({}, places))


def test_what_is_written_is_what_is_read(file: Path, tmp_path: Path):
    pem = tmp_path / 'a "quoted" \\ folder.pem'
    pem.touch()
    values = {
        "base_url": "https://gw.example/enable3",
        "brand": 'Café "Zum Löwen" \\ 🦁',
        "total_timeout": 12.5,
        "connect_timeout": 3,
        "screen": 1,
        "windowed": True,
        "ca_file": pem,
        "language": None,
    }

    assert write_user_config(values, file) == file

    found = read(file)
    assert {name: found[name] for name in values} == {**values, "language": ""}


def test_lists_are_written(file: Path):
    write_user_config({"allow": ["https://a.example", "https://*.b.example"]}, file)

    places = Places(user=file, policy=file.with_name("no-policy"), environ={})
    assert [str(pattern) for pattern in load_config({}, places).allow] == ["https://a.example", "https://*.b.example"]


def test_the_rest_of_the_file_stays_as_it_was(file: Path):
    file.parent.mkdir()
    file.write_text("# mine\nallow = [\n  'https://a.example',\n]\nscreen = 1  # left\nbrand = 'x'")

    write_user_config({"screen": 2, "allow": ["https://b.example"], "language": "de"}, file)

    assert file.read_text() == '# mine\nallow = ["https://b.example"]\nscreen = 2\nbrand = \'x\'\nlanguage = "de"\n'


def test_writing_twice_sets_a_key_once(file: Path):
    write_user_config({"screen": 1}, file)
    write_user_config({"screen": 2}, file)

    assert file.read_text().count("screen =") == 1
    assert read(file)["screen"] == 2


@pytest.mark.parametrize(
    "values",
    [{"scren": 1}, {"screen": -1}, {"api_key": "hunter2"}, {"base_url": "http://a.example"}, {"brand": "\ud800"}],
)
def test_a_wrong_key_or_value_leaves_the_file_as_it_was(file: Path, values: dict[str, object]):
    write_user_config({"screen": 1}, file)
    before = file.read_bytes()

    with pytest.raises(ConfigError) as caught:
        write_user_config(values, file)

    assert file.read_bytes() == before
    assert "hunter2" not in str(caught.value)
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


def test_a_file_that_was_wrong_before_is_not_touched(file: Path):
    file.parent.mkdir()
    file.write_text("scren = 1\n")

    with pytest.raises(ConfigError, match=r"config\.toml:1: scren"):
        write_user_config({"screen": 1}, file)

    assert file.read_text() == "scren = 1\n"


def test_a_place_that_cannot_be_written_is_a_configuration_error(tmp_path: Path):
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match="cannot be"):
        write_user_config({"screen": 1}, tmp_path / "file" / "config.toml")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such mode")
def test_the_file_is_for_this_account_alone(file: Path):
    write_user_config({"screen": 1}, file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.skipif(sys.platform != "linux", reason="the place on Linux, below the test's own home")
def test_the_default_place_is_the_one_that_is_read():
    path = write_user_config({"screen": 7})

    assert path == Path.home() / ".config" / "enable3-kiosk" / "config.toml"
    assert load_config({}).screen == 7
