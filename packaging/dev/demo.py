#!/usr/bin/env python3
"""Show the kiosk to a demo visitor with a sandbox of its own; without a display, save a picture of it instead.

Started by packaging/dev/bootstrap, as an ordinary account. Every process that this starts, and what those start, is
gone when this ends: it adopts their orphans (PR_SET_CHILD_SUBREAPER) and ends them itself.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ctypes
import json
import os
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
import psutil
from PIL import ImageGrab

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Mapping, Sequence

    from PIL import Image

VISITOR: Final = "demo"  # the sandbox knows this one, with points and a history
SECTION: Final = ("--feature", "rewards", "--item-id", "0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10")
SCREEN: Final = "1920x1080x24"
PAINT_DEADLINE: Final = 60.0  # seconds, for a slow machine's cold start
START_DEADLINE: Final = 20.0  # seconds, for the sandbox and the virtual display
END_DEADLINE: Final = 5.0  # seconds that a process gets to end by itself
SETTLE_DEADLINE: Final = 15.0  # seconds that the widget gets from its first frame to its content
SETTLE_STEP: Final = 0.2  # seconds between two looks
SETTLED: Final = 5  # equal pictures in a row: what is loaded is shown, what slides in has arrived
FEWEST_COLOURS: Final = 32  # a blank or one-coloured screen has fewer
PAINTED: Final = "widget painted"
PR_SET_CHILD_SUBREAPER: Final = 36  # linux/prctl.h


class DemoFailed(Exception):
    """The demo cannot be shown; the text says why and what to do."""


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants() -> list[psutil.Process]:
    """Return those that still run; a zombie only waits for its parent to look."""
    left = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                left.append(process)
    return left


async def end_everything() -> None:
    """End all descendants, politely first; return when none is left, or nothing helps."""
    loop = asyncio.get_running_loop()
    for ask in (psutil.Process.terminate, psutil.Process.kill):
        for process in descendants():
            with contextlib.suppress(psutil.NoSuchProcess):
                ask(process)
        deadline = loop.time() + END_DEADLINE
        while descendants() and loop.time() < deadline:  # noqa: ASYNC110 - orphans of others: nothing to await
            await asyncio.sleep(0.05)


async def start(*command: str, environment: Mapping[str, str], **pipes: int | Sequence[int]) -> Process:
    """Start a process in a session of its own: a Ctrl-C is for us alone, and we end the others in order."""
    return await asyncio.create_subprocess_exec(
        *command,
        env=dict(environment),
        start_new_session=True,
        **pipes,  # type: ignore[arg-type]
    )


async def start_virtual_display() -> str:
    """Start Xvfb on a free display; return the display's name."""
    reading, writing = os.pipe()
    with open(reading, encoding="ascii") as told:  # noqa: ASYNC230, PTH123 - a pipe, read in a thread
        try:
            await start(
                "Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset",
                environment=os.environ, pass_fds=(writing,), stdout=DEVNULL, stderr=DEVNULL,
            )  # fmt: skip
        except OSError as error:
            raise DemoFailed("Xvfb cannot be started: is the package xvfb installed?") from error
        finally:
            os.close(writing)
        # The whole line: Xvfb writes it in two parts, and dies if nobody reads the second.
        line = await asyncio.wait_for(asyncio.to_thread(told.readline), START_DEADLINE)
    if not line.strip():
        raise DemoFailed("the virtual display ended at once: run `Xvfb -displayfd 1` to see why")
    return f":{line.strip()}"


async def start_sandbox() -> tuple[Process, str, str]:
    """Start the sandbox; return it, its base URL and its API key. It ends when its stdin is closed."""
    sandbox = await start(
        sys.executable, "-m", "kiosk", "sandbox", "--port", "0", "--json", "--until-stdin-closes",
        environment=os.environ, stdin=PIPE, stdout=PIPE,
    )  # fmt: skip
    assert sandbox.stdout is not None  # noqa: S101 - PIPE was asked for; so below  # nosec B101 # for mypy; who runs with -O loses nothing
    try:
        line = await asyncio.wait_for(sandbox.stdout.readline(), START_DEADLINE)
        told = json.loads(line)
        return sandbox, told["base_url"], told["api_key"]
    except (TimeoutError, ValueError, KeyError) as error:
        raise DemoFailed("the sandbox did not start: run `kiosk sandbox` to see why") from error


async def start_kiosk(base_url: str, api_key: str, environment: Mapping[str, str]) -> Process:
    """Start the kiosk; the key goes by stdin, since arguments and environment are there for others to read."""
    kiosk = await start(
        sys.executable, "-m", "kiosk", "-v", "run", "--user", VISITOR, *SECTION,
        "--base-url", base_url, "--api-key-file", "-",
        environment=environment, stdin=PIPE, stderr=PIPE,
    )  # fmt: skip
    assert kiosk.stdin is not None  # noqa: S101  # nosec B101 # for mypy; who runs with -O loses nothing
    kiosk.stdin.write(api_key.encode() + b"\n")
    with contextlib.suppress(ConnectionError):  # it ended at once: its log says why
        await kiosk.stdin.drain()
    kiosk.stdin.close()
    return kiosk


class Log:
    """What the kiosk says: its last lines, and whether it has painted the widget."""

    def __init__(self) -> None:
        self.painted = asyncio.Event()
        self.lines: deque[str] = deque(maxlen=40)

    async def follow(self, kiosk: Process) -> None:
        """Read until the kiosk ends."""
        assert kiosk.stderr is not None  # noqa: S101  # nosec B101 # for mypy; who runs with -O loses nothing
        async for line in kiosk.stderr:
            self.lines.append(line.decode(errors="replace").rstrip())
            if PAINTED in self.lines[-1]:
                self.painted.set()

    def failure(self, what: str) -> DemoFailed:
        """Return the failure with the log's end."""
        return DemoFailed("\n".join([f"{what}; the kiosk's last lines:", *(f"  {line}" for line in self.lines)]))


async def until_painted(kiosk: Process, log: Log) -> None:
    """Wait for the widget; raise DemoFailed if the kiosk ends before, or takes longer than PAINT_DEADLINE."""
    painted, ended = asyncio.create_task(log.painted.wait()), asyncio.create_task(kiosk.wait())
    await asyncio.wait({painted, ended}, timeout=PAINT_DEADLINE, return_when=asyncio.FIRST_COMPLETED)
    try:
        if painted.done():
            return
        if ended.done():
            raise log.failure(f"the kiosk ended with status {kiosk.returncode} before the widget was painted")
        raise log.failure(f"the widget was not painted within {PAINT_DEADLINE:.0f} s")
    finally:
        painted.cancel()
        ended.cancel()


async def until_loaded(base_url: str, api_key: str) -> None:
    """Wait until the widget has fetched its data: its first frame may be a splash screen."""
    async with httpx.AsyncClient(base_url=base_url, headers={"x-api-key": api_key}, trust_env=False) as client:
        while True:
            log = (await client.get("/sandbox/log")).raise_for_status().json()
            if any(entry["path"].endswith("/data.json") and entry["status"] for entry in log["requests"]):
                return
            await asyncio.sleep(SETTLE_STEP)


async def photograph(display: str, target: Path) -> None:
    """Save what the display shows, when it has stopped changing; raise DemoFailed if that is a blank screen."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + SETTLE_DEADLINE
    picture, equal = ImageGrab.grab(xdisplay=display), 1
    while equal < SETTLED and loop.time() < deadline:
        await asyncio.sleep(SETTLE_STEP)
        last, picture = picture, ImageGrab.grab(xdisplay=display)
        equal = equal + 1 if picture.tobytes() == last.tobytes() else 1
    if is_blank(picture):
        raise DemoFailed("the kiosk says that the widget is painted, but the screen is blank: please report this")
    picture.save(target)


def is_blank(picture: Image.Image) -> bool:
    """Tell whether the picture has hardly a colour."""
    return picture.getcolors(FEWEST_COLOURS) is not None


def session(folder: str, display: str | None) -> dict[str, str]:
    """Return the kiosk's environment: the user's own configuration and data are left out of the demo."""
    environment = {**os.environ, "XDG_CONFIG_HOME": f"{folder}/config", "XDG_DATA_HOME": f"{folder}/data"}
    environment |= {"XDG_STATE_HOME": f"{folder}/state", "XDG_CACHE_HOME": f"{folder}/cache"}
    return environment | ({"XDG_SESSION_TYPE": "wayland"} if display is None else {"DISPLAY": display})


def check_display(display: str) -> None:
    """Raise DemoFailed if we may not open the display."""
    try:
        ImageGrab.grab(bbox=(0, 0, 1, 1), xdisplay=display)
    except OSError as error:
        raise DemoFailed(
            f"the display {display} cannot be opened by this account ({error}); "
            "run this as the user whose desktop it is, or without a display: env -u DISPLAY make demo"
        ) from error


async def show(screenshot: Path) -> None:
    """Show the demo until it is closed (a display), or until it has been photographed (none)."""
    display = os.environ.get("DISPLAY")
    virtual = display is None and "WAYLAND_DISPLAY" not in os.environ
    if virtual:
        print("no display: using a virtual one", flush=True)
        display = await start_virtual_display()
    elif display is None:
        print("no X display: using Wayland itself (tried under Weston alone)", flush=True)
    else:
        check_display(display)
    sandbox, base_url, api_key = await start_sandbox()
    print(f"the sandbox answers at {base_url}", flush=True)
    with tempfile.TemporaryDirectory(prefix="kiosk-demo-") as folder:
        kiosk = await start_kiosk(base_url, api_key, session(folder, display))
        log = Log()
        following = asyncio.create_task(log.follow(kiosk))
        try:
            await until_painted(kiosk, log)
            if virtual and display is not None:
                await asyncio.wait_for(until_loaded(base_url, api_key), SETTLE_DEADLINE)
                await photograph(display, screenshot)
            else:
                print(
                    "the kiosk is on the screen and cannot be closed there: Alt-Tab to here, Ctrl-C ends it", flush=True
                )
                if await kiosk.wait():
                    await following
                    raise log.failure(f"the kiosk ended with status {kiosk.returncode}")
        finally:
            following.cancel()
            await end(kiosk)
    assert sandbox.stdin is not None  # noqa: S101  # nosec B101 # for mypy; who runs with -O loses nothing
    sandbox.stdin.close()
    await sandbox.wait()


async def end(kiosk: Process) -> None:
    """Ask the kiosk to end, so that it clears up by itself."""
    if kiosk.returncode is None:
        kiosk.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(kiosk.wait(), END_DEADLINE)


async def main() -> int:
    """Return 0 when all was shown, 1 when it could not be, 130 when it was interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--screenshot", type=Path, required=True, help="where the picture goes when there is no display"
    )
    options = parser.parse_args()
    adopt_orphans()
    showing = asyncio.create_task(show(options.screenshot))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, showing.cancel)
    try:
        await showing
    except (TimeoutError, httpx.HTTPError) as error:
        print(f"error: something did not answer in time: {error!r}", file=sys.stderr, flush=True)
        return 1
    except asyncio.CancelledError:
        print("interrupted: ending the kiosk and the sandbox", flush=True)
        return 128 + signal.SIGINT
    except DemoFailed as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        return 1
    finally:
        await end_everything()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
