"""What a terminal talks to, on loopback: a repository by http, and an Enable3 to try (`kiosk sandbox`)."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Show a folder by http, as a repository's host does, and yield its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True, slots=True)
class Enable3:
    """The sandbox: its address, and the key that it takes."""

    address: str
    key: str

    def widgets_loaded(self) -> int:
        """Return how many widgets have got their content so far: their first picture is a splash."""
        request = urllib.request.Request(f"{self.address}/sandbox/log", headers={"x-api-key": self.key})  # noqa: S310 - http, ours
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - see above
            log = json.load(answer)
        return sum(entry["path"].endswith("/data.json") and bool(entry["status"]) for entry in log["requests"])


@contextmanager
def sandbox() -> Iterator[Enable3]:
    """Run `kiosk sandbox` of this tree; a release has none."""
    command = [sys.executable, "-m", "kiosk", "sandbox", "--port", "0", "--json", "--until-stdin-closes"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        try:
            yield Enable3(told["base_url"], told["api_key"])
        finally:
            process.stdin.close()
            process.stdout.read()
