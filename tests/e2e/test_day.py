"""A day at the terminal: 200 visitors come and go in every way that there is, and things break in between.

Everything is real: the window, the touches and keys, the reader's typing, the API over HTTP, the signals. The day is
drawn from a seed, which is printed when it fails.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil
import pytest
from PIL import ImageChops

from kiosk.core.user_id import UserId
from kiosk.errors import NotRunning
from kiosk.ops.control_client import ask
from kiosk.ops.control_messages import Begin, End, KioskStatus, Status, data_of
from kiosk.sandbox.faults import Faults, parse_failure
from tests.codes import App
from tests.display import need_an_ordinary_account, virtual_display
from tests.e2e.conftest import PATIENCE, Kiosk
from tests.e2e.places import Place, Places
from tests.page_browser import page_browser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kiosk.sandbox.log import Entry

pytestmark = [pytest.mark.gui, pytest.mark.timeout(1200)]

SEED = 20261123
SIZE = (1280, 800)
VISITS = int(os.environ.get("KIOSK_TEST_VISITS", "200"))
PIN = "8264"
METHODS = ["argument", "scanner", "code", "keypad"]
LANGUAGES = ["en", "ar"]
BAR = 52
"""Pixels: the session bar's height, give or take."""

WAYS_IN = {"hand-over": 8, "command": 1, "scanner": 4, "code": 2, "keypad": 3}
WAYS_OUT = {"done": 8, "end": 4, "next": 4, "engine killed": 2, "renderer killed": 2, "operator": 2}
FAULTS = {"none": 16, "api down": 1, "address denied": 1, "attract killed": 1, "slow and cancelled": 1}
WITH_SPARE = 20
"""Every so many visits last until the spare is up; the others end before, as those of busy venues may."""

RARE = {60: "idle", 110: "answered", 150: "limit"}
"""Visits that take their time: nobody answers the warning; somebody does; the longest visit is over."""


def pick(chance: random.Random, weights: dict[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


class Day:
    """The terminal, who stands in front of it, and what must be true between two of them."""

    def __init__(self, kiosk: Kiosk, sandbox, places: Places, app: App, chance: random.Random) -> None:
        self.kiosk = kiosk
        self.sandbox = sandbox
        self.app = app
        self.chance = chance
        self.visits = 0
        self.seen: Counter[str] = Counter()
        self.users: list[str] = []
        self.control = kiosk.home / ".local/state/enable3-kiosk/control"
        attract = {"methods": METHODS, "languages": LANGUAGES, "sections": ["missions", "rewards"]}
        keypad = {"methods": METHODS, "languages": LANGUAGES, "keypad": {"length": 8}}
        [self.sign_in] = places.of("attract", "main a.button", **attract)
        self.tiles = places.of("attract", "a.tile", **attract)
        self.languages = places.of("attract", ".languages a", **attract)
        keys = places.of("sign-in", ".keys button", **keypad)
        self.keys = dict(zip("123456789<0!", keys, strict=True))
        self.pin_keys = dict(zip("123456789<0!", places.of("pin", ".keys button"), strict=True))
        [self.close_panel] = places.of("panel", ".top a, header a")[:1]
        [self.retry] = places.of("out-of-service", "main a.button", languages=LANGUAGES)
        [self.cancel] = places.of("loading", "a")
        [self.done] = places.of("bar", "a.button", height=BAR, account="••••", balance="0", left=None)
        self.requests: dict[int, Entry] = {}
        self.attract = None
        self.arabic = False

    # ── looking ──

    def until(self, condition: Callable[[], bool], what: str) -> None:
        limit = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < limit, f"visit {self.visits}: never {what}\n" + "\n".join(self.kiosk.lines[-40:])
            time.sleep(0.02)

    def status(self) -> KioskStatus:
        return data_of(ask(self.control, Status()), KioskStatus)

    def until_state(self, state: str) -> None:
        self.until(lambda: self.status().state == state, state)

    def looks_fresh(self) -> bool:
        image = self.kiosk.screenshot()
        return ImageChops.difference(image, self.attract).getbbox() is None

    def nobody_left_anything(self) -> None:
        """Wait for the terminal that the day began with: that page, one window, one folder."""
        self.arabic = False
        self.until_state("attract")
        self.until(self.looks_fresh, "the attract page that the day began with")
        self.until(lambda: len(self.kiosk.visit_folders()) == 1, "one folder")
        self.until(lambda: len(self.kiosk.children()) == 1, "one window")

    # ── coming in ──

    def begin(self, way: str, user: str) -> None:
        if way in {"hand-over", "command"}:
            self.hand_over(user, by_command=way == "command")
            return
        self.until_state("attract")
        if way == "scanner":
            if self.chance.random() < 0.3:
                self.speak_arabic()
            self.scan(user)
        elif way == "code":
            now = time.time()
            self.scan(self.app.code({"sub": user, "exp": now + 120, "jti": f"{user}-{now}", "feature": "missions"}))
        else:
            self.tap(self.sign_in, self.logged("page painted page=sign-in"), "the keypad")
            for digit in user:
                self.kiosk.tap(*self.keys[digit])
            self.kiosk.tap(*self.keys["!"])

    def speak_arabic(self) -> None:
        """Choose the language that writes from the right: the bar is the other way round then."""
        self.tap(self.languages[1], self.logged("page painted page=attract"), "Arabic")
        self.arabic = True
        self.seen.update(["in Arabic"])

    def hand_over(self, user: str, *, by_command: bool) -> None:
        self.arabic = False
        if by_command:
            told = self.kiosk.ask("run", "--base-url", self.sandbox.base_url, "--user", user)
            assert told.returncode == 0, told.stderr
        else:
            reply = ask(self.control, Begin(UserId.parse(user)))
            assert reply.ok, reply

    def scan(self, text: str) -> None:
        """Hold a code or a card to the reader, which types 500 characters a second; again if nothing happens."""

        def scanned() -> bool:
            self.kiosk.xdotool("type", "--args", 1, "--delay", 4, f"~{text}", "key", "--delay", 1, "Return")
            return self.happens(lambda: self.status().state != "attract")

        self.until(scanned, "scanned")

    def tap(self, place: Place, condition: Callable[[], bool], what: str) -> None:
        """Touch a place until something comes of it: a window that is new in front takes no touch for a moment."""

        def tapped() -> bool:
            self.kiosk.tap(*place)
            return self.happens(condition)

        self.until(tapped, what)

    def happens(self, condition: Callable[[], bool]) -> bool:
        limit = time.monotonic() + 0.5
        while time.monotonic() < limit:
            if condition():
                return True
            time.sleep(0.02)
        return False

    def logged(self, phrase: str) -> Callable[[], bool]:
        seen = len(self.kiosk.lines)
        return lambda: any(phrase in line for line in self.kiosk.lines[seen:])

    def until_served(self) -> None:
        self.visits += 1
        self.kiosk.wait_for(f"widget painted visit={self.visits}")
        self.until_state("visit")
        self.read_log()

    def read_log(self) -> None:
        """Keep what the API was asked: the sandbox remembers the last requests alone."""
        self.requests |= {id(entry): entry for entry in self.sandbox.state.log.entries()}

    # ── what happens meanwhile ──

    def meet(self, fault: str) -> None:
        """Break something before the next visitor, and see that it mends."""
        if fault == "attract killed":
            largest(self.kiosk.family()).kill()
            self.kiosk.wait_for("shell ready role=front")
            self.nobody_left_anything()
        elif fault == "slow and cancelled":
            self.sandbox.state.faults = Faults(latency_ms=8000)
            self.hand_over("slow", by_command=False)
            self.kiosk.wait_for("page painted page=loading")
            self.sandbox.state.faults = Faults()
            self.visits += 1
            self.tap(self.cancel, self.logged(f"visit ended visit={self.visits} reason=done"), "cancelled")
            self.nobody_left_anything()

    def begin_in_trouble(self, fault: str, way: str, user: str) -> None:
        """Sign in while the API says no, until it says yes."""
        down = Faults(fail=(parse_failure("503:1"),)) if fault == "api down" else Faults(deny_address=True)
        self.sandbox.state.faults = down
        self.begin(way, user)
        self.kiosk.wait_for("page painted page=out-of-service")
        self.sandbox.state.faults = Faults()
        if fault == "address denied":
            self.tap(self.retry, lambda: self.status().state != "out-of-service", "tried again")

    # ── going out ──

    def leave(self, way: str) -> None:
        reasons = {"done": "done", "end": "done", "operator": "operator"}
        {
            "done": lambda: self.tap(self.place_of_done(), lambda: self.status().state != "visit", "done"),
            "end": lambda: ask(self.control, End()),
            "engine killed": lambda: self.kill(renderer=False),
            "renderer killed": lambda: self.kill(renderer=True),
            "operator": self.operate,
        }[way]()
        self.kiosk.wait_for(f"visit ended visit={self.visits} reason={reasons.get(way, 'crash')}")
        if way == "operator":
            self.kiosk.wait_for("page painted page=panel")
            self.tap(self.close_panel, lambda: self.status().state != "panel", "closed")
        self.nobody_left_anything()

    def place_of_done(self) -> Place:
        x, y = self.done
        return (SIZE[0] - x if self.arabic else x), y

    def kill(self, *, renderer: bool) -> None:
        """Kill what shows the page of the window in front, which is the older one when the last visit's is gone."""
        windows = 2 if self.visits % WITH_SPARE == 0 else 1
        self.until(lambda: len(self.kiosk.children()) == windows, "only the windows of this visit")
        front = min(self.kiosk.children(), key=lambda process: process.create_time())
        largest(front.children(recursive=True), name="QtWebEngine" if renderer else "").kill()

    def operate(self) -> None:
        painted = self.logged("page painted page=pin")
        self.until(lambda: [self.kiosk.tap(20, 20) for _ in range(7)] and self.happens(painted), "the PIN page")
        for digit in PIN:
            self.kiosk.tap(*self.pin_keys[digit])
        self.kiosk.tap(*self.pin_keys["!"])

    def take_time(self, what: str) -> None:
        """Stay until the terminal asks, or until it says that it is enough."""
        reason = "limit" if what == "limit" else "idle"
        if what == "limit":
            end = time.monotonic() + PATIENCE
            while self.status().state == "visit" and time.monotonic() < end + 30:
                self.kiosk.tap(SIZE[0] // 2, BAR // 2)  # on the bar, beside everything
                time.sleep(1)
        else:
            self.kiosk.wait_for("page painted page=warning")
            if what == "answered":
                self.tap((640, 700), lambda: self.status().state == "visit", "answered")
                self.leave("done")
                return
        self.kiosk.wait_for(f"visit ended visit={self.visits} reason={reason}")
        self.nobody_left_anything()


@pytest.fixture
def day(tmp_path, sandbox) -> Iterator[Day]:
    need_an_ordinary_account()
    app = App()
    with virtual_display(f"{SIZE[0]}x{SIZE[1]}") as display, page_browser() as browser:
        options = ["run", "--base-url", sandbox.base_url, "--api-key-file", "-"]
        settings = {
            "KIOSK_SIGN_IN": " ".join(METHODS),
            "KIOSK_LANGUAGES": " ".join(LANGUAGES),
            "KIOSK_SECTIONS": "missions rewards",
            "KIOSK_USER_PATTERN": r"[a-z]+(-[0-9]{1,4})?|[0-9]{8}",
            "KIOSK_SCANNER_PREFIX": "~",
            "KIOSK_SCANNER_GAP_MS": "150",  # xdotool, too, may have to wait for a busy machine
            "KIOSK_CODE_PUBLIC_KEY": str(app.write_key(tmp_path)),
            "KIOSK_KEYPAD_CHECK_DIGIT": "luhn",
            "KIOSK_KEYPAD_LENGTH": "8",
            "KIOSK_IDLE_TIMEOUT": "10",
            "KIOSK_IDLE_WARNING": "10",
            "KIOSK_VISIT_LIMIT": "60",
            "KIOSK_EVENT_CHECK_IN": "check-in",
            "KIOSK_EVENT_VISIT_ENDED": "visit-ended",
            "KIOSK_TERMINAL": "lobby-1",
        }
        home = tmp_path / "home"
        prepare = Kiosk(["pin", "set"], display=display, home=home, key=PIN)
        assert prepare.wait() == 0, prepare.lines
        kiosk = Kiosk(options, display=display, home=home, key=sandbox.api_key, **settings)
        try:
            yield Day(kiosk, sandbox, Places(browser, SIZE), app, random.Random(SEED))  # noqa: S311 - a day, not a secret
        finally:
            if kiosk.process.poll() is None:
                kiosk.process.kill()
            kiosk.wait()


def largest(processes: list[psutil.Process], name: str = "") -> psutil.Process:
    """Return the process with the most memory of those whose name begins with `name`."""
    sizes = {}
    for process in processes:
        with suppress(psutil.NoSuchProcess):  # one that is just ending
            if process.name().startswith(name):
                sizes[process] = process.memory_info().rss
    return max(sizes, key=sizes.__getitem__)


def number_of(chance: random.Random) -> str:
    """Return eight digits whose last one is Luhn's."""
    digits = [chance.randrange(1, 10)] + [chance.randrange(10) for _ in range(6)]
    total = sum(sum(divmod(digit * 2, 10)) if place % 2 == 0 else digit for place, digit in enumerate(reversed(digits)))
    return "".join(map(str, digits)) + str(-total % 10)


def test_two_hundred_visitors_come_and_go(day):
    kiosk, chance = day.kiosk, day.chance
    kiosk.wait_for("page painted page=attract")
    day.attract = kiosk.screenshot()
    day.until(lambda: steady(day), "a steady attract page")
    day.until(lambda: is_reached(day), "reached by the venue's own system")
    handed = False
    while day.visits < VISITS:
        way_in, way_out, fault = pick(chance, WAYS_IN), pick(chance, WAYS_OUT), pick(chance, FAULTS)
        number = day.visits + 1
        user = number_of(chance) if way_in == "keypad" and not handed else f"guest-{number}"
        if handed:  # somebody is there: only the venue's own system can put another one in that place
            way_in, fault = pick(chance, {"hand-over": 4, "command": 1}), "none"
        if fault in {"attract killed", "slow and cancelled"}:
            day.meet(fault)
        if fault in {"api down", "address denied"}:
            day.begin_in_trouble(fault, way_in, user)
        else:
            day.begin(way_in, user)
        day.until_served()
        day.users.append(user)
        day.seen.update([f"in: {way_in}", f"fault: {fault}"])
        if day.visits % WITH_SPARE == 0:
            day.until(lambda: len(kiosk.children()) == 2, "a spare")
        if rare := next(
            (name for at, name in RARE.items() if not handed and day.visits >= at and name not in day.seen), ""
        ):
            day.seen.update([rare])
            day.take_time(rare)
            continue
        day.seen.update([f"out: {way_out}"])
        handed = way_out == "next"
        if not handed:
            day.leave(way_out)
    if handed:
        day.leave("done")

    assert all(
        any(f"{kind}: {way}" == key for key in day.seen)
        for kind, ways in (("in", WAYS_IN), ("out", WAYS_OUT))
        for way in ways
    )
    assert day.status().visits == day.visits
    day.until(lambda: day.status().outbox.pending == 0, "all events sent")
    everybody_was_served_once_and_nobody_else(day)
    assert day.status().outbox.dead == 0
    log = (kiosk.home / ".local/state/enable3-kiosk/log/kiosk.log").read_text()
    assert not [user for user in day.users if user in log]
    assert kiosk.end(signal.SIGTERM) == 0
    assert kiosk.leftovers() == []


def is_reached(day: Day) -> bool:
    """Whether the terminal takes requests: it does soon after its first page is there."""
    try:
        return day.status().state == "attract"
    except NotRunning:
        return False


def steady(day: Day) -> bool:
    """Take the picture of the attract page when it stays the same."""
    before, day.attract = day.attract, day.kiosk.screenshot()
    return ImageChops.difference(before, day.attract).getbbox() is None


def everybody_was_served_once_and_nobody_else(day: Day) -> None:
    day.until(lambda: len(told(day, "check-in")) >= len(day.users), "every check-in")
    fetched = [entry.user for entry in day.requests.values() if entry.path.endswith("/widget") and entry.status == 200]
    assert [user for user in fetched if user != "slow"] == day.users
    assert sorted(told(day, "check-in")) == sorted(day.users)
    assert sorted(told(day, "visit-ended")) == sorted(day.users)


def told(day: Day, event: str) -> list[str | None]:
    """Return whom the terminal told of by such an event, each id of an event once."""
    day.read_log()
    posted = [entry for entry in day.requests.values() if entry.path.endswith("/event") and f'"{event}"' in entry.body]
    return list({json.loads(entry.body)["id"]: entry.user for entry in posted}.values())
