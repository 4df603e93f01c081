"""What the contract does not ask of the webview2 adapter, on the same fakes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.core.lockdown import LockdownFeature as Feature
from kiosk.core.scanner import ScannerSettings
from kiosk.shell.engines import webview2, wv2_settings
from kiosk.shell.engines import wv2_people as win
from kiosk.shell.engines.showing import Pane
from kiosk.shell.engines.wv2_people import Message
from kiosk.shell.protocol import (
    Activity,
    Blocked,
    Cover,
    Gesture,
    LoadFailed,
    OpenWidget,
    Painted,
    Present,
    RendererGone,
    Scanned,
    ShowBar,
    ShowPage,
)
from tests.contracts.engine import START, Served, started
from tests.shell.wv2_driver import HERE, OTHER, PERMISSIONS, Wv2Driver
from tests.shell.wv2_fakes import Fake, Place, event_args

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Open = "Callable[..., Wv2Driver]"
WEBVIEW2 = replace(START, engine="webview2")


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Wv2Driver]:
    def make(spoil: Callable[[webview2.WebView2], None] | None = None, *, proxy: str = "", **changes: Any) -> Wv2Driver:
        kind = type("Spoilt", (Wv2Driver,), {"before_apply": lambda _self, engine: spoil(engine) if spoil else None})
        driver: Wv2Driver = kind(replace(WEBVIEW2, **changes), folder=tmp_path, monkeypatch=monkeypatch, proxy=proxy)
        return driver

    return make


@pytest.fixture
def driver(opened: Callable[..., Wv2Driver]) -> Wv2Driver:
    return opened()


# ── the report tells the truth ──


@pytest.mark.parametrize("name", [*wv2_settings.SETTINGS, "HiddenPdfToolbarItems"])
def test_a_setting_that_does_not_hold_is_told(opened: Callable[..., Wv2Driver], name: str):
    def spoil(engine: webview2.WebView2) -> None:
        settings: Any = engine._remote.page.core.Settings
        settings.__dict__[name] = not wv2_settings.SETTINGS.get(name, True)
        settings.stuck.add(name)

    assert opened(spoil).report[Feature.NAVIGATION] == "failed"


@pytest.mark.parametrize(
    ("method", "feature"),
    [
        ("Page.setInterceptFileChooserDialog", Feature.FILE_CHOOSERS),
        ("Input.setInterceptDrags", Feature.DRAG_AND_DROP),
        ("Target.setAutoAttach", Feature.NAVIGATION),
        ("Runtime.addBinding", Feature.RENDERER_HANG),
    ],
)
def test_a_method_that_the_browser_does_not_know_is_told(
    opened: Callable[..., Wv2Driver], method: str, feature: Feature
):
    driver = opened(lambda engine: engine._remote.page.core.unknown.add(method))  # type: ignore[attr-defined]

    assert driver.report[feature] == "failed"


@pytest.mark.parametrize("extra", [" --remote-debugging-port=9222", ' "--no-sandbox"', " --Remote-Debugging-Pipe"])
def test_what_the_browser_was_really_started_with_counts(
    opened: Callable[..., Wv2Driver], monkeypatch: pytest.MonkeyPatch, extra: str
):
    def spoil(engine: webview2.WebView2) -> None:
        monkeypatch.setattr(engine._desktop, "extra", extra)

    report = opened(spoil).report
    assert report[Feature.DEVELOPER_TOOLS] == report[Feature.ENGINE_SANDBOX] == "failed"


def test_a_variable_for_webview2_is_told(opened: Callable[..., Wv2Driver], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS", "--x")

    assert opened().report[Feature.DEVELOPER_TOOLS] == "failed"


def test_our_own_switches_are_none_that_is_forbidden():
    assert wv2_settings.forbidden_in(wv2_settings.arguments(proxy_server="proxy:3128")) == []


# ── what the browser is started with ──


def test_everything_is_in_memory_and_in_the_visits_folder(driver: Wv2Driver, tmp_path: Path):
    assert driver.browser.folder == str(tmp_path / "webview2")
    assert [each.IsInPrivateModeEnabled for each in driver.browser.options] == [True, True, True]
    assert [each.ProfileName for each in driver.browser.options] == ["kiosk", "kiosk", "visit"]
    options = driver.browser.environment_options
    assert options is not None
    assert options.ExclusiveUserDataFolderAccess
    assert options.IsCustomCrashReportingEnabled
    assert not options.AreBrowserExtensionsEnabled


def test_the_proxys_password_is_for_the_proxy_alone(opened: Callable[..., Wv2Driver]):
    driver = opened(proxy="http://kiosk:s3cret%40@proxy.venue:3128")
    assert "--proxy-server=http://proxy.venue:3128" in driver.browser.arguments
    assert "s3cret" not in driver.browser.arguments

    def asked(url: str) -> Any:
        response = event_args_response()
        return driver.visit.BasicAuthenticationRequested.raised(
            event_args("BasicAuthenticationRequested", Uri=url, Response=response)
        )

    def event_args_response() -> Fake:
        from kiosk.shell.engines import wv2_args  # noqa: PLC0415 - beside its use

        return Fake(wv2_args.CoreWebView2BasicAuthenticationResponse)

    assert asked(HERE + "/").Cancel
    assert asked("https://proxy.venue:3128/").Cancel
    told = asked("http://proxy.venue:3128/")
    assert (told.Cancel, told.Response.UserName, told.Response.Password) == (False, "kiosk", "s3cret@")
    assert [asked("http://proxy.venue:3128/").Cancel for _ in range(3)] == [False, False, True]


# ── the page ──


def test_an_error_of_ours_leaves_the_page_without_what_it_wanted(driver: Wv2Driver, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("ours")

    monkeypatch.setattr(driver.engine, "deny", broken)
    monkeypatch.setattr(driver.engine, "may_visit", broken)
    core: Any = driver.visit
    questions = {
        "PermissionRequested": (event_args("PermissionRequested", PermissionKind="Camera"), "State", "Deny"),
        "NewWindowRequested": (event_args("NewWindowRequested"), "Handled", True),
        "DownloadStarting": (event_args("DownloadStarting"), "Cancel", True),
        "SaveAsUIShowing": (event_args("SaveAsUIShowing"), "Cancel", True),
        "SaveFileSecurityCheckStarting": (event_args("SaveFileSecurityCheckStarting"), "CancelSave", True),
        "LaunchingExternalUriScheme": (event_args("LaunchingExternalUriScheme"), "Cancel", True),
        "ScreenCaptureStarting": (event_args("ScreenCaptureStarting"), "Cancel", True),
        "NotificationReceived": (event_args("NotificationReceived"), "Handled", True),
        "ClientCertificateRequested": (event_args("ClientCertificateRequested"), "Handled", True),
        "ContextMenuRequested": (event_args("ContextMenuRequested"), "Handled", True),
        "NavigationStarting": (event_args("NavigationStarting", Uri=HERE), "Cancel", True),
        "FrameNavigationStarting": (event_args("FrameNavigationStarting"[5:], Uri=HERE), "Cancel", True),
        "ServerCertificateErrorDetected": (event_args("ServerCertificateErrorDetected"), "Action", "Cancel"),
    }
    for event, (arguments, name, wanted) in questions.items():
        with pytest.raises(RuntimeError, match="ours"):
            getattr(core, event).raised(arguments)
        assert getattr(arguments, name) == wanted, event


def test_a_frame_in_a_frame_is_asked_about(driver: Wv2Driver):
    from kiosk.shell.engines import wv2_core  # noqa: PLC0415 - beside its use

    started(driver)
    outer, inner = Fake(wv2_core.CoreWebView2Frame), Fake(wv2_core.CoreWebView2Frame)
    driver.visit.FrameCreated.raised(event_args("FrameCreated", Frame=outer))
    outer.FrameCreated.raised(event_args("FrameCreated", Frame=inner))
    assert inner.NavigationStarting.raised(event_args("NavigationStarting", Uri=OTHER + "/")).Cancel
    for frame in (outer, inner):
        asked = frame.PermissionRequested.raised(event_args("PermissionRequested", PermissionKind="Camera"))
        assert (asked.State, asked.Handled) == ("Deny", True)
        assert frame.ScreenCaptureStarting.raised(event_args("ScreenCaptureStarting")).Cancel


def test_a_page_may_always_be_left(driver: Wv2Driver):
    from tests.shell.wv2_driver import Dialog  # noqa: PLC0415 - beside its use

    started(driver)
    asked = Dialog("Beforeunload")
    driver.visit.ScriptDialogOpening.raised(asked)

    assert asked.accepted
    assert not driver.heard(Blocked)


def test_an_unknown_dialog_is_cancelled(driver: Wv2Driver):
    from tests.shell.wv2_driver import Dialog  # noqa: PLC0415 - beside its use

    started(driver)
    asked = Dialog("4711")
    driver.visit.ScriptDialogOpening.raised(asked)

    assert not asked.accepted
    assert driver.expect(Blocked).reason == "4711"


def test_every_kind_of_permission_is_named_in_the_log(driver: Wv2Driver):
    started(driver)
    for kind in PERMISSIONS.values():
        driver.permitted(kind)
        driver.events[:] = [each for each in driver.events if isinstance(each, Blocked)]
        driver.engine._reported.clear()

    assert [event.reason for event in driver.events if isinstance(event, Blocked)] == list(PERMISSIONS.values())


def test_a_page_that_blanks_itself_is_reported(driver: Wv2Driver):
    started(driver)
    driver.visit.__dict__["Source"] = "about:blank#blocked"
    driver.visit.SourceChanged.raised(event_args("SourceChanged"))

    assert driver.expect(LoadFailed) == LoadFailed(1, "left")


def test_a_renderer_that_windows_calls_unresponsive_is_hung(driver: Wv2Driver):
    started(driver)
    failed = event_args("ProcessFailed", ProcessFailedKind="RenderProcessUnresponsive", Reason="Unresponsive")
    driver.visit.ProcessFailed.raised(failed)

    assert driver.expect(RendererGone) == RendererGone(1, "hung")


def test_a_helper_that_ends_is_nobodys_end(driver: Wv2Driver):
    started(driver)
    for kind in ("GpuProcessExited", "UtilityProcessExited", "SandboxHelperProcessExited"):
        driver.visit.ProcessFailed.raised(event_args("ProcessFailed", ProcessFailedKind=kind, Reason="Crashed"))

    assert not driver.heard(RendererGone)


def test_the_end_of_the_browser_is_the_pages_end(driver: Wv2Driver):
    started(driver)
    failed = event_args("ProcessFailed", ProcessFailedKind="BrowserProcessExited", Reason="Crashed")
    driver.visit.ProcessFailed.raised(failed)

    assert driver.expect(RendererGone) == RendererGone(1, "crashed")


def test_a_zoom_by_whatever_way_is_undone(driver: Wv2Driver):
    started(driver)
    controller: Any = driver.engine._remote.page.controller
    controller.ZoomFactor = 2.0
    controller.ZoomFactorChanged.raised()

    assert controller.ZoomFactor == 1.0
    assert driver.expect(Blocked).feature == "zoom"


def test_a_dialog_of_the_browsers_is_closed_and_reported(driver: Wv2Driver):
    started(driver)
    driver.desktop.dialog()

    assert driver.expect(Blocked).feature == "built-in-pages"


def test_the_same_address_with_another_fragment_is_loaded_again(driver: Wv2Driver):
    started(driver)
    driver.send(OpenWidget(2, driver.url(Served.PAGE) + "#token"))

    assert any("location.reload" in str(values) for _, method, values in driver.visit.sent if "evaluate" in method)


def test_a_page_that_is_not_wanted_any_more_is_not_loaded(driver: Wv2Driver):
    driver.engine.show_page(driver.orders.keyboard_page("text"))
    driver.engine.show_page(driver.orders.keyboard_page("email"))
    driver.clock.run()

    assert len([event for event in driver.events if isinstance(event, Painted)]) == 1


# ── the window ──


def places(driver: Wv2Driver) -> dict[object, tuple[int, int, int, int]]:
    every = driver.engine._stage.panels.items()
    return {place: (p.Bounds.X, p.Bounds.Y, p.Bounds.Width, p.Bounds.Height) for place, p in every if p.Visible}


def test_the_chosen_screen_is_covered_without_a_frame(opened: Callable[..., Wv2Driver]):
    form = opened(screen=1).form

    assert form.Bounds == Place(1280, 0, 1920, 1080)
    assert not form.ControlBox


def test_a_screen_that_is_not_there_is_the_first(opened: Callable[..., Wv2Driver]):
    assert opened(screen=7).form.Bounds == Place(0, 0, 1280, 800)


def test_the_desktop_is_held_for_a_kiosk_and_left_alone_for_a_window(opened: Callable[..., Wv2Driver]):
    assert {"hold_shortcuts", "no_edge_gestures", "show_above"} <= set(opened().desktop.calls)
    assert not {"hold_shortcuts", "no_edge_gestures"} & set(opened(windowed=True).desktop.calls)


def test_a_spare_is_below_until_it_is_presented(opened: Callable[..., Wv2Driver]):
    driver = opened(spare=True)
    assert "show_above" not in driver.desktop.calls
    driver.send(ShowPage("attract", "en"))
    driver.send(Present())

    assert driver.desktop.calls.index("show_below") < driver.desktop.calls.index("show_above")


def test_a_visits_page_is_between_the_strips(driver: Wv2Driver):
    driver.send(ShowBar("en", "account"))
    started(driver)

    assert places(driver)[None] == (0, 52, 1280, 748)
    assert places(driver)[Pane.BAR] == (0, 0, 1280, 52)


def test_tab_goes_round_what_is_on_the_glass(driver: Wv2Driver):
    driver.send(ShowBar("en", "account"))
    started(driver)
    bar, front, visit = (driver.engine._stage._controllers[each] for each in (Pane.BAR, Pane.FRONT, None))
    leave = event_args("MoveFocusRequested", Reason="Next")
    visit.MoveFocusRequested.raised(leave)  # type: ignore[attr-defined]

    assert leave.Handled
    assert bar.calls[-1] == ("MoveFocus", "Next")  # type: ignore[attr-defined]
    assert ("MoveFocus", "Next") not in front.calls  # type: ignore[attr-defined]


def test_a_clipboard_that_another_program_holds_is_emptied_a_little_later(driver: Wv2Driver):
    driver.desktop.copied = True
    driver.desktop.held = 3
    driver.send(Cover())
    assert driver.desktop.copied
    driver.clock.run(1)

    assert not driver.desktop.copied


def test_the_keyboard_comes_with_a_field_and_types(opened: Callable[..., Wv2Driver]):
    driver = opened(keyboard=True)
    started(driver)
    driver.visit.say_from("kioskFocus", "focus:email")
    driver.clock.run()
    assert places(driver)[Pane.KEYBOARD] == (0, 512, 1280, 288)
    driver.engine.press_key(key="a")
    driver.engine.press_key(key="{bksp}")
    driver.engine.press_key(key="x" * 9)
    typed = [values["key"] for _, method, values in driver.visit.sent if method == "Input.dispatchKeyEvent"]
    assert typed == ["a", "a", "Backspace", "Backspace"]
    driver.visit.say_from("kioskFocus", "focus:")

    assert Pane.KEYBOARD not in places(driver)


def test_the_keyboard_hides_by_its_own_key(opened: Callable[..., Wv2Driver]):
    driver = opened(keyboard=True)
    started(driver)
    driver.visit.say_from("kioskFocus", "focus:text")
    driver.engine.press_key(key="{hide}")

    assert Pane.KEYBOARD not in places(driver)


# ── people ──


def press(driver: Wv2Driver, kind: int = win.LEFT_DOWN, **values: Any) -> bool:
    return driver.hooks.passes(Message(kind, **{"x": 300.0, "y": 300.0, **values}))


def test_what_people_do_is_reported_and_passes(driver: Wv2Driver):
    started(driver)

    assert all([press(driver), press(driver, win.LEFT_UP), press(driver, win.POINTER_DOWN, key=1)])
    assert press(driver, win.KEY_DOWN, key=0x41, code=30, text="a")
    assert press(driver, win.WHEEL)
    assert driver.expect(Activity)


def test_nothing_passes_under_the_cover(driver: Wv2Driver):
    started(driver)
    driver.send(Cover())

    kinds = [win.LEFT_DOWN, win.POINTER_DOWN, win.WHEEL, win.MOUSE_MOVE, win.POINTER_UPDATE]
    assert not any(press(driver, kind) for kind in kinds)
    assert not press(driver, win.KEY_DOWN, key=0x41, code=30, text="a")


@pytest.mark.parametrize("kind", [win.MIDDLE_DOWN, win.X_DOWN, win.GESTURE])
def test_other_buttons_and_gestures_do_not_pass(driver: Wv2Driver, kind: int):
    started(driver)

    assert not press(driver, kind)


def test_a_mouse_that_windows_makes_of_a_finger_is_not_another_press(driver: Wv2Driver):
    started(driver)
    for _ in range(START.taps):
        press(driver, win.LEFT_DOWN, x=5.0, y=5.0, from_touch=True)

    assert not driver.heard(Gesture)


def test_the_operators_gesture_is_heard(driver: Wv2Driver):
    started(driver)
    for finger in range(START.taps):
        press(driver, win.POINTER_DOWN, key=finger, x=5.0, y=5.0)
        press(driver, win.POINTER_UP, key=finger, x=5.0, y=5.0)

    assert driver.expect(Gesture)


def test_what_an_input_method_types_passes(driver: Wv2Driver):
    started(driver)

    assert press(driver, win.KEY_DOWN, key=0xE7)
    assert not press(driver, win.KEY_DOWN, key=0xE7, ctrl=True)


def test_a_command_key_is_a_visitors_attempt(driver: Wv2Driver):
    started(driver)
    driver.events.clear()
    assert not press(driver, win.KEY_DOWN, key=0x50, code=25, text="p", ctrl=True)

    assert driver.expect(Blocked).by_visitor


def test_a_scan_signs_in_and_a_person_types(opened: Callable[..., Wv2Driver]):
    driver = opened(scanner=ScannerSettings())
    driver.send(ShowPage("attract", "en"))
    for at, char in enumerate("MEMBER42"):
        for kind in (win.KEY_DOWN, win.KEY_UP):
            message = Message(kind, key=ord(char), code=ord(char), text=char, seconds=at * 0.01)
            assert not driver.hooks.passes(message)
    assert not driver.hooks.passes(Message(win.KEY_DOWN, key=0x0D, code=28, seconds=0.09))
    driver.clock.run(1)

    assert driver.expect(Scanned).text == "MEMBER42"
    assert driver.hooks.handed_on == []


def test_a_key_that_had_to_wait_is_handed_on(opened: Callable[..., Wv2Driver]):
    driver = opened(scanner=ScannerSettings())
    started(driver)
    message = Message(win.KEY_DOWN, key=0x41, code=30, text="a", seconds=1.0)
    assert not driver.hooks.passes(message)
    driver.clock.run(1)

    assert driver.hooks.handed_on == [message]
