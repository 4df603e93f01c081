"""A renewed widget URL for a page that is open: the visitor keeps their place.

The page may have gone on since it was opened: another path, parameters of its own, a fragment. What changed between the
old widget URL and the renewed one is changed in the page's current address, and nothing else.
"""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from kiosk.core.origin import parse_origin
from kiosk.errors import InvalidInput

_Pairs = dict[str, str]


def renewed_url(*, current: str, old: str, new: str) -> str:
    """Return the address to load: `current` with what `new` has that `old` had not, or `new` if that cannot be.

    `current` is where the page is, `old` the widget URL that it was opened by, `new` the renewed one.
    """
    try:
        origins = {parse_origin(url) for url in (current, old, new)}
    except InvalidInput:
        return new
    here, before, after = urlsplit(current), urlsplit(old), urlsplit(new)
    if len(origins) > 1 or before.path != after.path:
        return new
    query = _merge(here.query, before.query, after.query)
    fragment = _merge_fragment(here.fragment, before.fragment, after.fragment)
    return urlunsplit((here.scheme, here.netloc, here.path, query, fragment))


def _merge(current: str, old: str, new: str) -> str:
    """Return the parameters `current` with those set that `new` has anew, and those gone that it no longer has."""
    merged, before, after = _pairs(current), _pairs(old), _pairs(new)
    for name in before.keys() - after.keys():
        merged.pop(name, None)
    merged.update({name: pair for name, pair in after.items() if before.get(name) != pair})
    return "&".join(merged.values())


def _pairs(text: str) -> _Pairs:
    """Return `name=value` as it is written, by name. One that is there more than once stays so, as one."""
    pairs: _Pairs = {}
    for pair in filter(None, text.split("&")):
        name = pair.partition("=")[0]
        pairs[name] = f"{pairs[name]}&{pair}" if name in pairs else pair
    return pairs


def _merge_fragment(current: str, old: str, new: str) -> str:
    """Do the same for fragments, which are a place (`/rewards`), parameters (`token=x`) or both, with a `?` between."""
    (place, mine), (_, before), (_, after) = _parts(current), _parts(old), _parts(new)
    parameters = _merge(mine, before, after)
    return f"{place}?{parameters}" if place and parameters else place or parameters


def _parts(fragment: str) -> tuple[str, str]:
    if "?" in fragment or "=" not in fragment:
        place, _, parameters = fragment.partition("?")
        return place, parameters
    return "", fragment
