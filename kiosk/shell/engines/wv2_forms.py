"""What this program uses of System.Windows.Forms and its neighbours, as protocols. See wv2_core."""

# ruff: noqa: N802 - .NET's names

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kiosk.shell.engines.wv2_core import Hook, Read, Value


class IntPtr(Protocol):
    """A native handle."""

    def ToInt64(self) -> int: ...


class Color(Protocol):
    """A colour."""

    A: Read[int]


class Font(Protocol):
    """A font."""

    Height: Read[int]


class Rectangle(Protocol):
    """A place, in pixels."""

    Height: int
    Width: int
    X: int
    Y: int


class EventArgs(Protocol):
    """Arguments that say nothing."""


class ControlCollection(Protocol):
    """What is in a window."""

    def Add(self, control: Control, /) -> None: ...
    def Clear(self) -> None: ...


class Control(Protocol):
    """A window, or a part of one."""

    BackColor: Color
    Bounds: Rectangle
    ClientRectangle: Read[Rectangle]
    Controls: Read[ControlCollection]
    Handle: Read[IntPtr]
    TabStop: bool
    Visible: bool

    Resize: Hook[EventArgs]

    def BeginInvoke(self, call: object, /) -> object: ...
    def BringToFront(self) -> None: ...
    def Focus(self) -> bool: ...
    def Refresh(self) -> None: ...
    def SendToBack(self) -> None: ...
    def Show(self) -> None: ...


class Form(Control, Protocol):
    """A top-level window: pywebview's."""

    AutoScaleMode: Value
    ControlBox: bool
    MinimumSize: Size
    WindowState: Value

    def Activate(self) -> None: ...


class Size(Protocol):
    """A size, in pixels."""

    Height: int
    Width: int


class Panel(Control, Protocol):
    """An empty part of a window."""


class Label(Control, Protocol):
    """A text."""

    Dock: Value
    Font: Font
    ForeColor: Color
    Text: str
    TextAlign: Value
    UseMnemonic: bool


class Screen(Protocol):
    """A screen."""

    Bounds: Read[Rectangle]
    Primary: Read[bool]


class Timer(Protocol):
    """Calls on the GUI thread, later."""

    Interval: int

    Tick: Hook[EventArgs]

    def Dispose(self) -> None: ...
    def Start(self) -> None: ...
    def Stop(self) -> None: ...


# ── what the types themselves have ──


class StaticApplication(Protocol):
    """The type itself."""

    def DoEvents(self) -> None: ...
    def SetUnhandledExceptionMode(self, mode: Value, /) -> None: ...


class StaticScreen(Protocol):
    """The type itself."""

    AllScreens: Read[Sequence[Screen]]


class StaticPanel(Protocol):
    """The type itself."""

    def __call__(self) -> Panel: ...


class StaticLabel(Protocol):
    """The type itself."""

    def __call__(self) -> Label: ...


class StaticTimer(Protocol):
    """The type itself."""

    def __call__(self) -> Timer: ...


class DockStyle(Protocol):
    """Where a part is."""

    Fill: Value


class FormWindowState(Protocol):
    """Whether a window is as large as it is."""

    Normal: Value


class AutoScaleMode(Protocol):
    """Who makes a window's parts larger on a fine screen."""

    Inherit: Value


class UnhandledExceptionMode(Protocol):
    """What becomes of an error that nobody took: never a box on the screen."""

    ThrowException: Value


class Forms(Protocol):
    """The namespace System.Windows.Forms."""

    Application: StaticApplication
    DockStyle: DockStyle
    FormWindowState: FormWindowState
    Label: StaticLabel
    Panel: StaticPanel
    Screen: StaticScreen
    Timer: StaticTimer
    UnhandledExceptionMode: UnhandledExceptionMode
    AutoScaleMode: AutoScaleMode


class ContentAlignment(Protocol):
    """Where a text is."""

    MiddleCenter: Value


class FontStyle(Protocol):
    """How a text looks."""

    Bold: Value


class GraphicsUnit(Protocol):
    """What a size counts."""

    Pixel: Value


class StaticColorTranslator(Protocol):
    """The type itself."""

    def FromHtml(self, colour: str, /) -> Color: ...


class StaticRectangle(Protocol):
    """The type itself."""

    def __call__(self, x: int, y: int, width: int, height: int, /) -> Rectangle: ...


class StaticSize(Protocol):
    """The type itself."""

    def __call__(self, width: int, height: int, /) -> Size: ...


class StaticFont(Protocol):
    """The type itself."""

    def __call__(self, family: str, size: float, style: Value, unit: Value, /) -> Font: ...


class Drawing(Protocol):
    """The namespace System.Drawing."""

    ColorTranslator: StaticColorTranslator
    ContentAlignment: ContentAlignment
    Font: StaticFont
    FontStyle: FontStyle
    GraphicsUnit: GraphicsUnit
    Rectangle: StaticRectangle
    Size: StaticSize


class StaticAction(Protocol):
    """The type itself."""

    def __call__(self, call: Callable[[], None], /) -> object: ...


class System(Protocol):
    """The namespace System."""

    Action: StaticAction
