"""Origins and the allow-list: no second reading of the same text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.lockdown import Enforcement, Lockdown, LockdownFeature, missing
from kiosk.core.navigation import (
    Decision,
    NavigationRequest,
    Policy,
    Verdict,
    parse_origin_pattern,
)
from kiosk.core.origin import Origin, parse_origin
from kiosk.errors import InvalidInput

ALLOWED = "https://widget.example"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://a.example", "https://a.example"),
        ("HTTPS://A.Example/path?q#f", "https://a.example"),
        ("https://a.example:443/", "https://a.example"),
        ("https://a.example:8443/", "https://a.example:8443"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example"),
        ("https://192.0.2.7/", "https://192.0.2.7"),
        ("https://[2001:DB8:0::1]:99/", "https://[2001:db8::1]:99"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        # what browsers leave as it is
        ('https://a.example/p|q^r?f={"a":1}|^`\\#{}'.replace('"', "%22"), "https://a.example"),
        ("https://a.example?\\@evil.example", "https://a.example"),
    ],
)
def test_an_origin_is_read_from_a_url(url, origin):
    assert str(parse_origin(url)) == origin


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.example",
        "//a.example",
        "/path",
        "http://a.example/",
        "http://localhost/",
        "http://127.0.0.1.example/",
        "ftp://a.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https:///path",
        "https://user@a.example/",
        "https://widget.example@evil.example/",
        "https://@a.example/",
        "https://a.example./",
        "https://.a.example/",
        "https://a..example/",
        "https://a example/",
        "https://a.example\\@evil.example/",
        "https:\\\\a.example/",
        "https://a.example\t/",
        "https://a.example\n/",
        "https://ａ.example/",
        "https://bücher.example/",
        "https://a%2eexample/",
        "https://a.example:99999/",
        "https://a.example:x/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://0177.0.0.1/",
        "https://256.0.0.1/",
        "https://a.0x1/",
        "https://a|.example/",
        "https://a^b.example/",
        "https://a.example/{}",
        "https://a.example`/?`",
        "https://[::1]evil.example/",
        "http://[::1]evil.example:80/",
        "https://[::1/",
        "https://[v1.x]/",
        "https://[fe80::1%25eth0]/",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 130 + "example/",
    ],
)
def test_what_could_be_read_in_two_ways_is_no_url(url):
    with pytest.raises(InvalidInput) as caught:
        parse_origin(url, field="base_url")

    assert caught.value.field == "base_url"


@given(st.text())
def test_any_text_is_an_origin_or_refused(text):
    try:
        origin = parse_origin("https://" + text)
    except InvalidInput:
        return
    assert parse_origin(str(origin)) == origin


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("a.example", False), ("1.1.1.1", False)],
)
def test_loopback_is_told_by_address(host, loopback):
    assert Origin("https", host, 443).is_loopback is loopback


def decide(url: str, *, allow: tuple[str, ...] = (ALLOWED,), main: bool = True, own: bool = False) -> Decision:
    policy = Policy(tuple(parse_origin_pattern(text) for text in allow))
    return policy.decide(NavigationRequest(url, main_frame=main, from_own_page=own))


@pytest.mark.parametrize("url", ["https://widget.example/", "https://WIDGET.example:443/a?b#c"])
def test_the_allow_list_lets_its_origins_through(url):
    assert decide(url).verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "https://widget.example.evil.example/",
        "https://sub.widget.example/",
        "https://widget.example:444/",
        "http://widget.example/",
        "https://widget.example@evil.example/",
        "https://widget.example\\.evil.example/",
        "about:blank",
        "data:text/html,x",
        "blob:https://widget.example/1",
        "view-source:https://widget.example/",
        "chrome://settings",
        "mailto:a@b.example",
        "file:///etc/passwd",
        "intent://x#Intent;end",
    ],
)
def test_everything_else_is_blocked_without_naming_it(url):
    decision = decide(url)

    assert decision.verdict is Verdict.BLOCK
    assert url not in decision.reason


def test_a_wildcard_covers_what_is_below_its_host_alone():
    allow = ("https://*.example.com",)

    assert decide("https://a.example.com/", allow=allow).verdict is Verdict.ALLOW
    assert decide("https://b.a.example.com/", allow=allow).verdict is Verdict.ALLOW
    assert decide("https://example.com/", allow=allow).verdict is Verdict.BLOCK
    assert decide("https://evilexample.com/", allow=allow).verdict is Verdict.BLOCK
    assert decide("https://a.example.com:8443/", allow=allow).verdict is Verdict.BLOCK


@pytest.mark.parametrize("url", ["about:blank", "about:srcdoc"])
def test_a_sub_frame_may_be_empty(url):
    assert decide(url, main=False).verdict is Verdict.ALLOW


@pytest.mark.parametrize("text", ["https://a.example", "https://*.example.com", "https://*.example.com:8443"])
def test_a_pattern_is_written_as_it_was_read(text):
    assert str(parse_origin_pattern(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "https://*",
        "https://*.com",
        "https://*.*.example.com",
        "https://a.*.com",
        "https://*.192.0.2.7",
        "https://*.[::1]",
        "https://a.example/path",
        "https://a.example/?q",
        "https://a.example/#f",
        "http://a.example",
        "a.example",
        "",
    ],
)
def test_other_patterns_are_refused(text):
    with pytest.raises(InvalidInput) as caught:
        parse_origin_pattern(text)

    assert caught.value.field == "allow"


@pytest.mark.parametrize("word", ["retry"])
def test_a_page_of_our_own_says_its_words(word):
    assert decide(f"kiosk:{word}", own=True) == Decision(Verdict.OWN, "own page", word)


@pytest.mark.parametrize(
    ("url", "main", "own"),
    [
        ("kiosk:retry", True, False),
        ("kiosk:retry", False, True),
        ("kiosk:exit", True, True),
        ("KIOSK:retry ", True, True),
        ("kiosk:", True, True),
    ],
)
def test_nobody_else_says_them(url, main, own):
    assert decide(url, main=main, own=own).verdict is Verdict.BLOCK


def test_a_feature_that_is_required_and_not_enforced_is_missing():
    report = dict.fromkeys(LockdownFeature, Enforcement.ENFORCED)
    report[LockdownFeature.PRINT] = Enforcement.UNSUPPORTED
    report[LockdownFeature.ZOOM] = Enforcement.FAILED
    del report[LockdownFeature.DOWNLOADS]

    assert missing(Lockdown(), report) == [LockdownFeature.DOWNLOADS, LockdownFeature.PRINT, LockdownFeature.ZOOM]
    assert missing(Lockdown(frozenset({LockdownFeature.PRINT})), report) == [LockdownFeature.PRINT]
    assert missing(Lockdown(frozenset()), {}) == []
