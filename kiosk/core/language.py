"""The language of a visit, as a tag."""

from __future__ import annotations

import re

from kiosk.errors import InvalidInput

FALLBACK_LANGUAGE = "en"
"""What our own pages are written in first: the one that a text is always there in."""

# BCP 47 in outline: a primary tag and subtags. Which languages there are is the operator's configuration.
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,7}", re.ASCII)


def check_language(language: str, *, field: str = "language") -> str:
    """Return `language` if it looks like a BCP 47 tag. Raises InvalidInput that names `field`."""
    if not _TAG.fullmatch(language):
        raise InvalidInput(field, "is not a language tag", allowed="a tag such as en, pt-BR or zh-Hant")
    return language
