"""The terminal that trials type at: without it, a trial could not tell a program that asks from one that hangs."""

from __future__ import annotations

import sys

import pytest

from tests.build.trials.terminal import converse

ASK = "import getpass; name = input('Name: '); word = getpass.getpass('Word: '); print(name, len(word)); exit(3)"


def test_what_is_typed_is_shown_and_what_is_secret_is_not():
    status, shown = converse([sys.executable, "-c", ASK], [("Name: ", "Ada"), ("Word: ", "hidden")])
    assert status == 3
    assert shown == "Name: Ada\nWord: \nAda 6\n"


def test_a_question_that_does_not_come_is_a_failure():
    with pytest.raises(AssertionError, match="ended before it asked 'Street: '"):
        converse([sys.executable, "-c", ASK], [("Name: ", "Ada"), ("Word: ", "hidden"), ("Street: ", "-")])
    with pytest.raises(AssertionError, match="does not show 'Street: '"):
        converse([sys.executable, "-c", ASK], [("Street: ", "-")], limit=0.3)
