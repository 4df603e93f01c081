"""From the command line to the exit status: what is printed where, and where errors end."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from kiosk import __version__, cli, paths
from kiosk.errors import ConfigError, ExitStatus
from kiosk.result import Result

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from .conftest import CommandLine

    WithHandler = Callable[[Callable[[argparse.Namespace], object]], None]

SECRET = "0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10"


def process(*arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a real `kiosk` process."""
    command = [sys.executable, "-m", "kiosk", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


def modules_after(*arguments: str, environment: Mapping[str, str]) -> set[str]:
    """Return the modules that `kiosk` with `arguments` has imported at its end."""
    script = f"import sys; from kiosk.cli import main; main({arguments!r}); print('|', *sys.modules)"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.rpartition("|")[2].split())


def test_the_version_is_printed_by_a_real_process(environment: Mapping[str, str]):
    done = process("--version", environment=environment)

    assert (done.stdout, done.stderr, done.returncode) == (f"kiosk {__version__}\n", "", 0)


@pytest.mark.parametrize("arguments", [("--version",), ("config", "show"), ("config", "path")])
def test_simple_commands_import_nothing_heavy(arguments: tuple[str, ...], environment: Mapping[str, str]):
    heavy = {"httpx", "keyring", "webview", "asyncio", "starlette", "msgspec", "argcomplete", "psutil", "tomllib"}

    assert not heavy & modules_after(*arguments, environment=environment)


def test_the_cli_itself_imports_next_to_nothing():
    """`kiosk shell` goes through it, and is on the launch path."""
    script = "import sys; import kiosk.cli; print(*(name for name in sys.modules if name.startswith('kiosk')))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["kiosk", "kiosk.cli"]


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"]])
def test_help_is_printed_and_fine(kiosk: CommandLine, arguments: list[str]):
    assert kiosk.run(*arguments) == 0
    assert kiosk.out.startswith("usage: kiosk")


def test_a_result_is_text_or_with_json_an_object(kiosk: CommandLine, with_handler: WithHandler):
    with_handler(lambda _: Result("fine", {"ok": True}, ExitStatus.CHECK_FAILED))

    assert kiosk.run("doctor") == 5
    assert kiosk.out == "fine\n"
    assert kiosk.run("doctor", "--json") == 5
    assert json.loads(kiosk.out) == {"ok": True}


def test_a_result_without_anything_prints_nothing(kiosk: CommandLine, with_handler: WithHandler):
    with_handler(lambda _: Result())

    assert kiosk.run("doctor", "--json") == 0
    assert kiosk.out == ""


def test_an_error_is_explained_on_standard_error(kiosk: CommandLine, with_handler: WithHandler):
    def fail(_: object) -> Result:
        raise ConfigError("it is wrong", hint="repair it")

    with_handler(fail)

    assert kiosk.run("doctor") == 3
    assert (kiosk.out, kiosk.err) == ("", "kiosk: it is wrong\n  what to do: repair it\n")


def test_bad_usage_is_an_object_too_if_json_is_wanted(kiosk: CommandLine):
    assert kiosk.run("doctor", "--json", "--nope") == 2

    assert json.loads(kiosk.out)["error"]["code"] == "invalid-input"
    assert kiosk.err == ""


def test_an_interrupt_ends_with_130(kiosk: CommandLine, with_handler: WithHandler):
    def interrupt(_: object) -> Result:
        raise KeyboardInterrupt

    with_handler(interrupt)

    assert kiosk.run("doctor") == 130
    assert (kiosk.out, kiosk.err) == ("", "")


@pytest.mark.parametrize("options", [[], ["--json"], ["-v"]])
def test_the_unexpected_goes_to_the_log_and_only_its_number_to_the_screen(
    kiosk: CommandLine, with_handler: WithHandler, options: list[str]
):
    def fail(_: object) -> Result:
        raise ZeroDivisionError(f"https://w.example/?token=abc {SECRET}")

    with_handler(fail)

    assert kiosk.run("doctor", *options) == 1

    log = paths.log_file().read_text(encoding="utf-8")
    shown = kiosk.out + kiosk.err
    incident = shown.partition("(incident ")[2].partition(")")[0]
    assert len(incident) == 8
    assert f"CRITICAL kiosk.cli unexpected error incident={incident}\n" in log
    assert "    | ZeroDivisionError: https://w.example/… …\n" in log
    assert "test_main.py" in log
    for word in ("Traceback", "ZeroDivisionError", SECRET):
        assert word not in shown
    assert SECRET not in log


def test_what_goes_wrong_before_the_log_is_set_up_is_kept_off_the_screen_too(environment: Mapping[str, str]):
    script = (
        "import sys, kiosk.parser, kiosk.cli\n"
        "kiosk.parser.build_parser = lambda: 1 / 0\n"
        "sys.exit(kiosk.cli.main(['run']))"
    )
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "(incident " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_has_left_is_no_error(environment: Mapping[str, str]):
    for arguments in (["config", "show"], ["--help"], ["config", "show", "--json"]):
        read, write = os.pipe()
        os.close(read)
        command = [sys.executable, "-m", "kiosk", *arguments]
        done = subprocess.run(command, env=environment, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
        os.close(write)

        assert (done.returncode, done.stderr) == (0, "")


def test_a_console_that_cannot_show_a_character_shows_its_number(environment: Mapping[str, str]):
    environment = {**environment, "PYTHONIOENCODING": "ascii", "KIOSK_BRAND": "Löwe"}

    done = process("config", "show", environment=environment)

    assert done.returncode == 0
    assert r"L\xf6we" in done.stdout


def test_without_a_command_the_kiosk_runs(kiosk: CommandLine, monkeypatch: pytest.MonkeyPatch):
    module = ModuleType("kiosk.commands.run")
    module.run = lambda args: Result(f"running {args.user} {args.verbose}")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)

    kiosk.run()
    assert kiosk.out == "running None False\n"
    kiosk.run("-v")
    assert kiosk.out == "running None True\n"


def test_the_shell_gets_its_arguments_as_they_are(monkeypatch: pytest.MonkeyPatch):
    module = ModuleType("kiosk.shell.host")
    module.main = lambda arguments: len(arguments) if arguments == ["--keeper-fd", "7", "--help"] else -1  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)

    assert cli.main(["shell", "--keeper-fd", "7", "--help"]) == 3


def test_a_log_that_cannot_be_written_stops_nothing(kiosk: CommandLine, with_handler: WithHandler):
    def work(_: object) -> Result:
        logging.getLogger("kiosk.test").warning("first")
        logging.getLogger("kiosk.test").warning("second")
        return Result("done")

    with_handler(work)
    paths.log_file().parent.parent.mkdir(parents=True)
    paths.log_file().parent.touch()

    assert kiosk.run("doctor") == 0

    assert kiosk.out == "done\n"
    assert kiosk.err.count("kiosk: cannot log to") == 1
    assert "Traceback" not in kiosk.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT that one process sends another")
def test_an_interrupt_ends_a_request_under_way_without_a_traceback(environment: Mapping[str, str]):
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        command = [sys.executable, "-m", "kiosk", "api", "balance", "--user", "u", "--base-url", url]
        command += ["--api-key-file", "-"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen(command, env=environment, text=True, **pipes) as process:  # type: ignore[call-overload]
            process.stdin.write("key")
            process.stdin.close()
            server.settimeout(30)
            connection, _ = server.accept()
            with connection:
                process.send_signal(signal.SIGINT)

                assert process.wait(20) == 130
            assert (process.stdout.read(), process.stderr.read()) == ("", "")
