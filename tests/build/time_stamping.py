"""A time-stamping service (RFC 3161) on this machine, for one test: openssl answers, by a key of a throw-away."""

from __future__ import annotations

import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONFIGURATION = """\
[tsa]
default_tsa = ours
[ours]
serial = {folder}/serial
signer_cert = {authority}/tsa.pem
signer_key = {authority}/tsa.key
certs = {authority}/ca.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ess_cert_id_chain = no
"""


@contextmanager
def serve(authority: Path, folder: Path) -> Iterator[str]:
    """Serve in a thread; yield the address. `folder` is for what openssl writes."""
    (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder, authority=authority), encoding="ascii")
    (folder / "serial").write_text("01\n", encoding="ascii")

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query, reply = folder / "query", folder / "reply"
            query.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            command = ["openssl", "ts", "-reply", "-config", folder / "tsa.cnf", "-queryfile", query, "-out", reply]
            subprocess.run(command, check=True, capture_output=True)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(reply.stat().st_size))
            self.end_headers()
            self.wfile.write(reply.read_bytes())

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
