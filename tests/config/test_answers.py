"""The answer file of `kiosk setup --answers`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from kiosk.config import Places
from kiosk.config.answers import read_answers
from kiosk.config.writing import differing, write_user_config
from kiosk.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

posix = pytest.mark.skipif(sys.platform == "win32", reason="there the folder's rights count")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(user=tmp_path / "config.toml", policy=tmp_path / "no-policy", policy_owner=None, environ={})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "answers.toml"


def refused(file: Path, places: Places, flags: dict[str, object] | None = None) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read_answers(file, flags or {}, places)
    return caught.value


def test_any_key_may_be_answered(file, places):
    file.write_text(
        'brand = "Gym"\nscreen = 1\nsign_in = ["keypad"]\nallow = ["https://a.example"]\nidle_media = true\n'
    )
    assert read_answers(file, {}, places) == {
        "brand": "Gym",
        "screen": 1,
        "sign_in": ["keypad"],
        "allow": ["https://a.example"],
        "idle_media": True,
    }


def test_everything_that_is_wrong_is_named_with_its_line_and_what_is_allowed(file, places):
    file.write_text('brand = "Gym"\nlogg_level = "info"\nauth = "password"\nscreen = "one"\n')
    error = refused(file, places)
    assert f"{file}:2: logg_level: is not a key; did you mean log_level?" in error.message
    assert f"{file}:3: auth: is not a value that it can have" in error.message
    assert f"{file}:4: screen: is not an integer" in error.message
    assert "auth: allowed: widget, jwt" in error.hint
    assert "password" not in error.message


@pytest.mark.parametrize("name", ["api_key", "pin", "operator_pin", "token"])
def test_a_secret_is_refused_and_not_repeated(file, places, name):
    file.write_text(f'{name} = "2580"\n')
    error = refused(file, places)
    assert f"{file}:1: {name}: a secret is not accepted in an answer file" in error.message
    assert "--api-key-file" in error.hint
    assert "2580" not in error.message + error.hint


@pytest.mark.parametrize(
    ("text", "problem"),
    [("", "is empty"), ("brand = ", "is not TOML"), (b"\xff", "is not UTF-8"), (None, "no such file")],
)
def test_a_file_that_says_nothing_is_an_error(file, places, text, problem):
    if text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert problem in refused(file, places).message


def test_comments_alone_are_answers_too(file, places):
    file.write_text("# as it is\n")
    assert read_answers(file, {}, places) == {}


@posix
def test_a_file_that_others_may_write_is_refused(file, places):
    file.write_text('brand = "Gym"\n')
    file.chmod(0o666)
    assert "is not safe from other accounts" in refused(file, places).message


@posix
def test_a_pipe_is_not_waited_for(file, places):
    os.mkfifo(file)
    assert "is not safe" in refused(file, places).message


def test_answers_must_agree_with_each_other_and_with_what_there_is(file, places):
    file.write_text('auth = "jwt"\n')
    assert "auth: jwt needs sdk_url" in refused(file, places).message
    places.user.write_text('sdk_url = "https://venue.example"\n')
    assert read_answers(file, {}, places) == {"auth": "jwt"}


def test_answers_may_put_right_what_the_settings_contradict(file, places):
    places.user.write_text('auth = "jwt"\n')
    file.write_text('sdk_url = "https://venue.example"\n')
    assert read_answers(file, {}, places) == {"sdk_url": "https://venue.example"}


def test_what_is_wrong_with_the_machine_s_own_file_is_said(file, places):
    file.write_text('brand = "Gym"\n')
    places.user.write_text("screen = 99\n")
    assert f"{places.user}:1: screen: " in refused(file, places).message


def test_an_option_beats_an_answer(file, places):
    file.write_text('auth = "jwt"\n')
    assert read_answers(file, {"sdk_url": "https://venue.example"}, places) == {"auth": "jwt"}


def test_what_differs_is_what_is_not_there_already(places):
    values = {"brand": "Gym", "screen": 1, "sign_in": ["keypad"]}
    assert differing(values, places.user) == ["brand", "screen", "sign_in"]
    write_user_config(values, places.user)
    assert differing(values, places.user) == []
    assert differing(values | {"sign_in": ["keypad", "scanner"]}, places.user) == ["sign_in"]


def test_a_file_that_says_all_this_already_is_not_touched(places):
    write_user_config({"brand": "Gym"}, places.user)
    before = places.user.stat()
    write_user_config({"brand": "Gym"}, places.user)
    assert (places.user.stat().st_ino, places.user.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
