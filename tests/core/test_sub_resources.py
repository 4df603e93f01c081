"""What pages may load besides themselves."""

from __future__ import annotations

import json
import re
from ipaddress import IPv4Network

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.core.navigation import Verdict, parse_origin_pattern
from kiosk.core.sub_resources import PRIVATE, SubResources, is_private

WIDGET = "https://widget.example/?token=t"
LISTED = tuple(
    map(
        parse_origin_pattern,
        ["https://widget.example", "https://*.cdn.example:8443", "https://10.9.8.7", "https://[fd00::1]:444"],
    )
)
ANYWHERE, LIST_ALONE = SubResources(allow=LISTED), SubResources(listed_only=True, allow=LISTED)

INSIDE = [
    "http://localhost:8080/",
    "http://LOCALHOST/",
    "http://a.localhost/",
    "https://printer/",
    "https://printer.local/",
    "http://router.lan/",
    "http://nas.home.arpa/",
    "http://x.internal/",
    "http://localhost./",
    "http://127.0.0.1/",
    "http://127.8.9.10:631/",
    "http://0.0.0.0/",
    "http://10.1.2.3/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest",
    "http://100.64.0.1/",
    "http://100.127.1.1/",
    "http://198.18.0.1/",
    "http://224.0.0.251/",
    "http://255.255.255.255/",
    "ws://127.0.0.1:9222/devtools",
    "wss://192.168.0.9/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:7f00:1]/",
    "http://[fd12::1]/",
    "http://[fe80::1]/",
    "http://[ff02::fb]/",
    "http://[64:ff9b::a00:1]/",
    "http://user@10.1.2.3/",
]
OUTSIDE = [
    "https://fonts.example/a.woff2",
    "http://plain.example/pixel.gif",
    "wss://live.example/socket",
    "https://8.8.8.8/",
    "https://172.15.0.1/",
    "https://172.32.0.1/",
    "https://100.63.0.1/",
    "https://100.128.0.1/",
    "https://11.0.0.1/",
    "https://10.example.com/",
    "https://127.0.0.1.example/",
    "https://localhost.example/",
    "https://[2606:4700::1111]/",
    "https://widget.example/?u=http://127.0.0.1/",
    "https://widget.example/@10.1.2.3/",
]


@pytest.mark.parametrize("url", INSIDE)
def test_a_page_of_the_internet_does_not_reach_into_the_venue(url: str):
    decision = ANYWHERE.decide(url, page=WIDGET)

    assert (decision.verdict, decision.reason) == (Verdict.BLOCK, PRIVATE)
    assert blocks(ANYWHERE.content_rules(page=WIDGET), url)


@pytest.mark.parametrize("url", OUTSIDE)
def test_by_default_pages_load_from_all_over_the_internet(url: str):
    assert ANYWHERE.decide(url, page=WIDGET).verdict is Verdict.ALLOW
    assert not blocks(ANYWHERE.content_rules(page=WIDGET), url)


@pytest.mark.parametrize("url", ["https://widget.example/a.js", "wss://a.cdn.example:8443/", "data:,x", "blob:x"])
@pytest.mark.parametrize("rules", [ANYWHERE, LIST_ALONE], ids=["anywhere", "listed"])
def test_what_is_listed_may_be_loaded_in_any_case(rules: SubResources, url: str):
    assert rules.decide(url, page=WIDGET).verdict is Verdict.ALLOW
    assert not blocks(rules.content_rules(page=WIDGET), url)


@pytest.mark.parametrize("url", ["https://10.9.8.7/a.js", "https://[fd00::1]:444/x"])
def test_an_operator_may_list_what_is_inside_the_venue(url: str):
    assert ANYWHERE.decide(url, page=WIDGET).verdict is Verdict.ALLOW
    assert not blocks(ANYWHERE.content_rules(page=WIDGET), url)


@pytest.mark.parametrize(
    "url",
    [
        *OUTSIDE[:-2],
        "https://cdn.example:8443/",
        "https://a.cdn.example/",
        "http://widget.example/",
        "https://widget.example.evil/",
        "https://evil@other.example/https://widget.example/",
    ],
)
def test_with_the_list_alone_nothing_else_is_loaded(url: str):
    assert LIST_ALONE.decide(url, page=WIDGET).verdict is Verdict.BLOCK
    assert blocks(LIST_ALONE.content_rules(page=WIDGET), url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://192.168.1.1/", "https://cdn.else.example/"])
def test_a_page_inside_the_venue_reaches_what_is_there(url: str):
    page = "https://127.0.0.1:8080/"

    assert ANYWHERE.decide(url, page=page).verdict is Verdict.ALLOW
    assert not blocks(ANYWHERE.content_rules(page=page), url)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a.example/", "chrome://gpu", "kiosk:done", ""])
def test_other_schemes_are_not_for_pages(url: str):
    assert ANYWHERE.decide(url, page=WIDGET).verdict is Verdict.BLOCK


def test_what_cannot_be_read_is_refused():
    assert ANYWHERE.decide("https://[::", page=WIDGET).verdict is Verdict.BLOCK
    assert ANYWHERE.decide("http:///", page=WIDGET).verdict is Verdict.BLOCK
    assert ANYWHERE.decide("http://10.0.0.1/", page="https://[::").verdict is Verdict.BLOCK


def test_rules_never_are_an_empty_list_which_webkit_refuses():
    assert json.loads(SubResources().content_rules(page="http://127.0.0.1/"))


@given(st.ip_addresses(v=4))
def test_rules_and_decisions_agree_on_every_ipv4_address(address):
    assume(address not in IPv4Network("192.0.0.0/24"))  # Pythons differ about single addresses there
    url = f"https://{address}/"
    decision = SubResources().decide(url, page=WIDGET)

    assert is_private(str(address)) is (decision.verdict is Verdict.BLOCK)
    assert blocks(SubResources().content_rules(page=WIDGET), url) is (decision.verdict is Verdict.BLOCK)


def blocks(rules: str, url: str) -> bool:
    """Whether WebKit would block `url`: the last rule that fits counts."""
    scheme, colon, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    normal = scheme + colon + host.lower() + slash + path
    blocked = False
    for rule in json.loads(rules):
        if re.search(rule["trigger"]["url-filter"], normal):
            blocked = rule["action"]["type"] == "block"
    return blocked
