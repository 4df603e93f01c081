"""The one connection to the API that all parts of the supervisor share."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.api import Enable3
    from kiosk.core.secret import Secret


class Connection:
    """Opens the API with the key that there is, when it is first asked for."""

    def __init__(self, *, read_key: Callable[[], Secret], open_api: Callable[[Secret], Enable3]) -> None:
        """`read_key` may block for seconds: it runs in a thread."""
        self._read_key = read_key
        self._open_api = open_api
        self._key: Secret | None = None
        self._api: Enable3 | None = None
        self._opening = asyncio.Lock()

    async def get(self) -> Enable3:
        """Return the open API. Raises what `read_key` and `open_api` raise."""
        async with self._opening:
            if self._api is None:
                if self._key is None:
                    self._key = await asyncio.get_running_loop().run_in_executor(None, self._read_key)
                api = self._open_api(self._key)
                await api.__aenter__()
                self._api = api
            return self._api

    async def drop(self) -> None:
        """Close it: the next who asks reads the keyring anew, for the operator may have repaired it."""
        self._key = None
        await self._close()

    async def hang_up(self) -> None:
        """Close it if nobody uses it: what it last received stays in its buffers. The next who asks opens it again."""
        if self._api is not None and not self._api.is_busy:
            await self._close()

    async def _close(self) -> None:
        api, self._api = self._api, None
        if api is not None:
            await api.__aexit__(None, None, None)
