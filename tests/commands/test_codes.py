"""`kiosk code check`, and what else the command line says of signed codes and of ids that do not match."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from kiosk.commands._sign_in import admit_argument, check_user, make_codes, make_desk
from kiosk.config import load_config
from kiosk.core.deeplink import DeepLink
from kiosk.core.sign_in import SignInRefused
from kiosk.core.user_id import UserId
from kiosk.errors import ConfigError, ExitStatus, InvalidInput
from kiosk.paths import state_file
from tests.codes import App
from tests.commands.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.config import Config

EIGHT = "user_pattern = '[0-9]{8}'\n"


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def terminal(app: App, tmp_path: Path) -> Terminal:
    """A terminal that takes the codes of `app`."""
    terminal = Terminal(tmp_path)
    key = json.dumps(str(app.write_key(tmp_path)))
    terminal.config.write_text(f'sign_in = ["code"]\ncode_public_key = {key}\n')
    return terminal


def configure(terminal: Terminal, more: str) -> None:
    terminal.config.write_text(terminal.config.read_text() + more)


def config_of(terminal: Terminal, tmp_path: Path) -> Config:
    from kiosk.config import Places  # noqa: PLC0415 - here alone

    return load_config({}, Places(user=terminal.config, policy=tmp_path / "none", policy_owner=None, environ={}))


def fresh(app: App, **changed: object) -> bytes:
    return app.code(exp=time.time() + 100, **changed).encode()


def asked(terminal: Terminal, capsys, code: bytes) -> tuple[int, dict[str, object]]:
    status = terminal.run("code", "check", "--json", stdin=code)
    output = capsys.readouterr()
    assert "canary" not in output.out + output.err
    return status, json.loads(output.out)


# ── kiosk code check ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_right_code_would_be_accepted_and_still_is_afterwards(app, terminal, tmp_path, capsys):
    code = fresh(app, sub="canary", feature="rewards")
    for _ in range(2):
        status, found = asked(terminal, capsys, code + b"\r\n")
        assert status == ExitStatus.OK
        assert found["accepted"] is True
        assert found["feature"] == "rewards"
        assert 95 <= found["secondsLeft"] <= 100

    assert make_desk(config_of(terminal, tmp_path)).scanned(code.decode()).user == UserId.parse("canary")

    status, found = asked(terminal, capsys, code)
    assert (status, found["reason"]) == (ExitStatus.CHECK_FAILED, "used")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"exp": 1_000_000}, ("expired", "`exp` was")),
        ({"jti": None}, ("wrong", "`jti`")),
        ({"sub": "canary\n"}, ("wrong", "control character")),
        ({"feature": "canary"}, ("wrong", "feature")),
        ({"aud": "canary"}, ("wrong", "code_audience")),
    ],
)
def test_a_wrong_code_is_explained(app, terminal, capsys, changed, expected):
    status, found = asked(terminal, capsys, app.code(**({"exp": time.time() + 100} | changed)).encode())

    reason, said = expected
    assert (status, found["accepted"], found["reason"]) == (ExitStatus.CHECK_FAILED, False, reason)
    assert said in found["detail"]


def test_a_code_for_an_id_that_does_not_match_is_explained(app, terminal, capsys):
    configure(terminal, EIGHT)

    status, found = asked(terminal, capsys, fresh(app, sub="canary"))

    assert (status, found["reason"]) == (ExitStatus.CHECK_FAILED, "unknown")
    assert "user_pattern" in found["detail"]


def test_a_right_code_is_not_accepted_where_codes_are_switched_off(app, terminal, capsys):
    terminal.config.write_text(terminal.config.read_text().replace('["code"]', '["argument"]'))

    status, found = asked(terminal, capsys, fresh(app))

    assert (status, found["reason"]) == (ExitStatus.CHECK_FAILED, "unknown")
    assert "sign_in" in found["detail"]


@pytest.mark.parametrize("stdin", [b"", b"\n", b"canary", b"\xff\xfe\x00", b"a.b.c" * 5000])
def test_what_is_no_code_is_explained(terminal, capsys, stdin):
    status, found = asked(terminal, capsys, stdin)

    assert (status, found["reason"]) == (ExitStatus.CHECK_FAILED, "wrong")


def test_people_get_a_line(app, terminal, capsys):
    assert terminal.run("code", "check", stdin=fresh(app)) == ExitStatus.OK
    assert "accepted: it opens the start page, and ends in" in capsys.readouterr().out
    assert terminal.run("code", "check", stdin=b"x") == ExitStatus.CHECK_FAILED
    assert "refused (wrong): it is not three parts" in capsys.readouterr().out


def test_without_a_key_nothing_can_be_checked(tmp_path, capsys):
    assert Terminal(tmp_path).run("code", "check", stdin=b"a.b.c") == ExitStatus.CONFIG
    assert "code_public_key is not set" in capsys.readouterr().err


# ── kiosk config check and kiosk doctor ─────────────────────────────────────────────────────────────────────────────


def test_a_private_key_is_found_by_config_check_with_its_line(app, terminal, tmp_path, capsys):
    (tmp_path / "sign-in-public.pem").write_bytes(app.private_pem)

    assert terminal.run("config", "check", "--json") == ExitStatus.CONFIG

    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["where"] == f"{terminal.config}:2"
    assert (problem["key"], "never be on a terminal" in problem["message"]) == ("code_public_key", True)


def test_a_right_key_is_in_order(terminal):
    assert terminal.run("config", "check") == ExitStatus.OK


def row(terminal: Terminal, tmp_path: Path) -> list[tuple[str, str]]:
    """Return the status and text of doctor's rows on codes."""
    from kiosk.commands._checks import check_codes  # noqa: PLC0415 - here alone
    from kiosk.ops.checks import Check, examine  # noqa: PLC0415 - the same

    class Context:
        @property
        def config(self) -> Config:
            return config_of(terminal, tmp_path)

    check = Check(("sign-in codes",), 5.0, lambda: check_codes(Context()))
    return [(finding.status, finding.text) for finding in examine([check])]


def test_doctor_says_that_codes_can_be_checked(terminal, tmp_path):
    assert row(terminal, tmp_path) == [("ok", "the key is for EdDSA, and used codes can be written down")]


def test_doctor_says_nothing_of_codes_where_there_are_none(tmp_path):
    terminal = Terminal(tmp_path)
    assert row(terminal, tmp_path) == []
    terminal.config.write_text("screen = -1")
    assert row(terminal, tmp_path) == []


def test_doctor_finds_a_key_that_nobody_uses(terminal, tmp_path):
    terminal.config.write_text(terminal.config.read_text().replace('["code"]', '["argument"]'))

    assert [status for status, _ in row(terminal, tmp_path)] == ["warning"]


def test_doctor_finds_a_private_key(app, terminal, tmp_path):
    (tmp_path / "sign-in-public.pem").write_bytes(app.private_pem)

    ((status, text),) = row(terminal, tmp_path)
    assert (status, "private key" in text) == ("failed", True)


def test_doctor_finds_that_used_codes_cannot_be_written_down(terminal, tmp_path):
    state_file().parent.mkdir(parents=True)
    state_file().mkdir()

    ((status, text),) = row(terminal, tmp_path)
    assert (status, "state.db" in text) == ("failed", True)


# ── ids that do not match ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", ["widget-url", "token"])
def test_no_account_is_made_for_an_id_that_does_not_match(tmp_path, capsys, command):
    terminal = Terminal(tmp_path)
    terminal.config.write_text(EIGHT)

    assert terminal.run("api", command, "--user", "canary") == ExitStatus.USAGE

    error = capsys.readouterr().err
    assert "--user" in error
    assert "user_pattern" in error
    assert "canary" not in error
    assert terminal.api.tried == []


def test_a_visitor_from_outside_is_admitted_where_that_is_on(tmp_path):
    terminal = Terminal(tmp_path)
    terminal.config.write_text(EIGHT)
    config = config_of(terminal, tmp_path)

    admit_argument(config, UserId.parse("12345678"))
    for refused in ("canary", "123456789"):
        with pytest.raises(InvalidInput, match=r"^--user: is not what a user id looks like here$"):
            admit_argument(config, UserId.parse(refused))


def test_a_visitor_from_outside_is_refused_where_that_is_off(terminal, tmp_path):
    with pytest.raises(InvalidInput, match=r"^--user: is switched off$") as refused:
        admit_argument(config_of(terminal, tmp_path), UserId.parse("canary"))
    assert "sign_in" in refused.value.hint


def test_without_a_pattern_every_id_may_be_asked_for(tmp_path):
    check_user(config_of(Terminal(tmp_path), tmp_path), UserId.parse("anybody at all"))


def test_a_desk_is_as_it_is_configured(tmp_path):
    terminal = Terminal(tmp_path)
    terminal.config.write_text(
        f'sign_in = ["keypad"]\nkeypad_check_digit = "ean"\nkeypad_tries = 1\nkeypad_cooldown = 30\n{EIGHT}'
    )
    desk = make_desk(config_of(terminal, tmp_path))

    assert desk.typed("73513537").user == UserId.parse("73513537")
    with pytest.raises(SignInRefused) as refused:
        desk.typed("73513538")
    assert (refused.value.reason, 29 < refused.value.wait <= 30) == ("wait", True)
    with pytest.raises(SignInRefused, match="does not name argument"):
        desk.argument(UserId.parse("73513537"), DeepLink())


def test_codes_need_a_key(tmp_path):
    with pytest.raises(ConfigError):
        make_codes(config_of(Terminal(tmp_path), tmp_path))
