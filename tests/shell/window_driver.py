"""A real window as a driver of the contract that every engine keeps: a shell process on a virtual display."""

from __future__ import annotations

import json
import queue
import ssl
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psutil
import pytest
import trustme

from kiosk.shell.protocol import Blocked, Event, OpenWidget, Painted, Ready
from tests.contracts.attacks import Attack, Outcome
from tests.contracts.engine import Served
from tests.shell.pages_server import PATIENCE, Answer, Site
from tests.shell.x11 import X11

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kiosk.shell.protocol import Command
    from tests.shell.conftest import Shell

SCRIPT = """
const other = %(other)s, later = (ms) => new Promise((done) => setTimeout(done, ms));
const attack = async () => { %(attack)s };
const told = (error) => report(error instanceof TypeError || error instanceof ReferenceError ? "unknown" : "refused");
const go = () => attack().then(report, told);
%(start)s
"""
TAPPED, AT_ONCE = "addEventListener('click', go, {once: true});", "addEventListener('load', () => setTimeout(go, 50));"

# A page does what it is ordered to: once, for each has a number.
ORDERLY = """
let done = 0;
setInterval(async () => {
  const {number, script} = await (await fetch("/order")).json();
  if (number > done) { done = number; (0, eval)(script); }
}, 100);
"""

BY_HAND = frozenset({"context-menu", "zoom-wheel"})
"""What somebody does with the mouse."""

NOT_HERE: Mapping[str, str] = {
    "drop": "test_lockdown drags",
    "client-certificate": "needs a server that asks for one",
    "bad-certificate": "BAD_TLS is served",
    "unknown-permission": "no page can ask for it",
    "private-address": "every page here is on such an address",
    "midi": "an engine may have no such thing",
}


class WindowDriver:
    """One shell. See tests.contracts.engine.Driver."""

    silent = frozenset({"file-scheme", "data-scheme", "microphone", "camera", "full-screen", "file-system"})
    """Chromium and WebKit know that a page may not go there; this machine has no devices; the others are off."""

    def __init__(self, shell: Shell, site: Site, other: Site) -> None:
        self.shell = shell
        self.site = site
        self.other = other
        self.events: list[Event] = []
        self.blocked: list[Blocked] = []
        self.number = 0
        self.before: set[int] = set()
        self.x11 = X11(shell.display)
        self.closing: list[Callable[[], None]] = [self.x11.close]
        ready = self.expect(Ready)
        self.report = ready.enforcement
        if ready.engine == "webkitgtk":
            # WebKit keeps to its rules for loads and tells nobody, and has no notifications for a page on loopback.
            self.silent |= {"unlisted-load", "notifications"}
        self.order("")

    def close(self) -> None:
        for each in self.closing:
            each()

    # ── tests.contracts.engine.Driver ──

    def send(self, command: Command) -> None:
        if isinstance(command, OpenWidget) and not self.before:
            self.before = {process.pid for process in self.renderers()}
        self.shell.send(command)

    def expect(self, kind: type[Any]) -> Any:
        until = time.monotonic() + PATIENCE
        while True:
            if kind is Blocked and self.blocked:
                return self.blocked.pop(0)
            found = [event for event in self.events if isinstance(event, kind)]
            if found:
                del self.events[: self.events.index(found[0]) + 1]
                return found[0]
            self._take(max(0.1, until - time.monotonic()))

    def heard(self, kind: type[Event]) -> bool:
        with suppress(queue.Empty):
            while True:
                self._take(0)
        return any(isinstance(event, kind) for event in (*self.events, *self.blocked))

    def enforcement(self) -> Mapping[str, str]:
        return self.report

    def url(self, what: Served) -> str:
        made: dict[Served, Callable[[], str]] = {
            Served.PAGE: lambda: self.site.page("/", "<h1>page</h1>", ORDERLY),
            Served.MISSING: lambda: self.site.page("/missing", "<h1>missing</h1>", status=404),
            Served.NOBODY: self._nobody,
            Served.NO_NAME: lambda: "https://nobody.invalid/",
            Served.BAD_TLS: self._bad_tls,
            Served.AWAY: lambda: self.site.redirect("/away", self.other.origin + "/"),
            Served.ATTACHMENT: self._attachment,
        }
        return made[what]()

    def attempt(self, attack: Attack) -> Outcome:
        if attack.name in NOT_HERE:
            return Outcome.UNKNOWN
        self._serve()
        self._forget()
        start = TAPPED if attack.by_person else "" if attack.keys or attack.name in BY_HAND else AT_ONCE
        script = {"other": json.dumps(self.other.origin), "attack": attack.script, "start": start}
        asked = len(self.other.asked)
        self.site.asked.clear()
        self.send(OpenWidget(1, self.site.page("/", attack.body, SCRIPT % script)))
        while self.expect(Painted).visit != 1:
            pass
        if attack.keys or attack.name in BY_HAND:
            self._by_hand(attack)
            return Outcome.REFUSED
        if attack.by_person:
            self.shell.xdotool("mousemove", "640", "500", "click", "1")
        outcome = Outcome(self.site.report() or "refused")
        arrived = len(self.other.asked) > asked or "/new" in self.site.asked
        return Outcome.GRANTED if arrived else outcome

    def kill_renderer(self, *, own: bool = False) -> None:
        for process in self.renderers():
            if (process.pid in self.before) is own:
                process.kill()

    def hang(self) -> None:
        self.order("while (true) {}")

    def play(self, *, on: bool) -> None:
        pytest.skip("test_presence plays a real video")

    def say(self, word: str) -> None:
        keys = {"retry": "Return", "ok": "Return"}
        if word in keys:
            self.shell.xdotool("key", keys[word])
        elif word == "cancel":
            pytest.skip("test_dialogs taps it")
        else:
            pytest.skip("nobody can tap what is not on the page")

    def ask(self, kind: str) -> Callable[[], object]:
        self.order(f"report({kind}('What?') ?? null)")
        return self.site.report

    def handed(self) -> object:
        self.order("report(globalThis.enable3Kiosk?.token ?? null)")
        return self.site.report()

    def is_covered(self) -> bool:
        return self.x11.pixel(3, 400) == (0x0B, 0x1B, 0x33)

    def clipboard_is_empty(self) -> bool:
        return self.x11.selection_owners() == [0, 0]

    # ── ──

    def order(self, script: str) -> None:
        """Have the orderly page run `script`, once."""
        self.number += 1
        self.site.pages["/order"] = Answer(json.dumps({"number": self.number, "script": script}))

    def renderers(self) -> list[psutil.Process]:
        """Return the processes that draw pages."""
        found = []
        for process in self.shell.members():
            with suppress(psutil.NoSuchProcess):
                command = process.cmdline()
                if "--type=renderer" in command or "WebKitWebProcess" in " ".join(command[:1]):
                    found.append(process)
        return found

    def _take(self, seconds: float) -> None:
        event = self.shell._news.get(timeout=seconds) if seconds else self.shell._news.get_nowait()
        assert not isinstance(event, int), f"the shell ended after {self.events}"
        (self.blocked if isinstance(event, Blocked) else self.events).append(event)

    def _forget(self) -> None:
        """Begin anew: another attack may have been here before."""
        with suppress(queue.Empty):
            while True:
                self._take(0)
        with suppress(queue.Empty):
            while True:
                self.site.reports.get_nowait()
        self.events.clear()
        self.blocked.clear()

    def _by_hand(self, attack: Attack) -> None:
        self.shell.xdotool("mousemove", "640", "500", "click", "1")
        if attack.name == "context-menu":
            self.shell.xdotool("click", "3")
        elif attack.name == "zoom-wheel":
            self.shell.xdotool("keydown", "ctrl", "click", "4", "keyup", "ctrl")
        else:
            self.shell.xdotool("key", *attack.keys)

    def _serve(self) -> None:
        self.site.redirect("/away", self.other.origin + "/")
        self.site.pages["/auth"] = Answer(status=401, headers={"WWW-Authenticate": 'Basic realm="venue"'})
        self.site.pages["/pdf"] = Answer("%PDF-1.4\n%%EOF", headers={"Content-Type": "application/pdf"})
        self.site.pages["/file"] = Answer("file", headers={"Content-Type": "application/octet-stream"})

    def _attachment(self) -> str:
        headers = {"Content-Type": "application/octet-stream", "Content-Disposition": "attachment; filename=file"}
        self.site.pages["/attachment"] = Answer("file", headers=headers)
        return self.site.origin + "/attachment"

    def _nobody(self) -> str:
        """Return the address of a server that was there: Chromium goes to no port that is known for something else."""
        site = Site()
        site.close()
        return site.origin + "/"

    def _bad_tls(self) -> str:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
        site = Site(context)
        self.closing.append(site.close)
        return site.page("/", "<h1>page</h1>")
