"""The DevTools protocol over WebView2's own interface: no port, no pipe."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kiosk.shell.engines.wv2_devtools import decode
from kiosk.shell.engines.wv2_tasks import then as when_done

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kiosk.shell.engines.wv2_args import CoreWebView2DevToolsProtocolEventReceivedEventArgs
    from kiosk.shell.engines.wv2_core import CoreWebView2, CoreWebView2DevToolsProtocolEventReceiver
    from kiosk.shell.engines.wv2_runtime import Dotnet
    from kiosk.shell.engines.wv2_tasks import Post


class CoreWire:
    """One page's end: wv2_devtools.Wire."""

    def __init__(self, dotnet: Dotnet, page: CoreWebView2, *, post: Post) -> None:
        """Speak with `page`; `post` is the engine's."""
        self._post = post
        self._dotnet = dotnet
        self._page = page
        self._receivers: list[CoreWebView2DevToolsProtocolEventReceiver] = []

    def call(
        self,
        method: str,
        parameters: Mapping[str, object],
        *,
        session: str = "",
        then: Callable[[dict[str, Any] | None], None] | None = None,
    ) -> None:
        """See Wire."""
        text = json.dumps(parameters)
        task = (
            self._page.CallDevToolsProtocolMethodForSessionAsync(session, method, text)
            if session
            else self._page.CallDevToolsProtocolMethodAsync(method, text)
        )

        def done(result: str | None) -> None:
            if then is not None:
                then(None if result is None else decode(result))

        when_done(self._dotnet, task, done, post=self._post)

    def on(self, event: str, handler: Callable[[dict[str, Any], str], None]) -> None:
        """See Wire."""
        receiver = self._page.GetDevToolsProtocolEventReceiver(event)

        def received(_sender: object, args: CoreWebView2DevToolsProtocolEventReceivedEventArgs) -> None:
            handler(decode(args.ParameterObjectAsJson), args.SessionId or "")

        receiver.DevToolsProtocolEventReceived += received
        self._receivers.append(receiver)
