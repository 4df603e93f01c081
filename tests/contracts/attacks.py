"""What a page, or a person at the page, tries in the contract of the engines, and what the supervisor hears of it.

A real window runs `script` in a page of the visit; fakes of native interfaces look an attack up by its name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.core.lockdown import LockdownFeature as Feature


class Outcome(StrEnum):
    """What came of an attack."""

    REFUSED = "refused"
    GRANTED = "granted"
    UNKNOWN = "unknown"
    """The engine has no such thing: there was nothing to refuse."""


@dataclass(frozen=True)
class Attack:
    """One try."""

    name: str
    features: frozenset[str]
    """One of these is in a Blocked event. None: it is refused in silence."""
    script: str = ""
    """The body of an async function of a page: it returns "granted" or "refused"; what it throws means refused.

    `other` is the origin of another site, which is on no list; `later(ms)` a promise. Whoever gets to `other` is
    granted, whatever the script says.
    """
    body: str = "<h1>page</h1>"
    by_person: bool = False
    """Somebody taps the page before the script runs."""
    keys: tuple[str, ...] = field(default=())
    """What somebody types instead, by the names that xdotool has for keys."""

    def __str__(self) -> str:
        return self.name


def _attack(name: str, *features: Feature, **options: object) -> Attack:
    return Attack(name, frozenset(map(str, features)), **options)  # type: ignore[arg-type]


_GO = "await later(300); return 'refused'"
_NAVIGATION = (Feature.NAVIGATION,)
_SCHEMES = (Feature.NAVIGATION, Feature.EXTERNAL_SCHEMES)

NAVIGATIONS = (
    _attack("main-frame", *_NAVIGATION, script=f"location.href = other + '/'; {_GO}"),
    _attack(
        "sub-frame",
        *_NAVIGATION,
        script=f"document.body.append(Object.assign(document.createElement('iframe'), {{src: other + '/'}})); {_GO}",
    ),
    _attack("redirect", *_NAVIGATION, script=f"location.href = '/away'; {_GO}"),
    _attack(
        "form",
        *_NAVIGATION,
        script=f"document.forms[0].action = other + '/'; document.forms[0].submit(); {_GO}",
        body="<form></form><h1>x",
    ),
    _attack("file-scheme", *_NAVIGATION, script=f"location.href = 'file:///etc/passwd'; {_GO}"),
    _attack("data-scheme", *_NAVIGATION, script=f"location.href = 'data:text/html,x'; {_GO}"),
    _attack("external-scheme", *_SCHEMES, script=f"location.href = 'mailto:a@example.com'; {_GO}", by_person=True),
    _attack("own-word", *_SCHEMES, script=f"location.href = 'kiosk:retry'; {_GO}", by_person=True),
)

_OPENED = "open(%s); await later(300); return 'refused'"
"""A page gets an object for a window in any case; who gets to `/new` is granted, whatever the script says."""
WINDOWS = (
    _attack("new-window", Feature.NEW_WINDOWS, script=_OPENED % "'/new'", by_person=True),
    _attack("new-window-elsewhere", Feature.NEW_WINDOWS, script=_OPENED % "other + '/'", by_person=True),
    _attack(
        "new-window-link",
        Feature.NEW_WINDOWS,
        script=f"document.querySelector('a').click(); {_GO}",
        body="<a target=_blank href=/new>x</a><h1>x",
        by_person=True,
    ),
    _attack("close-itself", Feature.NEW_WINDOWS, script=f"close(); {_GO}"),
)

_ASK = "return await (%s).then(() => 'granted', () => 'refused')"
PERMISSIONS = (
    _attack(
        "geolocation",
        Feature.PERMISSIONS,
        script=_ASK % "new Promise((yes, no) => navigator.geolocation.getCurrentPosition(yes, no))",
        by_person=True,
    ),
    _attack(
        "notifications",
        Feature.PERMISSIONS,
        script="return await Notification.requestPermission() === 'granted' ? 'granted' : 'refused'",
        by_person=True,
    ),
    _attack(
        "microphone",
        Feature.PERMISSIONS,
        script=_ASK % "navigator.mediaDevices.getUserMedia({audio: true})",
        by_person=True,
    ),
    _attack(
        "camera",
        Feature.PERMISSIONS,
        script=_ASK % "navigator.mediaDevices.getUserMedia({video: true})",
        by_person=True,
    ),
    _attack("clipboard", Feature.PERMISSIONS, script=_ASK % "navigator.clipboard.readText()", by_person=True),
    _attack(
        "screen",
        Feature.PERMISSIONS,
        script=_ASK % "navigator.mediaDevices.getDisplayMedia({video: true})",
        by_person=True,
    ),
    _attack("midi", Feature.PERMISSIONS, script=_ASK % "navigator.requestMIDIAccess({sysex: true})", by_person=True),
    _attack(
        "file-system", Feature.PERMISSIONS, Feature.FILE_CHOOSERS, script=_ASK % "showDirectoryPicker()", by_person=True
    ),
    _attack("unknown-permission", Feature.PERMISSIONS),
)

REQUESTS = (
    _attack(
        "download",
        Feature.DOWNLOADS,
        script=f"document.querySelector('a').click(); {_GO}",
        body="<a download href=/file>x</a><h1>x",
    ),
    _attack(
        "file-chooser",
        Feature.FILE_CHOOSERS,
        script=f"document.querySelector('input').showPicker(); {_GO}",
        body="<input type=file><h1>x",
        by_person=True,
    ),
    _attack("print", Feature.PRINT, script=f"print(); {_GO}", by_person=True),
    _attack(
        "full-screen", Feature.FULLSCREEN_REQUESTS, script=_ASK % "document.body.requestFullscreen()", by_person=True
    ),
    _attack("context-menu", Feature.CONTEXT_MENU),
    _attack("drop", Feature.DRAG_AND_DROP),
    _attack("basic-auth", Feature.AUTHENTICATION, script=f"await fetch('/auth').catch(() => 0); {_GO}"),
    _attack("client-certificate", Feature.AUTHENTICATION),
    _attack("bad-certificate", Feature.TLS_ERRORS),
    _attack("pdf", Feature.DOWNLOADS, Feature.BUILT_IN_PAGES, script=f"location.href = '/pdf'; {_GO}"),
)

ZOOMS = (
    _attack("zoom-keys", Feature.ACCELERATOR_KEYS, Feature.ZOOM, keys=("ctrl+plus",)),
    _attack("zoom-wheel", Feature.ZOOM),
)

KEYS = tuple(
    _attack(f"key-{keys}", Feature.ACCELERATOR_KEYS, keys=(keys,))
    for keys in ("F5", "F12", "ctrl+r", "ctrl+p", "ctrl+u", "ctrl+shift+i", "alt+Left", "ctrl+f", "F7")
)

LOADS = (
    _attack(
        "private-address",
        Feature.PRIVATE_NETWORK,
        script="return await fetch('http://127.0.0.2:9/').then(() => 'granted', () => 'refused')",
    ),
)
"""From a page that is on the internet: a driver whose pages are on loopback says UNKNOWN."""

LISTED_LOADS = (
    _attack(
        "unlisted-load",
        Feature.SUB_RESOURCES,
        Feature.PRIVATE_NETWORK,
        script="return await fetch(other + '/', {mode: 'no-cors'}).then(() => 'granted', () => 'refused')",
    ),
)
"""With `listed_only`."""

ATTACKS = (*NAVIGATIONS, *WINDOWS, *PERMISSIONS, *REQUESTS, *ZOOMS, *KEYS, *LOADS)
