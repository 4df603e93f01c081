from __future__ import annotations

import os
import sys

import pytest

from kiosk.shell import host, keeper

OPTIONS = {"folder": "/visit", "lifeline": "3", "lock": "4"}


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    calls: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(keeper, "split", lambda **_options: None)
    monkeypatch.setattr(os, "execv", lambda program, arguments: calls.append((program, arguments)))
    monkeypatch.setattr(sys, "orig_argv", ["kiosk", "shell", "--folder=/visit"])
    return calls


def test_a_mac_starts_the_program_anew_after_the_fork(
    executed: list[tuple[str, list[str]]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "platform", "darwin")
    host._split(OPTIONS)

    assert executed == [(sys.executable, ["kiosk", "shell", "--folder=/visit", "--kept"])]


def test_a_program_that_was_started_anew_does_not_fork_again(
    executed: list[tuple[str, list[str]]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(keeper, "split", lambda **_options: pytest.fail("forked again"))
    host._split({**OPTIONS, "kept": ""})

    assert executed == []


def test_linux_goes_on_in_the_fork(executed: list[tuple[str, list[str]]]):
    host._split(OPTIONS)

    assert executed == []
