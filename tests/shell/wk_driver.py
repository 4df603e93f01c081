"""The adapter for WKWebView on fakes, as a driver of the contract that every engine keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kiosk.core.lockdown import Lockdown
from kiosk.shell.engines.choice import make_engine
from kiosk.shell.engines.showing import Pane
from kiosk.shell.orders import Orders
from kiosk.shell.protocol import Blocked, Event, OpenWidget, Start
from tests.contracts.attacks import Attack, Outcome
from tests.contracts.engine import Served as What
from tests.shell.wk_fakes import Handler, make
from tests.shell.wk_mac import Mac
from tests.shell.wk_webkit import MAIN, SUB, Served, marker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from kiosk.shell.engines.wkwebview import WkWebView
    from kiosk.shell.protocol import Command
    from tests.shell.wk_webkit import WebView

HERE, OTHER = "https://widget.example", "https://elsewhere.example"
WAYS: dict[str, Served] = {
    What.PAGE: Served(),
    What.MISSING: Served(status=404),
    What.NOBODY: Served(error=-1004),
    What.NO_NAME: Served(error=-1003),
    What.BAD_TLS: Served(error=-1202),
    What.AWAY: Served(to=OTHER + "/"),
    What.ATTACHMENT: Served(attachment=True),
    "pdf": Served(mime="application/pdf"),
}
UI = "webView:run%s:completionHandler:"
CONTROL, OPTION = 1 << 18, 1 << 19
CODES = {"F5": 0x60, "F7": 0x62, "F12": 0x6F, "Left": 0x7B}
NOT_HERE = frozenset({"clipboard", "screen", "midi", "file-system", "full-screen", "unknown-permission"})
"""What WebKit asks nobody about: switched off, and read back by test_wk_settings."""


class WkDriver:
    """One adapter in one window. See tests.contracts.engine.Driver."""

    def __init__(self, start: Start, *, folder: Path, ca_file: Path | None = None, mac: Mac | None = None) -> None:
        self.mac = mac or Mac(lambda url: WAYS.get(url.rpartition("/")[2], Served()))
        self.events: list[Event] = []
        engine: WkWebView = make_engine(start, self.events.append)  # type: ignore[assignment]
        engine.cocoa = self.mac  # type: ignore[assignment]
        engine.prepare(folder=folder, language="en", look=start.look, proxy="", ca_file=ca_file, sandbox=True)
        self.window = self.mac.new("NSWindow")
        engine.attach(window=self.window)
        self.report = engine.apply(lockdown=Lockdown())
        self.orders = Orders(engine, start=start, emit=self.events.append)
        engine.place(screen=start.screen, windowed=start.windowed, spare=start.spare)
        if start.keyboard:
            engine.use_keyboard(render=self.orders.keyboard_page)
        self.engine = engine
        self.visit: WebView = engine._remote.view
        self.front: WebView = engine._panes[Pane.FRONT].view

    def send(self, command: Command) -> None:
        self.engine.post(lambda: self.orders.obey(command))
        self.mac.run()

    def expect(self, kind: type[Any]) -> Any:
        at = next((at for at, event in enumerate(self.events) if isinstance(event, kind)), None)
        assert at is not None, f"no {kind.__name__} in {self.events}"
        found = self.events[at]
        kept = [event for event in self.events[:at] if isinstance(event, Blocked)]
        self.events[: at + 1] = [] if kind is Blocked else kept
        return found

    def heard(self, kind: type[Event]) -> bool:
        return any(isinstance(event, kind) for event in self.events)

    def enforcement(self) -> Mapping[str, str]:
        return {str(feature): str(held) for feature, held in self.report.items()}

    def url(self, what: What) -> str:
        return f"{HERE}/{what}"

    def attempt(self, attack: Attack) -> Outcome:
        self.send(OpenWidget(1, self.url(What.PAGE)))
        self.events.clear()
        if attack.name in NOT_HERE:
            return Outcome.UNKNOWN
        granted = self.keys(*attack.keys) if attack.keys else getattr(self, "try_" + attack.name.replace("-", "_"))()
        self.mac.run()
        return Outcome.GRANTED if granted else Outcome.REFUSED

    def kill_renderer(self, *, own: bool = False) -> None:
        view = self.front if own else self.visit
        view.delegate.webViewWebContentProcessDidTerminate_(view)

    def hang(self) -> None:
        self.mac.hung = True
        self.mac.run(20)

    def play(self, *, on: bool) -> None:
        self.visit.write(marker(self.visit.script("kioskMedia")) + ("playing" if on else "silent"))

    def say(self, word: str) -> None:
        page = self.engine._pages[Pane.FRONT]
        url = next((url for url, said in page.words.items() if said == word), f"kiosk:{word}#0")
        assert not self.front.may_go(url + ":" + quote("")) if word == "ok" else not self.front.may_go(url)
        self.mac.run()

    def ask(self, kind: str) -> Callable[[], object]:
        names = {
            "alert": "JavaScriptAlertPanelWithMessage:initiatedByFrame",
            "confirm": "JavaScriptConfirmPanelWithMessage:initiatedByFrame",
            "prompt": "JavaScriptTextInputPanelWithPrompt:defaultText:initiatedByFrame",
        }
        selector = UI % names[kind]
        handler = Handler(selector, selector.count(":") - 1)
        texts = ("What?", "Me") if kind == "prompt" else ("What?",)
        getattr(self.visit.delegate, selector.replace(":", "_"))(self.visit, *texts, MAIN, handler)
        self.mac.run()
        return lambda: handler.answer

    def handed(self) -> object:
        return self.visit.handed

    def is_covered(self) -> bool:
        cover = self.engine._stage._views["cover"]
        return not cover.isHidden() and self.visit.suspended and self.window.firstResponder() is None

    def clipboard_is_empty(self) -> bool:
        return not self.mac.copied

    # ── attacks: each returns whether it was granted ──

    def keys(self, *keys: str) -> bool:
        for key in keys:
            *held, name = key.split("+")
            flags = sum({"ctrl": CONTROL, "alt": OPTION, "shift": 1 << 17}[each] for each in held)
            text = "" if name in CODES else {"plus": "+"}.get(name, name)
            for kind in (10, 11):
                event = self.event(kind, keycode=CODES.get(name, 0), modifierflags=flags)
                event.kept.update(characters=text, charactersignoringmodifiers=text)
                if self.dispatched(event):
                    return True
        return False

    def event(self, kind: int, **kept: object) -> Any:
        return make("NSEvent", type=kind, window=self.window, **kept)

    def dispatched(self, event: Any) -> bool:
        """Whether a view gets an event that the system sends."""
        self.mac.app.calls.clear()
        self.mac.app.sendEvent_(event)
        return bool(self.mac.app.calls)

    def try_main_frame(self) -> bool:
        return self.visit.may_go(OTHER + "/")

    def try_sub_frame(self) -> bool:
        return self.visit.may_go(OTHER + "/", frame=SUB)

    def try_redirect(self) -> bool:
        self.visit.go(f"{HERE}/away")
        return self.visit.url != self.url(What.PAGE)

    try_form = try_main_frame

    def try_file_scheme(self) -> bool:
        return self.visit.may_go("file:///etc/passwd")

    def try_data_scheme(self) -> bool:
        return self.visit.may_go("data:text/html,x")

    def try_external_scheme(self) -> bool:
        return self.visit.may_go("mailto:a@example.com")

    def try_own_word(self) -> bool:
        return self.visit.may_go("kiosk:retry")

    def try_new_window(self, url: str = HERE + "/new") -> bool:
        made = self.visit.delegate.webView_createWebViewWithConfiguration_forNavigationAction_windowFeatures_(
            self.visit, None, self.visit.action(url, frame=None), None
        )
        return made is not None

    def try_new_window_elsewhere(self) -> bool:
        return self.try_new_window(OTHER + "/")

    def try_new_window_link(self) -> bool:
        return self.visit.may_go(HERE + "/new", frame=None)

    def try_close_itself(self) -> bool:
        self.visit.delegate.webViewDidClose_(self.visit)
        return False

    def try_microphone(self, kind: int = 1) -> bool:
        selector = "webView:requestMediaCapturePermissionForOrigin:initiatedByFrame:type:decisionHandler:"
        handler = Handler(selector, 4)
        getattr(self.visit.delegate, selector.replace(":", "_"))(self.visit, None, MAIN, kind, handler)
        return handler.answer != 2

    def try_camera(self) -> bool:
        return self.try_microphone(0)

    def try_geolocation(self) -> bool:
        return self.yes_or_no("_webView:requestGeolocationPermissionForFrame:decisionHandler:")

    def try_notifications(self) -> bool:
        return self.yes_or_no("_webView:requestNotificationPermissionForSecurityOrigin:decisionHandler:")

    def yes_or_no(self, selector: str) -> bool:
        """Return what the delegate answers to a question of which it is told nothing else."""
        last = selector.count(":") - 1
        handler = Handler(selector, last)
        getattr(self.visit.delegate, selector.replace(":", "_"))(self.visit, *[None] * (last - 1), handler)
        return bool(handler.answer)

    def try_download(self) -> bool:
        return self.visit.may_go(HERE + "/file", download=True)

    def try_file_chooser(self) -> bool:
        handler = Handler("webView:runOpenPanelWithParameters:initiatedByFrame:completionHandler:", 3)
        self.visit.delegate.webView_runOpenPanelWithParameters_initiatedByFrame_completionHandler_(
            self.visit, None, MAIN, handler
        )
        return handler.answer is not None

    def try_print(self) -> bool:
        self.visit.delegate._webView_printFrame_(self.visit, None)
        return False

    def try_context_menu(self) -> bool:
        menu = make("NSMenu")
        self.visit.willOpenMenu_withEvent_(menu, None)
        return ("removeAllItems", ()) not in menu.calls

    def try_drop(self) -> bool:
        asked = self.visit.draggingEntered_(None), self.visit.performDragOperation_(None)
        return any(asked) or bool(self.visit.registeredDraggedTypes())

    def try_basic_auth(self) -> bool:
        disposition, credential = self.visit.challenge("NSURLAuthenticationMethodHTTPBasic")
        return disposition != 2 or credential is not None

    def try_client_certificate(self) -> bool:
        disposition, credential = self.visit.challenge("NSURLAuthenticationMethodClientCertificate")
        return disposition not in (2, 3) or credential is not None

    def try_bad_certificate(self) -> bool:
        disposition, credential = self.visit.challenge("NSURLAuthenticationMethodServerTrust", "a stranger")
        self.visit.go(self.url(What.BAD_TLS))  # the default handling ends the load
        return disposition not in (1, 2) or credential is not None

    def try_pdf(self) -> bool:
        self.visit.go(f"{HERE}/pdf")
        return self.visit.url != self.url(What.PAGE)

    def try_zoom_wheel(self) -> bool:
        return self.dispatched(self.event(22, modifierflags=CONTROL)) or self.dispatched(self.event(30))

    def try_private_address(self) -> bool:
        return not self.visit.blocks("http://127.0.0.2:9/")

    def try_unlisted_load(self) -> bool:
        return not self.visit.blocks(OTHER + "/")
