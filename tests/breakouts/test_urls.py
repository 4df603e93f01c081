"""Section G: addresses that lead out of the page, in a real window, by every way that a page has to go somewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.breakouts.lab import Lab

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

FILES = [
    *("file:///etc/passwd", "file://localhost/etc/passwd", "file://server.example/share/x", "file:/etc/passwd"),
    *("FILE:///etc/passwd", "file:////server.example/share", "\\\\\\\\127.0.0.1\\\\c$", "file:///proc/self/environ"),
]
INNER = [
    *("data:text/html,<h1>canary", "data:text/html;base64,PGgxPmNhbmFyeQ==", "VIEW-SOURCE:data:x"),
    *("view-source:https://evil.example/", "view-source:file:///etc/passwd", "filesystem:https://evil.example/x"),
    *("javascript:void(location = 'https://evil.example/')", "blob:https://evil.example/1"),
]
ENGINES_OWN = [
    *("chrome://settings", "chrome://gpu", "chrome://inspect", "chrome://version", "edge://settings", "qrc:///x"),
    *("devtools://devtools/bundled/inspector.html", "chrome-extension://x/y.html", "chrome-search://x"),
    *("chrome-error://chromewebdata/", "chrome://crash", "chrome://kill", "chrome://hang", "qt:///x", "resource:///x"),
    *("res://x", "ms-browser-extension://x", "webkit://x", "webkit-pdfjs-viewer://pdfjs/web/viewer.html"),
    *("webkit-web-extension://x", "inspector:///Main.html", "gresource:///org/x", "resource:///org/webkit/inspector"),
]
PEOPLE = [
    *("mailto:a@b.example", "tel:112", "sms:112", "callto:112", "skype:x?call", "webcal://b.example/x", "news:x"),
    *("ftp://b.example/", "telnet:b.example", "ssh://b.example", "sftp://b.example", "smb://b.example/x", "ldap://b"),
    *("irc://b.example", "magnet:?x", "xmpp:a@b.example", "gopher://b.example", "dav://b.example", "nfs://b.example"),
]
SYSTEMS = [
    *(
        "ms-settings:",
        "ms-windows-store://home",
        "ms-word:ofe|u|x",
        "ms-msdt:/id",
        "search-ms:query=x",
        "shell:startup",
    ),
    *("calculator:", "ms-screenclip:", "microsoft-edge:https://evil.example", "hcp://x", "ms-help://x", "bingmaps:"),
    *("ms-gamebar:", "windowsdefender:", "ms-cxh:", "ms-cxh-full:", "ms-people:", "ms-photos:", "ms-clock:"),
]
APPS = [
    *("vscode://file/etc/passwd", "zoommtg://x", "steam://run/1", "slack://open", "itms-apps://x", "shortcuts://run"),
    *("x-apple.systempreferences:", "facetime:112", "applescript://x", "intent://x#Intent;scheme=https;end"),
    *("apt:firefox", "snap://firefox", "man:ls", "ghelp:x", "info:x", "trash:///", "computer:///", "recent:///"),
]
OWN = [
    *("enable3-kiosk://open?user=canary", "enable3kiosk:open?user=canary", "enable3://x", "kiosk:retry", "KIOSK:done"),
    *("kiosk:panel", "kiosk:key?value=x", "kiosk:id?value=canary", "kiosk://done", "kiosk:done#--engine=x"),
]
SCHEMES = {105: FILES, 106: INNER, 107: ENGINES_OWN, 108: PEOPLE, 109: SYSTEMS, 110: APPS, 111: OWN}

HERE = {
    "location": "location.href = url",
    "replace": "location.replace(url)",
    "link": "const a = document.createElement('a'); a.href = url; stage.append(a); a.click()",
    "link of the top": "const a = document.createElement('a'); a.href = url; a.target = '_top'; stage.append(a);"
    " a.click()",
    "form": "const f = document.createElement('form'); f.action = url; stage.append(f); f.submit()",
    "post": "const f = document.createElement('form'); f.action = url; f.method = 'post'; stage.append(f); f.submit()",
    "same window": "open(url, '_self')",
    "frame to the top": "const f = document.createElement('iframe'); f.srcdoc = `<script>top.location = "
    "${JSON.stringify(url)}</${''}script>`; stage.append(f)",
    "redirect": "location.href = '/go?' + encodeURIComponent(url)",
    "refresh": "const m = document.createElement('meta'); m.httpEquiv = 'refresh'; m.content = '0; url=' + url;"
    " document.head.append(m)",
    "navigation": "navigation.navigate(url)",
}
"""Ways for the page itself."""

INSIDE = {
    "window": "open(url)",
    "frame": "const f = document.createElement('iframe'); f.src = url; stage.append(f)",
    "refresh in a frame": "const f = document.createElement('iframe'); const m = document.createElement('meta');"
    " m.httpEquiv = 'refresh'; m.content = '0; url=' + url; f.srcdoc = m.outerHTML; stage.append(f)",
    "redirect in a frame": "const f = document.createElement('iframe');"
    " f.src = '/go?' + encodeURIComponent(url); stage.append(f)",
    "object": "const o = document.createElement('object'); o.data = url; stage.append(o)",
    "embed": "const o = document.createElement('embed'); o.src = url; stage.append(o)",
    "image": "new Image().src = url",
    "script": "const s = document.createElement('script'); s.src = url; stage.append(s)",
    "style": "const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = url; stage.append(l)",
    "request": "fetch(url).then((r) => r.text()).then((text) => leaked.push(text), () => {})",
    "worker": "new Worker(url)",
    "socket": "new WebSocket(url)",
    "beacon": "navigator.sendBeacon(url, 'canary')",
}
"""Ways for what is in a page."""


_TRY = """
const leaked = [], shown = [];
for (const url of %s) {
  try { (() => { %s })() } catch {}
  await wait(%s);
  for (const frame of stage.querySelectorAll("iframe, object, embed")) {
    try { shown.push(frame.contentDocument.body.innerText) } catch {}
    frame.remove();
  }
}
await wait(0.2);
return [leaked.join(), shown.join()];
"""


def all_urls(engine: str = "", way: str = "") -> list[str]:
    """Return what is tried; WebKit ends the process of a page that is redirected to a file, and drops data: unsaid."""
    urls = [url for group in SCHEMES.values() for url in group]
    if engine == "webkitgtk" and "redirect" in way:
        return [url for url in urls if not url.lower().startswith(("file:", "data:"))]
    return urls


@pytest.mark.breakout(105, 106, 107, 108, 109, 110, 111)
@pytest.mark.parametrize("way", HERE)
def test_no_scheme_takes_the_page_away(lab: Lab, engine: str, way: str):
    lab.run(_TRY % (json.dumps(all_urls(engine, way)), HERE[way], 0.01), patience=20)

    assert lab.is_where_it_was()


BLANK = ["about:blank", "about:settings", "about:config", "about:blank#blocked", "chrome-untrusted://print/"]


@pytest.mark.breakout(106, 107)
@pytest.mark.parametrize("url", BLANK)
def test_a_page_that_leaves_a_white_screen_is_reported(lab: Lab, url: str):
    """Engines may ask nobody about these; the supervisor hears of it, or the page stays."""
    lab.begin(f"location.href = '{url}'; await wait(2); return 'stays'", patience=10)

    lab.until(lambda: lab.has_left() or "navigation" in lab.refused() or not lab.attacker.reports.empty())


@pytest.mark.breakout(105, 106, 107, 108, 109, 110, 111, 114)
@pytest.mark.parametrize("way", INSIDE)
def test_no_scheme_opens_inside_the_page(lab: Lab, engine: str, way: str):
    leaked, shown = lab.run(_TRY % (json.dumps(all_urls(engine, way)), INSIDE[way], 0.015), patience=20)

    assert "root:" not in leaked + shown
    assert lab.is_where_it_was()
