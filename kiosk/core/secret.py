"""Values that must not be seen: keys, tokens, widget URLs and visitors' ids."""

from __future__ import annotations


class Secret:
    """A text that shows itself only to who asks by name: `repr`, `str`, `format` and pickling do not reveal it."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        """Keep `text`."""
        self.__text = text

    def reveal(self) -> str:
        """Return the text. Every call of this is a place to review."""
        return self.__text

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        from hmac import compare_digest  # noqa: PLC0415 - 3 ms that a start need not pay

        return compare_digest(self.__text.encode(), other.__text.encode())

    def __hash__(self) -> int:
        return hash((type(self), self.__text))

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a secret is not pickled")
