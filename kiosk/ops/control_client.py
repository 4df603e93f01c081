"""Asks a running kiosk of this account. Without asyncio, so that `kiosk end` takes a tenth of a second."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from kiosk.errors import AlreadyRunning, NotRunning
from kiosk.ops.address import read_address
from kiosk.ops.control_messages import Reply, decode_reply, encode_request
from kiosk.wire import WireError

if sys.platform == "win32":
    from kiosk.ops.control_pipe import exchange
else:
    from kiosk.ops.control_socket import exchange

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.ops.control_messages import Request

PATIENCE = 5.0
"""Seconds for an answer: more than a kiosk may take to answer that it is busy."""

RESTART = "end that process, by the system's own means, and start the kiosk again"


def ask(path_file: Path, request: Request, *, timeout: float = PATIENCE) -> Reply:
    """Return the reply of the kiosk whose address is in `path_file`, within `timeout` seconds. Blocks.

    Raises NotRunning at once if there is none, or if it ended before it answered, and AlreadyRunning if there is one
    that does not answer, or not so that it is understood.
    """
    address = read_address(path_file)
    if address is None:
        raise NotRunning("no kiosk of this account is running")
    try:
        return decode_reply(exchange(address, encode_request(request), time.monotonic() + timeout))
    except TimeoutError:
        raise AlreadyRunning("the running kiosk does not answer", hint=RESTART) from None
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise AlreadyRunning(f"the running kiosk cannot be asked: {problem}", hint=RESTART) from None
    except WireError:
        raise AlreadyRunning(
            "the running kiosk's answer is not understood", hint="it may be of another version: restart it"
        ) from None
