"""A day of visitors who scan and type, and an operator: what may be kept of them is in the outbox, and nothing else."""

from __future__ import annotations

import signal
import subprocess
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from kiosk.ops.control_client import ask
from kiosk.ops.control_messages import End
from kiosk.sandbox.faults import Faults, parse_failure
from kiosk.sandbox.options import SandboxOptions
from kiosk.sandbox.server import run_sandbox
from tests.codes import App
from tests.display import need_an_ordinary_account, virtual_display
from tests.e2e.conftest import PATIENCE, Kiosk
from tests.e2e.places import Places
from tests.e2e.searching import found, look_at, look_into, record_tokens
from tests.page_browser import page_browser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.gui, pytest.mark.timeout(300)]

KEY = "canary-key-91bd-1c2e"
PIN, WRONG_PIN = "802417395166", "802417395167"
CARD, CODED, TYPED = "canary-card-5e1b", "canary-coded-9a4d", "739215508264"
METHODS = ["scanner", "code", "keypad"]
SIZE = (1280, 800)
OF_THE_ACCOUNT = ".local/share/enable3-kiosk/data/outbox.db"
"""The files whose names begin like this may hold ids: the events that wait."""


class Terminal:
    """A kiosk, and people who hold cards to its reader and touch it."""

    def __init__(self, kiosk: Kiosk, places: Places) -> None:
        self.kiosk = kiosk
        self.control = kiosk.home / ".local/state/enable3-kiosk/control"
        keypad = {"methods": METHODS, "languages": ["en"], "keypad": {"length": 12}, "message": "used"}
        self.keys = dict(zip("123456789<0!", places.of("sign-in", ".keys button", **keypad), strict=True))
        self.pin_keys = dict(zip("123456789<0!", places.of("pin", ".keys button"), strict=True))

    def until(self, act: Callable[[], object], phrase: str) -> None:
        """Do something until the log says that something came of it: a fresh window takes no touch for a moment."""
        seen, limit = len(self.kiosk.lines), time.monotonic() + PATIENCE
        while not any(phrase in line for line in self.kiosk.lines[seen:]):
            assert time.monotonic() < limit, f"never {phrase}\n" + "\n".join(self.kiosk.lines)
            act()
            patience = time.monotonic() + 2.0
            while time.monotonic() < patience and not any(phrase in line for line in self.kiosk.lines[seen:]):
                time.sleep(0.02)

    def scan(self, text: str) -> None:
        self.kiosk.xdotool("type", "--args", 1, "--delay", 4, f"~{text}", "key", "--delay", 1, "Return")

    def type(self, keys: dict[str, tuple[int, int]], digits: str) -> None:
        for digit in digits + "!":
            self.kiosk.tap(*keys[digit])

    def end(self) -> None:
        ask(self.control, End())
        self.kiosk.wait_for("fresh window in front")

    def titles(self) -> bytes:
        """Return the title of every window."""
        tree = ["xwininfo", "-root", "-tree", "-display", self.kiosk.display]
        return subprocess.run(tree, capture_output=True, check=True).stdout


@pytest.fixture
def sandbox():
    with run_sandbox(SandboxOptions(api_key=KEY)) as running:
        yield running


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def terminal(tmp_path, sandbox, app) -> Iterator[Terminal]:
    need_an_ordinary_account()
    settings = {
        "KIOSK_SIGN_IN": " ".join(METHODS),
        "KIOSK_LANGUAGES": "en",
        "KIOSK_USER_PATTERN": r"canary-[a-z]+-[0-9a-f]{4}|[0-9]{12}",
        "KIOSK_SCANNER_PREFIX": "~",
        "KIOSK_SCANNER_GAP_MS": "150",
        "KIOSK_CODE_PUBLIC_KEY": str(app.write_key(tmp_path)),
        "KIOSK_KEYPAD_LENGTH": "12",
        "KIOSK_EVENT_CHECK_IN": "check-in",
        "KIOSK_EVENT_VISIT_ENDED": "visit-ended",
        "KIOSK_LOG_LEVEL": "debug",
    }
    options = ["run", "--base-url", sandbox.base_url, "--api-key-file", "-"]
    with virtual_display(f"{SIZE[0]}x{SIZE[1]}") as display, page_browser() as browser:
        prepare = Kiosk(["pin", "set"], display=display, home=tmp_path / "home", key=PIN)
        assert prepare.wait() == 0, prepare.lines
        kiosk = Kiosk(options, display=display, home=tmp_path / "home", key=KEY, **settings)
        try:
            yield Terminal(kiosk, Places(browser, SIZE))
        finally:
            if kiosk.process.poll() is None:
                kiosk.process.kill()
            kiosk.wait()


def test_only_what_waits_to_be_sent_holds_an_id(terminal, sandbox, app):
    kiosk, issued = terminal.kiosk, record_tokens(sandbox.state.tokens)
    now = int(time.time())
    code = app.code({"sub": CODED, "exp": now + 120, "jti": "canary-jti-0b6e"})
    canaries = {"key": KEY, "PIN": PIN, "wrong PIN": WRONG_PIN, "code": code, "signature": code.rpartition(".")[2]}
    ids = {"card": CARD, "coded": CODED, "typed": TYPED}

    def search() -> list[tuple[str, str]]:
        tokens = {f"token {number}": token for number, token in enumerate(issued)}
        processes = [psutil.Process(kiosk.process.pid), *kiosk.family()]
        seen = look_at(processes) | look_into(kiosk.home)
        seen |= {"titles": terminal.titles(), "standard error": "\n".join(kiosk.lines).encode()}
        hits = found(canaries | ids | tokens, seen)
        return [(where, what) for where, what in hits if not (what in ids and OF_THE_ACCOUNT in where)]

    kiosk.wait_for("page painted page=attract")
    terminal.until(lambda: terminal.scan(CARD), "widget painted visit=1")
    kiosk.wait_for("shell ready role=spare")
    sandbox.state.faults = Faults(fail=(parse_failure("503:1"),))  # events wait from now on
    assert search() == []
    terminal.end()
    sandbox.state.faults = Faults()
    terminal.until(lambda: terminal.scan(code), "widget painted visit=2")
    assert search() == []
    terminal.end()
    terminal.until(lambda: terminal.scan(code), "sign-in refused reason=used")
    kiosk.wait_for("page painted page=sign-in")
    terminal.type(terminal.keys, TYPED)
    kiosk.wait_for("widget painted visit=3")
    assert search() == []

    sandbox.state.faults = Faults(fail=(parse_failure("503:1"),))
    terminal.until(lambda: [kiosk.tap(20, 20) for _ in range(7)], "page painted page=pin")
    terminal.until(lambda: terminal.type(terminal.pin_keys, WRONG_PIN), "PIN refused")
    terminal.until(lambda: terminal.type(terminal.pin_keys, PIN), "page painted page=panel")
    kiosk.wait_for("visit ended visit=3 reason=operator")
    assert search() == []

    assert kiosk.end(signal.SIGTERM) == 0
    after = look_into(kiosk.home) | {"standard error": "\n".join(kiosk.lines).encode()}
    hits = found(canaries | ids | {f"token {number}": token for number, token in enumerate(issued)}, after)
    assert {what for _, what in hits} == {"typed"}
    assert all(OF_THE_ACCOUNT in where for where, _ in hits)
    listed = kiosk.ask("outbox", "list")
    assert "visit-ended" in listed.stdout
    assert not [text for text in ids.values() if text in listed.stdout + listed.stderr]
