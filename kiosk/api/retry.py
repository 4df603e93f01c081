"""The total deadline of an operation, and its repetitions within."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from kiosk.errors import ApiError, TimedOut

if TYPE_CHECKING:
    from kiosk.api.calls import Call
    from kiosk.api.settings import ApiSettings
    from kiosk.api.transport import Answer, Transport

# Seconds before the second attempt; doubled from attempt to attempt, with up to JITTER on top, so that the terminals
# of a venue that came back at the same moment do not ask at the same moment. Four attempts wait 2 s at most.
WAIT_INITIAL = 0.2
WAIT_MAX = 2.0
JITTER = 0.2

_logger = logging.getLogger(__name__)


def log_retry(details: RetryDetails) -> None:
    """Log a repetition by the code of its cause. stamina's own hooks log arguments."""
    code = getattr(details.caused_by, "code", type(details.caused_by).__name__)
    _logger.info("attempt %d failed (%s), next in %.1f s", details.retry_num, code, details.wait_for)


async def perform(transport: Transport, call: Call, settings: ApiSettings) -> Answer:
    """Return the answer to `call`. Raises ApiError.

    The deadline covers all attempts and the waiting between them. If the next wait would not fit into what is left,
    the last error is raised at once.
    """
    outcome = await _within_deadline(transport, call, settings)
    if isinstance(outcome, ApiError):
        # Here it starts a traceback of our own frames, with nothing in its context.
        outcome.__context__ = None
        raise outcome.with_traceback(None)
    return outcome


async def _within_deadline(transport: Transport, call: Call, settings: ApiSettings) -> Answer | ApiError:
    try:
        async with asyncio.timeout(settings.total_timeout) as deadline:
            return await _repeat(transport, call, settings, deadline)
    except ApiError as error:
        return error
    except TimeoutError:
        return TimedOut(f"the API gave no full answer within {settings.total_timeout:g} s")


async def _repeat(transport: Transport, call: Call, settings: ApiSettings, deadline: asyncio.Timeout) -> Answer:
    loop = asyncio.get_running_loop()
    longest_wait = 0.0

    def decide(error: Exception) -> bool | float:
        if not (call.repeatable and isinstance(error, ApiError) and error.retryable):
            return False
        left = (deadline.when() or 0.0) - loop.time()
        if error.retry_after is None:
            return longest_wait < left
        wait = max(error.retry_after, WAIT_INITIAL)
        return wait if wait < left else False

    set_on_retry_hooks([log_retry])  # of the whole process: this is stamina's only home
    async for attempt in stamina.retry_context(
        on=decide,
        attempts=settings.attempts,
        timeout=None,  # the deadline is ours: stamina's is looked at between attempts only
        wait_initial=WAIT_INITIAL,
        wait_max=WAIT_MAX,
        wait_jitter=JITTER,
    ):
        longest_wait = min(attempt.next_wait + JITTER, WAIT_MAX)
        with attempt:
            outcome = await transport.exchange(call)
            if isinstance(outcome, ApiError):
                raise outcome
            return outcome
    raise AssertionError  # stamina raises the last error itself
