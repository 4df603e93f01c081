"""Cocoa and WebKit by pyobjc, behind one object: imported when an engine starts, and replaced by fakes in tests."""

from __future__ import annotations

import importlib
import types
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from kiosk.errors import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ObjC: TypeAlias = Any
"""An Objective-C object or class as pyobjc hands it out: nothing is known of it before it runs."""

_FRAMEWORKS: Final = ("AppKit", "Foundation", "WebKit", "Quartz", "Security")
_MISSING: Final = object()

BLOCKS: Final[Mapping[str, int]] = {
    "_webView:requestGeolocationPermissionForFrame:decisionHandler:": 2,
    "_webView:requestNotificationPermissionForSecurityOrigin:decisionHandler:": 2,
    "_webView:requestStorageAccessPanelForDomain:underCurrentDomain:completionHandler:": 3,
    "_webView:runBeforeUnloadConfirmPanelWithMessage:initiatedByFrame:completionHandler:": 3,
}
"""Methods of ours that WebKit calls (WKUIDelegatePrivate.h) with a block that pyobjc knows nothing of, and which of the
arguments that is, from 0. Each takes a BOOL."""


class Cocoa:
    """The classes, constants and functions of the frameworks, as attributes of one object."""

    def __init__(self) -> None:
        """Import pyobjc. Raises EngineUnavailable where it is not installed."""
        try:
            self._objc = importlib.import_module("objc")
            self._frameworks = [importlib.import_module(name) for name in _FRAMEWORKS]
            self._app_helper = importlib.import_module("PyObjCTools.AppHelper")
        except ImportError as error:
            raise EngineUnavailable(f"the engine wkwebview is not installed: {error.name} is missing") from None
        self._subclasses: dict[str, ObjC] = {}
        block = {"callable": {"retval": {"type": b"v"}, "arguments": {0: {"type": b"^v"}, 1: {"type": b"Z"}}}}
        for selector, at in BLOCKS.items():  # an Objective-C method has two arguments before its first
            self._objc.registerMetaDataForSelector(
                b"NSObject", selector.encode(), {"arguments": {at + 2: {**block, "type": b"@?"}}}
            )

    def __getattr__(self, name: str) -> ObjC:
        for framework in self._frameworks:
            if (found := getattr(framework, name, _MISSING)) is not _MISSING:
                return found
        raise AttributeError(name)

    def subclass(self, name: str, base: ObjC, methods: Iterable[Callable[..., object]]) -> ObjC:
        """Return the subclass of `base` with functions for methods, each named like its selector in pyobjc's way.

        There is one class of a name in a process: asked for again, it is the one that was made.
        """
        if name not in self._subclasses:
            named = {method.__name__: method for method in methods}
            self._subclasses[name] = types.new_class(name, (base,), exec_body=lambda body: body.update(named))
        return self._subclasses[name]

    def super_of(self, kind: ObjC, instance: ObjC) -> ObjC:
        """Return `instance` as one of the class above `kind`."""
        return self._objc.super(kind, instance)

    def call_after(self, call: Callable[[], None]) -> None:
        """Have `call` run on the main thread, in order, in whatever mode its loop is. From any thread."""
        self._app_helper.callAfter(call)

    def proxy(self, *, host: str, port: int, user: str, password: str) -> ObjC:
        """Return an HTTP proxy for a data store. Raises EngineUnavailable without pyobjc's Network."""
        try:
            network = importlib.import_module("Network")
        except ImportError:
            raise EngineUnavailable(
                "a proxy needs pyobjc-framework-Network, which is not installed",
                hint="set the proxy in the system's network settings instead, which pages use, too",
            ) from None
        endpoint = network.nw_endpoint_create_host(host.encode(), str(port).encode())
        proxy = network.nw_proxy_config_create_http_connect(endpoint, None)
        if user:
            network.nw_proxy_config_set_username_and_password(proxy, user.encode(), password.encode())
        return proxy

    def pywebview_of(self, window: ObjC) -> ObjC:
        """Return what pywebview knows of its native `window`."""
        return importlib.import_module("webview.platforms.cocoa").BrowserView.get_instance("window", window)
