"""A renewed URL brings what is new, and the visitor stays where they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.renewal import renewed_url

HOST = "https://widget.example"
OLD, NEW = f"{HOST}/w?token=old&feature=rewards", f"{HOST}/w?token=new&feature=rewards"


def renew(current: str, old: str = OLD, new: str = NEW) -> str:
    return renewed_url(current=current, old=old, new=new)


@pytest.mark.parametrize(
    ("current", "expected"),
    [
        (OLD, NEW),
        (f"{HOST}/w/missions/7?token=old&feature=rewards#list", f"{HOST}/w/missions/7?token=new&feature=rewards#list"),
        (f"{HOST}/w?token=old&feature=missions&open=7", f"{HOST}/w?token=new&feature=missions&open=7"),
        (f"{HOST}/w?page=2", f"{HOST}/w?page=2&token=new"),
        (f"{HOST}/w?token=old&tag=a&tag=b", f"{HOST}/w?token=new&tag=a&tag=b"),
        (f"{HOST}/w?token=old#/missions?open=7", f"{HOST}/w?token=new#/missions?open=7"),
    ],
    ids=["untouched", "path", "own value", "token taken out", "twice", "fragment"],
)
def test_the_page_keeps_its_place(current: str, expected: str):
    assert renew(current) == expected


@pytest.mark.parametrize(
    ("current", "expected"),
    [
        (f"{HOST}/w#token=old", f"{HOST}/w#token=new"),
        (f"{HOST}/w#token=old&open=7", f"{HOST}/w#token=new&open=7"),
        (f"{HOST}/w#/missions", f"{HOST}/w#/missions?token=new"),
        (f"{HOST}/w#/missions?token=old", f"{HOST}/w#/missions?token=new"),
        (f"{HOST}/w", f"{HOST}/w#token=new"),
    ],
)
def test_a_token_in_the_fragment_is_renewed_there(current: str, expected: str):
    assert renew(current, f"{HOST}/w#token=old", f"{HOST}/w#token=new") == expected


def test_a_parameter_that_is_no_longer_there_goes():
    assert renew(f"{HOST}/w?token=old&once=1&own=2", f"{HOST}/w?token=old&once=1", f"{HOST}/w?token=new") == (
        f"{HOST}/w?token=new&own=2"
    )


@pytest.mark.parametrize(
    ("current", "new"),
    [
        ("https://other.example/w?token=old", NEW),
        (OLD, "https://other.example/w?token=new"),
        (OLD, f"{HOST}/v2?token=new"),
        ("about:blank", NEW),
        ("", NEW),
    ],
    ids=["page elsewhere", "widget elsewhere", "another path", "blank", "nowhere"],
)
def test_where_the_place_means_nothing_the_renewed_url_is_loaded(current: str, new: str):
    assert renew(current, OLD, new) == new


@given(st.from_regex(r"[a-z0-9/?&=#%]{0,40}", fullmatch=True))
def test_the_page_stays_on_its_origin_and_has_the_new_token(tail: str):
    url = renew(f"{HOST}/{tail}")

    assert url.startswith(f"{HOST}/")
    assert "token=new" in url
