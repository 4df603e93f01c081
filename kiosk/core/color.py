"""Colours of our own pages: what is readable on the operator's two, by the formulas of WCAG 2.2.

A colour is `#rrggbb`, as the configuration accepts it. Contrast is a ratio from 1 to 21.
"""

from __future__ import annotations

from colorsys import hls_to_rgb, rgb_to_hls

READABLE = 4.5
"""The contrast that text of any size needs: WCAG 2.2, success criterion 1.4.3, level AA."""

BLACK, WHITE = "#000000", "#ffffff"

_STEPS = 20
_LOW = 0.04045  # these numbers are those of WCAG's "relative luminance"
_WEIGHTS = (0.2126, 0.7152, 0.0722)


def luminance(color: str) -> float:
    """Return the relative luminance, from 0 (black) to 1 (white)."""
    parts = (part / 12.92 if part <= _LOW else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(color))
    return sum(weight * part for weight, part in zip(_WEIGHTS, parts, strict=True))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, whichever is the text."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def text_on(*grounds: str) -> str:
    """Return black or white, whichever is more readable on all of `grounds`; on one ground it is always READABLE."""
    return max((WHITE, BLACK), key=lambda ink: min(contrast(ink, ground) for ground in grounds))


def mix(one: str, other: str, share: float) -> str:
    """Return `one` with a `share` (0 to 1) of `other`."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return _color(*(a + (b - a) * share for a, b in pairs))


def ground_for(text: str, ground: str, wanted: str, share: float) -> str:
    """Return `ground` with as much of `wanted`, up to `share`, as leaves `text` READABLE on it."""
    shares = (share * step / _STEPS for step in range(_STEPS, 0, -1))
    mixed = (mix(ground, wanted, each) for each in shares)
    return next((color for color in mixed if contrast(text, color) >= READABLE), ground)


def muted(text: str, *grounds: str, share: float = 0.22) -> str:
    """Return `text` with as much of the first of `grounds`, up to `share`, as leaves it READABLE on all of them."""
    shares = (share * step / _STEPS for step in range(_STEPS, 0, -1))
    mixed = (mix(text, grounds[0], each) for each in shares)
    return next((color for color in mixed if all(contrast(color, each) >= READABLE for each in grounds)), text)


def turned(color: str, degrees: float) -> str:
    """Return `color` with its hue turned by `degrees`."""
    hue, light, saturation = rgb_to_hls(*_parts(color))
    return _color(*hls_to_rgb((hue + degrees / 360) % 1, light, saturation))


def _parts(color: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(color[1:])
    return red / 255, green / 255, blue / 255


def _color(*parts: float) -> str:
    return "#" + bytes(round(part * 255) for part in parts).hex()
