"""Texts of visitors, operators and pages in pages of our own: they stay texts."""

from __future__ import annotations

import json
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from kiosk.shell.engines.scripts import literal
from kiosk.shell.template import Markup, fill
from tests.fuzz.mutations import CHARACTERS, mutate, text
from tests.fuzz.target import CANARY, Target

if TYPE_CHECKING:
    from random import Random

TEMPLATE = (
    '<p title="{{a}}" lang={{lang}}>{{a}}{{#list}}<b>{{item}}</b>{{/list}}{{^a}}<i></i>{{/a}}{{#deep}}<u>{{a}}</u>{{/deep}}'
    '</p><input value="{{deep.a}}"><script nonce="n">const page = {{json}};</script><em></em>'
)
_SAMPLES = (
    "Hello",
    CANARY,
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>",
    "<!--<script>",
    "{{a}}{{>frame.html}}{{#list}}",
    "&lt;b&gt;",
    "javascript:alert(1)",
    "\u2028alert(1)//",
    "]]>",
    "'onload='x",
    "\\u003c",
)
_WORDS = (
    *_SAMPLES,
    *CHARACTERS,
    "<",
    ">",
    "<!--",
    "-->",
    "</",
    "</title>",
    "</textarea>",
    "{{",
    "}}",
    "&#60;",
    "\\",
    "${x}",
)


class Shape(HTMLParser):
    """The tags and attributes of a page, and what its script says."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.values: list[str | None] = []
        self.script = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.values += [value for name, value in attrs if name in {"title", "value"}]

    def handle_data(self, data: str) -> None:
        if self.tags[-1][0] == "script" and not self.script:
            self.script = data


def page_of(given: str, lists: list[str]) -> Shape:
    """Return the shape of a page with these texts."""
    values: dict[str, Any] = {"a": given, "list": lists, "deep": {"a": given}, "lang": "en"}
    return Shape(fill(TEMPLATE, {**values, "json": Markup(literal(values))}))


@cache
def plain_tags(items: int) -> list[tuple[str, tuple[str, ...]]]:
    """Return the tags of a page with a plain text, and a list of so many."""
    return page_of("x", ["x"] * items).tags


class OwnPages(Target):
    name = "own pages"
    promise = "no text becomes markup, an attribute or a script in a page of our own, and each arrives as it was"

    def make(self, choices: Random) -> tuple[str, list[str]]:
        return self._text(choices), [self._text(choices) for _ in range(choices.randrange(3))]

    @staticmethod
    def _text(choices: Random) -> str:
        made = text(choices) if choices.random() < 0.2 else mutate(choices, _SAMPLES, _WORDS, longest=500)
        return made.encode(errors="replace").decode() or "x"  # a protocol of UTF-8 brought it

    def check(self, item: tuple[str, list[str]]) -> None:
        given, lists = item
        shape = page_of(given, lists)
        assert shape.tags == plain_tags(len(lists)), "a text became markup"
        # A parser of HTML makes one line end of another; browsers do so too.
        assert [self._lines(value) for value in shape.values] == [self._lines(given)] * 2
        script = shape.script.removeprefix("const page = ").removesuffix(";")
        assert json.loads(script)["a"] == given
        assert not {"<", "\u2028", "\u2029"} & set(script)

    @staticmethod
    def _lines(value: str | None) -> str:
        return (value or "").replace("\r\n", "\n").replace("\r", "\n")


TARGETS = (OwnPages,)
