"""How a command is added, and the options that several commands have."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from kiosk.arguments import Parser
from kiosk.config.schema import KEYS, Kind
from kiosk.core.deeplink import Feature, parse_deep_link
from kiosk.core.user_id import UserId
from kiosk.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

Commands = Any
"""What add_subparsers returns; argparse names its type privately."""


def add_command(commands: Commands, name: str, handler: str, about: str, example: str, *, json: bool = True) -> Parser:
    """Add a command that `handler` (`module:function`) does; `example` is shown in its help."""
    parser: Parser = commands.add_parser(name, help=about, description=_sentence(about), example=example)
    parser.set_defaults(handler=handler, parser=parser)
    # Not the default, or it would undo a -v before the command.
    parser.add_argument("-v", "--verbose", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    if json:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
    return parser


def add_group(commands: Commands, name: str, about: str, example: str) -> Commands:
    """Add a command that is only the first word of others."""
    parser = commands.add_parser(name, help=about, description=_sentence(about), example=example)
    return parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def add_key_options(parser: Parser, *names: str) -> None:
    """Add options that set configuration keys, as the table of keys has them."""
    for name in names:
        key = KEYS[name]
        if key.kind is Kind.BOOLEAN:
            parser.add_argument(key.flag, action="store_true", default=None, help=key.help)
            continue
        metavar = "N" if key.kind is Kind.INTEGER else name.removeprefix("base_").upper()
        parser.add_argument(key.flag, dest=name, type=_named(key.flag, key.parse_text), metavar=metavar, help=key.help)


def add_api_options(parser: Parser) -> None:
    """Add what every command that calls the API takes."""
    add_key_options(parser, "base_url")
    about = "read the API key from FILE, or from standard input if it is -, instead of the keyring"
    parser.add_argument("--api-key-file", metavar="FILE|-", help=about)


def add_user(parser: Parser, *, required: bool) -> None:
    """Add `--user`. What comes out is a UserId, so that no repr of the arguments shows it."""
    about = "the visitor's id, as the operator's system has it"
    parser.add_argument("--user", type=_named("--user", UserId.parse), required=required, metavar="ID", help=about)


def add_deep_link(parser: Parser) -> None:
    """Add `--feature` and `--item-id`, which parse_deep_link checks together."""
    about = f"the section to open: {', '.join(Feature)}"
    feature = parser.add_argument("--feature", type=_named("--feature", _feature), metavar="F", help=about)
    feature.completer = lambda **_: list(Feature)  # type: ignore[attr-defined] # argcomplete's way to ask
    about = "the item to open, with --feature missions or rewards"
    parser.add_argument("--item-id", metavar="UUID", help=about)


def _feature(text: str) -> Feature | None:
    return parse_deep_link(text).feature


def _named(field: str, parse: Callable[[str], object]) -> Callable[[str], object]:
    """Let the errors of `parse` name the option and not the key."""

    def parse_option(text: str) -> object:
        try:
            return parse(text)
        except InvalidInput as error:
            problem = error.message.removeprefix(f"{error.field}: ")
            raise InvalidInput(field, problem, allowed=error.allowed) from None

    return parse_option
