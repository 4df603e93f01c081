"""Trust: a real TLS server, and certificates from a made-up authority."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import trustme

from kiosk.core.user_id import UserId
from kiosk.errors import TlsFailed, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.api.conftest import MakeApi, RawServer

pytestmark = pytest.mark.anyio

ANNA = UserId.parse("anna")
PAST = datetime(2020, 1, 1, tzinfo=UTC)
FUTURE = datetime(2199, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(file)
    return file


@pytest.fixture
def tls_server(authority: trustme.CA, raw_server: type[RawServer]) -> Callable[..., RawServer]:
    def build(name: str = "127.0.0.1", **validity: datetime) -> RawServer:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name, **validity).configure_cert(context)
        server = raw_server(tls=context)
        server.reply_json({"balance": "1", "userExists": True})
        return server

    return build


async def test_the_extra_authority_is_trusted(
    tls_server: Callable[..., RawServer], make_api: MakeApi, ca_file: Path
) -> None:
    async with tls_server() as server, make_api(base_url=server.url, ca_file=ca_file) as api:
        assert (await api.balance(ANNA)).user_exists


@pytest.mark.parametrize(
    ("name", "validity", "problem"),
    [
        ("127.0.0.2", {}, "another address"),
        ("other.example", {}, "another address"),
        ("127.0.0.1", {"not_before": PAST, "not_after": PAST.replace(year=2021)}, "expired"),
        ("127.0.0.1", {"not_before": FUTURE, "not_after": FUTURE.replace(year=2200)}, "not valid yet"),
    ],
)
async def test_a_certificate_that_does_not_fit_is_refused_before_the_key_is_sent(
    *,
    tls_server: Callable[..., RawServer],
    make_api: MakeApi,
    ca_file: Path,
    name: str,
    validity: dict[str, datetime],
    problem: str,
) -> None:
    async with tls_server(name, **validity) as server, make_api(base_url=server.url, ca_file=ca_file) as api:
        with pytest.raises(TlsFailed, match=problem):
            await api.balance(ANNA)
        assert not server.requests


async def test_an_unknown_authority_is_refused_and_the_call_is_not_repeated(
    tls_server: Callable[..., RawServer], make_api: MakeApi
) -> None:
    async with tls_server() as server, make_api(base_url=server.url) as api:
        with pytest.raises(TlsFailed, match="authority that this machine does not trust"):
            await api.balance(ANNA)
        assert not server.requests


async def test_a_server_without_tls_is_not_trusted(raw_server: type[RawServer], make_api: MakeApi) -> None:
    async with raw_server(greeting=raw_server.http(400)) as server:
        async with make_api(base_url=server.url.replace("http:", "https:")) as api:
            with pytest.raises(TlsFailed, match="no encrypted connection"):
                await api.balance(ANNA)
        assert server.connections == 1


async def test_a_connection_that_ends_in_the_handshake_is_unreachable(
    raw_server: type[RawServer], make_api: MakeApi
) -> None:
    async with raw_server(greeting=raw_server.reset()) as server:
        url = server.url.replace("http:", "https:")
        async with make_api(base_url=url, attempts=1) as api:
            with pytest.raises(Unreachable):
                await api.balance(ANNA)
        assert server.connections == 1
