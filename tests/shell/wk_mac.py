"""A Mac on fakes: what WebKit and AppKit do with the adapter's objects, as far as the contract needs it."""

# ruff: noqa: N802 - methods are named as Objective-C's are

from __future__ import annotations

import heapq
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tests.shell import wk_appkit, wk_webkit
from tests.shell.wk_fakes import Above, Fake, FakeClass, rect, subclass
from tests.shell.wk_interfaces import interfaces, is_function, value_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.shell.wk_webkit import Served, WebView

_BEHAVIOUR: dict[str, type[Fake]] = {
    "CATransaction": wk_appkit.Transaction,
    "NSApplication": wk_appkit.Application,
    "NSView": wk_appkit.View,
    "NSBundle": wk_appkit.Bundle,
    "NSNotificationCenter": wk_appkit.Center,
    "NSPasteboard": wk_appkit.Pasteboard,
    "NSRunLoop": wk_appkit.RunLoop,
    "NSScreen": wk_appkit.Screen,
    "NSTimer": wk_appkit.Timer,
    "NSURL": wk_appkit.Url,
    "NSURLCredential": wk_appkit.Credential,
    "NSURLRequest": wk_appkit.Request,
    "NSUserDefaults": wk_appkit.Defaults,
    "NSWindow": wk_appkit.Window,
    "WKContentRuleListStore": wk_webkit.Rules,
    "WKContentWorld": wk_webkit.World,
    "WKUserContentController": wk_webkit.Controller,
    "WKUserScript": wk_webkit.Script,
    "WKWebView": wk_webkit.WebView,
    "WKWebsiteDataStore": wk_webkit.Store,
}


class Mac:
    """What the adapter has in place of wk_cocoa.Cocoa: classes, constants, functions, and a clock."""

    def __init__(self, server: Callable[[str], Served]) -> None:
        """Have `server` say what is at an address."""
        self.server = server
        self.now = 0.0
        self.timers: list[tuple[float, int, Callable[[], None]]] = []
        self.posted: list[Callable[[], None]] = []
        self.classes: dict[str, FakeClass] = {}
        self.views: list[WebView] = []
        self.copied = {"NSPasteboardNameGeneral": "a card number", "NSPasteboardNameFind": "a name"}
        self.domains: dict[str, dict[str, object]] = {"NSArgumentDomain": {"WebKitDeveloperExtras": True}}
        self.app: Fake | None = None
        self.anchors: list[object] = []
        self.hung = False
        self.shown: list[Fake] = []

    # ── wk_cocoa.Cocoa ──

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in interfaces():
            return self._class(name)
        if is_function(name):
            return getattr(self, "call_" + name)
        return value_of(name)

    def subclass(self, name: str, base: FakeClass, methods: tuple[Callable[..., Any], ...]) -> FakeClass:
        if name not in self.classes:
            self.classes[name] = subclass(name, base, tuple(methods))
        return self.classes[name]

    def super_of(self, kind: type[Fake], instance: Fake) -> Above:
        return Above(kind, instance)

    def call_after(self, call: Callable[[], None]) -> None:
        self.posted.append(call)

    def pywebview_of(self, _window: Fake) -> SimpleNamespace:
        return SimpleNamespace(webview=self.theirs)

    # ── functions ──

    def call_NSMakeRect(self, x: float, y: float, width: float, height: float) -> Any:
        return rect(width, height, x, y)

    def call_NSMakeSize(self, width: float, height: float) -> Any:
        return rect(width, height).size

    def call_NSMakePoint(self, x: float, y: float) -> Any:
        return rect(0, 0, x, y).origin

    def call_NSMakeRange(self, start: int, length: int) -> tuple[int, int]:
        return start, length

    def call_SecCertificateCreateWithData(self, _allocator: None, der: bytes) -> object:
        return der if der.startswith(b"0") else None

    def call_SecTrustSetAnchorCertificates(self, _trust: object, anchors: list[object]) -> int:
        self.anchors = anchors
        return 0

    def call_SecTrustSetAnchorCertificatesOnly(self, _trust: object, only: bool) -> int:  # noqa: FBT001
        assert only is False
        return 0

    def call_SecTrustEvaluateWithError(self, trust: object, _error: None) -> tuple[bool, object]:
        return trust in self.anchors, None

    # ── the world ──

    def _class(self, name: str) -> FakeClass:
        if name not in self.classes:
            base = _BEHAVIOUR.get(name, Fake)
            self.classes[name] = FakeClass(name, (base,), {"kind": name, "mac": self})
        return self.classes[name]

    def new(self, kind: str, /, **kept: Any) -> Fake:
        made = self._class(kind)()
        made.kept.update(kept)
        return made

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        heapq.heappush(self.timers, (self.now + seconds, len(self.timers) + id(call), call))

    def run(self, seconds: float = 1.0) -> None:
        """Have everything happen that is due in so many seconds."""
        until = self.now + seconds
        while self.posted or (self.timers and self.timers[0][0] <= until):
            while self.posted:
                self.posted.pop(0)()
            if self.timers and self.timers[0][0] <= until:
                self.now, _order, call = heapq.heappop(self.timers)
                call()
        self.now = until

    @property
    def theirs(self) -> Fake:
        """Pywebview's own view."""
        return self.__dict__.setdefault("_theirs", self.new("WKWebView"))
