"""The executable itself, as it lies in the packages: what it is asked for most, a whole visit, and what it refuses."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

import kiosk
from kiosk.sandbox.options import SandboxOptions
from kiosk.sandbox.server import run_sandbox
from tests.display import need_an_ordinary_account, virtual_display
from tests.e2e.conftest import PATIENCE, Kiosk
from tests.e2e.test_visit import COLOURS, share_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kiosk.sandbox.server import RunningSandbox

PACKAGES = {"linux-webkitgtk": "enable3-kiosk_*_amd64.deb", "linux-qt": "enable3-kiosk-qt_*_amd64.deb"}
ENGINES = {"linux-webkitgtk": "webkitgtk", "linux-qt": "qtwebengine"}

PIN = "802417395"
RESTART = 7
"""How many times Tab, from the top of the operator's panel, to this button."""

PORT = 19222
HOSTILE = {
    "KIOSK_INSECURE_ALLOW_ROOT": "1",
    "QTWEBENGINE_REMOTE_DEBUGGING": str(PORT),
    "QTWEBENGINE_CHROMIUM_FLAGS": f"--remote-debugging-port={PORT} --no-sandbox --remote-allow-origins=*",
    "QTWEBENGINE_DISABLE_SANDBOX": "1",
    "WEBKIT_INSPECTOR_SERVER": f"127.0.0.1:{PORT}",
    "WEBKIT_INSPECTOR_HTTP_SERVER": f"127.0.0.1:{PORT}",
    "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
    "PYWEBVIEW_GUI": "cef",
    "PYTHONINSPECT": "1",
    "PYTHONVERBOSE": "1",
    "PYTHONDEVMODE": "1",
}
"""What opens a debugger or takes a lock off elsewhere. PYTHONPATH and its like come with files of the test's."""


@pytest.fixture(scope="module", params=list(PACKAGES))
def flavour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def program(
    flavour: str, dist: Path, artefact: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The executable, out of its package; a folder of bundles will do as well."""
    bare = dist / flavour / "kiosk" / "kiosk"
    if bare.exists():
        return bare
    folder = tmp_path_factory.mktemp(flavour)
    subprocess.run(["dpkg-deb", "--extract", str(artefact(PACKAGES[flavour])), str(folder)], check=True)
    return folder / "usr/lib/enable3-kiosk/kiosk"


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    need_an_ordinary_account()
    with virtual_display() as name:
        yield name


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with run_sandbox(SandboxOptions()) as running:
        yield running


@pytest.fixture
def start(program: Path, display: str, tmp_path: Path, sandbox: RunningSandbox) -> Iterator[Callable[..., Kiosk]]:
    """Start the executable for a visitor; what is left of it is ended with the test."""
    started: list[Kiosk] = []

    def start(*arguments: str, **environment: str) -> Kiosk:
        options = ["run", "--base-url", sandbox.base_url, "--api-key-file", "-", "--user", "anna/42", *arguments]
        one = Kiosk(
            options, program=(str(program),), display=display, home=tmp_path / "h", key=sandbox.api_key, **environment
        )
        started.append(one)
        return one

    yield start
    for one in started:
        family = one.family() if one.process.poll() is None else []
        one.process.kill()
        one.wait()
        psutil.wait_procs(family, timeout=PATIENCE)


def ask(
    program: Path, *words: str, home: Path, typed: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command of the executable in an environment of its own."""
    variables = {"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8", **environment}
    return subprocess.run(
        [program, *words], env=variables, input=typed, capture_output=True, text=True, check=False, timeout=60
    )


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, "not in time"
        time.sleep(0.1)


def test_it_says_its_version_at_once(program: Path, tmp_path: Path, record_property: Callable[[str, object], None]):
    took = []
    for _ in range(5):
        began = time.perf_counter()
        done = ask(program, "--version", home=tmp_path)
        took.append(time.perf_counter() - began)
        assert (done.returncode, done.stdout, done.stderr) == (0, f"kiosk {kiosk.__version__}\n", "")
    record_property("version_ms", round(min(took) * 1000))
    assert min(took) < 0.5, took


def test_what_is_imported_by_name_is_there(program: Path, flavour: str, tmp_path: Path):
    assert "complete" in ask(program, "completion", "bash", home=tmp_path).stdout
    assert f'"engine": "{ENGINES[flavour]}"' in re.sub(
        r'\{"value": ("\w+")[^}]*\}', r"\1", ask(program, "config", "show", "--json", home=tmp_path).stdout
    )
    for words in (["key", "test"], ["outbox", "list"], ["pin", "test"], ["status"], ["api", "balance", "--user", "u"]):
        done = ask(program, *words, home=tmp_path)
        assert "something went wrong" not in done.stderr, (words, done.stderr)


def test_the_sandbox_is_not_in_it(program: Path, tmp_path: Path):
    done = ask(program, "sandbox", "--port", "0", home=tmp_path)

    assert done.returncode == 9
    assert "the sandbox is not part of a release" in done.stderr


def test_another_engine_is_refused_by_name(program: Path, flavour: str, start: Callable[..., Kiosk], tmp_path: Path):
    other = {"linux-webkitgtk": "qtwebengine", "linux-qt": "webkitgtk"}[flavour]

    kiosk = start("--engine", other)

    assert kiosk.wait() == 6
    assert f"{other} is not in this build of the kiosk, which has {ENGINES[flavour]}" in "\n".join(kiosk.lines)


def test_a_whole_visit(start: Callable[..., Kiosk], program: Path, flavour: str, tmp_path: Path):
    kiosk = start("--feature", "rewards")
    kiosk.wait_for("widget painted visit=1")

    wait_until(lambda: share_of(kiosk.screenshot(), COLOURS["rewards"]) > 0.05)

    if pictures := os.environ.get("PYTEST_DEBUG_TEMPROOT"):
        kiosk.screenshot().save(Path(pictures) / f"{flavour}.png")
    shells = kiosk.children()
    assert shells
    for shell in shells:
        assert Path(shell.exe()) == program
        assert shell.cmdline()[1] == "shell"
    assert kiosk.end(signal.SIGTERM) == 0
    assert kiosk.leftovers() == []


def test_the_systems_programs_are_not_told_of_our_libraries(start: Callable[..., Kiosk], program: Path):
    kiosk = start()
    kiosk.wait_for("widget painted visit=1")

    others = [process for process in kiosk.family() if not Path(process.exe()).is_relative_to(program.parent)]

    assert [process.name() for process in others if "LD_LIBRARY_PATH" in process.environ()] == []


def test_no_debug_switch_of_the_environment_counts(start: Callable[..., Kiosk], tmp_path: Path):
    planted, ran = tmp_path / "planted", tmp_path / "ran"
    planted.mkdir()
    for name in ("sitecustomize", "usercustomize", "kiosk", "startup"):
        (planted / f"{name}.py").write_text(f"open({str(ran)!r}, 'w').close()\n")
    python = {"PYTHONPATH": str(planted), "PYTHONHOME": str(planted), "PYTHONSTARTUP": str(planted / "startup.py")}

    kiosk = start(**HOSTILE, **python)
    kiosk.wait_for("widget painted visit=1")

    listening = [
        place.laddr for one in kiosk.family() for place in one.net_connections("inet") if place.status == "LISTEN"
    ]
    assert listening == []
    commands = [word for one in kiosk.family() for word in one.cmdline()]
    assert [word for word in commands if word == "--no-sandbox" or "remote-debugging" in word] == []
    assert not ran.exists()
    assert kiosk.end(signal.SIGTERM) == 0


def test_a_whole_visit_listens_on_no_port(start: Callable[..., Kiosk]):
    kiosk = start()
    kiosk.wait_for("widget painted visit=1")

    family = [psutil.Process(kiosk.process.pid), *kiosk.family()]
    assert [place.laddr for one in family for place in one.net_connections("inet") if place.status == "LISTEN"] == []


def test_the_operator_has_it_start_anew_in_its_own_place(
    program: Path, display: str, tmp_path: Path, sandbox: RunningSandbox
):
    home = tmp_path / "h"
    home.mkdir()
    assert ask(program, "pin", "set", home=home, typed=PIN).returncode == 0
    options = ["run", "--base-url", sandbox.base_url, "--api-key-file", "-"]
    kiosk = Kiosk(options, program=(str(program),), display=display, home=home, key=sandbox.api_key)
    try:
        kiosk.wait_for("page painted page=attract")
        kiosk.xdotool("mousemove", 20, 20, "click", "--repeat", 7, "--delay", 60, 1)
        kiosk.wait_for("page painted page=pin")
        kiosk.xdotool("type", PIN)
        kiosk.xdotool("key", "Return")
        kiosk.wait_for("page painted page=panel")
        kiosk.xdotool("key", *["Tab"] * RESTART, "Return")
        kiosk.xdotool("key", "Tab", "Return")  # from `cancel` to `yes, restart`

        kiosk.wait_for("kiosk.ops.restart restart")
        kiosk.wait_for("page painted page=attract")

        assert Path(psutil.Process(kiosk.process.pid).exe()) == program
        assert kiosk.end(signal.SIGTERM) == 0
    finally:
        kiosk.process.kill()
        kiosk.wait()


@pytest.mark.as_root
def test_root_gets_no_window_whatever_it_says(program: Path, tmp_path: Path):
    words = ["shell", f"--folder={tmp_path}", "--lifeline=0", "--lock=0", "--allow-root"]
    with_shell = ask(program, *words, home=tmp_path, KIOSK_INSECURE_ALLOW_ROOT="1", DISPLAY=":0")
    with_run = ask(program, "run", "--user", "u", home=tmp_path, KIOSK_INSECURE_ALLOW_ROOT="1", DISPLAY=":0")

    assert with_run.returncode == 7
    assert "the kiosk does not run as root" in with_run.stderr
    assert with_shell.returncode != 0
