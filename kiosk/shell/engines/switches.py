"""pywebview, with every one of its switches set."""

from __future__ import annotations

import os
from typing import Any

from kiosk.errors import EngineUnavailable


def import_webview() -> Any:  # noqa: ANN401 - an untyped package
    """Import pywebview and set every one of its switches. Raises EngineUnavailable."""
    os.environ["PYWEBVIEW_LOG"] = "ERROR"
    try:
        import webview  # noqa: PLC0415 - its home is here, and it is slow
    except ImportError as error:
        raise EngineUnavailable(f"pywebview is not installed: {error.name} is missing") from None
    for key, value in {
        "ALLOW_DOWNLOADS": False,
        "ALLOW_FILE_URLS": False,
        "DRAG_REGION_SELECTOR": ".none",
        "DRAG_REGION_DIRECT_TARGET_ONLY": True,
        "OPEN_EXTERNAL_LINKS_IN_BROWSER": False,
        "OPEN_DEVTOOLS_IN_DEBUG": False,
        "REMOTE_DEBUGGING_PORT": None,
        "IGNORE_SSL_ERRORS": False,
        "SHOW_DEFAULT_MENUS": False,
        "WEBVIEW2_RUNTIME_PATH": None,
    }.items():
        webview.settings[key] = value
    return webview
