"""What a client may be built with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.api import ApiSettings, Enable3
from kiosk.api.settings import parse_base_url
from kiosk.core.secret import Secret
from kiosk.errors import ConfigError, InvalidInput, NotFound, Unreachable

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.conftest import MakeApi, RawServer

from kiosk.core.user_id import UserId

ANNA = UserId.parse("anna")
FAR = "https://integration.enable3.example"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "integration.enable3.io",
        "http://integration.enable3.io",
        "http://localhost:8000",
        "ftp://127.0.0.1",
        "https://user:pw@a.example",
        f"{FAR}/?x=1",
        f"{FAR}?",
        f"{FAR}/#",
        f"{FAR}/a/../b",
        f"{FAR}/./b",
        f"{FAR}//b",
    ],
)
def test_a_base_url_that_is_unsafe_or_has_two_readings_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match=r"^base_url: "):
        ApiSettings(base_url=url)


@pytest.mark.parametrize(
    ("url", "origin", "path"),
    [
        (FAR, FAR, ""),
        (f"{FAR}/", FAR, ""),
        (f"{FAR}:443/a/b/", FAR, "/a/b"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", ""),
        ("http://[::1]:8000/x", "http://[::1]:8000", "/x"),
    ],
)
def test_a_base_url_is_an_origin_and_a_path(url: str, origin: str, path: str) -> None:
    parsed, rest = parse_base_url(url)
    assert (str(parsed), rest) == (origin, path)


@pytest.mark.parametrize("name", ["connect_timeout", "read_timeout", "total_timeout"])
@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_a_timeout_is_a_positive_number(name: str, value: float) -> None:
    with pytest.raises(InvalidInput, match=name):
        ApiSettings(base_url=FAR, **{name: value})


def test_there_is_at_least_one_attempt() -> None:
    with pytest.raises(InvalidInput, match="attempts"):
        ApiSettings(base_url=FAR, attempts=0)


def test_the_defaults_are_the_issues() -> None:
    settings = ApiSettings(base_url=FAR)
    assert (settings.connect_timeout, settings.read_timeout, settings.total_timeout) == (3.0, 5.0, 10.0)


@pytest.mark.parametrize("key", ["", "a b", "a\nX-Evil: 1", "schlüssel", "a\x7f"])
def test_a_key_that_is_no_header_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Enable3(ApiSettings(base_url=FAR), Secret(key))
    assert not key or key not in str(caught.value)


def test_a_missing_ca_file_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^ca_file: "):
        Enable3(ApiSettings(base_url=FAR, ca_file=tmp_path / "none.pem"), Secret("key"))


@pytest.mark.parametrize(
    "content", [b"", b"garbage", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_ca_file_of_garbage_is_a_configuration_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"^ca_file: "):
        Enable3(ApiSettings(base_url=FAR, ca_file=file), Secret("key"))


@pytest.mark.parametrize(
    "proxy", ["", "proxy.example:canary", "gopher://u:canary@proxy.example", "http://[canary", "socks5://canary"]
)
def test_a_proxy_that_cannot_be_used_is_a_configuration_error_without_its_password(proxy: str) -> None:
    settings = ApiSettings(base_url=FAR, proxy=proxy)
    with pytest.raises(ConfigError, match=r"^proxy: .* the configuration") as caught:
        Enable3(settings, Secret("key"))
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None
    assert "canary" not in repr(settings)


def test_an_environments_proxy_that_cannot_be_used_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://u:canary@proxy.example")
    with pytest.raises(ConfigError, match=r"^proxy: .* the environment"):
        Enable3(ApiSettings(base_url=FAR), Secret("key"))


@pytest.mark.anyio
@pytest.mark.parametrize("source", ["environment", "configuration"])
async def test_a_proxy_is_asked_to_connect_and_is_not_shown_the_key_or_the_path(
    server: RawServer, make_api: MakeApi, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    proxy = server.url.replace("http://", "http://user:password@")
    if source == "environment":
        monkeypatch.setenv("HTTPS_PROXY", proxy)
    server.reply(server.close(server.http(407)))
    async with make_api(base_url=FAR, proxy=proxy if source == "configuration" else None, attempts=1) as api:
        with pytest.raises(Unreachable, match="proxy"):
            await api.balance(ANNA)
    (request,) = server.requests
    assert (request.method, request.target) == ("CONNECT", "integration.enable3.example:443")
    assert request.headers["proxy-authorization"].startswith("Basic ")
    assert "x-api-key" not in request.headers


@pytest.mark.anyio
@pytest.mark.parametrize("source", ["environment", "configuration"])
async def test_a_loopback_base_url_never_goes_through_a_proxy(
    server: RawServer, make_api: MakeApi, raw_server: type[RawServer], monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    server.reply(server.http(404))
    async with raw_server() as proxy:
        if source == "environment":
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
                monkeypatch.setenv(name, proxy.url)
        async with make_api(proxy=proxy.url if source == "configuration" else None) as api:
            with pytest.raises(NotFound):
                await api.balance(ANNA)
        assert not proxy.connections
    assert server.requests[0].target == "/api/v1/integration/user/anna/balance"
