"""A page that does what a test tells it to, on the web server that it comes from, and the internet around it."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from contextlib import suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.shell.pages_server import Answer, Site

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.server import BaseHTTPRequestHandler

    import trustme

_POLL = 2.0
"""Seconds that a page waits for an order; then it asks again."""

_QUIET = 0.3
_SETTLING = 10.0
"""Seconds without a request after which none is on its way, and the longest that is waited for them."""

PAGE = """<!doctype html><meta charset=utf-8><title>attacker</title>
<style>html, body { height: 100%%; margin: 0 }</style><h1>attacker</h1><div id=stage>%(body)s</div>
<script>
const AsyncFunction = (async () => {}).constructor;
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
async function send(value) { // WebKit may leave a request unanswered when a navigation was refused meanwhile
  for (;;) {
    const options = {method: "POST", body: JSON.stringify(value), signal: AbortSignal.timeout(3000)};
    try { return await fetch("/report", options); } catch { await wait(0.1); }
  }
}
const stage = document.querySelector("#stage");
async function attack({number, script, click, patience}) {
  const go = async () => {
    let value;
    try {
      value = await Promise.race([new AsyncFunction(script)(), wait(patience).then(() => "pending")]);
    } catch (error) { value = error.name; }
    send([number, value ?? null]);
  };
  if (!click) return go();
  addEventListener("click", go, {once: true, capture: true});
  requestAnimationFrame(() => requestAnimationFrame(() => send([number, "armed"])));
}
let after = 0;
(async () => {
  for (;;) {
    try {
      const options = {cache: "no-store", signal: AbortSignal.timeout(5000)};
      const order = await (await fetch(`/next?visit=%(visit)s&after=${after}`, options)).json();
      after = order.number;
      attack(order);
    } catch { await wait(0.2); }
  }
})();
</script>
"""


class Attacker(Site):
    """A site whose page runs scripts, each once, and that redirects from /go to what comes after the `?`.

    `visited` has what was asked for, with its host and Referer.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.orders: list[dict[str, Any]] = []
        self.visited: list[tuple[str, str, str]] = []
        self._news = threading.Condition()
        self._closed = False
        super().__init__(context)

    def order(self, visit: int, script: str, *, click: bool, patience: float) -> int:
        """Have the page of `visit` run `script`, at once or when it is clicked; return the number of its reports."""
        with self._news:
            number = len(self.orders) + 1
            order = {"number": number, "visit": visit, "script": script, "click": click, "patience": patience}
            self.orders.append(order)
            self._news.notify_all()
        return number

    def answered(self, number: int) -> Any:
        """Return the next report about an order; those about others are of scripts that came too late."""
        while (report := self.report())[0] != number:
            pass
        return report[1]

    def next(self, query: str) -> str:
        """Return the next order for who asks, as soon as there is one."""
        visit, after = (int(part.partition("=")[2]) for part in query.split("&"))

        def new() -> list[dict[str, Any]]:
            return [each for each in self.orders[after:] if each["visit"] == visit]

        with self._news:
            # Not for long: a page that went away may keep one of the few connections to this host until it is answered.
            self._news.wait_for(lambda: self._closed or new(), _POLL)
            return json.dumps((new() or [None])[0])

    def close(self) -> None:
        with self._news:
            self._closed = True
            self._news.notify_all()
        super().close()

    def _handler(self) -> Callable[..., BaseHTTPRequestHandler]:
        site, plain = self, super()._handler()

        class Handler(plain):  # type: ignore[misc, valid-type]
            def do_GET(self) -> None:  # noqa: N802 - the base class's name
                path, _, query = self.path.partition("?")
                site.visited.append((self.headers.get("Host", ""), self.path, self.headers.get("Referer", "")))
                with suppress(OSError):  # a page that went away does not wait
                    if path == "/go":
                        self._send(Answer(status=302, headers={"Location": header(unquote(query))}))
                    elif path == "/next":
                        self._send(Answer(site.next(query), headers={"Content-Type": "application/json"}))
                    else:
                        super().do_GET()

            def do_POST(self) -> None:  # noqa: N802 - the base class's name
                with suppress(OSError):
                    super().do_POST()

        return Handler


def header(text: str) -> str:
    """Return `text` so that it is sent as UTF-8, on one line."""
    return text.replace("\n", "").replace("\r", "").encode().decode("latin-1")


class Internet:
    """A proxy to which every public name leads: to one attacker, over TLS. `asked` has every request that came."""

    def __init__(self, authority: trustme.CA) -> None:
        self.asked: list[str] = []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        names = ["widget.example", "*.widget.example", "evil.example", "*.evil.example", "xn--wdget-8sa.example"]
        authority.issue_cert(*names).configure_cert(self.context)
        authority.configure_trust(self.context)
        self.context.verify_mode = ssl.CERT_OPTIONAL  # asks every browser for a certificate of its own
        self.attacker = Attacker(self.context)
        self._server = ThreadingTCPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"

    def settled(self) -> set[str]:
        """Return what was asked for besides the page's own site, once nothing more comes."""
        seen, since = -1, time.monotonic()
        end = since + _SETTLING
        while (now := time.monotonic()) < min(since + _QUIET, end):
            asked = sum(map(_elsewhere, self.asked))
            if (came := asked + sum(not path.startswith("/next?") for _, path, _ in self.attacker.visited)) != seen:
                seen, since = came, now
            time.sleep(0.02)
        return set(filter(_elsewhere, self.asked))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.attacker.close()

    def _handler(self) -> type[StreamRequestHandler]:
        internet = self

        class Proxy(StreamRequestHandler):
            def handle(self) -> None:
                method, _, rest = self.rfile.readline().decode("latin-1").partition(" ")
                target = rest.partition(" ")[0]
                if not target:
                    return  # a connection for later that was not needed
                internet.asked.append(target)
                while self.rfile.readline().strip():
                    pass
                if method != "CONNECT":
                    body = b"<h1>a page without TLS"
                    self.wfile.write(
                        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n" % len(body)
                    )
                    self.wfile.write(b"Connection: close\r\n\r\n" + body)
                elif target.endswith(".example:443"):
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
                    self._tunnel()
                else:
                    self.wfile.write(b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n")

            def _tunnel(self) -> None:
                with socket.create_connection(("127.0.0.1", internet.attacker.port)) as page:
                    back = threading.Thread(target=pour, args=(page, self.connection), daemon=True)
                    back.start()
                    pour(self.connection, page)
                    back.join()

        return Proxy


def _elsewhere(target: str) -> bool:
    """Whether a request to the proxy was for another site than the page's own."""
    return not target.startswith("widget.example:443")


def pour(source: socket.socket, target: socket.socket) -> None:
    """Send on what comes, until nothing does."""
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
