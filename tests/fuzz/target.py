"""What is fuzzed: inputs out of a source of choices, and a promise that each of them is held against."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from random import Random

CANARY = "c4n4ry"
"""In many inputs. No error text may hold it: what came from outside is not repeated."""


class Target(AbstractContextManager["Target"], ABC):
    """One subject. It is entered once before the inputs come, and left after them."""

    name: ClassVar[str]
    promise: ClassVar[str]
    limit: ClassVar[float] = 0.25
    """Seconds of this thread's computing for one input: a busy machine makes nothing slow."""

    @abstractmethod
    def make(self, choices: Random) -> Any:
        """Return an input. The same choices make the same input."""

    @abstractmethod
    def check(self, item: Any) -> None:
        """Raise, AssertionError or anything else, if `item` breaks the promise."""

    def settle(self) -> None:
        """Check what can only be checked after many inputs: called after every thousand."""

    def __exit__(self, *_: object) -> None:
        return None


def quotes_nothing(error: BaseException) -> None:
    """Fail if an error's text, or what it hangs on, repeats an input."""
    assert CANARY not in str(error) + str(getattr(error, "hint", "")), "an error repeats what came"
    assert error.__suppress_context__ or error.__context__ is None, "an error carries the one that it came from"
