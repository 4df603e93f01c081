"""The venue's own system speaks to a running kiosk: the next visitor, the end of a visit, how it is."""

from __future__ import annotations

import json
import signal

import pytest

from kiosk import __version__

pytestmark = pytest.mark.gui


def status(kiosk):
    return json.loads(kiosk.ask("status", "--json").stdout)


@pytest.mark.both_engines
def test_a_visitor_is_handed_over_ended_and_replaced(start, sandbox, engine):
    kiosk = start("--user", "anna", sandbox=sandbox)
    kiosk.wait_for("widget painted visit=1")
    first = status(kiosk)
    assert {name: first[name] for name in ("state", "version", "engine", "visit", "visits", "pid", "code")} == {
        "state": "visit",
        "version": __version__,
        "engine": engine,
        "visit": 1,
        "visits": 1,
        "pid": kiosk.process.pid,
        "code": "",
    }
    assert first["engine_version"]
    assert first["renderer"]

    second = kiosk.ask("run", "--base-url", sandbox.base_url, "--user", "berta", "--feature", "missions")
    assert (second.returncode, second.stdout) == (0, "handed over to the running kiosk\n"), second.stderr
    kiosk.wait_for("widget painted visit=2")
    assert status(kiosk)["visit"] == 2

    ended = kiosk.ask("end")
    assert (ended.returncode, ended.stdout) == (0, "visit 2 is ended\n")
    kiosk.wait_for("state resetting -> attract")
    assert kiosk.ask("end").stdout == "nobody is signed in\n"
    assert (status(kiosk)["state"], status(kiosk)["visit"]) == ("attract", None)

    third = kiosk.ask("run", "--base-url", sandbox.base_url, "--user", "anna", "--feature", "rewards")
    assert third.returncode == 0
    kiosk.wait_for("widget painted visit=3")

    assert kiosk.end(signal.SIGTERM) == 0
    assert kiosk.ask("status").returncode == 22
    users = [entry.user for entry in sandbox.state.log.entries() if entry.path.endswith("/widget")]
    assert users == ["anna", "berta", "anna"]
    said = "\n".join(kiosk.lines)
    assert "anna" not in said
    assert "berta" not in said
    assert kiosk.leftovers() == []


def test_a_second_kiosk_without_a_visitor_does_not_open(start, sandbox):
    first = start(sandbox=sandbox)
    first.wait_for("page painted page=attract")

    second = start(sandbox=sandbox, HOME=str(first.home))

    assert second.wait() == 8
    assert "kiosk: another kiosk of this account is running" in second.lines


def test_a_kiosk_that_is_ending_is_replaced(start, sandbox):
    first = start("--user", "anna", sandbox=sandbox)
    first.wait_for("widget painted visit=1")

    first.process.send_signal(signal.SIGTERM)
    second = start("--user", "berta", sandbox=sandbox, HOME=str(first.home))

    second.wait_for("widget painted visit=1")
    assert first.wait() == 0
    assert second.end(signal.SIGTERM) == 0
