"""WKWebView, by pyobjc: the engine on macOS. Written against its interfaces and their fakes: it was not run on a Mac.

tests/shell/test_wk_*.py prove that every name exists, and what the adapter does with objects that have them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from kiosk.core.lockdown import Enforcement, Lockdown, LockdownFeature
from kiosk.errors import EngineUnavailable
from kiosk.shell.engines import wk_settings
from kiosk.shell.engines.base import Engine
from kiosk.shell.engines.showing import Pane
from kiosk.shell.engines.wk_application import Application
from kiosk.shell.engines.wk_cocoa import Cocoa
from kiosk.shell.engines.wk_notices import Observer
from kiosk.shell.engines.wk_own import OwnPane
from kiosk.shell.engines.wk_people import People
from kiosk.shell.engines.wk_proxy import make_proxy
from kiosk.shell.engines.wk_scanner import WkScanner
from kiosk.shell.engines.wk_stage import Stage
from kiosk.shell.engines.wk_trust import Authorities
from kiosk.shell.engines.wk_visit import VisitPage
from kiosk.shell.engines.wk_window import Window, clear_clipboards
from kiosk.shell.protocol import ScreenSize

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from kiosk.core.look import Look
    from kiosk.core.origin import Origin
    from kiosk.shell.engines.wk_cocoa import ObjC
    from kiosk.shell.engines.wk_keyboard import Keyboard
    from kiosk.shell.pages import OwnPage

_FRAME: Final = 1 / 30
"""Seconds from when AppKit has committed what is arranged to when it is on the glass: two frames of 60 a second."""

_LONGEST_FRAME: Final = 0.25
"""Seconds that a frame may take before it counts as drawn: a window that is hidden altogether draws none."""

_TRIES: Final = 10
_TRY_AGAIN: Final = 0.3
"""Seconds between two tries to be the active application."""


class WkWebView(Engine):
    """The adapter. The application is made in `prepare`, before pywebview could make a plain one."""

    name: ClassVar[str] = "wkwebview"
    gui: ClassVar[str] = "cocoa"

    cocoa: Cocoa | None = None
    """The frameworks; a test puts fakes here before `prepare`."""

    _keyboard: Keyboard | None = None

    def prepare(
        self, *, folder: Path, language: str, look: Look, proxy: str, ca_file: Path | None, sandbox: bool
    ) -> None:
        self._cocoa = cocoa = self.cocoa or Cocoa()
        if not cocoa.WKWebView.instancesRespondToSelector_("setInspectable:"):
            raise EngineUnavailable("the engine wkwebview needs macOS 13.3 or later", hint="update macOS")
        wk_settings.override_defaults(cocoa, language=language)
        self._look, self._sandbox, self._has_ca_file = look, sandbox, ca_file is not None
        self._application = Application(cocoa)
        self._awake = _stay_awake(cocoa)
        self._switches = wk_settings.Switches()
        authorities = Authorities(cocoa, ca_file) if ca_file is not None else None
        # Two stores: nothing that a visit's page leaves behind is where our own pages are.
        own, visit = (wk_settings.make_store(cocoa, make_proxy(cocoa, proxy)) for _ in range(2))
        self._panes = {
            pane: OwnPane(pane=pane, cocoa=cocoa, store=own, engine=self, switches=self._switches) for pane in Pane
        }
        self._remote = VisitPage(
            cocoa=cocoa, store=visit, engine=self, switches=self._switches, authorities=authorities, folder=folder
        )

    def version(self) -> str:
        return str(self._cocoa.NSProcessInfo.processInfo().operatingSystemVersionString())

    def renderer(self) -> str:
        bundle = self._cocoa.NSBundle.bundleForClass_(self._cocoa.WKWebView)
        return str(bundle.objectForInfoDictionaryKey_("CFBundleVersion") or "")

    def screens(self) -> list[ScreenSize]:
        sizes = [screen.frame().size for screen in self._cocoa.NSScreen.screens()]
        return [ScreenSize(int(size.width), int(size.height)) for size in sizes]

    def attach(self, *, window: object) -> None:
        native: ObjC = window
        _disarm(self._cocoa, native, has_ca_file=self._has_ca_file)
        self._stage = Stage(self._cocoa, window=native, look=self._look)
        self._window = Window(self._cocoa, native=native, application=self._application)
        self._observer = Observer(self._cocoa, window=self._window, application=self._application)

    def apply(self, *, lockdown: Lockdown) -> dict[LockdownFeature, Enforcement]:
        del lockdown  # everything is set, whatever is required
        switches, pages = self._switches, [*self._panes.values(), self._remote]
        ours = all(page.asks_us for page in pages)
        for feature in LockdownFeature:
            switches.require(feature, held=ours)
        switches.require(LockdownFeature.DEVELOPER_TOOLS, held=wk_settings.defaults_hold(self._cocoa))
        switches.require(LockdownFeature.AUTOFILL, held=wk_settings.defaults_hold(self._cocoa))
        switches.require(LockdownFeature.ACCELERATOR_KEYS, held=self._application.is_asked)
        for feature in (LockdownFeature.SUB_RESOURCES, LockdownFeature.PRIVATE_NETWORK):
            switches.require(feature, held=self._remote.has_rules)
        switches.require(LockdownFeature.ENGINE_SANDBOX, held=self._sandbox)
        return dict(switches.report)

    def place(self, *, screen: int, windowed: bool, spare: bool) -> None:
        self._windowed = windowed
        self._application.may_quit = windowed
        self._window.place(screen=screen, windowed=windowed, spare=spare)
        self._people = People(
            self.people,
            window=self._window.native,
            scanner=self._make_scanner(),
            deny=self.deny,
            hide_arrow=lambda: self._cocoa.NSCursor.setHiddenUntilMouseMoves_(True),
            call_later=self.call_later,
        )
        self._application.takes = self._people.takes

    def post(self, call: Callable[[], None]) -> None:
        self._cocoa.call_after(call)

    def call_later(self, seconds: float, call: Callable[[], None]) -> None:
        timer = self._cocoa.NSTimer.timerWithTimeInterval_repeats_block_(seconds, False, lambda _timer: call())
        # Common modes: while a list is open, too.
        self._cocoa.NSRunLoop.mainRunLoop().addTimer_forMode_(timer, self._cocoa.NSRunLoopCommonModes)

    def load_page(self, *, page: OwnPage, pane: Pane) -> None:
        own = self._panes[pane]
        self._stage.set_page(pane, own.view)
        own.load(page)

    def load_url(self, *, url: str) -> None:
        self._stage.set_visit(self._remote.view)
        self._remote.load(url, self._visit, rules=self.sub_resources.content_rules(page=url))

    def ping(self, *, answer: Callable[[], None]) -> None:
        self._remote.ping(answer)

    def address(self) -> str:
        return self._remote.address()

    def set_handoff(self, *, origin: Origin, handoff: Mapping[str, str | None] | None, renew: bool) -> None:
        self._remote.set_handoff(origin=origin, handoff=handoff, renew=renew)

    def use_keyboard(self, *, render: Callable[[str], OwnPage]) -> None:
        from kiosk.shell.engines.wk_keyboard import Keyboard  # noqa: PLC0415 - few terminals have it

        self._keyboard = Keyboard(
            cocoa=self._cocoa, stage=self._stage, visit=self._remote, show=lambda kind: self.show_keys(render(kind))
        )

    def press_key(self, *, key: str) -> None:
        if self._keyboard is not None:
            self._keyboard.press(key)

    def arrange(self, *, over: bool) -> None:
        if over:
            self._window.close_menu()
        self._stage.arrange(over=over)

    def after_frame(self, call: Callable[[], None]) -> None:
        waiting = [call]

        def drawn() -> None:
            if waiting:
                waiting.pop()()

        transaction = self._cocoa.CATransaction
        transaction.begin()
        transaction.setCompletionBlock_(lambda: self.call_later(_FRAME, drawn))
        self._window.native.displayIfNeeded()
        transaction.commit()
        self.call_later(_LONGEST_FRAME, drawn)

    def set_cover(self, *, up: bool) -> None:
        if up:
            self._window.close_menu()
            self._application.let_go()
        else:
            self._application.hold_on()
        self._stage.set_cover(up=up)
        self._remote.silence(on=up)
        clear_clipboards(self._cocoa)

    def bring_to_front(self) -> None:
        clear_clipboards(self._cocoa)
        self._window.present()
        self._insist(_TRIES)

    def _insist(self, tries: int) -> None:
        """Get the keys, which another shell may have yet: the system gives them when it lets go, or ends."""
        if tries and not self._application.is_active:
            self._application.activate()
            self.call_later(_TRY_AGAIN, lambda: self._insist(tries - 1))

    def _make_scanner(self) -> WkScanner | None:
        if self.people.scanner is None:
            return None
        return WkScanner(
            self.people.scanner,
            report=self.people.scanned,
            focused=self._window.native.firstResponder,
            hand_on=self._application.hand_on,
            call_later=self.call_later,
        )


def _stay_awake(cocoa: Cocoa) -> ObjC:
    """Keep the display on, and this process at work although its window may lie below another; while it is kept."""
    info = cocoa.NSProcessInfo.processInfo()
    info.disableAutomaticTermination_("kiosk")
    return info.beginActivityWithOptions_reason_(
        cocoa.NSActivityUserInitiated | cocoa.NSActivityIdleDisplaySleepDisabled, "kiosk"
    )


def _disarm(cocoa: Cocoa, window: ObjC, *, has_ca_file: bool) -> None:
    """Leave nothing in the window to pywebview: neither its page, nor the transport security that it switched off."""
    known = cocoa.pywebview_of(window)
    theirs = known.webview
    theirs.setNavigationDelegate_(None)  # or it would put its page into the window when that is loaded
    theirs.setUIDelegate_(None)
    theirs.configuration().userContentController().removeAllScriptMessageHandlers()
    theirs.removeFromSuperview()
    known.load_html = _load_nothing
    bundle = cocoa.NSBundle.mainBundle()
    information = bundle.localizedInfoDictionary() or bundle.infoDictionary()  # the one that pywebview wrote to
    # With authorities of the operator's, whom the system does not know, we alone decide about every certificate.
    information["NSAppTransportSecurity"] = (
        {"NSAllowsArbitraryLoads": True} if has_ca_file else {"NSAllowsLocalNetworking": True}
    )


def _load_nothing(_html: str, _base: str) -> None:
    """Stand for pywebview's own page, which would cost a process."""
