"""The real kiosk.exe under wine: what it says, its key, one kiosk an account; and the unit tests of Windows' own code.

Those run by the verified Windows Python. Without .NET Framework and Edge there is no window here:
packaging/windows/verify.ps1 opens one, on Windows.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import windows
import windows_python
import wine
from environment import LOCKS
from pe import file_version
from tree import ROOT, BuildError, version

from kiosk.sandbox.options import SandboxOptions
from kiosk.sandbox.server import run_sandbox
from tests.display import virtual_display

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from wine import Ended, Prefix

pytestmark = pytest.mark.timeout(600)

KIOSK, KIOSKW, PYTHON = r"C:\kiosk\kiosk.exe", r"C:\kiosk\kioskw.exe", r"C:\python\python.exe"

ENGINE_UNAVAILABLE, NOT_RUNNING, CONFLICT = 6, 22, 8

TOOLS = frozenset(
    {
        *("click", "colorama", "hypothesis", "iniconfig", "packaging", "pillow", "pluggy", "psutil", "pygments"),
        *("pytest", "pytest-timeout", "sortedcontainers", "starlette", "trustme", "uvicorn"),
        # and what these need, which ships as well: the lock has one version of each
        *("anyio", "cffi", "cryptography", "h11", "idna", "pycparser", "typing-extensions"),
    }
)
"""What runs the tests; the rest of dev.txt has no need of Windows."""

SUITES = (
    *("tests/windows", "tests/core", "tests/ops", "tests/store", "tests/credentials", "tests/config"),
    *("tests/test_private_file.py", "tests/test_paths.py", "tests/test_logs.py", "tests/test_crash_dumps.py"),
    "tests/shell/test_wv2_parts.py",
)

OF_OTHER_SYSTEMS = (
    "tests/ops/test_control.py",  # POSIX sockets and limits
    "tests/ops/test_lockdown_layers.py",  # of Linux
    "tests/store/test_database.py",  # limits of POSIX play the full disk
    "tests/store/test_outbox_damage.py",  # as well
    "tests/credentials/test_systemd_credential.py",
    "tests/credentials/test_secret_service.py",
    "tests/credentials/test_api_key.py::test_a_pipe_is_read_like_a_file",  # /dev/fd
    "tests/credentials/test_systems.py::test_a_prompt_that_was_dismissed_counts_as_locked",  # the secret service's
    "tests/store/test_outbox.py::test_the_files_are_this_accounts_alone",  # modes; tests/windows has the rights
    "tests/config/test_sources.py::test_without_any_source_the_defaults_count",  # another engine
    "tests/config/test_writing.py::test_what_is_written_is_what_is_read",  # characters that no file's name has there
    "tests/test_logs.py::test_a_traceback_follows_indented_and_redacted",  # an ellipsis, read as another encoding
)


@pytest.fixture(scope="module")
def program(dist: Path, artefact: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of kiosk.exe, out of the MSI; a folder of bundles will do as well."""
    bare = dist / "windows" / "kiosk"
    if bare.is_dir():
        return bare
    package, folder = artefact(f"enable3-kiosk-{version()}.msi"), tmp_path_factory.mktemp("msi")
    subprocess.run(["msiextract", "--directory", str(folder), str(package)], check=True, capture_output=True)
    return next(folder.rglob("kiosk.exe")).parent


@pytest.fixture(scope="module")
def prefix(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefix]:
    """A Windows with the kiosk in it."""
    try:
        wine.find_program()
    except BuildError as missing:
        pytest.skip(str(missing))
    with wine.prefix(tmp_path_factory.mktemp("windows")) as made:
        shutil.copytree(program, made.path(r"C:\kiosk"))
        yield made


@pytest.fixture(scope="module")
def python(prefix: Prefix, tmp_path_factory: pytest.TempPathFactory) -> Prefix:
    """The prefix, with the verified Python and this tree's sources and tests."""
    work = tmp_path_factory.mktemp("python")
    tree = windows_python.make(out=work / "tree", work=work)
    place = prefix.path(r"C:\python")
    shutil.copytree(tree, place)
    for number, lock in enumerate((LOCKS / "runtime.txt", _tools(work / "tools.txt"))):
        packages = windows.packages(lock, work / str(number))
        shutil.copytree(packages, place / "Lib" / "site-packages", dirs_exist_ok=True)
    for name in ("kiosk", "tests", "assets", "packaging"):
        leave = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(ROOT / name, prefix.path(r"C:\tree") / name, ignore=leave)
    shutil.copyfile(ROOT / "pyproject.toml", prefix.path(r"C:\tree") / "pyproject.toml")
    return prefix


def _tools(lock: Path) -> Path:
    """Write what of dev.txt runs tests to `lock`, with its hashes."""
    pins = re.split(r"\n(?=[a-z0-9])", (LOCKS / "dev.txt").read_text(encoding="utf-8"))
    lock.write_text("\n".join(pin for pin in pins if pin.partition("==")[0] in TOOLS) + "\n", encoding="utf-8")
    return lock


def ask(prefix: Prefix, *words: str, stdin: str = "", program: str = KIOSK) -> Ended:
    return prefix.attempt([program, *words], stdin=stdin.encode(), patience=120)


def test_both_programs_say_their_version_and_their_properties_do(prefix, program):
    for name in (KIOSK, KIOSKW):
        ended = ask(prefix, "--version", program=name)
        assert (ended.status, ended.text) == (0, f"kiosk {version()}\n")
        properties = file_version(program / name.rpartition("\\")[2])
        assert properties[:3] == tuple(map(int, version().split(".")))


def test_one_program_has_a_console_and_one_has_none(program):
    def subsystem(path: Path) -> int:
        data = path.read_bytes()
        header = int.from_bytes(data[0x3C:0x40], "little")
        return int.from_bytes(data[header + 24 + 68 : header + 24 + 70], "little")  # IMAGE_OPTIONAL_HEADER

    assert (subsystem(program / "kiosk.exe"), subsystem(program / "kioskw.exe")) == (3, 2)


def test_the_doctor_says_what_a_machine_without_net_lacks_and_its_status_says_that_something_does(prefix):
    ended = ask(prefix, "doctor", "--json")
    rows = {row["name"]: row for row in json.loads(ended.text)["checks"]}

    assert ended.status == 5
    assert rows["engine"]["status"] == "failed"
    assert rows["engine"]["text"] == "this machine has no .NET Framework that starts"
    assert "WebView2 Runtime" in rows["engine"]["hint"]
    assert rows["lockdown"]["status"] == "warning", "what was not looked at does not count as good"
    assert {"shell", "keyboard filter", "account", "sign-in secret"} <= rows.keys()


def test_a_kiosk_that_cannot_open_a_window_ends_and_says_why(prefix):
    ended = ask(prefix, "run", program=KIOSKW)

    assert ended.status == ENGINE_UNAVAILABLE
    assert ".NET Framework" in ended.text


def test_the_key_is_tried_kept_by_credential_manager_used_and_forgotten(prefix):
    with run_sandbox(SandboxOptions()) as sandbox:
        where = ("--base-url", sandbox.base_url)
        wrong = ask(prefix, "key", "set", *where, stdin="wrong\n")
        assert wrong.status != 0, wrong.text
        kept = ask(prefix, "key", "set", *where, stdin=sandbox.api_key + "\n")
        assert kept.status == 0, kept.text
        assert "Credential Manager" in kept.text
        assert sandbox.api_key not in kept.text
        balance = ask(prefix, "api", "balance", "--user", "anna", "--json", *where)
        assert balance.status == 0, balance.text
        assert json.loads(balance.text)
        checked = json.loads(ask(prefix, "doctor", "--json", *where).text)["checks"]
        states = {row["name"]: row["status"] for row in checked}
        assert (states["keyring"], states["api"], states["clock"]) == ("ok", "ok", "ok")
        assert ask(prefix, "key", "delete", *where).status == 0
        assert ask(prefix, "api", "balance", "--user", "anna", *where).status != 0


@contextmanager
def running_kiosk(prefix: Prefix) -> Iterator[None]:
    """Have a kiosk without a window hold the lock and the pipe, by the Windows Python."""
    process = subprocess.Popen(
        [wine.find_program(), PYTHON, "-m", "tests.fake_kiosk", "up"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=prefix.path(r"C:\tree"),
        env=prefix.environment,
        text=True,
    )
    try:
        assert [process.stdout.readline().strip() for _ in range(2)] == ["lock", "up"]
        yield
        process.communicate(timeout=60)
    finally:
        process.kill()


def test_there_is_one_kiosk_and_it_is_asked_by_its_pipe(python):
    assert ask(python, "status").status == NOT_RUNNING
    with running_kiosk(python):
        status = ask(python, "status", "--json")
        assert (status.status, json.loads(status.text)["state"]) == (0, "attract")
        second = ask(python, "run")
        assert second.status == CONFLICT
        assert "another kiosk of this account is running" in second.text
        handed = ask(python, "run", "--user", "anna")
        assert (handed.status, handed.text) == (0, "handed over to the running kiosk\n")
        assert json.loads(ask(python, "status", "--json").text)["visit"] == 1
        assert json.loads(ask(python, "end", "--json").text) == {"visit": 1}
    assert ask(python, "status").status == NOT_RUNNING


def test_the_unit_tests_of_what_is_windows_pass(python):
    left = [
        word for test in OF_OTHER_SYSTEMS for word in (f"--deselect={test}", f"--ignore={test}")[: 2 - ("::" in test)]
    ]
    command = [PYTHON, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin"]
    command += ["-p", "pytest_timeout", *left, *SUITES]
    with virtual_display() as display:
        variables = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1", "DISPLAY": display}
        ended = python.attempt(command, cwd=python.path(r"C:\tree"), env=variables, patience=540)

    assert ended.status == 0, "\n".join(ended.text.splitlines()[-60:])
    assert " passed" in ended.text
