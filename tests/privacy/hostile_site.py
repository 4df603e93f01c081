"""The hostile site: a page that plants what it can, a third party in a frame, and a server that remembers who asked."""

from __future__ import annotations

import base64
import hashlib
import json
import queue
import ssl
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import trustme

HERE = Path(__file__).parent
PATIENCE = 60.0
"""Seconds: a limit for broken runs on a busy machine, not a measure of anything."""

_COOKIES = ("; HttpOnly", "; Secure; SameSite=None", "; Secure; SameSite=None; Partitioned", "; Max-Age=8640000")
HINTS = ("Sec-CH-UA-Full-Version-List", "Sec-CH-UA-Model", "Device-Memory", "Viewport-Width")
"""Headers that an engine sends only to a site that asked for them before."""

_SOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455
_WORKER = """
const canary = location.search.slice(1);
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", ({request}) => { if (request.url.includes("/from-worker")) throw Error(canary); });
setInterval(() => fetch("/beat?" + canary).catch(() => {}), 200);
"""
_SHARED = """
let kept = null;
addEventListener("connect", ({ports: [port]}) => {
  port.onmessage = ({data}) => { if (data) kept = data; port.postMessage(kept); };
});
setInterval(() => { if (kept) fetch("/beat?" + kept).catch(() => {}); }, 200);
"""
_THIRD = """<!doctype html><script>
const [task, canary] = location.search.slice(1).split("=");
(async () => {
  const had = document.cookie + (localStorage.getItem("key") ?? "") + (await (await fetch("/cookies")).text());
  if (task === "plant") {
    document.cookie = `third=${canary}; SameSite=None; Secure; Partitioned`;
    localStorage.setItem("key", canary);
    await fetch("/cookies?set");
    await document.requestStorageAccess?.().catch(() => {});
    const has = document.cookie + (localStorage.getItem("key") ?? "");
    return has ? "ok" : "nothing is kept";
  }
  return had || null;
})().catch((error) => `${error.name}: ${error.message}`).then((said) => parent.postMessage(said, "*"));
</script>"""


@dataclass(frozen=True)
class Hit:
    """A request: when it came by `time.monotonic`, what it asked for, its headers and body."""

    time: float
    path: str
    headers: dict[str, str]
    body: bytes = b""
    resumed: bool = False
    """Whether the connection went on with a TLS session of an earlier one: the server knows the browser again."""


@dataclass
class HostileSite:
    """Each page that is asked for does the next of `orders`; `reports` is what became of them."""

    authority: trustme.CA | None
    """Who vouches for the site; without one, it is plain http."""
    canary: str = ""
    orders: deque[dict[str, Any]] = field(default_factory=deque)
    reports: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)
    hits: list[Hit] = field(default_factory=list)
    open: set[str] = field(default_factory=set)
    """The streams and sockets that a page holds open now, by what they said of themselves."""

    def __post_init__(self) -> None:
        self._servers = [ThreadingHTTPServer(("127.0.0.1", 0), _handler(self)) for _ in range(2)]
        self._closing = threading.Event()
        if self.authority is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
            for server in self._servers:
                # The handshake is for the connection's own thread: a browser opens some that it does not use.
                server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        self._threads = [threading.Thread(target=each.serve_forever, args=(0.05,)) for each in self._servers]
        for thread in self._threads:
            thread.start()
        first, third = (server.server_port for server in self._servers)
        scheme = "https" if self.authority else "http"
        self.origin, self.third = f"{scheme}://127.0.0.1:{first}", f"{scheme}://localhost:{third}"

    def close(self) -> None:
        self._closing.set()
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()

    @property
    def ending(self) -> bool:
        return self._closing.is_set()

    def order(self, do: str, canary: str = "", **more: object) -> None:
        """Have the page that comes after those that are ordered do something."""
        self.orders.append(self.made(do, canary, **more))

    def made(self, do: str, canary: str = "", **more: object) -> dict[str, Any]:
        return {"do": do, "canary": canary, "third": self.third if self.authority else None, **more}

    def report(self) -> dict[str, Any]:
        """Return what came of the next order, by name of the state."""
        return self.reports.get(timeout=PATIENCE)["results"]

    def pages(self) -> list[Hit]:
        """Return the requests for the page itself."""
        return [hit for hit in self.hits if hit.path.startswith("/widget/")]

    def first_since(self, moment: float) -> Hit:
        """Return the first request for a page after `moment`."""
        return next(hit for hit in self.pages() if hit.time > moment)

    def since(self, moment: float, text: str) -> list[Hit]:
        """Return the requests after `moment` in which `text` is to be found."""
        needle = text.encode()
        return [
            hit
            for hit in self.hits
            if hit.time > moment and (text in hit.path or text in str(hit.headers) or needle in hit.body)
        ]


def _requests_of(canary: str) -> dict[str, str]:
    """Return headers by which a page asks the engine for more, and for reports of what goes wrong."""
    endpoint = {"group": "canary", "max_age": 8_640_000, "endpoints": [{"url": f"/beat?{canary}-report-to"}]}
    return {
        "Accept-CH": ", ".join(HINTS),
        "Report-To": json.dumps(endpoint),
        "NEL": '{"report_to": "canary", "max_age": 8640000, "success_fraction": 1}',
        "Reporting-Endpoints": f'default="/beat?{canary}-reporting"',
    }


def _handler(site: HostileSite) -> type[BaseHTTPRequestHandler]:
    class Handler(_Answers):
        pass

    Handler.site = site
    return Handler


class _Answers(BaseHTTPRequestHandler):
    site: HostileSite
    protocol_version = "HTTP/1.1"
    timeout = 5.0  # a connection that is kept alive and says nothing does not keep the thread

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        self._note()
        if path.startswith("/widget/"):
            return self._page()
        answer = getattr(self, "_get_" + path.strip("/").replace(".", "_").replace("-", "_"), None)
        return answer(query) if answer else self._send("", status=404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._note(body)
        if self.path == "/report":
            self.site.reports.put(json.loads(body))
        self._send("")

    def _page(self) -> None:
        order = self.site.orders.popleft() if self.site.orders else {"do": "rest"}
        self.site.canary = order.get("canary", "")
        more = _requests_of(self.site.canary) if order["do"] == "plant" else {}
        html = (HERE / "hostile.html").read_text().replace("/*ORDER*/ null", json.dumps(order))
        self._send(html, "text/html; charset=utf-8", **{"Cache-Control": "no-store"}, **more)

    def _get_states_js(self, _: str) -> None:
        self._send((HERE / "states.js").read_text(), "text/javascript", **{"Cache-Control": "no-store"})

    def _get_worker_js(self, _: str) -> None:
        self._send(_WORKER, "text/javascript", **{"Service-Worker-Allowed": "/"})

    def _get_shared_js(self, _: str) -> None:
        self._send(_SHARED, "text/javascript")

    def _get_third(self, _: str) -> None:
        self._send(_THIRD, "text/html")

    def _get_visited(self, _: str) -> None:
        self._send("<p>visited", "text/html")

    def _get_cookies(self, query: str) -> None:
        self._send(self.headers.get("Cookie", ""), cookies=_COOKIES if query == "set" else ())

    def _get_cacheable(self, _: str) -> None:
        planting = self.site.canary if self._plants() else ""
        self._send(f"{planting}-http-cache" if planting else "fresh", **{"Cache-Control": "max-age=8640000, immutable"})

    def _get_etag(self, _: str) -> None:
        seen = self.headers.get("If-None-Match", "")
        more = {"ETag": f'"{self.site.canary}-etag"', "Cache-Control": "max-age=8640000"} if self._plants() else {}
        self._send(seen, **more)

    def _get_auth(self, _: str) -> None:
        kind, _, said = self.headers.get("Authorization", "").partition(" ")
        if kind == "Basic" and b"cnry" in base64.b64decode(said):  # an engine may send empty ones
            self._send("in")
        else:
            self._send("", status=401, **{"WWW-Authenticate": 'Basic realm="canary"'})

    def _get_beat(self, _: str) -> None:
        self._send("")

    def _get_events(self, query: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.close_connection = True
        self._hold(query, b"data: beat\n\n")

    def _get_socket(self, query: str) -> None:
        key = self.headers["Sec-WebSocket-Key"] + _SOCKET
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()  # noqa: S324 - the protocol's
        self.send_response(101)
        for name, value in {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept}.items():
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True
        self._hold(query, b"\x81\x04beat")

    def _hold(self, name: str, beat: bytes) -> None:
        """Send something now and then until the other side is gone."""
        self.site.open.add(name)
        with suppress(OSError):
            while not self.site.ending:
                self.wfile.write(beat)
                self.wfile.flush()
                time.sleep(0.1)
        self.site.open.discard(name)

    def _plants(self) -> bool:
        return bool(self.site.canary)

    def _note(self, body: bytes = b"") -> None:
        resumed = isinstance(self.connection, ssl.SSLSocket) and bool(self.connection.session_reused)
        self.site.hits.append(Hit(time.monotonic(), self.path, dict(self.headers), body, resumed))

    def _send(
        self,
        body: str,
        kind: str = "text/plain",
        *,
        status: int = 200,
        cookies: tuple[str, ...] = (),
        **headers: str,
    ) -> None:
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for number, more in enumerate(cookies):
            self.send_header("Set-Cookie", f"c{number}={self.site.canary}-set-cookie{more}; Path=/")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
