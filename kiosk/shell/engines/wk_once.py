"""Answers that WebKit waits for: it ends the program if one never comes, or comes twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from kiosk.shell.engines.wk_cocoa import ObjC


class Once:
    """A completion handler that is called once: a second answer is none."""

    def __init__(self, handler: ObjC, *default: object) -> None:
        """Answer `handler`, with `default` where the decision itself goes wrong."""
        self._handler: ObjC = handler
        self._default = default

    def __call__(self, *answer: object) -> None:
        """Give `answer`, unless there was one."""
        handler, self._handler = self._handler, None
        if handler is not None:
            handler(*answer)

    def give_up(self) -> None:
        """Give the default answer, unless there was one."""
        self(*self._default)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.give_up()
