"""Fakes of Objective-C objects that have the methods of the real classes, and no others.

A call of a method that the class has not, or with another number of arguments, is an error; so is a block that pyobjc
has no metadata for. What a method does is nothing, but for properties, which keep what they are set to, and what the
subclasses in wk_mac say.
"""

# ruff: noqa: N802 - methods are named as Objective-C's are

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tests.shell.wk_interfaces import block_of, find, interfaces, selector_of

if TYPE_CHECKING:
    from collections.abc import Callable

_PROTOCOLS = ("WKNavigationDelegate", "WKUIDelegate", "WKScriptMessageHandler")
_OWN_SELECTORS = frozenset({"screensChanged:", "cameFront:", "leftFront:", "menuOpened:", "menuClosed:"})
"""What we name ourselves, and hand to NSNotificationCenter."""


class FakeClass(type):
    """An Objective-C class."""

    def __getattr__(cls, name: str) -> Any:
        return _method(cls, cls.kind, name, static=True)


class Fake(metaclass=FakeClass):
    """An Objective-C object."""

    kind = "NSObject"
    lacks: frozenset[str] = frozenset()
    """Selectors that this macOS does not have."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    @classmethod
    def alloc(cls) -> Fake:
        return cls()

    def init(self) -> Fake:
        return self

    def __getattr__(self, name: str) -> Any:
        return _method(self, self.kind, name, static=False)

    @classmethod
    def has(cls, selector: str) -> bool:
        mine = any(selector_of(name) == selector for each in cls.__mro__ for name in vars(each))
        return selector not in cls.lacks and (mine or find(cls.kind, selector) is not None)

    def respondsToSelector_(self, selector: str) -> bool:
        return self.has(selector)

    @classmethod
    def instancesRespondToSelector_(cls, selector: str) -> bool:
        return cls.has(selector)

    def isKindOfClass_(self, kind: type) -> bool:
        return isinstance(self, kind)

    def className(self) -> str:
        return type(self).__name__


def _method(target: Any, kind: str, name: str, *, static: bool) -> Callable[..., Any]:
    selector = selector_of(name)
    returns = None if name.startswith("__") else find(kind, selector, static=static)
    if returns is None or selector in target.lacks:
        raise AttributeError(f"{kind} has no {'+' if static else '-'}{selector}")

    def call(*arguments: Any) -> Any:
        check(kind, selector, arguments)
        if static:
            return _default(returns, {}, type_name=kind)
        target.calls.append((selector, arguments))
        if re.match(r"_?set[A-Z]\w*:$", selector):
            target.kept[_property(selector)] = arguments[0]
            return None
        return _default(returns, target.kept, type_name=kind, key=_property(selector))

    return call


def check(kind: str, selector: str, arguments: tuple[Any, ...]) -> None:
    """Fail if a method cannot be called so by pyobjc."""
    assert len(arguments) == selector.count(":"), f"{kind} {selector} with {len(arguments)} arguments"
    for at, argument in enumerate(arguments):
        if callable(argument) and not isinstance(argument, Fake | FakeClass):
            assert block_of(kind, selector, at) is not None, f"pyobjc makes no block for {kind} {selector}"


def _property(selector: str) -> str:
    return re.sub(r"^(set|is)(?=[A-Z])", "", selector.lstrip("_").rstrip(":")).lower()


def _default(returns: str, kept: dict[str, Any], *, type_name: str, key: str = "") -> Any:
    if key in kept:
        return kept[key]
    plain = {"void": None, "bool": False, "NSString": "", "NSArray": [], "NSDictionary": {}, "NSRect": rect(0, 0)}
    if returns.startswith("?"):
        return None
    if returns in plain:
        return plain[returns]
    name = type_name if returns == "Self" else returns
    return kept.setdefault(key, make(name)) if name in interfaces() else 0


def make(kind: str, base: type[Fake] = Fake, **kept: Any) -> Fake:
    """Return an object of `kind` whose properties have these values, by their names in lower case."""
    made = FakeClass(kind, (base,), {"kind": kind})()
    made.kept.update(kept)
    return made


def rect(width: float, height: float, x: float = 0, y: float = 0) -> SimpleNamespace:
    return SimpleNamespace(origin=SimpleNamespace(x=x, y=y), size=SimpleNamespace(width=width, height=height))


def subclass(name: str, base: type[Fake], methods: tuple[Callable[..., Any], ...]) -> type[Fake]:
    """Return a class as pyobjc makes it. Fails if WebKit or AppKit would never call a method, or call it otherwise."""
    for method in methods:
        selector = selector_of(method.__name__)
        kinds = [kind for kind in (base.kind, *_PROTOCOLS) if find(kind, selector) is not None]
        assert kinds or selector in _OWN_SELECTORS, f"nobody calls {selector} of {name}"
        assert method.__code__.co_argcount == selector.count(":") + 1, selector
    return FakeClass(name, (base,), {method.__name__: method for method in methods})


class Above:
    """What `objc.super` returns: an object, as one of the class above."""

    def __init__(self, kind: type[Fake], instance: Fake) -> None:
        self._order = type(instance).__mro__[type(instance).__mro__.index(kind) + 1 :]
        self._instance = instance

    def __getattr__(self, name: str) -> Any:
        for each in self._order:
            if name in vars(each):
                return vars(each)[name].__get__(self._instance)
        return Fake.__getattr__(self._instance, name)


class Handler:
    """A completion handler that WebKit passes: it has to be called once, with what pyobjc can hand over."""

    def __init__(self, selector: str, argument: int) -> None:
        types = block_of("NSObject", selector, argument)
        assert types is not None, f"pyobjc cannot call what {selector} passes"
        self._types = types
        self.answers: list[tuple[Any, ...]] = []

    def __call__(self, *answer: Any) -> None:
        assert not self.answers, "answered twice"
        assert len(answer) == len(self._types), answer
        for value, kind in zip(answer, self._types, strict=True):
            assert kind not in {"Z", "B"} or isinstance(value, bool), answer
            assert kind not in {"q", "Q"} or isinstance(value, int), answer
        self.answers.append(answer)

    @property
    def answer(self) -> Any:
        [answer] = self.answers
        return answer[0] if len(answer) == 1 else (answer or None)
