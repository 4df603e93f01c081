"""QR codes for phones. The only home of segno, which is imported with the first code: most visits need none."""

from __future__ import annotations

QUIET_ZONE = 4
"""Modules of white around a code: ISO/IEC 18004 asks for four, and phones need them on a dark page."""


def qr_svg(text: str) -> str:
    """Return a QR code of `text`, black on white, as an inline SVG that takes the size of what it is put in.

    Error correction M (a seventh of it may be unreadable: fingerprints, reflections). A text of up to 300 characters is
    a code of at most 69 modules a side. Raises ValueError for a text that no code can hold (2331 bytes and more).
    """
    import segno  # noqa: PLC0415 - 30 ms that a start need not pay

    code = segno.make_qr(text, error="m", boost_error=False)
    return str(code.svg_inline(border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True))
