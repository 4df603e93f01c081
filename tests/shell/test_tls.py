"""Pages over TLS: whom a shell trusts."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import TYPE_CHECKING, ClassVar

import pytest
import trustme

from kiosk.shell.protocol import LoadFailed, OpenWidget, Ready, Refused
from tests.shell.conftest import START

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.shell.conftest import Shell

pytestmark = [pytest.mark.gui, pytest.mark.both_engines]


class Page(BaseHTTPRequestHandler):
    """A page with something to paint."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<h1>A page</h1>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """The authority of a venue."""
    return trustme.CA()


@pytest.fixture(scope="module")
def url(authority: trustme.CA) -> Iterator[str]:
    """The address of a page whose certificate is the venue's."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1", "widget.invalid").configure_cert(context)
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"https://localhost:{server.server_port}/"
        server.shutdown()
        thread.join()


class Tunnel(StreamRequestHandler):
    """A proxy that leads to one page, whatever is asked for, and remembers that."""

    asked: ClassVar[list[bytes]] = []
    port: ClassVar[int] = 0

    def handle(self) -> None:
        self.asked.append(self.rfile.readline().strip())
        while self.rfile.readline().strip():
            pass
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        with socket.create_connection(("127.0.0.1", self.port)) as page:
            back = threading.Thread(target=pour, args=(page, self.connection))
            back.start()
            pour(self.connection, page)
            back.join()


def pour(source: socket.socket, target: socket.socket) -> None:
    """Send on what comes, until nothing does."""
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def test_pages_are_fetched_through_the_configured_proxy(open_shell, url, authority, tmp_path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    Tunnel.port = int(url.rstrip("/").rpartition(":")[2])
    with ThreadingTCPServer(("127.0.0.1", 0), Tunnel) as proxy:
        proxy.daemon_threads = True
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{proxy.server_address[1]}"
        shell = open_shell(replace(START, ca_file=str(tmp_path / "ca.pem"), proxy=address))
        shell.expect(Ready)
        shell.send(OpenWidget(1, "https://widget.invalid/"))

        assert shell.until_painted().visit == 1
        assert Tunnel.asked[0] == b"CONNECT widget.invalid:443 HTTP/1.1"
        shell.process.kill()
        proxy.shutdown()
        thread.join()


def visit(open_shell: Callable[..., Shell], url: str, ca_file: Path | str) -> Shell:
    shell = open_shell(replace(START, ca_file=str(ca_file)))
    shell.expect(Ready)
    shell.send(OpenWidget(1, url))
    return shell


def test_an_authority_that_the_venue_names_is_trusted(open_shell, url, authority, tmp_path):
    others = trustme.CA().cert_pem.bytes()
    (tmp_path / "ca.pem").write_bytes(others + b"a comment\n" + authority.cert_pem.bytes())

    assert visit(open_shell, url, tmp_path / "ca.pem").until_painted().visit == 1


@pytest.mark.parametrize("named", [True, False], ids=["another", "none"])
def test_any_other_authority_is_not(open_shell, url, tmp_path, named):
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
    shell = visit(open_shell, url, tmp_path / "ca.pem" if named else "")

    assert shell._news.get(timeout=30).feature == "tls-errors"
    assert shell._news.get(timeout=30) == LoadFailed(1, "tls")


def test_the_name_must_fit_all_the_same(open_shell, url, authority, tmp_path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    shell = visit(open_shell, url.replace("localhost", "other.localhost"), tmp_path / "ca.pem")

    assert shell._news.get(timeout=30).reason in {"CertificateCommonNameInvalid", "bad-identity"}
    assert shell._news.get(timeout=30) == LoadFailed(1, "tls")


@pytest.mark.parametrize(
    "content", [b"", b"garbage", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_file_without_certificates_is_refused(open_shell, tmp_path, content):
    (tmp_path / "ca.pem").write_bytes(content)
    shell = open_shell(replace(START, ca_file=str(tmp_path / "ca.pem")))

    refused = shell._news.get(timeout=30)
    assert isinstance(refused, Refused)
    assert refused.message == "ca_file has nothing that the engine can read as a certificate"


def test_a_file_that_is_not_there_is_refused(open_shell, tmp_path):
    shell = open_shell(replace(START, ca_file=str(tmp_path / "ca.pem")))

    refused = shell._news.get(timeout=30)
    assert isinstance(refused, Refused)
    assert refused.message == "ca_file cannot be read: No such file or directory"
