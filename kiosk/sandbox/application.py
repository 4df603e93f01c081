"""The sandbox as one ASGI application."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from kiosk.sandbox import admin, api, visits
from kiosk.sandbox.answers import Refused, answer_http_error, answer_refusal
from kiosk.sandbox.guard import Guard
from kiosk.sandbox.injection import Injection

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from kiosk.sandbox.connections import Connections
    from kiosk.sandbox.state import State

_HERE = Path(__file__).parent

# With `nosniff` a browser runs no script of another type, and Windows' registry often has one for `.js`.
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


def build(state: State, connections: Connections) -> ASGIApp:
    """Return the application: guard, then faults, then endpoints and static files."""
    for suffix, media_type in _TYPES.items():
        mimetypes.add_type(media_type, suffix)
    pages = [
        Mount(f"/{name}", StaticFiles(directory=_HERE / name, html=True, check_dir=False)) for name in ("widget", "sdk")
    ]
    endpoints = Starlette(
        routes=[*api.routes(state), *visits.routes(state), *admin.routes(state), *pages],
        exception_handlers={Refused: answer_refusal, HTTPException: answer_http_error},
    )
    endpoints.router.redirect_slashes = False
    return Guard(Injection(endpoints, state, connections), state)
