"""What macOS lets an application that is in front take away from the desktop, and which of it goes together."""

from __future__ import annotations

from enum import IntFlag


class Presentation(IntFlag):
    """NSApplicationPresentationOptions (AppKit/NSApplication.h)."""

    DEFAULT = 0
    AUTO_HIDE_DOCK = 1 << 0
    HIDE_DOCK = 1 << 1
    AUTO_HIDE_MENU_BAR = 1 << 2
    HIDE_MENU_BAR = 1 << 3
    DISABLE_APPLE_MENU = 1 << 4
    DISABLE_PROCESS_SWITCHING = 1 << 5
    DISABLE_FORCE_QUIT = 1 << 6
    DISABLE_SESSION_TERMINATION = 1 << 7
    DISABLE_HIDE_APPLICATION = 1 << 8
    DISABLE_MENU_BAR_TRANSPARENCY = 1 << 9
    FULL_SCREEN = 1 << 10
    AUTO_HIDE_TOOLBAR = 1 << 11
    DISABLE_CURSOR_LOCATION_ASSISTANCE = 1 << 12


KIOSK = (
    Presentation.HIDE_DOCK
    | Presentation.HIDE_MENU_BAR
    | Presentation.DISABLE_APPLE_MENU
    | Presentation.DISABLE_PROCESS_SWITCHING
    | Presentation.DISABLE_FORCE_QUIT
    | Presentation.DISABLE_SESSION_TERMINATION
    | Presentation.DISABLE_HIDE_APPLICATION
    | Presentation.DISABLE_CURSOR_LOCATION_ASSISTANCE
)
"""Neither Dock nor menu bar, no Cmd+Tab, no Force Quit (Cmd+Opt+Esc), no power key panel, no Hide, no large pointer."""

_NEED_A_DOCK_OPTION = (
    Presentation.DISABLE_PROCESS_SWITCHING
    | Presentation.DISABLE_FORCE_QUIT
    | Presentation.DISABLE_SESSION_TERMINATION
    | Presentation.DISABLE_MENU_BAR_TRANSPARENCY
)


def broken_rules(options: Presentation) -> list[str]:
    """Return which of Apple's rules `options` break: with any broken one AppKit raises, and nothing is set.

    The rules are those of NSApplication's `presentationOptions`.
    """
    dock = options & (Presentation.HIDE_DOCK | Presentation.AUTO_HIDE_DOCK)
    menu_bar = options & (Presentation.HIDE_MENU_BAR | Presentation.AUTO_HIDE_MENU_BAR)
    rules = {
        "the Dock is hidden either at once or by itself": dock.bit_count() <= 1,
        "the menu bar is hidden either at once or by itself": menu_bar.bit_count() <= 1,
        "a hidden menu bar needs a hidden Dock": Presentation.HIDE_MENU_BAR not in options
        or Presentation.HIDE_DOCK in options,
        "a menu bar that hides by itself needs a Dock that is hidden or does": Presentation.AUTO_HIDE_MENU_BAR
        not in options
        or bool(dock),
        "what is disabled needs a Dock that is hidden or hides by itself": not options & _NEED_A_DOCK_OPTION
        or bool(dock),
        "a toolbar hides by itself in full screen alone": Presentation.AUTO_HIDE_TOOLBAR not in options
        or Presentation.FULL_SCREEN in options,
    }
    return [rule for rule, kept in rules.items() if not kept]
