"""Where settings come from, and what is said about wrong ones."""

from __future__ import annotations

import dataclasses
import os
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config import Config, Places, Problem, Source, Survey, load_config, survey_config
from kiosk.config.schema import KEYS, Kind, looks_secret
from kiosk.config.sources import find_line, read_environment, read_toml
from kiosk.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows guards the policy by the folder's rights")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Files of the test's own, which are not there yet, and an empty environment."""
    owner = None if sys.platform == "win32" else os.getuid()
    (tmp_path / "admin").mkdir(mode=0o755)
    return Places(
        user=tmp_path / "config.toml", policy=tmp_path / "admin" / "policy.toml", policy_owner=owner, environ={}
    )


def problems_of(text: str | bytes) -> list[Problem]:
    survey = Survey()
    read_toml(survey, text.encode() if isinstance(text, str) else text, "c.toml", Source.FILE)
    return survey.problems


def problems_of_environment(environ: Mapping[str, str]) -> list[Problem]:
    survey = Survey()
    read_environment(survey, environ)
    return survey.problems


def test_the_table_and_the_configuration_have_the_same_keys():
    assert [field.name for field in dataclasses.fields(Config)] == list(KEYS)


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_every_default_is_a_value_that_may_be_set(key):
    value = list(key.default) if key.kind is Kind.STRINGS else "" if key.default is None else key.default

    assert key.parse(value) == key.default


def test_without_any_source_the_defaults_count(places: Places):
    config = load_config({}, places)

    assert config.base_url == "https://integration.enable3.io"
    assert (config.connect_timeout, config.read_timeout, config.total_timeout) == (3.0, 5.0, 10.0)
    assert (config.auth, config.engine, config.screen, config.windowed) == ("widget", "qtwebengine", 0, False)


def test_each_source_beats_the_ones_before_it(places: Places):
    places.user.write_text('screen = 1\nbrand = "file"\nlanguage = "de"\nlog_level = "error"')
    places.policy.write_text('screen = 2\nbrand = "policy"\nlanguage = "fr"')
    places = dataclasses.replace(places, environ={"KIOSK_SCREEN": "3", "KIOSK_BRAND": "environment"})

    survey = survey_config({"screen": 4, "language": None, "no_key": "x"}, places)

    found = {name: (setting.value, setting.source) for name, setting in survey.settings.items()}
    assert found["screen"] == (4, Source.FLAG)
    assert found["brand"] == ("environment", Source.ENVIRONMENT)
    assert found["language"] == ("fr", Source.POLICY)
    assert found["log_level"] == ("error", Source.FILE)
    assert found["auth"] == ("widget", Source.DEFAULT)
    assert not survey.problems


def test_a_setting_knows_its_line_variable_or_option(places: Places):
    places.user.write_text('# why\n\nbrand = "x"\n')
    places = dataclasses.replace(places, environ={"KIOSK_AUTH": "widget"})

    settings = survey_config({"base_url": "https://a.example"}, places).settings

    assert settings["brand"].where == f"{places.user}:3"
    assert settings["auth"].where == "KIOSK_AUTH"
    assert settings["base_url"].where == "--base-url"


def test_environment_values_are_read_by_the_type_of_their_key(places: Places):
    environ = {
        "KIOSK_WINDOWED": "true",
        "KIOSK_SCREEN": "2",
        "KIOSK_TOTAL_TIMEOUT": "7.5",
        "KIOSK_ALLOW": "https://a.example, https://*.b.example",
        "KIOSK_PROXY": "",
    }

    config = load_config({}, dataclasses.replace(places, environ=environ))

    assert (config.windowed, config.screen, config.total_timeout, config.proxy) == (True, 2, 7.5, None)
    assert [str(pattern) for pattern in config.allow] == ["https://a.example", "https://*.b.example"]


def test_an_unknown_key_is_named_with_its_line_the_nearest_and_all_names():
    (problem,) = problems_of('screen = 1\nlanguge = "de"\n')

    assert str(problem) == "c.toml:2: languge: is not a key; did you mean language?"
    assert "base_url, auth" in problem.hint


def test_a_wrong_value_is_named_with_its_line_and_what_is_allowed():
    (problem,) = problems_of('\n\nlog_level = "inof"')

    assert str(problem) == "c.toml:3: log_level: is not a value that it can have; did you mean info?"
    assert problem.hint == "allowed: debug, info, warning, error"


@pytest.mark.parametrize(
    "line",
    [
        'screen = "1"',
        "screen = true",
        "screen = 1.5",
        "screen = -1",
        "screen = 99",
        "windowed = 1",
        'connect_timeout = "3"',
        "connect_timeout = nan",
        "connect_timeout = 0",
        "total_timeout = 1e9",
        'allow = "https://a.example"',
        "allow = [1]",
        'allow = ["http://a.example"]',
        'allow = ["https://*.com"]',
        'base_url = ""',
        'base_url = "http://a.example"',
        'base_url = "https://a.example/x?y=1"',
        'base_url = "https://a.example/#f"',
        'base_url = "https://a.example/x//y"',
        'base_url = "https://a.example/../y"',
        'base_url = "https://user:word@a.example"',
        'sdk_url = "http://a.example"',
        'sdk_url = "kiosk:begin"',
        'ca_file = "relative.pem"',
        'ca_file = "/nowhere/ca.pem"',
        f'ca_file = "/{"x" * 300}"',
        'proxy = "http://user:word@proxy:3128"',
        'proxy = "socks5://proxy:1080"',
        'proxy = "http://proxy:99999"',
        'proxy = "http://proxy:0"',
        'proxy = "http://proxy/path"',
        'proxy = "proxy:3128"',
        'language = "deutsch!"',
        'engine = "gecko"',
        'auth = "sdk"',
        'brand = "two\\nlines"',
        "screen.x = 1",
    ],
)
def test_a_wrong_value_is_refused_and_never_repeated(line: str):
    (problem,) = problems_of(line)

    assert problem.where == "c.toml:1"
    assert problem.key == line.split(" ", 1)[0].split(".", maxsplit=1)[0]
    assert problem.hint.startswith("allowed: ")
    assert "word" not in f"{problem}{problem.hint}".replace("password", "")


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_message_repeats_a_value(before: str, after: str):
    for key in KEYS.values():
        for problem in problems_of_environment({key.variable: f"{before}canary{after}"}):
            assert "canary" not in f"{problem}{problem.hint}"


@pytest.mark.parametrize(
    "line", ['base_url = "https://gw.example:8443/enable3/"', 'base_url = "http://127.0.0.1:8300"']
)
def test_a_base_url_may_have_a_port_and_a_path(line: str):
    assert not problems_of(line)


def test_a_base_url_has_no_slash_at_its_end(places: Places):
    assert load_config({"base_url": "https://gw.example/enable3/"}, places).base_url == "https://gw.example/enable3"


def test_a_file_that_is_there_may_be_named_as_ca_file(places: Places, tmp_path: Path):
    pem = tmp_path / "ca.pem"
    pem.touch()
    places = dataclasses.replace(
        places, environ={"KIOSK_CA_FILE": str(pem), "KIOSK_PROXY": "http://proxy.example:3128/"}
    )

    config = load_config({}, places)

    assert (config.ca_file, config.proxy) == (pem, "http://proxy.example:3128")


# ── secrets ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["api_key", "apikey", "token", "password", "secret", "jwt", "pin", "x_api_key"])
def test_a_secret_is_refused_in_files_and_its_value_never_shown(name: str):
    (problem,) = problems_of(f'{name} = "hunter2"')

    assert "secrets are not accepted here: run `kiosk setup`" in str(problem)
    assert problem.where == "c.toml:1"
    assert "hunter2" not in f"{problem}{problem.hint}"


@pytest.mark.parametrize("name", ["KIOSK_API_KEY", "KIOSK_TOKEN", "KIOSK_KEYRING_PASSWORD"])
def test_a_secret_is_refused_in_the_environment_and_its_value_never_shown(name: str):
    (problem,) = problems_of_environment({name: "hunter2"})

    assert str(problem) == f"{name}: secrets are not accepted here: run `kiosk setup`"
    assert "hunter2" not in problem.hint


def test_no_key_of_ours_looks_like_a_secret():
    assert not [name for name in KEYS if looks_secret(name)]


# ── the environment ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_unknown_variable_is_named_with_the_nearest():
    (problem,) = problems_of_environment({"KIOSK_SCREN": "1"})

    assert str(problem) == "KIOSK_SCREN: is not a variable that the kiosk knows; did you mean KIOSK_SCREEN?"


def test_other_variables_are_left_alone():
    assert not problems_of_environment({"PATH": "/bin", "KIOSK_INSECURE_ALLOW_ROOT": "1", "MYKIOSK_X": "1"})


def test_a_wrong_variable_is_named_once():
    (problem,) = problems_of_environment({"KIOSK_SCREEN": "first"})

    assert str(problem) == "KIOSK_SCREEN: is not an integer"


# ── contradictions ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_jwt_needs_an_sdk_url(places: Places):
    places.user.write_text('auth = "jwt"')

    with pytest.raises(ConfigError, match=r"config\.toml:1: auth: jwt needs sdk_url"):
        load_config({}, places)

    places.user.write_text('auth = "jwt"\nsdk_url = "https://shop.example/widget?v=1"')
    assert load_config({}, places).sdk_url == "https://shop.example/widget?v=1"


def test_the_total_deadline_includes_the_connection(places: Places):
    places.user.write_text("total_timeout = 2")

    with pytest.raises(ConfigError, match=r"config\.toml:1: total_timeout: is less than connect_timeout"):
        load_config({}, places)


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_problem_is_found_at_once(places: Places):
    places.user.write_text("screen = -1\nfoo = 1\n")
    places.policy.write_text('auth = "x"\n')

    assert len(survey_config({}, dataclasses.replace(places, environ={"KIOSK_X": "1"})).problems) == 4
    with pytest.raises(ConfigError, match=r"config\.toml:1: screen: is out of range \(and 3 more\)"):
        load_config({}, dataclasses.replace(places, environ={"KIOSK_X": "1"}))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a = 1\nb b\n", "c.toml:2"),
        ("screen = 1\nscreen = 2\n", "c.toml:2"),
        ('brand = "x\n', "c.toml:1"),
        ('brand = """x', "c.toml"),
        ("[" * 10_000, "c.toml:1"),
        (b"brand = '\xff'", "c.toml"),
        ("secret-value", "c.toml"),
    ],
)
def test_a_file_that_is_not_toml_is_named_with_the_line_and_not_quoted(text: str | bytes, where: str):
    (problem,) = problems_of(text)

    assert problem.where == where
    assert "TOML" in problem.text or "UTF-8" in problem.text
    assert "secret-value" not in str(problem)


def test_a_byte_order_mark_and_windows_line_ends_are_fine():
    assert not problems_of(b'\xef\xbb\xbfscreen = 1\r\nbrand = "x"\r\n')


def test_a_file_without_end_is_not_read(places: Places):
    places.user.write_text("#" * 70_000)

    (problem,) = survey_config({}, places).problems

    assert "is longer than 65536 bytes" in problem.text


def test_a_folder_in_place_of_the_file_is_a_problem_not_a_crash(places: Places):
    places.user.mkdir()

    (problem,) = survey_config({}, places).problems

    assert "cannot be read" in problem.text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('brand = """\nscreen = 1\n"""\nscreen = 2', 4),
        ("allow = [\n'screen = 1',\n]\n  screen = 2", 4),
        ("screen.x = 1", 1),
        ("a = 1\n[screen]\nx = 1", 2),
        ("a = 1\n[[screen]]\nx = 1", 2),
        ("'screen' = 1", 1),
        ('"screen" = 1', 1),
        ("# screen = 1\nscreen = 2", 2),
        ("brand = 'a\u2028screen = 1'\nscreen = 2", 2),
        (r'"\u0073creen" = 1', None),
    ],
)
def test_the_line_of_a_key_is_found_behind_whatever_looks_like_it(text: str, line: int | None):
    assert find_line(text, "screen") == line


# ── the managed policy ──────────────────────────────────────────────────────────────────────────────────────────────


@posix
@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_a_policy_that_others_may_write_is_refused(places: Places, mode: int):
    places.policy.write_text("screen = 2")
    places.policy.chmod(mode)

    survey = survey_config({}, places)

    assert survey.settings["screen"].value == 0
    assert "not safe from other accounts" in survey.problems[0].text
    with pytest.raises(ConfigError, match="not safe"):
        load_config({}, places)


@posix
def test_a_policy_in_a_folder_that_others_may_write_is_refused(places: Places):
    places.policy.write_text("screen = 2")
    places.policy.parent.chmod(0o777)

    assert "not safe from other accounts" in survey_config({}, places).problems[0].text


@posix
def test_a_policy_of_another_account_is_refused(places: Places):
    places.policy.write_text("screen = 2")
    places = dataclasses.replace(places, policy_owner=os.getuid() + 1)

    assert "not safe from other accounts" in survey_config({}, places).problems[0].text


@posix
def test_the_policy_of_this_system_must_belong_to_root():
    assert Places().policy_owner == 0


def test_a_number_of_thousands_of_digits_is_a_problem_and_no_traceback(tmp_path: Path):
    path = tmp_path / "config.toml"
    path.write_text("screen = " + "9" * 5000)

    survey = survey_config({}, Places(user=path, policy=tmp_path / "none", environ={}))

    assert [str(problem) for problem in survey.problems] == [f"{path}: has a number of too many digits"]


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"a{number}=1\n" for number in range(8000)),
        "brand = '''\n" + "screen =\n" * 6000 + "'''\nscreen = 1\n",
    ],
    ids=["keys that are none", "a text that looks like statements"],
)
def test_no_file_keeps_the_kiosk_from_starting_for_long(tmp_path: Path, text: str):
    """74 s before keys were counted."""
    path = tmp_path / "config.toml"
    path.write_text(text)
    began = time.thread_time()

    survey_config({}, Places(user=path, policy=tmp_path / "none", environ={}))
    assert time.thread_time() - began < 3
