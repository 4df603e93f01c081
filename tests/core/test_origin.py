"""Base URLs. What an origin is and is not is in test_navigation.py."""

from __future__ import annotations

import pytest

from kiosk.core.origin import Origin, is_of, parse_base_url
from kiosk.errors import InvalidInput

HOST = Origin("https", "api.example", 443)


@pytest.mark.parametrize(("tail", "path"), [("", ""), ("/", ""), ("/v1/", "/v1"), ("/a/b", "/a/b")])
def test_a_base_url_is_an_origin_and_a_path_without_a_slash_at_its_end(tail: str, path: str):
    assert parse_base_url(f"https://api.example{tail}") == (HOST, path)


@pytest.mark.parametrize(
    ("url", "is_it"),
    [
        ("https://api.example/a?b#c", True),
        ("https://API.example:443", True),
        ("https://api.example:444/", False),
        ("https://api.example.evil/", False),
        ("http://api.example/", False),
        ("about:blank", False),
        ("", False),
    ],
)
def test_a_url_is_of_an_origin_or_not(url: str, is_it: bool):  # noqa: FBT001
    assert is_of(url, HOST) is is_it


@pytest.mark.parametrize("tail", ["?key=canary", "/v1#canary", "/a//canary", "/./canary", "/canary/..", "//canary"])
def test_what_servers_and_clients_would_read_differently_is_refused_and_not_repeated(tail: str):
    with pytest.raises(InvalidInput, match="base_url") as refused:
        parse_base_url(f"https://api.example{tail}")

    assert "canary" not in str(refused.value)
