"""The command line: what it takes, and what it says about what it does not take."""

from __future__ import annotations

import argparse
import shlex
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from kiosk.core.user_id import UserId
from kiosk.errors import InvalidInput
from kiosk.parser import build_parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.arguments import Parser

    from .conftest import CommandLine

COMMANDS = {
    "kiosk",
    "kiosk run",
    "kiosk end",
    "kiosk status",
    "kiosk setup",
    "kiosk key",
    "kiosk key set",
    "kiosk key test",
    "kiosk key delete",
    "kiosk pin",
    "kiosk pin set",
    "kiosk pin test",
    "kiosk pin clear",
    "kiosk config",
    "kiosk config show",
    "kiosk config check",
    "kiosk config path",
    "kiosk doctor",
    "kiosk code",
    "kiosk code check",
    "kiosk api",
    "kiosk api widget-url",
    "kiosk api token",
    "kiosk api balance",
    "kiosk api event",
    "kiosk api revenue",
    "kiosk api segment",
    "kiosk api segment add",
    "kiosk api segment remove",
    "kiosk api websites",
    "kiosk api websites add",
    "kiosk outbox",
    "kiosk outbox list",
    "kiosk outbox retry",
    "kiosk outbox drop",
    "kiosk outbox send",
    "kiosk sandbox",
    "kiosk completion",
}


def parsers(parser: Parser) -> Iterator[Parser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield from parsers(child)


ALL = {parser.prog: parser for parser in parsers(build_parser())}
LEAVES = {name: parser for name, parser in ALL.items() if parser.get_default("handler")}


def test_the_commands_are_those_of_the_documentation():
    assert set(ALL) == COMMANDS


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_help_has_an_example_that_can_be_typed(name: str):
    _, _, example = ALL[name].format_help().partition("example:\n  ")

    command = example.strip().split(" < ")[0].removeprefix('eval "$(').removesuffix(')"')
    assert command.startswith(name)
    assert build_parser().parse_args(shlex.split(command)[1:]).handler


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_every_command_has_a_handler_that_is_there(name: str):
    module, _, function = LEAVES[name].get_default("handler").partition(":")

    assert callable(getattr(import_module(module), function))


@pytest.mark.parametrize("name", sorted(name for name in LEAVES if name.startswith("kiosk api")))
def test_every_operation_takes_the_common_options(name: str):
    assert {"--json", "--base-url", "--api-key-file"} <= LEAVES[name]._option_string_actions.keys()


@pytest.mark.parametrize("name", ["kiosk run", "kiosk setup", "kiosk doctor", "kiosk key test"])
def test_every_command_that_calls_the_api_can_be_told_where_it_is_and_with_which_key(name: str):
    assert {"--base-url", "--api-key-file"} <= LEAVES[name]._option_string_actions.keys()


def test_run_takes_what_the_documentation_says():
    options = {"--user", "--feature", "--item-id", "--language", "--windowed", "--screen", "--base-url"}

    assert options <= LEAVES["kiosk run"]._option_string_actions.keys()


def test_the_shell_is_not_in_the_help():
    assert "\n    shell" not in ALL["kiosk"].format_help()


def test_a_user_id_is_wrapped_so_that_no_repr_shows_it():
    args = build_parser().parse_args(["run", "--user", "visitor-42"])

    assert args.user == UserId.parse("visitor-42")
    assert "visitor-42" not in repr(args)


def test_what_is_not_given_leaves_the_configuration_alone():
    args = build_parser().parse_args(["run"])

    assert (args.language, args.screen, args.windowed, args.base_url) == (None, None, None, None)


@pytest.mark.parametrize("arguments", [["-v", "run"], ["run", "-v"], ["--verbose", "run"]])
def test_verbose_goes_before_and_after_the_command(arguments: list[str]):
    assert build_parser().parse_args(arguments).verbose


def test_the_sandbox_adds_its_own_options():
    args = build_parser().parse_args(["sandbox", "--port", "0", "--fail", "503:0.3", "--fail", "429:1:5", "--drip"])

    assert (args.port, args.fail, args.drip, args.tls) == (0, ["503:0.3", "429:1:5"], True, False)


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("alice", "COMMAND: is not one that there is", "run, end, status, setup, key"),
        ("run alice", "command line: has an argument too many", "`kiosk run --help`"),
        ("run --usr alice", "--usr: is not an option of `kiosk run`; did you mean --user?", "`kiosk run --help`"),
        ("run --api-key=alice", "--api-key: is not an option of `kiosk run`; did you mean --api-key-file?", "--help"),
        ("run --lang alice", "--lang: is not an option of `kiosk run`; did you mean --language?", "--help"),
        ("run --user", "--user: expected one argument", "`kiosk run --help` has an example"),
        ("run --windowed=alice", "--windowed: takes no value", "`kiosk run --help` has an example"),
        ("run --screen alice", "--screen: is not an integer", "allowed: 0 to 15"),
        ("run --screen 99", "--screen: is out of range", "allowed: 0 to 15"),
        ("run --base-url http://alice.example", "--base-url: is plain http", "allowed: https://host"),
        ("run --feature alice", "--feature: is not a section of the widget", "missions, rewards, referral, t2e, h2e"),
        ("api balance", "--user: is required", "`kiosk api balance --help` has an example"),
        ("api alice", "COMMAND: is not one that there is", "allowed: widget-url, token, balance"),
        ("api", "COMMAND: is required", "`kiosk api --help` has an example"),
        ("sandbox --port alice", "--port: has a wrong value", "`kiosk sandbox --help` has an example"),
        ("completion alice", "SHELL: is not one that there is", "allowed: bash, zsh, fish, powershell"),
        ("-x alice", "COMMAND: is not one that there is", "allowed: run"),
        ("run -x1alice", "command line: has an argument too many", "--help"),
        ("run --ALICE-alice1", "command line: has an argument too many", "--help"),
    ],
)
def test_bad_usage_names_the_field_and_what_is_allowed_but_no_value(
    kiosk: CommandLine, line: str, message: str, hint: str
):
    assert kiosk.run(*line.split()) == 2

    first, second = kiosk.err.splitlines()
    assert first == f"kiosk: {message}"
    assert hint in second
    assert "alice" not in kiosk.err.lower()
    assert kiosk.out == ""


def test_a_control_character_in_a_user_id_is_refused_without_repeating_it():
    with pytest.raises(InvalidInput, match="--user: has a control character") as caught:
        build_parser().parse_args(["run", "--user", "alice\n"])

    assert "alice" not in str(caught.value)


@pytest.mark.parametrize("message", ["alice is odd", "argument --x: alice is odd", "unknown: alice", "argument alice"])
def test_what_argparse_may_say_one_day_is_not_repeated_unread(message: str):
    with pytest.raises(InvalidInput) as caught:
        build_parser().error(message)

    assert "alice" not in str(caught.value)
