"""The scripts that an engine puts into pages: small, and the same text for every engine.

The reporter and the restrictions run in a world of their own, which shares the document with the page and nothing else:
the page can neither see nor change their variables.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiosk.core.origin import Origin

_REPORTER = """\
(() => {
  if (globalThis.kioskReporter) return;
  globalThis.kioskReporter = true;
  const seen = (list) => {
    for (const entry of list.getEntries()) {
      if (entry.name !== "first-contentful-paint") continue;
      const [navigation] = performance.getEntriesByType("navigation");
      %(tell)s(%(marker)s + (navigation ? navigation.responseStatus : 0));
    }
  };
  new PerformanceObserver(seen).observe({type: "paint", buffered: true});
})();
"""

PLAYING, SILENT = "playing", "silent"
MEDIA_WORDS = frozenset({PLAYING, SILENT})
"""What the media reporter says."""

# A video that is taken out of the page ends without an event; nothing is looked at while none plays.
_MEDIA = """\
(() => {
  if (globalThis.kioskMedia) return;
  globalThis.kioskMedia = true;
  const videos = new Set();
  let timer = 0;
  const tell = () => {
    for (const video of videos) if (video.paused || video.ended || !video.isConnected) videos.delete(video);
    if (videos.size && !timer) {
      timer = setInterval(tell, 1000);
      %(tell)s(%(marker)s + "playing");
    } else if (!videos.size && timer) {
      timer = clearInterval(timer) || 0;
      %(tell)s(%(marker)s + "silent");
    }
  };
  const began = ({target}) => { if (target instanceof HTMLVideoElement) videos.add(target); tell(); };
  addEventListener("playing", began, true);
  for (const kind of ["pause", "ended", "emptied"]) addEventListener(kind, tell, true);
})();
"""

FAILED = "failed "
"""What the load reporter says before an address."""

_LOADS = """\
(() => {
  if (globalThis.kioskLoads) return;
  globalThis.kioskLoads = true;
  addEventListener("error", ({target, isTrusted}) => {
    const url = target.currentSrc || target.src || target.href;
    if (isTrusted && typeof url === "string") %(tell)s(%(marker)s + "failed " + url.slice(0, 2000));
  }, true);
})();
"""

# Drag and drop out of a page has no switch in Qt; a listener that comes first, in a world of its own, is one.
RESTRICTIONS = """\
(() => {
  if (globalThis.kioskRestrictions) return;
  globalThis.kioskRestrictions = true;
  const refuse = (event) => { event.preventDefault(); event.stopImmediatePropagation(); };
  for (const kind of ["dragstart", "drop"]) addEventListener(kind, refuse, {capture: true});
})();
"""

# The contract with the page's authors is in docs/sdk-page.md. `said` is a name for an event that only we know, and that
# tells the closure a renewed token: the page's scripts cannot hear of it, for ours was there before them.
_HANDOFF = """\
(() => {
  if (location.origin !== %(origin)s || "enable3Kiosk" in window) return;
  const {parse} = JSON, {freeze, defineProperty} = Object;
  let current = freeze(%(value)s);
  defineProperty(window, "enable3Kiosk", {enumerable: true, configurable: false, get: () => current});
  document.addEventListener(%(said)s, (event) => {
    event.stopImmediatePropagation();
    current = freeze(parse(event.detail));
    dispatchEvent(new CustomEvent("enable3kiosk:renew"));
  }, true);
})();
"""

_RENEWAL = """\
if (location.origin === %(origin)s) document.dispatchEvent(new CustomEvent(%(said)s, {detail: %(detail)s}));
"""


# The window is as high as the keyboard leaves it from one moment to the next: for who needs longer, once more.
REVEAL = """\
(() => {
  const show = () => {
    let field = document.activeElement;
    while (field?.shadowRoot?.activeElement) field = field.shadowRoot.activeElement;
    if (field && field !== document.body) field.scrollIntoView({block: "nearest", inline: "nearest"});
  };
  addEventListener("resize", () => requestAnimationFrame(show), {once: true});
  setTimeout(show, 300);
})();
"""


CONSOLE: Final = "console.info"
"""How a script tells an engine something that hears the console: with one text."""


def paint_reporter(marker: str, *, tell: str = CONSOLE) -> str:
    """Return the script that tells `marker` and the HTTP status (or `undefined`) at the first contentful paint."""
    return _REPORTER % {"marker": literal(marker), "tell": tell}


def media_reporter(marker: str, *, tell: str = CONSOLE) -> str:
    """Return the script that tells `marker` and PLAYING when a video plays, or SILENT when the last one ended."""
    return _MEDIA % {"marker": literal(marker), "tell": tell}


def load_reporter(marker: str, *, tell: str = CONSOLE) -> str:
    """Return the script that tells `marker`, FAILED and an address when a script, a picture or a style did not load.

    For engines that refuse by rules of their own, and say so to nobody but the page.
    """
    return _LOADS % {"marker": literal(marker), "tell": tell}


def reload_at(url: str) -> str:
    """Return the script that loads the page at `url` again, which differs from its address in the fragment alone."""
    return f"location.replace({literal(url)}); location.reload();"


def handoff(origin: Origin, value: Mapping[str, str | None], *, said: str) -> str:
    """Return the script for the page's own world that gives `value` to the pages of `origin`."""
    return _HANDOFF % {"origin": literal(str(origin)), "value": literal(_shape(value)), "said": literal(said)}


def renewal(origin: Origin, value: Mapping[str, str | None], *, said: str) -> str:
    """Return the script for our own world that gives a renewed `value` to a page that `handoff` was put into."""
    detail = literal(literal(_shape(value)))
    return _RENEWAL % {"origin": literal(str(origin)), "said": literal(said), "detail": detail}


def literal(value: object) -> str:
    """Return `value` as a JavaScript expression in ASCII that is safe in any text around it, an HTML page's too."""
    return json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _shape(value: Mapping[str, str | None]) -> dict[str, object]:
    names = ("token", "userId", "language", "feature", "itemId")
    return {"version": 1, **{name: value.get(name) for name in names}}
