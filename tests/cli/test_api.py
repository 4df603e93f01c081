"""`kiosk api ...`, against a recorder of the client's interface."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from kiosk import errors
from kiosk.api import Balance
from kiosk.core.deeplink import DeepLink, Feature
from kiosk.core.secret import Secret
from kiosk.core.user_id import UserId

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import CommandLine

ITEM = "0b8f2c1e-6d0e-4b7e-9a53-2f1f3f8f9a10"
USER = UserId.parse("visitor-42")


def test_widget_url_prints_the_url_and_asks_with_everything_given(kiosk: CommandLine):
    options = ("--feature", "rewards", "--item-id", ITEM, "--language", "de")

    assert kiosk.run("api", "widget-url", "--user", "visitor-42", *options) == 0

    assert kiosk.out == "https://widget.example/?token=canary-token\n"
    assert kiosk.api.calls[0] == ("widget_url", USER, DeepLink(Feature.REWARDS, UUID(ITEM)), "de")


def test_widget_url_sends_no_language_that_was_not_asked_for(kiosk: CommandLine):
    """The API changes the visitor's own language otherwise."""
    kiosk.places.user.write_text('language = "de"')

    kiosk.run("api", "widget-url", "--user", "visitor-42", "--json")

    assert kiosk.api.calls[0] == ("widget_url", USER, DeepLink(), None)
    assert json.loads(kiosk.out) == {"url": "https://widget.example/?token=canary-token"}


def test_token_prints_the_jwt_and_in_json_its_end(kiosk: CommandLine):
    kiosk.run("api", "token", "--user", "visitor-42")
    jwt = kiosk.out.strip()
    kiosk.run("api", "token", "--user", "visitor-42", "--json")

    assert json.loads(kiosk.out) == {"token": jwt, "expiresAt": "2027-01-15T08:00:00Z"}


def test_balance_prints_the_number_as_it_is(kiosk: CommandLine):
    kiosk.api.balances = Balance(Decimal("0E-8"), user_exists=True)

    kiosk.run("api", "balance", "--user", "visitor-42")
    assert kiosk.out == "0.00000000\n"
    kiosk.run("api", "balance", "--user", "visitor-42", "--json")
    assert json.loads(kiosk.out) == {"balance": "0.00000000", "userExists": True}


def test_balance_says_if_there_is_no_such_user(kiosk: CommandLine):
    kiosk.api.balances = Balance(Decimal(0), user_exists=False)

    assert kiosk.run("api", "balance", "--user", "visitor-42") == 0

    assert kiosk.out == "0 (Enable3 does not know this user)\n"


def test_event_sends_what_is_given_and_prints_it_back(kiosk: CommandLine):
    given = ("--id", "e-1", "--created-at", "2026-11-23T15:00:00+01:00", "--tag", "a", "--tag", "b")

    kiosk.run("api", "event", "--user", "visitor-42", "--event-id", "coffee", "--value", "-1.50", *given, "--json")

    (_, event), _ = kiosk.api.calls
    assert (event.id, event.user, event.event_id, event.tags) == ("e-1", USER, "coffee", ("a", "b"))
    assert event.value == Decimal("-1.50")
    assert event.created_at == datetime(2026, 11, 23, 14, tzinfo=UTC)
    assert json.loads(kiosk.out) == {"id": "e-1", "createdAt": "2026-11-23T14:00:00Z"}


def test_event_makes_and_prints_what_is_not_given(kiosk: CommandLine):
    kiosk.run("api", "event", "--user", "visitor-42", "--event-id", "coffee", "--value", "1", "--json")

    (_, event), _ = kiosk.api.calls
    printed = json.loads(kiosk.out)
    assert printed["id"] == event.id == str(UUID(event.id))
    assert datetime.fromisoformat(printed["createdAt"]) == event.created_at
    assert abs(datetime.now(UTC) - event.created_at) < timedelta(minutes=1)


def test_a_time_without_a_zone_is_utc(kiosk: CommandLine):
    kiosk.run("api", "revenue", "--amount", "12.50", "--date", "2024-02-22 10:00:00", "--request-id", "r-1")

    (_, revenue), _ = kiosk.api.calls
    assert (revenue.request_id, revenue.amount) == ("r-1", Decimal("12.50"))
    assert revenue.date == datetime(2024, 2, 22, 10, tzinfo=UTC)
    assert kiosk.out == "sent  requestId=r-1  date=2024-02-22T10:00:00Z\n"


@pytest.mark.parametrize("value", ["x", "NaN", "Infinity", "1e5", "1_0", "١", "0x10", "", "1" * 30])
def test_a_number_is_a_plain_decimal(kiosk: CommandLine, value: str):
    assert kiosk.run("api", "revenue", f"--amount={value}") == 2

    assert kiosk.err.startswith("kiosk: --amount: is not a number\n  what to do: allowed: ")
    assert not kiosk.api.calls


@pytest.mark.parametrize("value", ["yesterday", "2026-13-01", "0001-01-01T00:00:00+14:00", ""])
def test_a_time_is_iso_8601(kiosk: CommandLine, value: str):
    assert kiosk.run("api", "revenue", "--amount", "1", "--date", value) == 2

    assert kiosk.err.startswith("kiosk: --date: is not a time\n  what to do: allowed: ISO 8601")
    assert not kiosk.api.calls


def test_a_failure_that_may_have_been_counted_says_how_to_send_the_same_again(kiosk: CommandLine):
    kiosk.api.error = errors.TimedOut("no answer in time")

    assert kiosk.run("api", "event", "--user", "u", "--event-id", "e", "--value", "1") == 12

    (_, event), _ = kiosk.api.calls
    assert f"--id {event.id} --created-at {event.created_at:%Y-%m-%dT%H:%M:%SZ}" in kiosk.err


@pytest.mark.parametrize(("command", "call"), [("add", "add_segments"), ("remove", "remove_segments")])
def test_segments_are_read_from_a_file(kiosk: CommandLine, tmp_path: Path, command: str, call: str):
    file = tmp_path / "users.json"
    file.write_bytes(b'\xef\xbb\xbf[{"userId": "u", "segments": ["\xc3\xa9"]}, {}]')

    assert kiosk.run("api", "segment", command, "--file", str(file), "--json") == 0

    assert kiosk.api.calls[0] == (call, [{"userId": "u", "segments": ["é"]}, {}])
    assert list(json.loads(kiosk.out).values()) == [2]


def test_segments_are_read_from_standard_input(kiosk: CommandLine):
    kiosk.stdin = b'[{"userId": "u"}]'

    assert kiosk.run("api", "segment", "add", "--file", "-") == 0

    assert kiosk.api.calls[0] == ("add_segments", [{"userId": "u"}])


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "is not JSON (line 1, column 1"),
        (b'[\n  {"a": canary}\n]', "is not JSON (line 2, column 9"),
        (b"[{}] x", "is not JSON (line 1, column 6"),
        (b"\xff\xfe\xfa", "is not JSON"),
        (b'[{"a": NaN}]', "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"{}", "is not a list with something in it"),
        (b"[]", "is not a list with something in it"),
        (b"[{}, 1]", "has an item that is no object (item 2)"),
        (b" " * 1_048_577, "is longer than 1048576 bytes"),
    ],
)
def test_a_wrong_body_is_named_by_its_place_and_not_sent(kiosk: CommandLine, body: bytes, problem: str):
    kiosk.stdin = body

    assert kiosk.run("api", "segment", "add", "--file", "-") == 2

    assert kiosk.err.startswith(f"kiosk: --file: {problem}")
    assert "canary" not in kiosk.err
    assert not kiosk.api.calls


@pytest.mark.parametrize("name", ["nowhere.json", ".", "nul\0byte"])
def test_a_file_that_cannot_be_read_is_a_usage_error(kiosk: CommandLine, name: str):
    assert kiosk.run("api", "segment", "add", "--file", name) == 2

    assert kiosk.err.startswith("kiosk: --file: cannot be read")


def test_standard_input_cannot_be_the_key_and_the_body(kiosk: CommandLine):
    assert kiosk.run("api", "segment", "add", "--file", "-", "--api-key-file", "-") == 2

    assert "--file: is standard input, and so is --api-key-file" in kiosk.err


def test_websites_are_arguments(kiosk: CommandLine):
    assert kiosk.run("api", "websites", "add", "https://a.example", "https://b.example", "--json") == 0

    assert kiosk.api.calls[0] == ("add_websites", ["https://a.example", "https://b.example"])
    assert json.loads(kiosk.out) == {"websites": ["https://a.example", "https://b.example"]}


@pytest.mark.parametrize("site", ["", "a b", "a\nb", "x" * 3000])
def test_a_website_is_an_address(kiosk: CommandLine, site: str):
    assert kiosk.run("api", "websites", "add", site) == 2
    assert not kiosk.api.calls


def test_the_key_comes_from_the_file_that_is_named(kiosk: CommandLine, tmp_path: Path):
    file = tmp_path / "key.txt"
    file.write_text("from-the-file\n")
    file.chmod(0o600)

    kiosk.run("api", "balance", "--user", "u", "--api-key-file", str(file))
    assert kiosk.api.key == Secret("from-the-file")
    kiosk.run("api", "balance", "--user", "u", "--api-key-file", "-")
    assert kiosk.api.key == Secret("canary-key")


@pytest.mark.parametrize(
    "arguments",
    [
        ("widget-url", "--user", "u", "--item-id", ITEM),
        ("widget-url", "--user", "u", "--feature", "rewards", "--item-id", "1"),
        ("widget-url", "--user", "u", "--feature", "reward"),
        ("widget-url", "--user", "u", "--language", "d!"),
        ("balance", "--user", ""),
        ("balance", "--user", "a\nb"),
        ("event", "--user", "u", "--event-id", "", "--value", "1"),
        ("event", "--user", "u", "--event-id", "e", "--value", "1", "--tag", ""),
        ("revenue", "--amount", "1", "--request-id", ""),
    ],
)
def test_wrong_values_are_refused_before_any_request(kiosk: CommandLine, arguments: tuple[str, ...]):
    assert kiosk.run("api", *arguments) == 2

    assert not kiosk.api.calls
    assert "what to do: allowed: " in kiosk.err


API_ERRORS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.ApiError)]


@pytest.mark.parametrize("kind", API_ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_of_the_api_has_its_exit_status_message_and_hint(kiosk: CommandLine, kind: type[errors.ApiError]):
    kiosk.api.error = kind("what is wrong", hint="what to do")

    assert kiosk.run("api", "balance", "--user", "u") == kind.exit_status
    assert (kiosk.out, kiosk.err) == ("", "kiosk: what is wrong\n  what to do: what to do\n")

    assert kiosk.run("api", "balance", "--user", "u", "--json") == kind.exit_status
    assert kiosk.err == ""
    assert json.loads(kiosk.out) == {
        "error": {
            "code": kind.code,
            "message": "what is wrong",
            "hint": "what to do",
            "retryable": kind.retryable,
            "exit_status": int(kind.exit_status),
        }
    }


def test_the_client_is_closed_after_success_and_failure(kiosk: CommandLine):
    kiosk.run("api", "balance", "--user", "u")
    kiosk.api.error = errors.Unreachable("no connection")
    kiosk.run("api", "balance", "--user", "u")

    assert [call[0] for call in kiosk.api.calls] == ["balance", "closed"] * 2
