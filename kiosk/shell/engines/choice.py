"""The engines there are."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from kiosk.build import why_no_engine
from kiosk.core.navigation import parse_origin_pattern
from kiosk.errors import EngineUnavailable, InvalidInput
from kiosk.shell.engines.input import Input
from kiosk.shell.notices import Notices

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.base import Engine
    from kiosk.shell.protocol import Event, Start

ENGINES = {
    "qtwebengine": ("kiosk.shell.engines.qtwebengine", "QtWebEngine"),
    "webkitgtk": ("kiosk.shell.engines.webkitgtk", "WebKitGtk"),
    "webview2": ("kiosk.shell.engines.webview2", "WebView2"),
    "wkwebview": ("kiosk.shell.engines.wkwebview", "WkWebView"),
}
"""Where each engine's adapter is. Only the one that is used is imported."""

_OTHER_BUILD = "take `engine` out of the configuration, or install the package that has it; the README names both"


def make_engine(start: Start, emit: Callable[[Event], None]) -> Engine:
    """Return the adapter that `start` names. Raises EngineUnavailable and InvalidInput."""
    where = ENGINES.get(start.engine)
    if where is None:
        raise InvalidInput("engine", "is unknown", allowed=", ".join(ENGINES))
    if problem := why_no_engine(start.engine):
        raise EngineUnavailable(problem, hint=_OTHER_BUILD)
    allow = [parse_origin_pattern(text) for text in start.allow]
    module, name = where
    try:
        kind: type[Engine] = getattr(importlib.import_module(module), name)
    except ImportError as error:
        missing_part = error.name or str(error).partition(":")[0]  # a module, or a library such as libGL.so.1
        raise EngineUnavailable(f"the engine {start.engine} is not installed: {missing_part} is missing") from None
    people = Input(emit=emit, corner=start.corner, taps=start.taps, scanner=start.scanner)
    notices = Notices(look=start.look, language=start.language, acted=people.acted)
    return kind(emit=emit, allow=allow, listed_only=start.listed_only, people=people, notices=notices)
