"""Scripts that are put into pages of WebKitGTK before their own, in a world of ours."""

from __future__ import annotations

from typing import Any, Final

from kiosk.shell.engines.gtk_toolkit import WebKit2

WORLD: Final = "enable3-kiosk"
"""Shares the document with the page, and nothing else. Only here can messages be sent to us."""

CHANNEL: Final = "kiosk"
TELL: Final = f"webkit.messageHandlers.{CHANNEL}.postMessage"
"""How a script in our world tells us something: with one text."""

_START = WebKit2.UserScriptInjectionTime.START
_TOP, _ALL = WebKit2.UserContentInjectedFrames.TOP_FRAME, WebKit2.UserContentInjectedFrames.ALL_FRAMES


class Scripts:
    """The scripts of one view, by name."""

    def __init__(self, content: Any) -> None:  # noqa: ANN401 - a WebKit2.UserContentManager
        """Have none."""
        self._content = content
        self._scripts: dict[str, Any] = {}

    def put(self, name: str, source: str, *, sub_frames: bool = False, ours: bool = True) -> None:
        """Have `source` run in every document from now on, in place of the last one so named.

        In our world, or in the page's own; before the page's scripts.
        """
        self.remove(name)
        frames = _ALL if sub_frames else _TOP
        if ours:
            script = WebKit2.UserScript.new_for_world(source, frames, _START, WORLD, None, None)
        else:
            script = WebKit2.UserScript.new(source, frames, _START, None, None)
        self._content.add_script(script)
        self._scripts[name] = script

    def remove(self, name: str) -> None:
        """Have no script of that name run any more."""
        if (script := self._scripts.pop(name, None)) is not None:
            self._content.remove_script(script)

    def __contains__(self, name: str) -> bool:
        return name in self._scripts
