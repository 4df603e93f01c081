"""The desktop around the window on a Mac: what is covered, what is taken away, and who is in front."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.errors import EngineUnavailable, LockdownFailed
from kiosk.shell.engines.wk_application import ACCESSORY, REGULAR, Application
from kiosk.shell.engines.wk_presentation import KIOSK
from kiosk.shell.protocol import Cover, OpenWidget, Present, ShowPage
from tests.contracts.engine import START, Served
from tests.shell import wk_appkit
from tests.shell.wk_driver import WkDriver
from tests.shell.wk_fakes import make, rect
from tests.shell.wk_interfaces import value_of
from tests.shell.wk_mac import Mac

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SAVER = value_of("NSScreenSaverWindowLevel")


@pytest.fixture
def open_driver(tmp_path: Path) -> Callable[..., WkDriver]:
    return lambda **options: WkDriver(replace(START, engine="wkwebview", **options), folder=tmp_path)


def tell(driver: WkDriver, name: str, about: Any = None) -> None:
    notification = make("NSNotification", object=about)
    driver.mac.center.kept[name](notification)


def activations(driver: WkDriver) -> int:
    return driver.mac.app.calls.count(("activateIgnoringOtherApps:", ()))


# ── screens ──


def test_the_window_lies_over_the_whole_screen_and_above_a_screen_saver(open_driver: Callable[..., WkDriver]):
    window = open_driver(screen=1).window

    assert window.frame() == rect(1024, 768, 1280, 0)
    assert window.level() == SAVER + 1
    assert window.styleMask() == 0


def test_a_screen_that_is_not_there_is_the_first(open_driver: Callable[..., WkDriver]):
    assert open_driver(screen=7).window.frame() == rect(1280, 800)


def test_every_other_screen_is_blank(open_driver: Callable[..., WkDriver]):
    driver = open_driver()
    [blank] = driver.engine._window._blanks

    assert blank.frame() == rect(1024, 768, 1280, 0)
    assert blank.level() == SAVER + 1
    assert blank in driver.mac.shown


def test_a_screen_that_comes_is_covered(open_driver: Callable[..., WkDriver], monkeypatch: pytest.MonkeyPatch):
    driver = open_driver()
    before = driver.engine._window._blanks[0]
    more = [driver.mac.new("NSScreen", frame=rect(800, 600, x, 0)) for x in (0, 800, 1600)]
    monkeypatch.setattr(wk_appkit.Screen, "screens", classmethod(lambda _cls: more))
    tell(driver, "NSApplicationDidChangeScreenParametersNotification")

    assert driver.window.frame() == rect(800, 600)
    assert len(driver.engine._window._blanks) == 2
    assert ("orderOut:", (None,)) in before.calls


def test_a_window_with_a_frame_covers_nothing(open_driver: Callable[..., WkDriver]):
    driver = open_driver(windowed=True)

    assert driver.engine._window._blanks == []
    assert driver.window.level() == 0
    assert driver.mac.app.presentationOptions() == 0


def test_a_list_of_a_page_is_seen_and_closed_before_our_own_pages_come(open_driver: Callable[..., WkDriver]):
    driver = open_driver()
    menu = make("NSMenu")
    tell(driver, "NSMenuDidBeginTrackingNotification", menu)
    assert driver.window.level() < value_of("NSPopUpMenuWindowLevel")
    driver.send(ShowPage("attract", "en"))
    assert ("cancelTrackingWithoutAnimation", ()) in menu.calls
    tell(driver, "NSMenuDidEndTrackingNotification", menu)

    assert driver.window.level() == SAVER + 1


# ── the desktop ──


def test_the_desktop_is_taken_away(open_driver: Callable[..., WkDriver]):
    app = open_driver().mac.app

    assert app.presentationOptions() == int(KIOSK)
    assert app.kept["policy"] == REGULAR


@pytest.mark.parametrize("error", [None, ValueError("NSInvalidArgumentException")])
def test_there_is_no_window_if_the_desktop_stays(
    open_driver: Callable[..., WkDriver], monkeypatch: pytest.MonkeyPatch, error: ValueError | None
):
    def refuse(_self: object, _options: int) -> None:
        if error is not None:
            raise error

    monkeypatch.setattr(wk_appkit.Application, "setPresentationOptions_", refuse)

    with pytest.raises(LockdownFailed, match="hide the Dock"):
        open_driver()


def test_the_desktop_is_taken_away_again_when_the_kiosk_is_in_front(open_driver: Callable[..., WkDriver]):
    driver = open_driver()
    driver.mac.app.kept["presentationoptions"] = 0
    tell(driver, "NSApplicationDidBecomeActiveNotification")

    assert driver.mac.app.presentationOptions() == int(KIOSK)


# ── the application ──


def test_the_application_that_another_made_is_refused():
    mac = Mac(lambda _url: None)
    mac.NSApplication.sharedApplication()

    with pytest.raises(EngineUnavailable, match="AppKit"):
        Application(mac)


@pytest.mark.parametrize(
    "action",
    [
        "hide_",
        "hideOtherApplications_",
        "orderFrontCharacterPalette_",
        "orderFrontStandardAboutPanel_",
        "orderFrontColorPanel_",
        "runPageLayout_",
        "setMainMenu_",
        "showHelp_",
        "terminate_",
    ],
)
def test_the_application_does_nothing_that_a_menu_would_have_it_do(open_driver: Callable[..., WkDriver], action: str):
    app = open_driver().mac.app
    app.calls.clear()
    getattr(app, action)(None)

    assert app.calls == []


def test_a_window_with_a_frame_may_be_closed(open_driver: Callable[..., WkDriver]):
    app = open_driver(windowed=True).mac.app
    app.terminate_(None)

    assert ("terminate:", (None,)) in app.calls


def test_no_service_of_another_program_is_offered(open_driver: Callable[..., WkDriver]):
    driver = open_driver()

    assert driver.mac.app.validRequestorForSendType_returnType_("public.text", None) is None
    assert driver.visit.validRequestorForSendType_returnType_("public.text", None) is None
    assert driver.visit.makeTouchBar() is None


# ── who is in front ──


def test_pywebview_brings_no_spare_to_the_front(open_driver: Callable[..., WkDriver]):
    driver = open_driver(spare=True)
    driver.mac.app.activateIgnoringOtherApps_(True)
    assert driver.mac.app.setActivationPolicy_(REGULAR)

    assert driver.mac.app.kept["policy"] == ACCESSORY
    assert activations(driver) == 0
    assert ("orderBack:", (None,)) in driver.window.calls
    assert driver.window.level() == 0
    assert driver.engine._window._blanks == []


def test_a_spare_that_is_presented_takes_the_desktop_away(open_driver: Callable[..., WkDriver]):
    driver = open_driver(spare=True)
    driver.send(ShowPage("attract", "en"))
    driver.send(Present())

    assert driver.mac.app.presentationOptions() == int(KIOSK)
    assert driver.window.level() == SAVER + 1
    assert driver.window in driver.mac.shown
    assert len(driver.engine._window._blanks) == 1


def test_a_spare_that_is_presented_insists_on_the_keys_until_it_has_them(open_driver: Callable[..., WkDriver]):
    driver = open_driver(spare=True)
    driver.send(Present())
    before = activations(driver)
    driver.mac.run(0.5)
    assert activations(driver) > before
    driver.mac.app.kept["active"] = True
    before = activations(driver)
    driver.mac.run(5)

    assert activations(driver) == before


def test_the_kiosk_comes_back_when_another_program_is_in_front(open_driver: Callable[..., WkDriver]):
    driver = open_driver()
    before = activations(driver)
    tell(driver, "NSApplicationDidResignActiveNotification")

    assert activations(driver) == before + 1


def test_a_visit_that_is_over_leaves_the_front_to_the_next(open_driver: Callable[..., WkDriver]):
    driver = open_driver()
    driver.send(OpenWidget(1, driver.url(Served.PAGE)))
    driver.send(Cover())
    before = activations(driver)
    tell(driver, "NSApplicationDidResignActiveNotification")
    assert activations(driver) == before
    driver.send(ShowPage("attract", "en"))  # there was no spare: this window goes on

    assert activations(driver) > before
