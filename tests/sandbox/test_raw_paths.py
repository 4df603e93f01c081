"""A visitor's id is one segment of the path as it was sent, whatever is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from conftest import Caller

USER = "/api/v1/integration/user"

TRICKY = {
    "a%2Fb": "a/b",
    "a%2fb": "a/b",
    "..": "..",
    "%2E%2E": "..",
    "%2e%2e%2fx": "../x",
    ".": ".",
    "%252F": "%2F",
    "%3F": "?",
    "%23": "#",
    "%20": " ",
    "a+b": "a+b",
    "%F0%9F%99%82": "\U0001f642",
    "%5C": "\\",
    "a;b=c": "a;b=c",
    "widget": "widget",
    "%2Fwidget": "/widget",
    "%": "%",
    "%zz": "%zz",
}


@pytest.mark.parametrize(("segment", "user"), TRICKY.items())
@pytest.mark.parametrize("operation", ["widget", "token", "balance"])
def test_a_segment_reaches_the_operation_as_that_id(call: Caller, segment: str, user: str, operation: str):
    answer = call.raw("GET", f"{USER}/{segment}/{operation}")

    entry = call.sandbox.state.log.entries()[-1]
    assert (answer.status, entry.path, entry.user) == (200, f"{USER}/{segment}/{operation}", user)
    assert (user in call.sandbox.state.store.visitors) is (operation != "balance")


@pytest.mark.parametrize(
    "path", [f"{USER}/a/b/widget", f"{USER}/../user/a/widget/x", f"{USER}//widget", f"{USER}/x%2Fwidget"]
)
def test_more_or_fewer_segments_are_not_the_operation(call: Caller, path: str):
    assert call.raw("GET", path).status == 404


def test_the_names_of_the_operation_are_not_decoded_either(call: Caller):
    assert call.raw("GET", f"{USER}/ada/%77idget").status == 404
    assert call.raw("GET", "/api%2Fv1/integration/user/ada/widget").status == 404


@pytest.mark.parametrize("segment", ["%FF", "%C3", "%ED%A0%80", "%00", "a%0Ab", "%7F", "x" * 257])
@pytest.mark.parametrize(("operation", "status"), [("widget", 400), ("token", 400), ("balance", 404)])
def test_a_segment_that_is_no_id_is_refused(call: Caller, segment: str, operation: str, status: int):
    assert call.raw("GET", f"{USER}/{segment}/{operation}").status == status
    assert set(call.sandbox.state.store.visitors) == {"demo"}


def test_a_whole_url_as_the_target_is_not_an_operation(call: Caller):
    assert call.raw("GET", f"http://127.0.0.1{USER}/ada/widget").status == 404


@settings(max_examples=50, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(user=st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=256))
def test_any_id_comes_back_as_it_was(call: Caller, user: str):
    assert call.raw("GET", f"{USER}/{quote(user, safe='')}/widget").status == 200
    assert call.sandbox.state.log.entries()[-1].user == user
