"""A page that Chromium takes for one of the internet, and what it reaches on this machine; started by a test.

No interceptor is there: what is refused is refused by Chromium, with the kiosk's flags. Prints what arrived as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from kiosk.shell.engines import qt_settings
from tests.shell.pages_server import Answer, Site

SCRIPT = """
(async () => {
  const inside = "%s";
  const tries = ["", "/go/"].flatMap((way) => [
    () => fetch(`${way}${inside}/fetched${way.length}`, {mode: "no-cors"}),
    () => new Promise((done) => {
      const image = new Image();
      image.onload = image.onerror = done;
      image.src = `${way}${inside}/image${way.length}`;
    }),
  ]);
  for (const attempt of tries) try { await attempt() } catch {}
  report("done");
})();
"""


def main(*, guarded: bool) -> None:
    """Show the page, with the guard or, to show that the tries would arrive, without."""
    page_site, inside = Site(), Site()
    for path in ("/fetched0", "/image0", "/fetched4", "/image4"):
        inside.pages[path] = Answer("x")
        page_site.redirect("/go/" + inside.origin + path, inside.origin + path)
    os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = " ".join(
        [
            *qt_settings.FLAGS,
            qt_settings.features(inner=not guarded),
            f"--ip-address-space-overrides=127.0.0.1:{page_site.port}=public",
        ]
    )
    from PySide6.QtCore import QTimer, QUrl  # noqa: PLC0415 - after the flags
    from PySide6.QtWebEngineCore import QWebEnginePage  # noqa: PLC0415
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    application = QApplication(["kiosk"])
    profile = qt_settings.make_profile(folder=Path.cwd(), language="en")
    page = QWebEnginePage(profile)
    page.load(QUrl(page_site.page("/", "<h1>x", SCRIPT % inside.origin)))
    timer = QTimer(interval=20)
    timer.timeout.connect(lambda: page_site.reports.empty() or application.quit())
    timer.start()
    application.exec()
    sys.stdout.write(json.dumps(inside.asked))
    sys.stdout.flush()
    os._exit(0)


main(guarded=sys.argv[1] == "guarded")
