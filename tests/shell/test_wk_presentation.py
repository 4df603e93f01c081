from __future__ import annotations

import pytest

from kiosk.shell.engines.wk_presentation import KIOSK, Presentation, broken_rules

P = Presentation


def test_the_kiosk_takes_what_macos_gives_away():
    assert broken_rules(KIOSK) == []
    assert int(KIOSK) == 506 + 4096  # research/kiosk.md, and the pointer that grows when it is shaken
    assert P.FULL_SCREEN not in KIOSK  # it would be a Space, beside others


@pytest.mark.parametrize(
    "options",
    [
        P.DEFAULT,
        P.HIDE_DOCK | P.HIDE_MENU_BAR,
        P.AUTO_HIDE_DOCK | P.AUTO_HIDE_MENU_BAR,
        P.HIDE_DOCK | P.AUTO_HIDE_MENU_BAR,
        P.AUTO_HIDE_DOCK | P.DISABLE_FORCE_QUIT,
        P.DISABLE_APPLE_MENU | P.DISABLE_HIDE_APPLICATION,
        P.FULL_SCREEN | P.AUTO_HIDE_TOOLBAR,
    ],
)
def test_what_goes_together(options: Presentation):
    assert broken_rules(options) == []


@pytest.mark.parametrize(
    "options",
    [
        P.AUTO_HIDE_DOCK | P.HIDE_DOCK,
        P.AUTO_HIDE_MENU_BAR | P.HIDE_MENU_BAR | P.HIDE_DOCK,
        P.HIDE_MENU_BAR,
        P.HIDE_MENU_BAR | P.AUTO_HIDE_DOCK,
        P.AUTO_HIDE_MENU_BAR,
        P.DISABLE_PROCESS_SWITCHING,
        P.DISABLE_FORCE_QUIT,
        P.DISABLE_SESSION_TERMINATION,
        P.DISABLE_MENU_BAR_TRANSPARENCY,
        P.AUTO_HIDE_TOOLBAR,
    ],
)
def test_what_appkit_would_raise_for(options: Presentation):
    assert len(broken_rules(options)) == 1
