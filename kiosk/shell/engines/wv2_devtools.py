"""The DevTools protocol, in the process: what WebView2's own interface does not have, for every frame of a page.

A world of scripts that the page cannot reach, with a word to say to us (Runtime.addBinding); dialogs for files, and
drags out of the page, that never begin. Nothing listens anywhere for it. Frames in a process of their own are sessions
of their own: each waits for us before its first script.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any, Final, Protocol

from kiosk.shell.engines import scripts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WORLD: Final = "kiosk"
"""The name of our world. A page cannot be in it, whatever it knows."""

NO_PRINTING: Final = """\
(() => {
  const {document, CustomEvent} = window, dispatch = EventTarget.prototype.dispatchEvent.bind(document);
  const value = () => { dispatch(new CustomEvent(%(word)s)); };
  Object.defineProperty(window, "print", {value, writable: false, configurable: false, enumerable: true});
})();
"""
"""WebView2 asks nobody about `print()`. This runs in the page's own world, before its scripts and in all its frames."""

_PRINTED: Final = "document.addEventListener(%(word)s, () => console.info(%(word)s), true);"

_PDF: Final = "if (document.contentType === 'application/pdf') console.info(%(pdf)s);"
"""The PDF reader has no switch. Its buttons are hidden, and the page that it is in is not one that anybody wanted."""

_ISOLATED: Final = """\
(() => {
  const said = globalThis[%(binding)s];
  const console = {info: (text) => said(String(text))};
%(source)s
})();
"""
"""How a script of kiosk.shell.engines.scripts runs in our world: what it writes to the console is said to us alone."""


class Wire(Protocol):
    """One page's end of the protocol."""

    def call(
        self,
        method: str,
        parameters: Mapping[str, object],
        *,
        session: str = "",
        then: Callable[[dict[str, Any] | None], None] | None = None,
    ) -> None:
        """Call a method of the page, or of one of its frames' sessions; `then` gets the result, None if it failed."""

    def on(self, event: str, handler: Callable[[dict[str, Any], str], None]) -> None:
        """Have `handler` called with an event's parameters and session."""


class DevTools:
    """What is switched on in one page, by the protocol."""

    def __init__(
        self,
        wire: Wire,
        *,
        heard: Callable[[str], None],
        file_chooser: Callable[[], None],
        dragged: Callable[[], None],
        printed: Callable[[], None],
        reads_pdf: Callable[[], None],
    ) -> None:
        """Have `heard` called with what our scripts say, and the others with what the page tried."""
        self._wire = wire
        self._heard = heard
        self._printed = printed
        self._reads_pdf = reads_pdf
        self._pdf_word = secrets.token_hex(16)
        self._binding = f"kiosk{secrets.token_hex(8)}"
        self._print_word = secrets.token_hex(16)
        self._scripts: dict[str, object] = {}
        self._numbers: dict[str, str] = {}
        self.answered: dict[str, bool] = {}
        """For each method that was called to lock the page down, whether the browser did it."""
        wire.on("Runtime.bindingCalled", self._said)
        wire.on("Target.attachedToTarget", self._attached)
        wire.on("Page.fileChooserOpened", lambda _parameters, _session: file_chooser())
        wire.on("Input.dragIntercepted", lambda _parameters, _session: dragged())

    def lock(self) -> None:
        """Switch everything on in the page. `answered` says later what came of it."""
        self._lock("")

    def put_script(self, name: str, source: str, *, there: Callable[[], None] | None = None) -> None:
        """Have `source` run in our world in every document of the page from now on, in place of the last one so named.

        `there` is called when that is so, or cannot be. The frames of other processes have RESTRICTIONS alone.
        """
        self._put(name, {"source": self.isolated(source), "worldName": WORLD}, there)

    def put_their_script(self, name: str, source: str) -> None:
        """Have `source` run in the main frame's own world, before the page's scripts, in every document from now on."""
        self._put(name, {"source": f"if (window === top) {{\n{source}\n}}"}, None)

    def remove_script(self, name: str) -> None:
        """Have no script of that name run any more."""
        self._scripts.pop(name, None)
        if number := self._numbers.pop(name, ""):
            self._wire.call("Page.removeScriptToEvaluateOnNewDocument", {"identifier": number})

    def run(self, source: str, then: Callable[[bool], None] | None = None) -> None:
        """Run `source` in our world of the page's main frame; `then` gets whether the page ran it."""

        def made(result: dict[str, Any] | None) -> None:
            context = (result or {}).get("executionContextId")
            if context is None:
                if then is not None:
                    then(False)
                return
            self._wire.call(
                "Runtime.evaluate",
                {"expression": self.isolated(source), "contextId": context, "silent": True},
                then=lambda done: then(done is not None) if then is not None else None,
            )

        def tree(result: dict[str, Any] | None) -> None:
            frame = ((result or {}).get("frameTree") or {}).get("frame") or {}
            if "id" not in frame:
                if then is not None:
                    then(False)
                return
            # The one that is there already, if it is: worlds are known by their names.
            self._wire.call("Page.createIsolatedWorld", {"frameId": frame["id"], "worldName": WORLD}, then=made)

        self._wire.call("Page.getFrameTree", {}, then=tree)

    def ping(self, answer: Callable[[], None]) -> None:
        """Have the page run an empty script."""
        self._wire.call(
            "Runtime.evaluate", {"expression": "0", "silent": True}, then=lambda done: answer() if done else None
        )

    def type(self, key: Mapping[str, object]) -> None:
        """Have whatever has the focus get one key, as from a keyboard: the parameters of Input.dispatchKeyEvent."""
        self._wire.call("Input.dispatchKeyEvent", key)

    def isolated(self, source: str) -> str:
        """Return `source` as it runs in our world."""
        return _ISOLATED % {"binding": scripts.literal(self._binding), "source": source}

    # ── the page, and each frame in a process of its own ──

    def _lock(self, session: str) -> None:
        word = {"word": scripts.literal(self._print_word)}
        pdf = {"pdf": scripts.literal(self._pdf_word)}
        ours = f"{scripts.RESTRICTIONS}\n{_PRINTED % word}\n{_PDF % pdf}"
        calls: list[tuple[str, dict[str, object]]] = [
            ("Page.enable", {}),
            ("Runtime.enable", {}),
            ("Runtime.addBinding", {"name": self._binding, "executionContextName": WORLD}),
            ("Page.setInterceptFileChooserDialog", {"enabled": True}),
            (
                "Page.addScriptToEvaluateOnNewDocument",
                {"source": self.isolated(ours), "worldName": WORLD, "runImmediately": True},
            ),
            ("Page.addScriptToEvaluateOnNewDocument", {"source": NO_PRINTING % word, "runImmediately": True}),
            (
                "Target.setAutoAttach",
                {
                    "autoAttach": True,
                    "waitForDebuggerOnStart": True,
                    "flatten": True,
                    "filter": [{"type": "iframe", "exclude": False}, {"exclude": True}],
                },
            ),
        ]
        if not session:
            calls.insert(4, ("Input.setInterceptDrags", {"enabled": True}))
        for method, parameters in calls:
            self._wire.call(method, parameters, session=session, then=self._taker(method, session))

    def _taker(self, method: str, session: str) -> Callable[[dict[str, Any] | None], None]:
        def take(result: dict[str, Any] | None) -> None:
            if not session:
                self.answered[method] = self.answered.get(method, True) and result is not None

        return take

    def _attached(self, parameters: dict[str, Any], _session: str) -> None:
        """Lock a frame down that is drawn by another process, and let it begin."""
        session = str(parameters["sessionId"])
        self._lock(session)
        self._wire.call("Runtime.runIfWaitingForDebugger", {}, session=session)

    def _said(self, parameters: dict[str, Any], _session: str) -> None:
        if parameters.get("name") != self._binding:
            return
        payload = str(parameters.get("payload", ""))
        if payload == self._print_word:
            self._printed()
        elif payload == self._pdf_word:
            self._reads_pdf()
        else:
            self._heard(payload)

    def _put(self, name: str, parameters: dict[str, object], there: Callable[[], None] | None) -> None:
        self.remove_script(name)
        mark = self._scripts[name] = object()

        def put(result: dict[str, Any] | None) -> None:
            number = str((result or {}).get("identifier", ""))
            if self._scripts.get(name) is mark:
                self._numbers[name] = number
            elif number:  # another took its place before the browser answered
                self._wire.call("Page.removeScriptToEvaluateOnNewDocument", {"identifier": number})
            if there is not None:
                there()

        self._wire.call("Page.addScriptToEvaluateOnNewDocument", parameters, then=put)


def decode(text: str | None) -> dict[str, Any]:
    """Return the object in a text of the protocol; an empty one for anything else."""
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
