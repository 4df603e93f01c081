"""The part of kiosk(1) that the parser tells: every command, its options, its example."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from roff import Page

NOT_SHIPPED: Final = frozenset({"sandbox"})
"""Commands for developers, whose libraries are not in a release."""


def synopsis(out: Page, parser: argparse.ArgumentParser) -> None:
    """Write what a command line looks like."""
    options = " ".join(f"[{_tag(action).partition(',')[0]}]" for action in _options(parser))
    out.text(f"kiosk {options} [COMMAND] ...")


def commands(out: Page, parser: argparse.ArgumentParser) -> None:
    """Write the options of all commands, then each command with its own."""
    for action in _options(parser):
        out.item(_tag(action), action.help or "")
    for command in _leaves(parser):
        out.subsection(command.prog)
        out.text(command.description or "")
        for action in (*_positionals(command), *_options(command)):
            out.item(_tag(action), action.help or "")
        example = (command.epilog or "").partition("\n")[2]
        if example:
            out.example("\n".join(line.strip() for line in example.splitlines()))


def _leaves(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield the parsers of commands that do something, in the order of the help."""
    groups = [action.choices for action in _actions(parser) if isinstance(action.choices, dict)]
    if not groups:
        yield parser
    for group in groups:
        for name, command in group.items():
            if name not in NOT_SHIPPED:
                yield from _leaves(command)


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return parser._actions  # noqa: SLF001 - argparse has no other way to ask


def _shown(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Return what the help shows, but for the commands: their choices are parsers by name."""
    return [
        action
        for action in _actions(parser)
        if action.help != argparse.SUPPRESS and not isinstance(action.choices, dict)
    ]


def _options(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Return the options of a command; the help's own goes without saying, but for the program's."""
    own = " " not in parser.prog
    return [
        action for action in _shown(parser) if action.option_strings and (own or "--help" not in action.option_strings)
    ]


def _positionals(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [action for action in _shown(parser) if not action.option_strings]


def _tag(action: argparse.Action) -> str:
    """Return how an option or argument is written."""
    metavar = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if not action.option_strings:
        return {"*": f"[{metavar} ...]", "+": f"{metavar} [{metavar} ...]"}.get(str(action.nargs), metavar)
    names = ", ".join(action.option_strings)
    return names if action.nargs == 0 else f"{names} {metavar}"
