"""How long the end of a visit takes on the glass: from the click on Done to the cover, and from Present to the spare.

    python -m bench.cover [--runs 9]

The visit's page hangs in an endless loop, as the worst page does. The clock stops when the X server's own picture has
changed. Run it as an ordinary account.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from PIL import ImageColor

from kiosk.core.look import Look
from kiosk.shell.protocol import OpenWidget, Painted, Present, Presented, Ready, ShowPage
from tests.display import virtual_display
from tests.shell.conftest import START, Shell
from tests.shell.pages_server import Site
from tests.shell.x11 import X11

GREEN = (0, 160, 0)
PAGE = "<style>body {background: rgb(0 160 0)}</style><h1>A page that hangs"
HANG = "setTimeout(() => { for (;;) {} }, 200)"
DONE, BUTTON = (1190, 26), ImageColor.getrgb(Look().accent)
SPOT = (640, 790)
GRID = [(x, y) for x in (320, 640, 960) for y in range(350, 800, 50)]
LIMIT = 10.0


def measure(display: str, base: Path, site: Site, x11: X11) -> tuple[float, float, float]:
    """Return the seconds from the click to the cover, from Present to its pixels, and to Presented."""
    front = Shell(display=display, start=START, base=base)
    spare = Shell(display=display, start=replace(START, spare=True), base=base)
    try:
        spare.send(ShowPage("attract", "en", data={"methods": ["keypad"], "sections": [], "languages": []}))
        spare.expect(Ready)
        spare.expect(Painted)
        front.send(OpenWidget(1, site.page("/", PAGE, HANG)))
        front.expect(Painted)
        x11.wait_for(*DONE, BUTTON)
        front.xdotool("mousemove", *map(str, DONE))
        time.sleep(0.6)
        x11.click()
        covered = x11.wait_for(*SPOT, ImageColor.getrgb(Look().primary))
        time.sleep(0.3)
        cover, began = [x11.pixel(*spot) for spot in GRID], time.monotonic()
        spare.send(Present())
        while [x11.pixel(*spot) for spot in GRID] == cover:
            if time.monotonic() - began > LIMIT:
                raise SystemExit("the spare did not come up")
            time.sleep(0.001)
        seen = time.monotonic() - began
        spare.expect(Presented)
        return covered, seen, time.monotonic() - began
    finally:
        spare.process.kill()
        front.process.kill()


def main() -> None:
    """Measure and print the spread."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    site = Site()
    with tempfile.TemporaryDirectory() as base, virtual_display("1280x800") as display:
        os.environ["DISPLAY"] = display
        x11 = X11(display)
        runs = [measure(display, Path(base), site, x11) for _ in range(options.runs)]
        x11.close()
    site.close()
    for name, times in zip(
        ("Done to cover", "Present to pixels", "Present to Presented"), zip(*runs, strict=True), strict=True
    ):
        ms = [round(each * 1000) for each in times]
        print(f"{name:22s} min {min(ms)}  median {statistics.median(ms)}  max {max(ms)} ms")


if __name__ == "__main__":
    main()
