"""What WebKit does in the adapter's tests: it loads, and asks its delegate about everything."""

# ruff: noqa: N802 - methods are named as Objective-C's are

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.shell.wk_appkit import View, url_of
from tests.shell.wk_fakes import Fake, FakeClass, Handler, make
from tests.shell.wk_interfaces import value_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.shell.wk_mac import Mac

MAIN = make("WKFrameInfo", mainframe=True)
SUB = make("WKFrameInfo", mainframe=False)
NO_ANSWER = (-1001, -1004)
_NAVIGATE = "webView:decidePolicyForNavigationAction:decisionHandler:"
_RESPOND = "webView:decidePolicyForNavigationResponse:decisionHandler:"
_CHALLENGE = "webView:didReceiveAuthenticationChallenge:completionHandler:"


def error(domain: str, code: int) -> Fake:
    return make("NSError", domain=domain, code=code)


class Store(Fake):
    """WKWebsiteDataStore."""

    @classmethod
    def nonPersistentDataStore(cls) -> Fake:
        return cls.mac.new("WKWebsiteDataStore", persistent=False)


class Controller(Fake):
    """WKUserContentController."""

    def init(self) -> Fake:
        self.scripts: list[Fake] = []
        self.rules: list[Fake] = []
        return self

    def addScriptMessageHandler_contentWorld_name_(self, handler: Fake, world: Fake, name: str) -> None:
        self.kept["handler"] = (handler, world, name)

    def addUserScript_(self, script: Fake) -> None:
        self.scripts.append(script)

    def removeAllUserScripts(self) -> None:
        self.scripts.clear()

    def addContentRuleList_(self, rules: Fake) -> None:
        self.rules.append(rules)

    def removeAllContentRuleLists(self) -> None:
        self.rules.clear()


class Script(Fake):
    """WKUserScript."""

    def initWithSource_injectionTime_forMainFrameOnly_inContentWorld_(
        self,
        source: str,
        time: int,
        main_only: bool,  # noqa: FBT001
        world: Fake,
    ) -> Fake:
        assert time == value_of("WKUserScriptInjectionTimeAtDocumentStart")
        self.source, self.main_only, self.world = source, main_only, world
        return self


class World(Fake):
    """WKContentWorld: one of a name."""

    @classmethod
    def worldWithName_(cls, name: str) -> Fake:
        return cls.mac.__dict__.setdefault("world " + name, cls())

    @classmethod
    def pageWorld(cls) -> Fake:
        return cls.worldWithName_("page")


class Rules(Fake):
    """WKContentRuleListStore: compiles what is JSON, later."""

    @classmethod
    def storeWithURL_(cls, url: Fake) -> Fake:
        return cls.mac.new("WKContentRuleListStore", url=url)

    def compileContentRuleListForIdentifier_encodedContentRuleList_completionHandler_(
        self, _name: str, rules: str, done: Callable[[Fake | None, Fake | None], None]
    ) -> None:
        try:
            compiled = self.mac.new("WKContentRuleList", parsed=json.loads(rules))
        except ValueError:
            compiled = None
        self.mac.later(0.05, lambda: done(compiled, None))


class Configuration(Fake):
    """WKWebViewConfiguration."""


class Served(SimpleNamespace):
    """What a server has at an address: `status`, `mime`, `attachment`, `to` (a redirect), `error` (code)."""

    status = 200
    mime = "text/html"
    attachment = False
    to = ""
    error = 0


class WebView(View):
    """WKWebView: loads what the server has, asking its delegate as WebKit does."""

    def initWithFrame_configuration_(self, _frame: Any, configuration: Fake) -> Fake:
        self.configured = configuration
        self.url: str | None = None
        self.loading = False
        self.suspended = False
        self.dragged = ["public.html"]
        self.state = 0
        self.handed: object = None
        self.mac.views.append(self)
        return self

    def configuration(self) -> Fake:
        return self.__dict__.get("configured") or self.mac.new("WKWebViewConfiguration")

    def URL(self) -> Fake | None:
        return url_of(self.url) if self.url else None

    def isLoading(self) -> bool:
        return self.loading

    def registeredDraggedTypes(self) -> list[str]:
        return self.dragged

    def unregisterDraggedTypes(self) -> None:
        self.dragged = []

    def loadHTMLString_baseURL_(self, _html: str, base: Fake) -> None:
        self.mac.later(0.01, lambda: self.go(base.absoluteString()))

    def loadRequest_(self, request: Fake) -> None:
        self.loading = True
        self.mac.later(0.01, lambda: self.go(request.URL().absoluteString()))

    def evaluateJavaScript_inFrame_inContentWorld_completionHandler_(
        self, source: str, _frame: Fake | None, world: Fake, done: Callable[[Any, Any], None] | None
    ) -> None:
        assert world is self.mac.WKContentWorld.worldWithName_("kiosk")
        if self.mac.hung:
            return
        if "CustomEvent" in source and (detail := re.search(r"detail: (\".*\")}", source)):
            self.handed = json.loads(json.loads(detail[1]))["token"]
        if done is not None:
            self.mac.later(0.01, lambda: done(None, None))

    def requestMediaPlaybackStateWithCompletionHandler_(self, done: Callable[[int], None]) -> None:
        if not self.mac.hung:
            self.mac.later(0.01, lambda: done(self.state))

    def setAllMediaPlaybackSuspended_completionHandler_(self, on: bool, _done: None) -> None:  # noqa: FBT001
        self.suspended = on

    # ── what WebKit asks and tells ──

    @property
    def delegate(self) -> Fake:
        assert self.kept["navigationdelegate"] is self.kept["uidelegate"]
        return self.kept["uidelegate"]

    def action(self, url: str, *, frame: Fake | None = MAIN, download: bool = False) -> Fake:
        request = make("NSURLRequest", url=url_of(url))
        return self.mac.new("WKNavigationAction", request=request, targetframe=frame, shouldperformdownload=download)

    def may_go(self, url: str, *, frame: Fake | None = MAIN, download: bool = False) -> bool:
        handler = Handler(_NAVIGATE, 2)
        self.delegate.webView_decidePolicyForNavigationAction_decisionHandler_(
            self, self.action(url, frame=frame, download=download), handler
        )
        assert handler.answer in {0, 3}  # no, or yes without another application for the address
        return bool(handler.answer)

    def may_show(self, url: str, served: Served, *, frame: Fake = MAIN) -> bool:
        handler = Handler(_RESPOND, 2)
        http = _Response.of(self.mac, url, served)
        response = self.mac.new("WKNavigationResponse", response=http, canshowmimetype=True, formainframe=frame is MAIN)
        self.delegate.webView_decidePolicyForNavigationResponse_decisionHandler_(self, response, handler)
        return bool(handler.answer)

    def challenge(self, method: str, trust: object = None) -> tuple[int, object]:
        handler = Handler(_CHALLENGE, 2)
        space = make("NSURLProtectionSpace", authenticationmethod=method, servertrust=trust)
        asked = make("NSURLAuthenticationChallenge", protectionspace=space)
        self.delegate.webView_didReceiveAuthenticationChallenge_completionHandler_(self, asked, handler)
        return handler.answers[0]

    def go(self, url: str) -> None:
        """Load what is at `url`, as a link, a script or the adapter wants."""
        self.loading = True
        if not self.may_go(url):
            self.stop()
            return
        served = Served() if url.startswith("kiosk-page:") else self.mac.server(url)
        if served.to:
            self.go(served.to)
        elif served.error:
            self.fail("NSURLErrorDomain", served.error)
        elif not self.may_show(url, served):
            self.stop()
        else:
            self.arrive(url)

    def stop(self) -> None:
        self.fail("WebKitErrorDomain", 102)

    def fail(self, domain: str, code: int) -> None:
        self.loading = False
        self.delegate.webView_didFailProvisionalNavigation_withError_(self, None, error(domain, code))

    def arrive(self, url: str) -> None:
        self.url, self.loading, self.handed = url, False, None
        self.delegate.webView_didCommitNavigation_(self, None)
        for script in self.configured.userContentController().scripts:
            if script.world is self.mac.WKContentWorld.pageWorld():
                self._run_in_page(script.source)
            elif "first-contentful-paint" in script.source:
                self.mac.later(0.02, lambda source=script.source: self.write(marker(source) + "200"))
        self.mac.later(0.03, lambda: self.delegate.webView_didFinishNavigation_(self, None))

    def _run_in_page(self, source: str) -> None:
        origin = json.loads(re.search(r"location\.origin !== (\".*?\")", source)[1])
        here = urlsplit(self.url)
        if origin == f"{here.scheme}://{here.netloc}":
            self.handed = json.loads(re.search(r"freeze\((\{.*?\})\)", source)[1])["token"]

    def write(self, text: object, *, frame: Fake = MAIN, world: Fake | None = None) -> None:
        """Have a script of `world`, or ours, post a message."""
        handler, ours, _name = self.configured.userContentController().kept["handler"]
        message = make("WKScriptMessage", body=text, frameinfo=frame, world=world or ours)
        handler.userContentController_didReceiveScriptMessage_(None, message)

    def script(self, hint: str) -> str:
        """Return the source of the script that has `hint` in it."""
        sources = [script.source for script in self.configured.userContentController().scripts]
        [found] = [source for source in sources if hint in source]
        return found

    def blocks(self, url: str) -> bool:
        """Whether the content rules refuse a request; the delegate is told."""
        blocked = False
        for rules in self.configured.userContentController().rules:
            for rule in rules.kept["parsed"]:
                if re.search(rule["trigger"]["url-filter"], url):
                    blocked = rule["action"]["type"] == "block"
        if blocked:
            action = make("_WKContentRuleListAction", blockedload=True)
            self.delegate._webView_contentRuleListWithIdentifier_performedAction_forURL_(
                self, "kiosk", action, url_of(url)
            )
        return blocked


class _Response(Fake):
    kind = "NSHTTPURLResponse"

    @classmethod
    def of(cls, mac: Mac, url: str, served: Served) -> Fake:
        made = FakeClass("NSHTTPURLResponse", (cls,), {"mac": mac})()
        made.kept.update(url=url_of(url), mimetype=served.mime, statuscode=served.status)
        made.attachment = served.attachment
        return made

    def valueForHTTPHeaderField_(self, name: str) -> str | None:
        assert name == "Content-Disposition"
        return "Attachment; filename=x" if self.attachment else None


def marker(source: str) -> str:
    """Return what a reporter of ours writes before what it says."""
    return re.search(r"postMessage\(\"([0-9a-f]{32})\"", source)[1]
