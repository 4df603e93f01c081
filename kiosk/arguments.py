"""argparse with our errors: they name the option and what is allowed, and never repeat a value.

A value on a command line may be a visitor's id, or an API key that somebody put there.
"""

from __future__ import annotations

import argparse
import re
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from kiosk.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

_OPTION = re.compile(r"--[a-z][a-z-]{1,30}", re.ASCII)
_CHOICE = re.compile(r"invalid choice: .* \(choose from (?P<allowed>.*)\)", re.DOTALL)
_MISSING = "the following arguments are required: "
_COUNT = re.compile(r"expected [a-z0-9 ]+", re.ASCII)
_VALUE_GIVEN = "ignored explicit argument"


class Parser(argparse.ArgumentParser):
    """argparse with whole option names only, an example in every help, and errors of ours."""

    def __init__(self, *, example: str = "", **options: Any) -> None:  # noqa: ANN401 - argparse's own, handed on
        """Show `example` below the options; it is a command line as an operator would type it."""
        epilog = f"example:\n  {example}" if example else None
        super().__init__(
            allow_abbrev=False, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter, **options
        )
        self._adders: list[str] = []

    def add_arguments_by(self, function: str) -> None:
        """Let `function` (`module:function`, imported only then) add arguments when this command is parsed."""
        self._adders.append(function)

    def error(self, message: str) -> NoReturn:
        """Raise InvalidInput that says what argparse says, as far as we know that it repeats no value."""
        if message.startswith(_MISSING):
            raise self._explain(message.removeprefix(_MISSING), "is required")
        field, separator, problem = message.removeprefix("argument ").partition(": ")
        if not separator or not message.startswith("argument "):
            raise self._explain("command line", "cannot be understood")
        if match := _CHOICE.fullmatch(problem):
            raise self._explain(field, "is not one that there is", match["allowed"].replace("'", ""))
        if problem.startswith(_VALUE_GIVEN):
            raise self._explain(field, "takes no value")
        raise self._explain(field, problem if _COUNT.fullmatch(problem) else "has a wrong value")

    def parse_known_args(  # type: ignore[override] # see parse_args
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Add what is added late, and parse."""
        while self._adders:
            module, _, function = self._adders.pop().partition(":")
            getattr(import_module(module), function)(self)
        return super().parse_known_args(args, namespace)

    def parse_args(  # type: ignore[override] # one of argparse's overloads is all that we use
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> argparse.Namespace:
        """Parse, and refuse what is left over by name if it has one."""
        parsed, left = self.parse_known_args(args, namespace)
        if left:
            raise self._explain_left(left, parsed)
        return parsed

    def _explain(self, field: str, problem: str, allowed: str = "") -> InvalidInput:
        error = InvalidInput(field, problem, allowed=allowed)
        error.hint = "; ".join(part for part in (error.hint, f"`{self.prog} --help` has an example") if part)
        return error

    def _explain_left(self, left: list[str], parsed: argparse.Namespace) -> InvalidInput:
        command: Parser = getattr(parsed, "parser", self)
        option = next((name for item in left if _OPTION.fullmatch(name := item.partition("=")[0])), None)
        if option is None:
            return command._explain("command line", "has an argument too many")
        near = get_close_matches(option, command._option_string_actions, n=1)
        guess = f"; did you mean {near[0]}?" if near else ""
        return command._explain(option, f"is not an option of `{command.prog}`{guess}")
