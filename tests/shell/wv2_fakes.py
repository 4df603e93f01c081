"""Fakes of WebView2's interfaces, made of the protocols of wv2_core, wv2_args and wv2_forms.

A fake has what its protocol has, and nothing else; what cannot be set there cannot be set here. test_wv2_names shows
that the protocols are .NET's own.
"""

# ruff: noqa: N802 - .NET's names

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Self

from kiosk.shell.engines import wv2_args, wv2_core, wv2_forms

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULTS: dict[str, Any] = {"bool": False, "str": "", "int": 0, "float": 0.0}


class Event:
    """A .NET event."""

    def __init__(self) -> None:
        self.handlers: list[Callable[[object, Any], None]] = []

    def __iadd__(self, handler: Callable[[object, Any], None]) -> Self:
        self.handlers.append(handler)
        return self

    def raised(self, arguments: Any = None) -> Any:
        """Have all handlers called, as .NET does; return the arguments."""
        for handler in self.handlers:
            handler(None, arguments)
        return arguments


def annotations_of(protocol: type) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in reversed(protocol.__mro__):
        found |= {name: str(text) for name, text in inspect.get_annotations(kind).items()}
    return found


class Fake:
    """An object of a .NET type. `calls` are the methods that were called, with their arguments."""

    def __init__(self, protocol: type, **values: Any) -> None:
        members = annotations_of(protocol)
        assert not values.keys() - members.keys(), f"{protocol.__name__} has no {values.keys() - members.keys()}"
        methods = {name for name, _ in inspect.getmembers(protocol, inspect.isfunction) if name[0].isupper()}
        self.__dict__.update(_name=protocol.__name__, _members=members, _methods=methods, calls=[], set={}, stuck=set())
        for name, text in members.items():
            plain = text.removeprefix("Read[").removesuffix("]")
            default = Event() if text.startswith("Hook[") else DEFAULTS.get(plain)
            self.__dict__[name] = values.get(name, default)

    def __getattr__(self, name: str) -> Any:
        if name not in self._methods:
            raise AttributeError(f"{self._name} has no {name}")

        def call(*arguments: Any) -> Any:
            self.calls.append((name, *arguments))
            return None

        return call

    def __setattr__(self, name: str, value: Any) -> None:
        text = self._members.get(name, "")
        if name in self.stuck:
            return
        if isinstance(value, Event) and self.__dict__.get(name) is value:
            return  # what += leaves behind
        if not text or text.startswith(("Read[", "Hook[")):
            raise AttributeError(f"{self._name}.{name} cannot be set")
        self.set[name] = value
        self.__dict__[name] = value


def event_args(name: str, **values: Any) -> Any:
    """Return the arguments of an event; a `GetDeferral` is of a kind that tells whether it was completed."""
    return Fake(getattr(wv2_args, f"CoreWebView2{name}EventArgs"), **values)


class Names:
    """An enumeration: its values are their names."""

    def __init__(self, protocol: type) -> None:
        self._names = set(annotations_of(protocol))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._names:
            raise AttributeError(name)
        return Flag(name)


class Flag(str):
    """A value of an enumeration."""

    __slots__ = ()

    def __or__(self, other: object) -> Flag:
        return self if self == other else Flag(f"{self}, {other}")


class Done:
    """A task that is over, or never will be."""

    IsFaulted = False

    def __init__(self, result: Any = None, *, never: bool = False, failed: bool = False) -> None:
        self.Result = result
        self.IsCompleted = not never
        self.IsFaulted = failed

    def GetAwaiter(self) -> Done:
        return self

    def OnCompleted(self, continuation: Callable[[], None]) -> None:
        if self.IsCompleted:
            continuation()


class Place:
    """A rectangle, or a size."""

    def __init__(self, *numbers: int) -> None:
        self.X, self.Y = numbers[:2] if len(numbers) == 4 else (0, 0)
        self.Width, self.Height = numbers[-2:]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]


class Handle:
    def __init__(self, number: int) -> None:
        self.number = number

    def ToInt64(self) -> int:
        return self.number


class Clock:
    """The GUI thread: what was posted, and what is due later, on a clock that only `run` moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.posted: list[Callable[[], None]] = []
        self.timers: list[tuple[float, Any]] = []

    def run(self, seconds: float = 0.0) -> None:
        end = self.now + seconds
        while True:
            while self.posted:
                self.posted.pop(0)()
            due = sorted((each for each in self.timers if each[0] <= end), key=lambda each: each[0])
            if not due:
                break
            self.now = max(self.now, due[0][0])
            self.timers.remove(due[0])
            due[0][1].Tick.raised()
        self.now = end


class FakeTimer(Fake):
    def __init__(self, clock: Clock) -> None:
        super().__init__(wv2_forms.Timer)
        self.__dict__["clock"] = clock

    def Start(self) -> None:
        self.clock.timers.append((self.clock.now + self.Interval / 1000, self))


def fake_control(protocol: type, number: int, **values: Any) -> Fake:
    control = Fake(protocol, Handle=Handle(number), Controls=Fake(wv2_forms.ControlCollection), **values)
    control.__dict__["Focus"] = lambda: control.calls.append(("Focus",)) is None
    return control


class Space:
    """A namespace."""

    def __init__(self, **members: Any) -> None:
        vars(self).update(members)


def fake_forms(clock: Clock, screens: list[Place]) -> Space:
    numbers = iter(range(100, 1000))
    every = [Fake(wv2_forms.Screen, Bounds=place, Primary=at == 0) for at, place in enumerate(screens)]
    return Space(
        Application=Fake(wv2_forms.StaticApplication),
        AutoScaleMode=Names(wv2_forms.AutoScaleMode),
        DockStyle=Names(wv2_forms.DockStyle),
        FormWindowState=Names(wv2_forms.FormWindowState),
        Label=lambda: fake_control(wv2_forms.Label, next(numbers)),
        Panel=lambda: fake_control(wv2_forms.Panel, next(numbers)),
        Screen=Fake(wv2_forms.StaticScreen, AllScreens=every),
        Timer=lambda: FakeTimer(clock),
        UnhandledExceptionMode=Names(wv2_forms.UnhandledExceptionMode),
    )


def fake_drawing() -> Space:
    return Space(
        ColorTranslator=Space(FromHtml=lambda colour: colour),
        ContentAlignment=Names(wv2_forms.ContentAlignment),
        Font=lambda *values: values,
        FontStyle=Names(wv2_forms.FontStyle),
        GraphicsUnit=Names(wv2_forms.GraphicsUnit),
        Rectangle=Place,
        Size=Place,
    )


ENUMERATIONS = {
    name: Names(getattr(wv2_core, name))
    for name, text in annotations_of(wv2_core.Core).items()
    if not text.startswith("Static")
}
