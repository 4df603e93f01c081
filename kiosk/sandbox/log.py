"""What was asked of the sandbox, for tests to read. No key, no token and no cookie is kept."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Scope

_KEEP = 2_000
"""Requests. The oldest are dropped first."""

_KEEP_BODY = 64 * 1024
"""Bytes of each body."""

_SECRET_HEADERS = frozenset({b"x-api-key", b"authorization", b"cookie", b"referer"})
_TOKEN = re.compile(r"(^|&)token=[^&]*")
_SCOPE_KEY = "kiosk.sandbox.entry"


@dataclass(slots=True)
class Entry:
    """One request: `path` as it was sent, undecoded; `query` with its token masked; whose it was, if that is known."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str
    user: str | None = None
    status: int | None = None


class Log:
    """The last requests, oldest first."""

    def __init__(self) -> None:
        """Start empty."""
        self._entries: deque[Entry] = deque(maxlen=_KEEP)

    def record(self, scope: Scope, body: bytes) -> Entry:
        """Add a request. The endpoint names the user later, through `entry_of`."""
        entry = Entry(
            method=scope["method"],
            path=scope["path"],
            query=_TOKEN.sub(r"\1token=***", scope["query_string"].decode("latin-1")),
            headers={
                name.decode("latin-1"): value.decode("latin-1")
                for name, value in scope["headers"]
                if name not in _SECRET_HEADERS
            },
            body=body[:_KEEP_BODY].decode("utf-8", "backslashreplace"),
        )
        scope[_SCOPE_KEY] = entry
        self._entries.append(entry)
        return entry

    def entries(self) -> list[Entry]:
        """Return what was recorded, oldest first."""
        return list(self._entries)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()


def entry_of(request: Request) -> Entry:
    """Return the entry of the request that is being answered."""
    entry: Entry = request.scope[_SCOPE_KEY]
    return entry
