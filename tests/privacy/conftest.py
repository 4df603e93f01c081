"""A venue for each engine, with everything that a visit may leave behind in folders of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import psutil
import pytest
import trustme

from kiosk.ops.address import read_address
from kiosk.ops.control_socket import remove_socket
from kiosk.sandbox.options import SandboxOptions
from kiosk.sandbox.server import run_sandbox
from tests.display import need_an_ordinary_account, virtual_display
from tests.e2e.conftest import PATIENCE, Kiosk
from tests.privacy.endings import PIN
from tests.privacy.hostile_site import HostileSite
from tests.privacy.venue import Venue
from tests.shell.conftest import engines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kiosk.sandbox.server import RunningSandbox

SIZE = "1280x800"

TRUSTS_A_FILE = {"qtwebengine"}
"""Engines that take `ca_file`. The others get the site as plain http, which on loopback is a secure context, too."""

EVERYTHING = os.environ.get("KIOSK_TEST_PRIVACY") == "all"
"""`make privacy`: all ends of a visit in full. CI tries those that take a few seconds."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for the `venue` once with each engine, whose terminal the tests share."""
    if "venue" in metafunc.fixturenames:
        metafunc.parametrize("engine", engines(), scope="module", indirect=True)


@pytest.fixture(scope="module")
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def open_venue(tmp_path_factory: pytest.TempPathFactory, engine: str) -> Iterator[Callable[..., Venue]]:
    """Open venues with other settings; they close with the module."""
    need_an_ordinary_account()
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(_venue(tmp_path_factory.mktemp("venue"), engine, settings))


@pytest.fixture(scope="module")
def venue(open_venue: Callable[..., Venue]) -> Venue:
    """A terminal where visits last as long as nobody ends them."""
    return open_venue()


@contextmanager
def _venue(folder: Path, engine: str, settings: dict[str, str]) -> Iterator[Venue]:
    authority, kiosks = trustme.CA(), []
    home, runtime = folder / "home", folder / "runtime"
    runtime.mkdir(mode=0o700)
    with ExitStack() as stack:
        display = stack.enter_context(virtual_display(SIZE))
        encrypted = engine in TRUSTS_A_FILE
        sandbox = stack.enter_context(run_sandbox(SandboxOptions(tls=encrypted)))
        site = HostileSite(authority if encrypted else None)
        stack.callback(site.close)
        variables = {
            "KIOSK_ENGINE": engine,
            **(_of_tls(folder / "ca.pem", authority, sandbox, site) if encrypted else {}),
            "KIOSK_LOG_LEVEL": "debug",
            "KIOSK_EVENT_CHECK_IN": "check-in",
            "KIOSK_EVENT_VISIT_ENDED": "visit-ended",
            "KIOSK_OPERATOR_TIMEOUT": "10",
            "KIOSK_COOL_DOWN_AFTER": "0",
            "XDG_RUNTIME_DIR": str(runtime),
            **settings,
        }

        def switch_on() -> Kiosk:
            options = ["run", "--base-url", sandbox.base_url, "--api-key-file", "-"]
            kiosk = Kiosk(options, display=display, home=home, key=sandbox.api_key, **variables)
            kiosks.append(kiosk)
            return kiosk

        _set_pin(home)
        stack.callback(lambda: [_switch_off(kiosk) for kiosk in kiosks])
        yield Venue(switch_on, sandbox=sandbox, site=site, folders=[home, runtime])


def _of_tls(trusted: Path, authority: trustme.CA, sandbox: RunningSandbox, site: HostileSite) -> dict[str, str]:
    assert sandbox.ca_file is not None
    trusted.write_bytes(authority.cert_pem.bytes() + sandbox.ca_file.read_bytes())
    return {"KIOSK_CA_FILE": str(trusted), "KIOSK_ALLOW": site.third}


def _set_pin(home: Path) -> None:
    home.mkdir()
    command = [sys.executable, "-m", "kiosk", "pin", "set"]
    variables = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    done = subprocess.run(command, env=variables, input=PIN, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def _switch_off(kiosk: Kiosk) -> None:
    family = kiosk.family() if kiosk.process.poll() is None else []
    kiosk.process.kill()
    kiosk.wait()
    psutil.wait_procs(family, timeout=PATIENCE)
    if address := read_address(kiosk.home / ".local/state/enable3-kiosk/control"):
        remove_socket(address)  # a test's home is too long a path for it: it is elsewhere
