"""The adapter for WebView2 on fakes, as a driver of the contract that every engine keeps."""

# ruff: noqa: N802 - .NET's names

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.core import system_keys
from kiosk.core.lockdown import Lockdown
from kiosk.shell.engines import webview2, wv2_runtime
from kiosk.shell.engines import wv2_people as win
from kiosk.shell.engines.choice import make_engine
from kiosk.shell.engines.showing import Pane
from kiosk.shell.engines.wv2_people import Message
from kiosk.shell.orders import Orders
from kiosk.shell.protocol import Blocked, Event, OpenWidget, Start
from tests.contracts.attacks import Attack, Outcome
from tests.contracts.engine import Served as What
from tests.shell.wv2_browser import Browser, Page, Served
from tests.shell.wv2_fakes import Clock, Fake, Place, Space, event_args, fake_control, fake_drawing, fake_forms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pytest

HERE, OTHER = "https://widget.example", "https://elsewhere.example"
WAYS: dict[str, Served] = {
    What.PAGE: Served(),
    What.MISSING: Served(status=404),
    What.NOBODY: Served(error="CannotConnect"),
    What.NO_NAME: Served(error="HostNameNotResolved"),
    What.BAD_TLS: Served(error="CertificateIsInvalid"),
    What.AWAY: Served(to=OTHER + "/"),
    What.ATTACHMENT: Served(attachment=True),
}
PERMISSIONS = {
    "geolocation": "Geolocation",
    "notifications": "Notifications",
    "microphone": "Microphone",
    "camera": "Camera",
    "clipboard": "ClipboardRead",
    "midi": "MidiSystemExclusiveMessages",
    "file-system": "FileReadWrite",
    "unknown-permission": "4711",
}
KEYS = {"F5": 0x74, "F7": 0x76, "F12": 0x7B, "Left": 0x25, "plus": 0xBB, "Tab": 0x09, "Return": 0x0D}


class FakeDesktop:
    """wv2_desktop.Desktop."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.calls: list[str] = []
        self.copied = True
        self.held = 0
        """How many times the clipboard cannot be had."""
        self.extra = ""
        self.dialog: Callable[[], None] = lambda: None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *_: self.calls.append(name)

    def scale(self, _window: int) -> float:
        return 1.0

    def no_edge_gestures(self, _window: int) -> bool:
        self.calls.append("no_edge_gestures")
        return True

    def watch_dialogs(self, _window: int, found: Callable[[], None]) -> bool:
        self.dialog = found
        return True

    def command_line(self, process: int) -> str:
        assert process == 4711
        return f'"C:\\msedgewebview2.exe" {self.browser.arguments}{self.extra}'

    def clear_clipboard(self, _window: int) -> bool:
        self.held -= 1
        self.copied = self.copied and self.held >= 0
        return self.held < 0


class FakeHooks:
    """wv2_hook.Hooks: `window_hears` is the message queue, `desktop_hears` what is before Windows' own shortcuts."""

    def __init__(self, *, window: int, passes: Callable[[Message], bool], deny: Callable[[str], None]) -> None:
        self.window = window
        self.passes = passes
        self.deny = deny
        self.handed_on: list[Message] = []

    def install(self) -> bool:
        return True

    def hand_on(self, message: Message) -> None:
        self.handed_on.append(message)

    def desktop_hears(self, key: int, *, ctrl: bool = False, alt: bool = False) -> bool:
        """Whether Windows would hear of a key."""
        name = system_keys.refused(key, ctrl=ctrl, alt=alt)
        if name:
            self.deny(name)
        return not name


class Wv2Driver:
    """One adapter in one window. See tests.contracts.engine.Driver."""

    silent: frozenset[str] = frozenset()

    def __init__(self, start: Start, *, folder: Path, monkeypatch: pytest.MonkeyPatch, proxy: str = "") -> None:
        self.clock = Clock()
        self.browser = Browser(lambda url: WAYS.get(url.rpartition("/")[2], Served()))
        self.forms = fake_forms(self.clock, [Place(0, 0, 1280, 800), Place(1280, 0, 1920, 1080)])
        self.forms.Application.__dict__["DoEvents"] = self.clock.run
        dotnet = wv2_runtime.Dotnet(
            self.browser.core,  # type: ignore[arg-type] # fakes of it all
            self.forms,  # type: ignore[arg-type]
            fake_drawing(),  # type: ignore[arg-type]
            Space(Action=lambda call: call),  # type: ignore[arg-type]
        )
        self.desktop = FakeDesktop(self.browser)
        monkeypatch.setattr(wv2_runtime, "load", lambda: dotnet)
        monkeypatch.setattr(webview2, "Desktop", lambda: self.desktop)
        monkeypatch.setattr(webview2, "Hooks", FakeHooks)
        self.events: list[Event] = []
        engine: webview2.WebView2 = make_engine(start, self.events.append)  # type: ignore[assignment]
        engine.prepare(folder=folder, language="en", look=start.look, proxy=proxy, ca_file=None, sandbox=True)
        self.form = self.make_form()
        engine.attach(window=self.form)
        self.before_apply(engine)
        self.report = engine.apply(lockdown=Lockdown())
        self.orders = Orders(engine, start=start, emit=self.events.append)
        engine.place(screen=start.screen, windowed=start.windowed, spare=start.spare)
        if start.keyboard:
            engine.use_keyboard(render=self.orders.keyboard_page)
        self.clock.run()
        self.engine = engine
        self.hooks: FakeHooks = engine._hooks  # type: ignore[assignment]
        self.visit: Page = engine._remote.page.core  # type: ignore[assignment]
        self.front: Page = engine._panes[Pane.FRONT].page.core  # type: ignore[assignment]

    def before_apply(self, engine: webview2.WebView2) -> None:
        """Let a test spoil something."""

    def make_form(self) -> Fake:
        form = fake_control(webview2_form(), 42, ClientRectangle=Place(0, 0, 1280, 800), Bounds=Place(0, 0, 1280, 800))
        form.__dict__["BeginInvoke"] = self.clock.posted.append
        return form

    # ── tests.contracts.engine.Driver ──

    def send(self, command: Any) -> None:
        self.engine.post(lambda: self.orders.obey(command))
        self.clock.run()

    def expect(self, kind: type[Any]) -> Any:
        at = next((at for at, event in enumerate(self.events) if isinstance(event, kind)), None)
        assert at is not None, f"no {kind.__name__} in {self.events}"
        found = self.events[at]
        kept = [event for event in self.events[:at] if isinstance(event, Blocked)]
        self.events[: at + 1] = kept if kind is not Blocked else self.events[:at]
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
        if attack.keys:
            granted = any(list(map(self.typed, attack.keys)))
        elif attack.name in PERMISSIONS:
            granted = self.permitted(PERMISSIONS[attack.name])
        else:
            granted = getattr(self, "try_" + attack.name.replace("-", "_"))()
        self.clock.run()
        return Outcome.GRANTED if granted else Outcome.REFUSED

    def kill_renderer(self, *, own: bool = False) -> None:
        page = self.front if own else self.visit
        failed = event_args("ProcessFailed", ProcessFailedKind="RenderProcessExited", Reason="Crashed")
        page.ProcessFailed.raised(failed)

    def hang(self) -> None:
        self.visit.__dict__["hung"] = True
        self.clock.run(20)

    def play(self, *, on: bool) -> None:
        self.visit.__dict__["IsDocumentPlayingAudio"] = on
        self.visit.IsDocumentPlayingAudioChanged.raised()

    def say(self, word: str) -> None:
        page = self.engine._pages[Pane.FRONT]
        url = next((url for url, said in page.words.items() if said == word), f"kiosk:{word}#0")
        assert not self.front.may_go(url + ":" if word == "ok" else url)
        self.clock.run()

    def ask(self, kind: str) -> Callable[[], object]:
        answers: list[object] = []
        asked = Dialog(kind.title())
        self.visit.ScriptDialogOpening.raised(asked)
        self.clock.run()

        def answer() -> object:
            assert asked.completed == 1
            answers.append(asked)
            if kind == "confirm":
                return asked.accepted
            return (asked.ResultText if asked.accepted else None) if kind == "prompt" else None

        return answer

    def handed(self) -> object:
        return self.visit.handed

    def is_covered(self) -> bool:
        return self.engine._stage.is_over and self.visit.IsMuted

    def clipboard_is_empty(self) -> bool:
        return not self.desktop.copied

    # ── attacks: each returns whether it was granted ──

    def typed(self, keys: str) -> bool:
        *held, name = keys.split("+")
        ctrl, alt = "ctrl" in held, "alt" in held
        key = KEYS.get(name, ord(name.upper()[0]))
        text = "" if name in KEYS or ctrl else name
        message = Message(win.KEY_DOWN, key=key, code=key, text=text, ctrl=ctrl, alt=alt)
        return self.hooks.desktop_hears(key, ctrl=ctrl, alt=alt) and self.hooks.passes(message)

    def permitted(self, kind: str) -> bool:
        asked = event_args("PermissionRequested", PermissionKind=kind, State="Default", SavesInProfile=True)
        self.visit.PermissionRequested.raised(asked)
        return asked.State != "Deny" or asked.SavesInProfile

    def try_main_frame(self) -> bool:
        return self.visit.may_go(OTHER + "/")

    def try_sub_frame(self) -> bool:
        return self.visit.may_go(OTHER + "/", frame=True)

    def try_redirect(self) -> bool:
        self.visit.go(f"{HERE}/{What.AWAY}")
        return bool(self.visit.Source != self.url(What.PAGE))

    try_form = try_main_frame

    def try_file_scheme(self) -> bool:
        return self.visit.may_go("file:///etc/passwd")

    def try_data_scheme(self) -> bool:
        return self.visit.may_go("data:text/html,x")

    def try_external_scheme(self) -> bool:
        launched = event_args("LaunchingExternalUriScheme", Uri="mailto:a@example.com")
        return (
            self.visit.may_go("mailto:a@example.com")
            or not self.visit.LaunchingExternalUriScheme.raised(launched).Cancel
        )

    def try_own_word(self) -> bool:
        return self.visit.may_go("kiosk:retry")

    def try_new_window(self, url: str = HERE + "/new") -> bool:
        asked = event_args("NewWindowRequested", Uri=url, IsUserInitiated=True)
        return not self.visit.NewWindowRequested.raised(asked).Handled

    def try_new_window_elsewhere(self) -> bool:
        return self.try_new_window(OTHER + "/")

    try_new_window_link = try_new_window

    def try_close_itself(self) -> bool:
        self.visit.WindowCloseRequested.raised()
        return False

    def try_screen(self) -> bool:
        asked = self.visit.ScreenCaptureStarting.raised(event_args("ScreenCaptureStarting"))
        return not (asked.Cancel and asked.Handled)

    def try_download(self) -> bool:
        return self.visit.may_save()

    def try_file_chooser(self) -> bool:
        self.visit.protocol("Page.fileChooserOpened", {"mode": "selectSingle"})
        return ("", "Page.setInterceptFileChooserDialog", {"enabled": True}) not in self.visit.sent

    def try_print(self) -> bool:
        """Have the page call what NO_PRINTING put in the place of `print`: see test_wv2_devtools for a real one."""
        tools = self.engine._remote.page.devtools
        tools._said({"name": tools._binding, "payload": tools._print_word}, "")
        return not any('"print"' in script["source"] for script in self.visit.scripts.values())

    def try_full_screen(self) -> bool:
        self.visit.__dict__["ContainsFullScreenElement"] = True
        self.visit.ContainsFullScreenElementChanged.raised()
        self.clock.run()
        return bool(self.visit.ContainsFullScreenElement)

    def try_context_menu(self) -> bool:
        return not self.visit.ContextMenuRequested.raised(event_args("ContextMenuRequested")).Handled

    def try_drop(self) -> bool:
        self.visit.protocol("Input.dragIntercepted", {"data": {}})
        return bool(self.engine._remote.page.controller.AllowExternalDrop)

    def try_basic_auth(self) -> bool:
        asked = event_args("BasicAuthenticationRequested", Uri=HERE + "/")
        return not self.visit.BasicAuthenticationRequested.raised(asked).Cancel

    def try_client_certificate(self) -> bool:
        return not self.visit.ClientCertificateRequested.raised(event_args("ClientCertificateRequested")).Handled

    def try_bad_certificate(self) -> bool:
        asked = event_args("ServerCertificateErrorDetected", ErrorStatus="CertificateExpired", Action="Default")
        return bool(self.visit.ServerCertificateErrorDetected.raised(asked).Action != "Cancel")

    def try_pdf(self) -> bool:
        """Have the page be a PDF, as wv2_devtools hears it."""
        tools = self.engine._remote.page.devtools
        tools._said({"name": tools._binding, "payload": tools._pdf_word}, "")
        return ("Stop",) not in self.visit.calls

    def try_zoom_wheel(self) -> bool:
        return self.hooks.passes(Message(win.WHEEL, ctrl=True))

    def try_private_address(self) -> bool:
        return self.loads("http://127.0.0.2:9/")

    def try_unlisted_load(self) -> bool:
        return self.loads(OTHER + "/")

    def loads(self, url: str) -> bool:
        """Whether the page's request for `url` is left alone."""
        request = Space(Uri=url)
        asked = event_args("WebResourceRequested", Request=request, ResourceContext="Fetch")
        return self.visit.WebResourceRequested.raised(asked).Response is None


class Dialog:
    """The arguments of ScriptDialogOpening, which keep the page waiting."""

    Message, DefaultText = "What?", "Me"

    def __init__(self, kind: str) -> None:
        self.Kind = kind
        self.ResultText = self.DefaultText
        self.accepted = False
        self.completed = 0

    def Accept(self) -> None:
        assert not self.completed
        self.accepted = True

    def GetDeferral(self) -> Dialog:
        return self

    def Complete(self) -> None:
        self.completed += 1


def webview2_form() -> type:
    from kiosk.shell.engines.wv2_forms import Form  # noqa: PLC0415 - beside its use

    return Form
