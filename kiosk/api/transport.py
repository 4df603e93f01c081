"""One exchange over httpx: a request out, a bounded answer in, and every failure as a value."""

from __future__ import annotations

import asyncio
import logging
import ssl
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import truststore

from kiosk import __version__
from kiosk.api.failures import EXCEPTIONS, error_for_exception, error_for_status
from kiosk.core.origin import parse_base_url
from kiosk.errors import ApiError, BadResponse, ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from kiosk.api.calls import Call
    from kiosk.api.settings import ApiSettings
    from kiosk.core.secret import Secret

MAX_BODY = 64 * 1024
"""Bytes. Issue 2's bound; the API's answers are a few hundred."""

_LOUD = (
    "httpx",
    "httpcore",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
)
_FOREIGN = tuple(EXCEPTIONS)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status that the call accepts, the body, and the server's Date header."""

    status: int
    body: bytes = field(repr=False)
    date: str = ""


class Transport:
    """A pool of connections to the API, for one event loop."""

    def __init__(self, settings: ApiSettings, key: Secret, *, clock: Callable[[], float]) -> None:
        """Open nothing yet. Raises ConfigError for a CA file or a proxy that cannot be used."""
        silence()
        origin, self._prefix = parse_base_url(settings.base_url)
        self._base = str(origin)
        self._clock = clock
        self._client = _build_client(settings, key, loopback=origin.is_loopback)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def exchange(self, call: Call) -> Answer | ApiError:
        """Send `call` once. Failures are returned: what is raised would carry httpx's frames with it."""
        try:
            return await self._send(call)
        except _FOREIGN as error:
            return error_for_exception(error)
        except asyncio.CancelledError as error:
            # The way it came is through httpx's frames, whose variables hold the key and the URL.
            error.__context__ = None
            raise error.with_traceback(None) from None

    async def _send(self, call: Call) -> Answer | ApiError:
        body = None if call.body is None else call.body.reveal().encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        url = self._base + self._prefix + call.path.reveal()
        async with self._client.stream(call.method, url, content=body, headers=headers) as response:
            status = response.status_code
            if status in call.accept:
                content = await _read(response)
                if isinstance(content, ApiError):
                    return content
                return Answer(status, content, response.headers.get("date", ""))
            refusal = await _read_refusal(response) if status == httpx.codes.BAD_REQUEST else b""
            return error_for_status(response, now=self._clock(), body=refusal, fields=call.fields)


class _KeyHeader(httpx.Auth):
    """Put the key on a request when it leaves, so that no other object holds it in the clear."""

    def __init__(self, key: Secret) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["X-API-KEY"] = self._key.reveal()
        yield request


def silence() -> None:
    """Switch off what httpx and httpcore log: whole URLs at INFO, headers with the key at DEBUG."""
    for name in _LOUD:
        logger = logging.getLogger(name)
        logger.disabled = True
        logger.propagate = False


async def _forget_location(response: httpx.Response) -> None:
    """Keep httpx from parsing the target of a redirect: it is refused whatever it says."""
    response.headers.pop("location", None)


async def _read(response: httpx.Response) -> bytes | BadResponse:
    """Return the body. What is counted is what arrived: a packed body, which could grow, is not unpacked."""
    status = response.status_code
    if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
        return BadResponse("the API's answer is packed, which was not asked for", status=status)
    content = bytearray()
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) > MAX_BODY:
            return BadResponse(f"the API's answer is larger than {MAX_BODY // 1024} KiB", status=status)
    return bytes(content)


async def _read_refusal(response: httpx.Response) -> bytes:
    """Return the body that may name the field. A refusal stays one if its body cannot be had."""
    try:
        content = await _read(response)
    except _FOREIGN:
        return b""
    return content if isinstance(content, bytes) else b""


def _build_client(settings: ApiSettings, key: Secret, *, loopback: bool) -> httpx.AsyncClient:
    context = _build_tls(settings.ca_file)
    limits = httpx.Timeout(
        connect=settings.connect_timeout,
        read=settings.read_timeout,
        write=settings.read_timeout,
        pool=settings.total_timeout,
    )
    try:
        return httpx.AsyncClient(
            auth=_KeyHeader(key),
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                "User-Agent": f"enable3-kiosk/{__version__}",
            },
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # nothing of a visitor stays in the client
            verify=context,
            proxy=None if loopback or settings.proxy is None else _build_proxy(settings.proxy, context),
            trust_env=not loopback and settings.proxy is None,  # of the environment, httpx then reads proxies alone
            timeout=limits,
            event_hooks={"response": [_forget_location]},
        )
    except (httpx.InvalidURL, ValueError, ImportError):
        pass  # their texts hold the proxy's address, which may hold a password
    source = "the environment" if settings.proxy is None else "the configuration"
    raise ConfigError(f"proxy: the one of {source} cannot be used", hint="an address such as http://proxy.example:3128")


def _build_proxy(address: str, context: ssl.SSLContext) -> httpx.Proxy:
    if not urlsplit(address).hostname:  # raises ValueError for brackets that do not match, which httpx lets through
        raise ValueError
    url = httpx.URL(address)
    # httpcore wants no context for a plain proxy, and would trust other authorities than we do at a TLS one.
    return httpx.Proxy(url, ssl_context=context if url.scheme == "https" else None)


def _build_tls(ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that trusts what the operating system trusts, and `ca_file`."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ValueError):
            raise ConfigError(
                f"ca_file: {ca_file} cannot be read as certificates", hint="name a file of CA certificates in PEM form"
            ) from None
    return context
