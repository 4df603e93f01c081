"""docs/signed-codes.md is right: its commands make keys, and its programs make codes that a terminal accepts."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kiosk.config import Places, survey_config
from kiosk.core.deeplink import DeepLink, Feature
from kiosk.core.sign_in import SignIn, SignInRefused, check_pattern
from kiosk.core.user_id import UserId
from kiosk.parser import build_parser
from kiosk.sign_in.signed_code import SignedCodes
from kiosk.store.state import UsedCodes

if TYPE_CHECKING:
    from collections.abc import Callable

ASSETS = Path(__file__).parents[2] / "assets" / "locales"
GUIDE = (Path(__file__).parents[2] / "docs" / "signed-codes.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
COMMANDS = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
INLINE = re.findall(r"`(openssl [^`]+)`", GUIDE)
CONFIGURATION = next(text for kind, text in BLOCKS if kind == "toml")

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl")
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="no node")


def program(kind: str, name: str) -> str:
    """Return the program `name` of the guide."""
    return next(text for language, text in BLOCKS if language == kind and name in text.splitlines()[0])


def run(folder: Path, *command: str) -> str:
    """Run a command and return what it prints."""
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


def command(start: str) -> list[str]:
    """Return the first command of the guide that starts so, with this Python in place of another."""
    words = shlex.split(next(line for line in COMMANDS if line.startswith(start)))
    return [sys.executable, *words[1:]] if words[0] == "python" else words


@pytest.fixture
def signer(tmp_path: Path) -> Path:
    """A folder with the guide's programs, and keys that its commands made."""
    for kind, name in (("python", "sign_in_code.py"), ("js", "sign-in-code.mjs")):
        (tmp_path / name).write_text(program(kind, name), encoding="utf-8")
    for line in COMMANDS:
        if line.startswith(("openssl", "chmod")):
            run(tmp_path, *shlex.split(line))
    return tmp_path


@pytest.fixture
def terminal(signer: Path) -> Callable[[str], SignIn]:
    """A terminal with the guide's configuration: returns who signs in with a code."""
    configuration = tomllib.loads(CONFIGURATION)
    life = configuration["code_life"]
    used = UsedCodes(signer / "state.db", life=life, clock=time.time)
    key = signer / Path(configuration["code_public_key"]).name
    codes = SignedCodes(key, audience=configuration["code_audience"], life=life, used=used, clock=time.time)

    def read(code: str) -> SignIn:
        sign_in = codes.read(code)
        check_pattern(sign_in.user, re.compile(configuration["user_pattern"]))
        return sign_in

    return read


@needs_openssl
@pytest.mark.parametrize("name", ["python", pytest.param("node", marks=needs_node)])
def test_an_example_makes_codes_that_are_each_accepted_once(signer: Path, terminal, name: str):
    code, another = (run(signer, *command(f"{name} sign")) for _ in range(2))

    for made in (code, another):
        assert terminal(made) == SignIn(UserId.parse("visitor-42"), DeepLink(Feature.REWARDS))
        with pytest.raises(SignInRefused) as refused:
            terminal(made)
        assert refused.value.reason == "used"
    assert 230 < len(code) < 270, "the guide says about 250"


@needs_openssl
def test_the_python_example_draws_a_picture_of_the_size_that_the_guide_says(signer: Path):
    import segno  # noqa: PLC0415 - here alone

    code = run(signer, *command("python sign"))

    assert (signer / "code.svg").read_text().startswith("<?xml")
    modules = len(segno.make_qr(code, error="m").matrix)
    assert f"{modules} × {modules} modules" in GUIDE


@needs_openssl
@pytest.mark.parametrize("name", ["python", pytest.param("node", marks=needs_node)])
def test_the_examples_work_with_the_other_curve_too(signer: Path, terminal, name: str):
    for line in (*INLINE, next(line for line in COMMANDS if "-pubout" in line)):
        run(signer, *shlex.split(line))
    example = signer / "sign_in_code.py"
    example.write_text(example.read_text().replace('algorithm="EdDSA"', 'algorithm="ES256"'))

    assert terminal(run(signer, *command(f"{name} sign"))).user == UserId.parse("visitor-42")


@needs_openssl
def test_a_program_of_the_guide_is_found_by_who_debugs_it(signer: Path, terminal):
    (signer / "sign_in_code.py").write_text(program("python", "sign_in_code.py").replace('"jti"', '"id"'))

    with pytest.raises(SignInRefused, match="jti"):
        terminal(run(signer, *command("python sign")))


def test_the_configuration_is_right_but_for_the_key_that_is_not_there(tmp_path: Path):
    (tmp_path / "config.toml").write_text(CONFIGURATION)
    places = Places(user=tmp_path / "config.toml", policy=tmp_path / "none", policy_owner=None, environ={})

    assert {problem.key for problem in survey_config({}, places).problems} <= {"code_public_key", "sign_in"}


def test_the_commands_of_the_kiosk_are_commands():
    for line in COMMANDS:
        if line.startswith("kiosk"):
            build_parser().parse_args(shlex.split(line.partition(" <")[0])[1:])


@pytest.mark.parametrize("reason", ["wrong", "expired", "used", "unknown"])
def test_it_says_what_the_visitor_reads(reason: str):
    texts = json.loads((ASSETS / "en.json").read_text(encoding="utf-8"))
    (said,) = re.findall(rf"^\| `{reason}` \| ([^|]+) \|", GUIDE, re.MULTILINE)

    assert texts[f"sign-in.message.{reason}"].startswith(said)
