"""The proxy of the pages, where the operator names one; without, pages use the system's."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from kiosk.errors import EngineUnavailable

if TYPE_CHECKING:
    from kiosk.shell.engines.wk_cocoa import Cocoa, ObjC


def make_proxy(cocoa: Cocoa, url: str) -> ObjC:
    """Return what a data store takes for `http://[user:password@]host:port`, or None for none.

    Raises EngineUnavailable where this macOS has no proxies of a program's own.
    """
    if not url:
        return None
    if not cocoa.WKWebsiteDataStore.instancesRespondToSelector_("setProxyConfigurations:"):
        raise EngineUnavailable(
            "a proxy for the pages alone needs macOS 14 or later",
            hint="set the proxy in the system's network settings instead, which pages use, too",
        )
    parts = urlsplit(url)
    return cocoa.proxy(
        host=parts.hostname or "",
        port=parts.port or 80,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
