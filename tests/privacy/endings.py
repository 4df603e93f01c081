"""Every way in which a visit can end. Each function ends the visit that there is; the terminal is ready afterwards."""

from __future__ import annotations

import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

from kiosk.errors import ExitStatus
from tests.e2e.conftest import PATIENCE
from tests.privacy.venue import Visitor, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.privacy.venue import Venue

    Ending = Callable[[Venue], None]

DONE = (1190, 26)
"""The button on the session bar, on a screen of 1280 by 800."""
PIN = "802417395"
EXIT_STEPS = 8
"""How many times Tab, from the top of the operator's panel, to `exit`."""


def done(venue: Venue) -> None:
    """Touch Done. A page that hangs may be ended before that."""
    _until_it_says(venue, lambda: venue.kiosk.tap(*DONE), "visit ended")
    venue.wait_for_the_next()


def kiosk_end(venue: Venue) -> None:
    """Run `kiosk end`."""
    assert venue.kiosk.ask("end").returncode == 0
    venue.wait_for_the_next()


def hand_over(venue: Venue) -> None:
    """Have the venue's own system sign somebody else in, who goes at once."""
    venue.site.order("rest")
    venue.sign_in(Visitor())
    venue.end()


def nobody_there(venue: Venue) -> None:
    """Wait until the terminal notices that nobody is there: 20 s."""
    venue.kiosk.wait_for("reason=idle")
    venue.wait_for_the_next()


def longest(venue: Venue) -> None:
    """Touch the page until a visit has lasted as long as one may: 60 s."""
    seen = len(venue.kiosk.lines)

    def over() -> bool:
        venue.kiosk.tap(900, 600)
        return any("reason=limit" in line for line in venue.kiosk.lines[seen:])

    until(over, patience=120)
    venue.wait_for_the_next()


def renderer_killed(venue: Venue) -> None:
    """Kill whatever draws pages, as the kernel does when memory is short."""
    signalled = 0
    for process in front(venue):
        with suppress(psutil.Error):
            if is_renderer(process):
                process.kill()
                signalled += 1
    assert signalled
    venue.wait_for_the_next()


def shell_killed(venue: Venue) -> None:
    """Kill the engine's host."""
    keeper, host, *_ = front(venue)
    assert host.ppid() == keeper.pid
    host.kill()
    venue.wait_for_the_next()


def keeper_killed(venue: Venue) -> None:
    """Kill the process that cleans up after the host."""
    front(venue)[0].kill()
    venue.wait_for_the_next()


def supervisor_killed(venue: Venue) -> None:
    """Kill the supervisor, and start the terminal again: what runs below it ends by itself."""
    below = venue.kiosk.family()
    venue.kiosk.process.kill()
    venue.kiosk.wait()
    _, alive = psutil.wait_procs(below, timeout=PATIENCE)
    assert alive == []
    venue.start()


def power_cut(venue: Venue) -> None:
    """Kill everything at once, and start the terminal again after the time that a folder may be in the making."""
    everything = venue.processes()
    for process in everything:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGSTOP)  # so that nobody cleans up
    for process in everything:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    venue.kiosk.wait()
    psutil.wait_procs(everything, timeout=PATIENCE)
    left = venue.kiosk.visit_folders()
    assert left  # what the cut left behind: the next start's sweep is to find it
    _age(venue)
    venue.start()
    until(lambda: not any(folder.exists() for folder in left))


def _age(venue: Venue) -> None:
    """Wait until the folders are older than one that is being made (kiosk/shell/folder.py: 30 s)."""
    newest = max(folder.stat().st_ctime for folder in venue.kiosk.visit_folders())
    time.sleep(max(0.0, newest + 31.0 - time.time()))


def terminated(venue: Venue) -> None:
    """Send SIGTERM, and start the terminal again."""
    assert venue.kiosk.end(signal.SIGTERM) == 0
    venue.start()


def operator(venue: Venue) -> None:
    """Have the operator open the panel, which closes when its time is over: after 10 s at this terminal."""
    _open_panel(venue)
    venue.kiosk.wait_for("state panel -> attract")


def operator_exit(venue: Venue) -> None:
    """Have the operator end the kiosk, and start the terminal again."""
    _open_panel(venue)
    venue.kiosk.xdotool("key", *["Tab"] * EXIT_STEPS, "Return")
    venue.kiosk.xdotool("key", "Tab", "Return")  # from `cancel` to `yes, exit`
    assert venue.kiosk.wait() == ExitStatus.OPERATOR_EXIT
    venue.start()


def _open_panel(venue: Venue) -> None:
    """Do what an operator does: again, if a page that has just come took nothing."""

    def asked() -> None:
        venue.kiosk.xdotool("mousemove", 20, 20, "click", "--repeat", 7, "--delay", 60, 1)

    def said() -> None:
        venue.kiosk.xdotool("key", *["BackSpace"] * len(PIN))
        venue.kiosk.xdotool("type", PIN)
        venue.kiosk.xdotool("key", "Return")

    _until_it_says(venue, asked, "page painted page=pin")
    _until_it_says(venue, said, "PIN accepted")
    venue.kiosk.wait_for("-> panel")
    time.sleep(1.0)  # a fresh window takes no touch for a moment, and says nothing when it does


def _until_it_says(venue: Venue, act: Callable[[], None], phrase: str) -> None:
    """Do something until the log says that something came of it."""

    def came() -> bool:
        seen = len(venue.kiosk.lines)
        act()
        limit = time.monotonic() + 3
        while time.monotonic() < limit:
            if any(phrase in line for line in venue.kiosk.lines[seen:]):
                return True
            time.sleep(0.05)
        return False

    until(came)


def front(venue: Venue) -> list[psutil.Process]:
    """Return the keeper of the window in front, its host, and all that is below them: the oldest is in front."""
    keeper = min(venue.kiosk.children(), key=lambda process: process.create_time())
    return [keeper, *keeper.children(), *(one for child in keeper.children() for one in child.children(recursive=True))]


def is_renderer(process: psutil.Process) -> bool:
    return any("--type=renderer" in word or "WebKitWebProcess" in word for word in process.cmdline())


AT_ONCE: dict[str, Ending] = {
    "Done": done,
    "kiosk end": kiosk_end,
    "hand-over": hand_over,
    "renderer killed": renderer_killed,
    "shell killed": shell_killed,
    "supervisor killed": supervisor_killed,
    "SIGTERM": terminated,
    "operator exit": operator_exit,
}
"""What takes a few seconds: CI tries all of it."""

SLOW: dict[str, Ending] = {
    "keeper killed": keeper_killed,
    "operator": operator,
    "idle": nobody_there,
    "cap": longest,
    "power cut": power_cut,
}
"""What takes longer: `make privacy` tries it."""

SETTINGS: dict[str, dict[str, str]] = {
    "idle": {"KIOSK_IDLE_TIMEOUT": "10", "KIOSK_IDLE_WARNING": "10"},
    "cap": {"KIOSK_VISIT_LIMIT": "60"},
}
"""What the terminal of such a visit is set to, if it is not as the others."""
