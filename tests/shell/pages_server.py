"""A web server on loopback whose pages the tests write, and to which those pages report."""

from __future__ import annotations

import json
import queue
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

PATIENCE = 30.0
"""Seconds: a limit for broken runs on a busy machine, not a measure of anything."""


@dataclass
class Answer:
    body: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # of five, connections beyond are tried again after 1, 3, 7, ... seconds


class Site:
    """Serves `pages` by path; `asked` has the paths that were asked for, `reports` what pages sent to /report."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.reports: queue.Queue[Any] = queue.Queue()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        if context is not None:
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.port = self._server.server_port
        self.origin = f"{'http' if context is None else 'https'}://127.0.0.1:{self.port}"

    def page(self, path: str, body: str, script: str = "", **options: Any) -> str:
        """Serve a page with `report(value)` for its `script`, and return its URL."""
        report = "const report = (v) => fetch('/report', {method: 'POST', body: JSON.stringify(v ?? null)});"
        html = f"<!doctype html><meta charset=utf-8><script>{report}</script><body>{body}<script>{script}</script>"
        self.pages[path] = Answer(html, **options)
        return self.origin + path

    def redirect(self, path: str, to: str) -> str:
        self.pages[path] = Answer(status=302, headers={"Location": to})
        return self.origin + path

    def report(self) -> Any:
        """Return the next report of a page."""
        return self.reports.get(timeout=PATIENCE)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> Callable[..., BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                answer = site.pages.get(self.path.partition("?")[0], Answer("", 404))
                self._send(answer)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path == "/report":
                    site.reports.put(json.loads(body))
                self._send(Answer())

            def _send(self, answer: Answer) -> None:
                content = answer.body.encode()
                self.send_response(answer.status)
                for name, value in {**answer.headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                pass

        return Handler
