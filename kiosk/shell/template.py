"""Templates of our own pages: a small part of Mustache, so that no data becomes markup by mistake.

`{{name}}` is the value of a name, escaped; dots go into mappings, and a name without a value is nothing.
`{{#name}}…{{/name}}` is its inside once for each item of a list, or once for anything else that is true;
`{{^name}}…{{/name}}` is for what is false or empty. `{{>file}}` is another template. Only a Markup goes in as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape

from kiosk.assets import read_asset

_TAG = re.compile(r"\{\{([#^/>]?)([\w.-]+)\}\}")


class Markup(str):
    """Text that is markup already: our own, or checked."""

    __slots__ = ()


@dataclass(slots=True)
class _Part:
    """Plain text (no name), or a tag: its kind is one of `#^>` or nothing."""

    text: str = ""
    kind: str = ""
    name: str = ""
    inside: list[_Part] = field(default_factory=list)


def render(file: str, values: Mapping[str, object]) -> Markup:
    """Return the template `pages/<file>`, filled in. Raises OSError without it, and ValueError if it is not one."""
    return fill(_text(file), values)


def fill(template: str, values: Mapping[str, object]) -> Markup:
    """Return `template`, filled in. Raises ValueError if a block in it is not closed, or not open."""
    return Markup("".join(_filled(_parts(template), (values,))))


@cache
def _text(file: str) -> str:
    return read_asset(f"pages/{file}")


@cache
def _parts(template: str) -> list[_Part]:
    top = _Part()
    open_parts = [top]
    pieces = _TAG.split(template)
    for text, kind, name in zip(pieces[::3], [*pieces[1::3], ""], [*pieces[2::3], ""], strict=True):
        open_parts[-1].inside.append(_Part(text))
        if kind == "/":
            if open_parts.pop().name != name or not open_parts:
                raise ValueError(f"a template closes {name}, which is not open")
        elif name:
            part = _Part(kind=kind, name=name)
            open_parts[-1].inside.append(part)
            if kind in {"#", "^"}:
                open_parts.append(part)
    if len(open_parts) > 1:
        raise ValueError(f"a template does not close {open_parts[-1].name}")
    return top.inside


def _filled(parts: list[_Part], scope: tuple[Mapping[str, object], ...]) -> Iterator[str]:
    for part in parts:
        if not part.name:
            yield part.text
        elif part.kind == ">":
            yield from _filled(_parts(_text(part.name)), scope)
        elif part.kind:
            yield from _block(part, scope)
        else:
            value = _value(part.name, scope)
            yield value if isinstance(value, Markup) else escape("" if value is None else str(value))


def _block(part: _Part, scope: tuple[Mapping[str, object], ...]) -> Iterator[str]:
    value = _value(part.name, scope)
    if part.kind == "^":
        if not value:
            yield from _filled(part.inside, scope)
        return
    for item in value if isinstance(value, list | tuple) else [value] if value else []:
        inner: Mapping[str, object] = item if isinstance(item, Mapping) else {"item": item}
        yield from _filled(part.inside, (*scope, inner))


def _value(name: str, scope: tuple[Mapping[str, object], ...]) -> object:
    first, _, rest = name.partition(".")
    value: object = next((values[first] for values in reversed(scope) if first in values), None)
    while rest:
        if not isinstance(value, Mapping):
            return None
        if rest in value:  # keys may have dots themselves: texts do
            return value[rest]
        first, _, rest = rest.partition(".")
        value = value.get(first)
    return value
