"""How long from a user id to the widget on the glass: the kiosk against a bare browser in kiosk mode.

    python -m bench.first_paint [--runs 7] [--latency-ms 80]

Both start cold with an empty profile on the same virtual screen, in turn, and show the same page of the same sandbox,
whose API answers after `--latency-ms`. The peer is what a venue would write without us: a script that asks the API for
the widget URL and then starts `chromium --kiosk` with it. The clock stops when a screenshot has the section's colour.
Run it as an ordinary account that has Debian's `chromium`, with nothing else at work; quote the ratio, never a single
time.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess  # nosec B404 # every command is a list of our own
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import ImageColor

from kiosk.sandbox.faults import Faults
from kiosk.sandbox.options import SandboxOptions
from kiosk.sandbox.server import run_sandbox
from tests.display import screenshot, virtual_display

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.sandbox.server import RunningSandbox

SECTION = "rewards"
COLOUR = ImageColor.getrgb(
    json.loads((Path(__file__).parents[1] / "kiosk/sandbox/widget/sections.json").read_text())[SECTION]
)
SPOT = (1200, 60)
"""Within the section's band, on a screen of 1920 by 1080."""

LIMIT = 60.0
QUIET = [
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--password-store=basic",
    "--window-size=1920,1080",
    "--window-position=0,0",
]


def kiosk(sandbox: RunningSandbox, home: Path, display: str) -> subprocess.Popen[bytes]:
    """Start the kiosk."""
    command = [sys.executable, "-m", "kiosk", "run", "--user", "anna", "--feature", SECTION]
    process = subprocess.Popen(  # nosec B603 # a list of our own, and no shell
        [*command, "--base-url", sandbox.base_url, "--api-key-file", "-"],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(home, display),
    )
    assert process.stdin is not None  # nosec B101 # for mypy; who runs with -O loses nothing
    process.stdin.write(sandbox.api_key.encode())
    process.stdin.close()
    return process


def browser(sandbox: RunningSandbox, home: Path, display: str) -> subprocess.Popen[bytes]:
    """Ask the API for the widget URL, then start the bare browser with it."""
    request = urllib.request.Request(  # noqa: S310 - the sandbox's own address
        f"{sandbox.base_url}/api/v1/integration/user/anna/widget?feature={SECTION}",
        headers={"X-API-KEY": sandbox.api_key},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - see above  # nosec B310 # a loopback address of our own
        url = json.load(answer)["url"]
    command = [shutil.which("chromium") or "chromium", "--kiosk", f"--user-data-dir={home}/profile", *QUIET, url]
    return subprocess.Popen(  # nosec B603 # a list of our own, and no shell
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(home, display)
    )


def environment(home: Path, display: str) -> dict[str, str]:
    """Return the same for both."""
    return {"PATH": "/usr/bin:/bin", "HOME": str(home), "TMPDIR": str(home), "DISPLAY": display, "LANG": "C.UTF-8"}


def measure(start: Callable[[RunningSandbox, Path, str], subprocess.Popen[bytes]], sandbox: RunningSandbox) -> float:
    """Return the seconds from start to the section on the glass."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, virtual_display() as display:
        began = time.monotonic()
        process = start(sandbox, Path(home), display)
        try:
            while screenshot(display).getpixel(SPOT) != COLOUR:
                if time.monotonic() - began > LIMIT:
                    raise SystemExit(f"{start.__name__}: nothing painted within {LIMIT:.0f} s")
                time.sleep(0.02)  # a screenshot takes a core: leave it to who is measured
            return time.monotonic() - began
        finally:
            process.terminate()
            process.wait()


def main() -> None:
    """Measure in turn and print medians and the ratio pair by pair."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--latency-ms", type=int, default=80, help="of the API; 80 ms is a venue's line")
    options = parser.parse_args()
    with run_sandbox(SandboxOptions(faults=Faults(latency_ms=options.latency_ms))) as sandbox:
        measure(kiosk, sandbox), measure(browser, sandbox)  # one of each to warm the file cache
        pairs = [(measure(kiosk, sandbox), measure(browser, sandbox)) for _ in range(options.runs)]
    for name, times in zip(("kiosk", "chromium --kiosk"), zip(*pairs, strict=True), strict=True):
        print(f"{name:18s} min {min(times):.2f}  median {statistics.median(times):.2f}  max {max(times):.2f} s")
    ratios = sorted(ours / theirs for ours, theirs in pairs)
    print(f"{'ratio':18s} min {ratios[0]:.2f}  median {statistics.median(ratios):.2f}  max {ratios[-1]:.2f}")


if __name__ == "__main__":
    main()
