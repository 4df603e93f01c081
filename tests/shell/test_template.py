"""Templates of our own pages: values, blocks, and no markup by mistake."""

from __future__ import annotations

import pytest

from kiosk.shell.template import Markup, fill, render


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{{name}}", "Anna"),
        ("{{missing}}{{none}}", ""),
        ("{{number}}", "0"),
        ("{{text}}", "&lt;b&gt; &amp; &quot;"),
        ("{{markup}}", "<b>"),
        ("{{say.sign-in}}|{{say.other}}|{{name.other}}", "kiosk:sign-in||"),
        ("{{deep.a.b}}|{{deep.c}}|{{deep.a.x.y}}", "1|2|"),
        ("{{#list}}<{{tag}} {{name}}>{{/list}}", "<en Anna><ar Anna>"),
        ("{{#words}}{{item}},{{/words}}", "a,b,"),
        ("{{#deep}}{{c}}{{/deep}}", "2"),
        ("{{#name}}yes{{/name}}{{#number}}no{{/number}}{{#empty}}no{{/empty}}", "yes"),
        ("{{^name}}no{{/name}}{{^empty}}none{{/empty}}{{^missing}}!{{/missing}}", "none!"),
        ("{{#list}}{{#name}}{{^none}}.{{/none}}{{/name}}{{/list}}", ".."),
        ("{ {name} } {{ name }}", "{ {name} } {{ name }}"),
    ],
)
def test_a_template_is_filled_in(template: str, filled: str):
    values = {
        "name": "Anna",
        "none": None,
        "number": 0,
        "empty": [],
        "text": '<b> & "',
        "markup": Markup("<b>"),
        "say": {"sign-in": "kiosk:sign-in"},
        "deep": {"a": {"b": 1}, "c": 2},
        "list": [{"tag": "en"}, {"tag": "ar"}],
        "words": ("a", "b"),
    }

    assert fill(template, values) == filled


def test_a_value_is_no_template():
    assert fill("{{one}}", {"one": "{{two}}", "two": "x"}) == "{{two}}"


@pytest.mark.parametrize("template", ["{{#a}}", "{{/a}}", "{{#a}}{{#b}}{{/a}}{{/b}}", "{{#a}}{{/a}}{{/a}}"])
def test_a_block_that_is_not_closed_is_an_error(template: str):
    with pytest.raises(ValueError, match="close"):
        fill(template, {})


def test_a_template_may_have_another_in_it():
    assert "<span>Brand</span>" in render("brand.html", {"brand": "Brand"})


def test_a_template_that_is_not_there_is_an_error():
    with pytest.raises(FileNotFoundError):
        render("nothing.html", {})
