"""A client of the API that is kept open, and made anew after its key was refused."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.api import Enable3
    from kiosk.core.secret import Secret


class KeptApi:
    """Opens the client when it is first asked for."""

    def __init__(self, read_key: Callable[[], Secret], open_api: Callable[[Secret], Enable3]) -> None:
        """`read_key` may block for seconds: it runs in a thread."""
        self._read_key = read_key
        self._open_api = open_api
        self._api: Enable3 | None = None

    async def get(self) -> Enable3:
        """Return the client, open; not to be called twice at once. Raises what `read_key` and `open_api` raise."""
        if self._api is None:
            key = await asyncio.get_running_loop().run_in_executor(None, self._read_key)
            api = self._open_api(key)
            await api.__aenter__()
            self._api = api
        return self._api

    async def drop(self) -> None:
        """Close the client; the next one reads the key anew: the operator may have repaired it."""
        api, self._api = self._api, None
        if api is not None:
            await api.__aexit__(None, None, None)
