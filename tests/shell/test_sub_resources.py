"""What a page may load besides itself, in a real window: with `listed_only` from the allow-list and nowhere else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.shell.protocol import OpenWidget, Ready
from tests.shell.conftest import START
from tests.shell.pages_server import Answer, Site

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.shell.conftest import Shell

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]

WAYS = {
    "script": "element('script', {src: url})",
    "img": "element('img', {src: url})",
    "style": "element('link', {rel: 'stylesheet', href: url})",
    "fetch": "fetch(url, {mode: 'no-cors'})",
    "request": "new Promise((done, fail) => { const x = new XMLHttpRequest(); x.onload = done; x.onerror = fail;"
    " x.open('GET', url); x.send(); })",
    "events": "new Promise((done, fail) => { new EventSource(url).onerror = fail; })",
    "websocket": "new Promise((done, fail) => { new WebSocket(url.replace('http', 'ws')).onerror = fail; })",
    "redirect": "fetch('/away?' + name, {mode: 'no-cors'})",
    "worker": "new Promise((done) => { const source = `fetch('${url}', {mode: 'no-cors'})"
    ".then(() => postMessage(1), () => postMessage(0))`;"
    " new Worker(URL.createObjectURL(new Blob([source]))).onmessage = done; })",
}
SCRIPT = """
const element = (name, values) => new Promise((done, fail) => {
  const made = Object.assign(document.createElement(name), values, {onload: done, onerror: fail});
  document.head.append(made);
});
const limit = () => new Promise((done) => setTimeout(done, 5000));
const ways = {%s};
const tried = Object.values(ways).map((way) => Promise.race([way(), limit()]).catch(() => {}));
Promise.all(tried).then(() => report("done"));
"""


def tries(origin: str) -> str:
    """Return a page's script that asks `origin` for something in every way, under the way's name."""
    ways = [
        f"{name}: () => {{ const name = '{name}', url = {json.dumps(origin)} + '/' + name; return {way}; }}"
        for name, way in WAYS.items()
    ]
    return SCRIPT % ", ".join(ways)


def serve(other: Site) -> None:
    types = {"script": "text/javascript", "img": "image/svg+xml", "style": "text/css", "events": "text/event-stream"}
    for name in WAYS:
        headers = {"Content-Type": types.get(name, "text/plain"), "Access-Control-Allow-Origin": "*"}
        other.pages[f"/{name}"] = Answer("", headers=headers)


def asked(shell: Shell, site: Site, other: Site) -> set[str]:
    """Return what arrived at the other site when all ways had been tried."""
    serve(other)
    site.redirect("/away", f"{other.origin}/redirect")
    shell.expect(Ready)
    shell.send(OpenWidget(1, site.page("/", "<h1>page", tries(other.origin))))
    shell.until_painted()
    assert site.report() == "done"
    return {path.strip("/") for path in other.asked}


def test_with_listed_only_nothing_comes_from_another_origin(
    open_shell: Callable[..., Shell], site: Site, other_site: Site, engine: str
):
    shell = open_shell(replace(START, listed_only=True))

    # A redirect that Chromium follows may be sent before we are asked, and is cut off then: docs/security.md.
    assert asked(shell, site, other_site) - ({"redirect"} if engine == "qtwebengine" else set()) == set()
    while (reason := shell.blocked("sub-resources").reason) == "redirect":
        pass  # WebKit says so, and not where to
    assert reason == "not on the allow-list"


def test_with_listed_only_what_is_listed_comes(open_shell: Callable[..., Shell], site: Site, other_site: Site):
    shell = open_shell(replace(START, listed_only=True, allow=[other_site.origin]))

    assert asked(shell, site, other_site) == set(WAYS)
    assert "sub-resources" not in {getattr(event, "feature", "") for event in shell.events}


def test_without_it_anything_comes_that_is_not_inside_the_venue(
    open_shell: Callable[..., Shell], site: Site, other_site: Site
):
    """The site is on this machine, and so is what it asks for: a page inside the venue may."""
    assert asked(open_shell(), site, other_site) == set(WAYS)
