"""Scripts in pages of WKWebView: ours in a world of their own, from where alone our message handler can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.shell.engines.wk_cocoa import Cocoa, ObjC

HANDLER: Final = "kiosk"
"""The name of our message handler, in our world alone."""

_WORLD: Final = "kiosk"

TELL: Final = f"webkit.messageHandlers.{HANDLER}.postMessage"
"""How our scripts tell us something."""


class Scripts:
    """The scripts of one page, by name, and the handler that hears them."""

    def __init__(self, cocoa: Cocoa, *, heard: Callable[[str, ObjC], None]) -> None:
        """Call `heard` with what our scripts say, and the frame (WKFrameInfo) in which one did."""
        self._cocoa = cocoa
        self._heard = heard
        self._scripts: dict[str, ObjC] = {}
        self.world = cocoa.WKContentWorld.worldWithName_(_WORLD)
        self.controller = cocoa.WKUserContentController.alloc().init()
        listener = cocoa.subclass("KioskListener", cocoa.NSObject, (userContentController_didReceiveScriptMessage_,))
        self._listener = listener.alloc().init()
        self._listener.kiosk = self
        self.controller.addScriptMessageHandler_contentWorld_name_(self._listener, self.world, HANDLER)

    def put(self, name: str, source: str, *, ours: bool = True, sub_frames: bool = False) -> None:
        """Have `source` run in every document from now on before its own scripts, in place of the last so named."""
        kind = self._cocoa.WKUserScript.alloc()
        self._scripts[name] = kind.initWithSource_injectionTime_forMainFrameOnly_inContentWorld_(
            source,
            self._cocoa.WKUserScriptInjectionTimeAtDocumentStart,
            not sub_frames,
            self.world if ours else self._cocoa.WKContentWorld.pageWorld(),
        )
        self._put_all()

    def remove(self, name: str) -> None:
        """Have no script of that name run any more."""
        if self._scripts.pop(name, None) is not None:
            self._put_all()

    def has(self, name: str) -> bool:
        """Whether a script of that name runs."""
        return name in self._scripts

    def take(self, message: ObjC) -> None:
        """Take a message (WKScriptMessage): in no world but ours is there the handler."""
        body = message.body()
        if message.world() == self.world and isinstance(body, str):
            self._heard(str(body), message.frameInfo())

    def _put_all(self) -> None:
        """Put all in anew: one alone cannot be taken out."""
        self.controller.removeAllUserScripts()
        for script in self._scripts.values():
            self.controller.addUserScript_(script)


def userContentController_didReceiveScriptMessage_(self: ObjC, _controller: ObjC, message: ObjC) -> None:  # noqa: N802
    """Hear a script of ours (WKScriptMessageHandler)."""
    self.kiosk.take(message)
