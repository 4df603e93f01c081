"""Every request of the visit's pages, its workers' too, before Chromium makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWebEngineCore import QWebEngineUrlRequestInfo, QWebEngineUrlRequestInterceptor

from kiosk.shell.engines.qt_page import encoded

if TYPE_CHECKING:
    from collections.abc import Callable

_Type = QWebEngineUrlRequestInfo.ResourceType
_NAVIGATIONS: Final = frozenset({_Type.ResourceTypeMainFrame, _Type.ResourceTypeSubFrame})
"""The page is asked about these: `acceptNavigationRequest`."""


class Requests(QWebEngineUrlRequestInterceptor):
    """Blocks what the policy does not allow, redirected requests included."""

    def __init__(self, may_load: Callable[..., bool]) -> None:
        """Ask `may_load(url=, page=)`, on the GUI thread."""
        super().__init__()
        self._may_load = may_load

    def interceptRequest(self, info: QWebEngineUrlRequestInfo, /) -> None:  # noqa: N802 - Qt's name
        if info.resourceType() in _NAVIGATIONS:
            return
        asker = info.initiator()
        page = asker if asker.isValid() and asker.host() else info.firstPartyUrl()
        if not self._may_load(url=encoded(info.requestUrl()), page=encoded(page)):
            info.block(True)
