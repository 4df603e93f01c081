"""The operator's brand on our own pages: colours that stay readable, and pictures inside the page."""

from __future__ import annotations

import logging
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.core.color import contrast, ground_for, mix, muted, text_on, turned
from kiosk.shell.template import Markup

if TYPE_CHECKING:
    from kiosk.core.look import Look

log = logging.getLogger(__name__)

_KINDS = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
_SEEN = 3.0
"""The contrast of what is no text: WCAG 2.2, success criterion 1.4.11."""


@cache
def style_of(look: Look) -> Markup:
    """Return CSS that sets the colours of `look`: all text on all grounds is READABLE, whatever the operator chose."""
    ink = text_on(look.primary)
    dusk = ground_for(ink, look.primary, turned(look.accent, -60), 0.36)
    panel = ground_for(ink, look.primary, ink, 0.1)
    key = ground_for(ink, look.primary, ink, 0.18)
    sea = ground_for(ink, look.primary, turned(look.accent, 150), 0.3)
    wave = ground_for(ink, look.primary, turned(look.accent, 170), 0.16)
    colors = {
        "ground": look.primary,
        "ink": ink,
        "muted": muted(ink, look.primary, dusk, panel, key, sea, wave),
        "panel": panel,
        "key": key,
        "edge": _edge(ink, look.primary),
        "accent": look.accent,
        "on-accent": text_on(look.accent),
        "mark": look.accent if contrast(look.accent, panel) >= _SEEN <= contrast(look.accent, look.primary) else ink,
        "dusk": dusk,
        "glow": turned(look.accent, -28),
        "sun": mix(look.accent, "#ffffff", 0.6),
        "hill": mix(look.primary, dusk, 0.7),
        "shore": mix(look.primary, dusk, 0.4),
        "sea": sea,
        "wave": wave,
    }
    return Markup(":root {" + " ".join(f"--{name}: {color};" for name, color in colors.items()) + "}")


def _edge(ink: str, ground: str) -> str:
    """Return the faintest line that can be seen on `ground`."""
    lines = (mix(ground, ink, share / 10) for share in range(3, 10))
    return next((line for line in lines if contrast(line, ground) >= _SEEN), ink)


@cache
def picture(path: str) -> Markup | None:
    """Return the picture in the file `path` as a `data:` address. None without one, or if it cannot be read."""
    if not path:
        return None
    file = Path(path)
    try:
        content = file.read_bytes()
    except OSError as error:
        log.warning("a picture of the brand cannot be read: %s", error.strerror)
        return None
    return Markup(f"data:{_KINDS.get(file.suffix.lower(), 'image/png')};base64,{b64encode(content).decode()}")
