"""`kiosk sandbox` as a process."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from kiosk.commands.sandbox_arguments import add_arguments
from kiosk.sandbox.options import DEMO_API_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDGET = "/api/v1/integration/user/visitor-4711/widget"

# The command without the command line around it, which has tests of its own.
SCRIPT = """
import argparse
from kiosk.commands.sandbox import sandbox
from kiosk.commands.sandbox_arguments import add_arguments
from kiosk.errors import KioskError
parser = argparse.ArgumentParser()
parser.add_argument("--json", action="store_true")
add_arguments(parser)
try:
    raise SystemExit(int(sandbox(parser.parse_args()).exit_status))
except KioskError as error:
    print(error.code, error.message, error.hint)
    raise SystemExit(int(error.exit_status))
"""


@contextmanager
def started(*options: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-W", "error", "-c", SCRIPT, "--port", "0", *options]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:  # closes the pipes and waits
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line: dict[str, Any] = json.loads(process.stdout.readline())
    return line


def test_with_json_it_prints_one_line_when_it_listens():
    with started("--json") as process:
        line = first_line(process)

        assert line == {
            "base_url": line["base_url"],
            "api_key": DEMO_API_KEY,
            "widget_origin": line["base_url"],
            "ca_file": None,
        }
        assert httpx.get(line["base_url"] + WIDGET, headers={"X-API-KEY": DEMO_API_KEY}).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=20) == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_well_by_a_signal_and_leaves_no_file(number: signal.Signals):
    with started("--json", "--tls") as process:
        line = first_line(process)
        assert Path(line["ca_file"]).is_file()
        process.send_signal(number)

        assert process.wait(timeout=20) == 0
        assert not Path(line["ca_file"]).parent.exists()


def test_it_ends_when_standard_input_closes_if_so_wanted():
    with started("--json", "--until-stdin-closes") as process:
        first_line(process)
        assert process.stdin is not None
        process.stdin.close()

        assert process.wait(timeout=20) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_parent_that_is_killed_leaves_no_sandbox_behind():
    code = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', {SCRIPT!r}, '--json', '--port', '0', '--until-stdin-closes'],"
        " stdin=subprocess.PIPE)\n"
        "child.wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        first_line(parent)
        parent.kill()
        assert parent.stdout is not None
        assert parent.stdout.read() == ""  # the end of the pipe: the sandbox, which shares it, has ended as well


def test_no_token_and_no_visitor_is_printed():
    with started() as process:
        assert process.stdout is not None
        text = process.stdout.readline()
        base_url = text.split("listens on ")[1].split(";")[0]
        answer = httpx.get(base_url + WIDGET, headers={"X-API-KEY": DEMO_API_KEY}).json()["url"]
        httpx.get(answer)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)

    assert "token" not in out + err
    assert "visitor-4711" not in out + err
    assert err == ""


def test_people_are_told_what_to_try():
    with started() as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(6)]

    assert "Harbour Arcade" in lines[0]
    assert DEMO_API_KEY in lines[1]
    assert "run --user demo" in lines[4]
    assert "--api-key-file -" in lines[4]
    assert f"echo {DEMO_API_KEY}| kiosk" in lines[4], "a space before the bar would become part of the key in cmd"


def test_a_key_of_one_s_own_comes_from_a_file_and_is_not_shown_to_people(tmp_path: Path):
    file = tmp_path / "key"
    file.write_text("my-own-key\n", encoding="ascii")
    file.chmod(0o600)
    with started("--api-key-file", str(file)) as process:
        assert process.stdout is not None
        base_url = process.stdout.readline().split("listens on ")[1].split(";")[0]
        assert httpx.get(base_url + WIDGET, headers={"X-API-KEY": "my-own-key"}).status_code == 200
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)

    assert "my-own-key" not in out
    assert DEMO_API_KEY not in out


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        (["--fail", "503"], 2, "503:0.3"),
        (["--latency-ms", "-1"], 2, "latency_ms"),
        (["--token-life", "0"], 2, "token_life"),
        (["--api-key-file", "-", "--until-stdin-closes"], 2, "--api-key-file"),
    ],
)
def test_wrong_options_are_refused(options: list[str], status: int, words: str):
    with started(*options) as process:
        out, _ = process.communicate("", timeout=20)

    assert process.returncode == status
    assert words in out


def test_without_its_packages_it_says_what_to_install():
    hidden = "import sys; sys.modules['uvicorn'] = None\n"
    command = [sys.executable, "-c", hidden + SCRIPT]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)

    assert result.returncode == 9
    assert "pip install 'enable3-kiosk[sandbox]'" in result.stdout


def test_its_options_are_parsed_without_importing_its_packages():
    code = "import kiosk.commands.sandbox_arguments, sys; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert {"starlette", "uvicorn", "trustme", "msgspec", "asyncio"}.isdisjoint(result.stdout.split())


def test_every_option_has_help():
    parser = argparse.ArgumentParser()
    add_arguments(parser)

    assert all(action.help for action in parser._actions)
