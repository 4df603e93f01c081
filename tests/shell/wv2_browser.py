"""A browser behind the fakes: what WebView2 does when a page is loaded, in the order in which it says so."""

# ruff: noqa: N802 - .NET's names

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiosk.shell.engines import wv2_core
from tests.shell.wv2_fakes import ENUMERATIONS, Done, Event, Fake, Space, event_args

if TYPE_CHECKING:
    from collections.abc import Callable

HEX = r'"([0-9a-f]{32})"'


@dataclass(frozen=True)
class Served:
    """What is at an address."""

    status: int = 200
    error: str = ""
    to: str = ""
    attachment: bool = False


class Page(Fake):
    """A CoreWebView2."""

    def __init__(self, serve: Callable[[str], Served]) -> None:
        settings, profile = Fake(wv2_core.CoreWebView2Settings), Fake(wv2_core.CoreWebView2Profile)
        super().__init__(wv2_core.CoreWebView2, Settings=settings, Profile=profile, BrowserProcessId=4711)
        self.__dict__.update(
            serve=serve,
            scripts={},
            receivers={},
            number=0,
            hung=False,
            handed=None,
            html="",
            sent=[],
            unknown=set(),
        )

    # ── what the adapter calls ──

    def Navigate(self, url: str) -> None:
        assert url.startswith("https:")
        self.go(url)

    def NavigateToString(self, html: str) -> None:
        self.__dict__["html"] = html
        if self.may_go("data:text/html;charset=utf-8;base64,eA=="):
            self.arrive("about:blank", 0)

    def GetDevToolsProtocolEventReceiver(self, event: str) -> Any:
        receiver = Fake(wv2_core.CoreWebView2DevToolsProtocolEventReceiver)
        self.receivers.setdefault(event, []).append(receiver)
        return receiver

    def CallDevToolsProtocolMethodForSessionAsync(self, session: str, method: str, parameters: str) -> Done:
        self.sent.append((session, method, json.loads(parameters)))
        return Done("{}")

    def CallDevToolsProtocolMethodAsync(self, method: str, parameters: str) -> Done:
        values = json.loads(parameters)
        self.sent.append(("", method, values))
        if method in self.unknown:
            return Done(failed=True)
        return getattr(self, "do_" + method.replace(".", "_"), lambda _values: Done("{}"))(values)

    def do_Page_addScriptToEvaluateOnNewDocument(self, values: dict[str, Any]) -> Done:
        self.__dict__["number"] += 1
        self.scripts[str(self.number)] = values
        return Done(json.dumps({"identifier": str(self.number)}))

    def do_Page_removeScriptToEvaluateOnNewDocument(self, values: dict[str, Any]) -> Done:
        del self.scripts[values["identifier"]]
        return Done("{}")

    def do_Page_getFrameTree(self, _values: dict[str, Any]) -> Done:
        return Done(json.dumps({"frameTree": {"frame": {"id": "F"}}}))

    def do_Page_createIsolatedWorld(self, _values: dict[str, Any]) -> Done:
        return Done(json.dumps({"executionContextId": 7}))

    def do_Runtime_evaluate(self, values: dict[str, Any]) -> Done:
        if self.hung:
            return Done(never=True)
        if found := re.search(r"CustomEvent\(" + HEX + r", \{detail: (\".*\")\}\)", values["expression"]):
            self.__dict__["handed"] = json.loads(json.loads(found[2]))["token"]
        if "exitFullscreen" in values["expression"]:
            self.__dict__["ContainsFullScreenElement"] = False
        return Done("{}")

    # ── what happens in it ──

    def go(self, url: str) -> None:
        """Load what is at `url`."""
        number = self.__dict__["number"] = self.number + 1
        if not self.may_go(url, number):
            return self.end(number, error="OperationCanceled")
        served = self.serve(url)
        if served.to:
            if self.may_go(served.to, number, redirected=True):
                return self.arrive(served.to, number)
            return self.end(number, error="OperationCanceled")
        if served.attachment:
            assert not self.may_save()
            return self.end(number, error="ConnectionAborted")
        if served.error:
            if served.error.startswith("Certificate"):
                asked = event_args("ServerCertificateErrorDetected", ErrorStatus=served.error, Action="Default")
                assert self.ServerCertificateErrorDetected.raised(asked).Action == "Cancel"
            return self.end(number, error=served.error)
        return self.arrive(url, number, served.status)

    def may_go(self, url: str, number: int = 0, *, frame: bool = False, redirected: bool = False) -> bool:
        """Ask whether a frame may go to `url`."""
        asked = event_args("NavigationStarting", Uri=url, NavigationId=number, IsRedirected=redirected)
        event: Event = self.FrameNavigationStarting if frame else self.NavigationStarting
        return not event.raised(asked).Cancel

    def may_save(self) -> bool:
        asked = self.DownloadStarting.raised(event_args("DownloadStarting"))
        return not (asked.Cancel and asked.Handled)

    def arrive(self, url: str, number: int, status: int = 200) -> None:
        self.__dict__["Source"] = url
        self.SourceChanged.raised(event_args("SourceChanged", IsNewDocument=True))
        self.__dict__["handed"] = self.token_for(url)
        self.say_from("kioskReporter", str(status))
        self.end(number, status=status)

    def end(self, number: int, *, error: str = "Unknown", status: int = 0) -> None:
        done = event_args(
            "NavigationCompleted",
            NavigationId=number,
            IsSuccess=0 < status < 400,
            HttpStatusCode=status,
            WebErrorStatus=error,
        )
        self.NavigationCompleted.raised(done)

    def token_for(self, url: str) -> str | None:
        """Return what the page's own scripts would find in window.enable3Kiosk."""
        for script in self.scripts.values():
            found = re.search(r'location\.origin !== "([^"]+)".*?freeze\((\{.*?\})\)', script["source"], re.DOTALL)
            if found and "worldName" not in script and url.startswith(found[1] + "/"):
                return str(json.loads(found[2])["token"])
        return None

    def say_from(self, script: str, what: str) -> None:
        """Have one of our scripts, known by a word in it, say its marker and `what`."""
        for each in list(self.scripts.values()):
            source = each["source"]
            if script in source and each.get("worldName") == "kiosk":
                binding = re.search(r'globalThis\["(kiosk[0-9a-f]{16})"\]', source)
                marker = re.search(r"console\.info\(" + HEX, source)
                assert binding
                assert marker
                self.protocol("Runtime.bindingCalled", {"name": binding[1], "payload": marker[1] + what})

    def protocol(self, event: str, parameters: dict[str, Any], session: str = "") -> None:
        """Have an event of the DevTools protocol happen."""
        told = event_args(
            "DevToolsProtocolEventReceived", ParameterObjectAsJson=json.dumps(parameters), SessionId=session
        )
        for receiver in self.receivers.get(event, []):
            receiver.DevToolsProtocolEventReceived.raised(told)


class Browser:
    """The namespace Microsoft.Web.WebView2.Core, and what was made of it."""

    def __init__(self, serve: Callable[[str], Served]) -> None:
        self._serve = serve
        self.arguments = ""
        self.folder = ""
        self.options: list[Fake] = []
        self.controllers: list[Fake] = []
        self.environment_options: Fake | None = None
        self.version = "145.0.3800.47"
        self.core = Space(
            **ENUMERATIONS,
            CoreWebView2Environment=Space(
                CreateAsync=self._create, GetAvailableBrowserVersionString=lambda _browser: self.version
            ),
            CoreWebView2EnvironmentOptions=self._environment_options,
        )

    def _environment_options(self, arguments: str, language: str, browser: None, sign_in: bool, schemes: None) -> Fake:  # noqa: FBT001
        assert (browser, sign_in, schemes) == (None, False, None)
        self.arguments = arguments
        self.environment_options = Fake(wv2_core.CoreWebView2EnvironmentOptions)
        return self.environment_options

    def _create(self, browser: None, folder: str, options: Fake) -> Done:
        assert browser is None
        assert options is self.environment_options
        self.folder = folder
        environment = Fake(wv2_core.CoreWebView2Environment, BrowserVersionString=self.version, UserDataFolder=folder)
        environment.__dict__.update(
            CreateCoreWebView2ControllerAsync=self._controller,
            CreateCoreWebView2ControllerOptions=self._options,
            CreateWebResourceResponse=lambda _content, status, _reason, _headers: Fake(
                wv2_core.CoreWebView2WebResourceResponse, StatusCode=status
            ),
        )
        return Done(environment)

    def _options(self) -> Fake:
        self.options.append(Fake(wv2_core.CoreWebView2ControllerOptions))
        return self.options[-1]

    def _controller(self, _window: object, options: Fake) -> Done:
        page = Page(self._serve)
        page.Profile.__dict__.update(
            IsInPrivateModeEnabled=options.IsInPrivateModeEnabled, ProfileName=options.ProfileName
        )
        controller = Fake(wv2_core.CoreWebView2Controller, CoreWebView2=page, AllowExternalDrop=True)
        self.controllers.append(controller)
        return Done(controller)
