"""The error tree: what it promises to operators and scripts."""

from __future__ import annotations

import re

import pytest

from kiosk import errors
from kiosk.errors import ExitStatus, InvalidInput, KioskError
from kiosk.result import describe_error


def tree(kind: type[KioskError]) -> list[type[KioskError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in tree(child))]


OURS = [kind for kind in tree(KioskError) if kind.__module__ == "kiosk.errors"]
DRAWING = dict(re.findall(r"[├└]── (\w+)\*? +(\d+)", errors.__doc__ or ""))


@pytest.mark.parametrize("kind", OURS)
def test_every_error_is_in_the_drawing_with_its_exit_status(kind):
    assert re.search(rf"\b{kind.__name__}\b", errors.__doc__ or "")
    if kind.__name__ in DRAWING:
        assert int(DRAWING[kind.__name__]) == kind.exit_status


@pytest.mark.parametrize("kind", OURS)
def test_the_drawing_marks_what_is_retryable(kind):
    assert kind.retryable is (f"{kind.__name__}*" in (errors.__doc__ or ""))


def test_codes_are_unique():
    codes = [kind.code for kind in OURS]

    assert len(set(codes)) == len(codes)


def test_errors_of_the_api_have_exit_statuses_of_their_own():
    statuses = [kind.exit_status for kind in tree(errors.ApiError)[1:]]

    assert len(set(statuses)) == len(statuses)
    assert min(statuses) == ExitStatus.UNREACHABLE


def test_an_address_that_is_not_allowed_is_explained():
    hint = errors.Forbidden("no").hint

    assert "allow-list" in hint
    assert "about five minutes" in hint


def test_a_hint_can_be_given():
    assert KioskError("no", hint="do this").hint == "do this"
    assert InvalidInput("feature", "is odd", allowed="a, b").hint == "allowed: a, b"
    assert InvalidInput("feature", "is odd").hint == ""


def test_an_error_is_described_for_programs():
    assert describe_error(errors.RateLimited("too many", retry_after=3.0)) == {
        "code": "api.rate-limited",
        "message": "too many",
        "hint": "wait, then try again",
        "retryable": True,
        "exit_status": 18,
    }
