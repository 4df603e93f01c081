"""Questions to whoever sets a terminal up: on the terminal, or answered by the lines of standard input."""

from __future__ import annotations

import sys
from getpass import GetPassWarning, getpass
from typing import TYPE_CHECKING
from warnings import catch_warnings, simplefilter

from kiosk.api_key import MAX_FILE, parse_api_key
from kiosk.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO, TypeVar

    from kiosk.core.secret import Secret

    T = TypeVar("T")

_YES = {"y", "yes"}
_TRIES = 3
"""A person may mistype; a script that answers wrongly would go on for ever."""


class Dialog:
    """Asks on standard error, so that standard output holds the result alone."""

    def __init__(self, stdin: BinaryIO, *, assume_yes: bool = False) -> None:
        """Read answers from `stdin`. With `assume_yes` only what has no default is asked."""
        self._stdin = stdin
        self._assume_yes = assume_yes
        self.interactive = stdin.isatty()

    def say(self, text: str) -> None:
        """Tell something."""
        if sys.stderr is not None:
            print(text, file=sys.stderr, flush=True)  # noqa: T201 - the other half of a conversation, not a result

    def ask(self, question: str, default: str, parse: Callable[[str], T]) -> T:
        """Return the answer as `parse` takes it, `default` if there is none. Raises InvalidInput after three."""
        if self._assume_yes:
            return parse(default)

        def once() -> T:
            return parse(self._line(f"{question} [{default or '-'}]: ").strip() or default)

        return self.until_right(once)

    def confirm(self, question: str) -> bool:
        """Return whether the answer is yes. No answer is no, unless yes is assumed."""
        return self._assume_yes or self._line(f"{question} [y/N]: ").strip().lower() in _YES

    def ask_key(self) -> Secret:
        """Return an API key, typed without echo or read as one line. Raises InvalidInput."""
        return self.until_right(lambda: parse_api_key(self._secret_line("API key", "API key (not shown): ")))

    def ask_pin(self) -> Secret:
        """Return the operator's PIN, typed once without echo or read as one line. Raises InvalidInput."""
        return self.until_right(lambda: _parse_pin(self._secret_line("PIN", "PIN (not shown): ")))

    def ask_new_pin(self, question: str = "New PIN", *, optional: bool = False) -> Secret | None:
        """Return a PIN, typed twice without echo or read as one line; nothing if `optional` and there is no answer.

        Raises InvalidInput.
        """

        def once() -> Secret | None:
            text = self._secret_line("PIN", f"{question} (not shown): ")
            if optional and not text:
                return None
            pin = _parse_pin(text)
            if self.interactive and self._secret_line("PIN", "The same again (not shown): ") != text:
                raise InvalidInput("PIN", "was not the same both times")
            return pin

        return None if optional and self._assume_yes else self.until_right(once)

    def until_right(self, attempt: Callable[[], T], *, wrong: type[Exception] = InvalidInput) -> T:
        """Return what `attempt` returns; a person gets three tries, of which the last raises `wrong`."""
        for _ in range(_TRIES - 1 if self.interactive else 0):
            try:
                return attempt()
            except wrong as error:
                hint: str = getattr(error, "hint", "")
                self.say(f"{error}\n  {hint}" if hint else str(error))
        return attempt()

    def _secret_line(self, field: str, question: str) -> str:
        if not self.interactive:
            return self._line(question)
        with catch_warnings():
            simplefilter("error", GetPassWarning)  # it would show what is typed
            try:
                return getpass(question)
            except GetPassWarning:
                allowed = "standard input" + (", or --api-key-file" if field == "API key" else "")
                raise InvalidInput(field, "cannot be typed here without being shown", allowed=allowed) from None
            except EOFError:
                return ""

    def _line(self, question: str) -> str:
        if self.interactive and sys.stderr is not None:
            print(question, end="", file=sys.stderr, flush=True)  # noqa: T201 - see say
        return self._stdin.readline(MAX_FILE + 1).decode("utf-8-sig", errors="replace").rstrip("\r\n")


def _parse_pin(text: str) -> Secret:
    from kiosk.operators.pin import parse_pin  # noqa: PLC0415 - not every question is for a PIN

    return parse_pin(text)
