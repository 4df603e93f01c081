"""The parts of a running kiosk, made from the configuration: the composition root of what is not the first page.

What is slow is imported here, when the first page is there.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kiosk import paths
from kiosk.commands._checks import checks_of
from kiosk.commands._sign_in import make_desk
from kiosk.core.language import FALLBACK_LANGUAGE
from kiosk.operators.enrolment import Enrolment
from kiosk.operators.panel import Panel
from kiosk.ops.control import ControlServer
from kiosk.ops.control_messages import OutboxCounts
from kiosk.ops.network import wait_for_return
from kiosk.outbox.delivery import Delivery
from kiosk.outbox.terminal_events import TerminalEvents
from kiosk.shell.environment import environment_proxy
from kiosk.store.outbox import Outbox
from kiosk.supervisor.connection import Connection
from kiosk.supervisor.operating import Operating
from kiosk.supervisor.parts import Parts
from kiosk.supervisor.requests import Requests

if TYPE_CHECKING:
    from kiosk.commands._context import Context
    from kiosk.config import Config
    from kiosk.operators.pin import PinKeeper
    from kiosk.store.item import OutboxStatus
    from kiosk.supervisor.app import Supervisor

log = logging.getLogger(__name__)


def make_parts(app: Supervisor, *, context: Context) -> Parts:
    """Make all parts for `app`, in its loop."""
    config = app.config
    desk = make_desk(config)
    pins = context.pins
    mail = _Mail(app, context)
    operating = Operating(
        config=config,
        pins=pins,
        panel=_make_panel(app, context, mail),
        enrol=_make_enrolment(context, pins).enrol,
        on_event=app.inbox.put,
        show=app.show_again,
    )
    requests = Requests(app, desk=desk, outbox=mail.counts)
    server = ControlServer(paths.control_file(), requests.answer, runtime=paths.runtime_folder())
    serving: list[asyncio.Task[None]] = []

    def start() -> None:
        serving.append(asyncio.create_task(_serve(server)))
        mail.delivery.start()

    async def close() -> None:
        for task in serving:
            task.cancel()
        await operating.close()
        await server.close()
        await mail.close()

    host, port = _target(config)

    async def network_back() -> None:
        await wait_for_return(host, port)
        mail.delivery.wake(network_back=True)

    return Parts(desk, pins, operating, mail.events, network_back, start, close, mail.let_go)


class _Mail:
    """The outbox, who fills it and who empties it."""

    def __init__(self, app: Supervisor, context: Context) -> None:
        config = app.config
        self._loop = asyncio.get_running_loop()
        self.outbox = Outbox(paths.outbox_file(), limit=config.outbox_limit, days=config.outbox_days)
        # A connection of its own, for one try at a time: the repetitions are the delivery's.
        self._connection = Connection(read_key=context.read_key, open_api=lambda key: context.open_api(key, attempts=1))
        self.delivery = Delivery(self.outbox, self._connection.get, drop_api=self._connection.drop)
        self.events = TerminalEvents(
            self.outbox,
            config.terminal,
            config.event_check_in,
            config.event_visit_ended,
            on_queued=self._wake,
        )

    async def close(self) -> None:
        await self._loop.run_in_executor(None, self.events.close)
        await self.delivery.close()
        await self._connection.drop()
        await self._loop.run_in_executor(None, self.outbox.close)

    async def let_go(self) -> None:
        """Close the connection and the files, if nothing uses them: SQLite keeps pages, and they had visitors' ids."""
        await self._connection.hang_up()
        await self._loop.run_in_executor(None, self.outbox.close)

    def _wake(self) -> None:
        """Tell the delivery, from the thread that writes."""
        with suppress(RuntimeError):  # the loop is closed by now, and the next run sends it
            self._loop.call_soon_threadsafe(self.delivery.wake)

    async def counts(self) -> OutboxCounts:
        status = self.delivery.status()
        return OutboxCounts(status.pending, status.dead)

    async def status(self) -> OutboxStatus:
        return await self._loop.run_in_executor(None, self.outbox.status)

    async def retry(self) -> None:
        """Have dead letters tried once more, and all that waits at once."""

        def revive() -> None:
            self.outbox.retry(self.outbox.numbers("dead"))
            self.outbox.hurry()

        await self._loop.run_in_executor(None, revive)
        self.delivery.wake(network_back=True)


def _make_panel(app: Supervisor, context: Context, mail: _Mail) -> Panel:
    config = app.config
    return Panel(
        terminal=config.terminal,
        language=config.language or FALLBACK_LANGUAGE,
        languages=config.languages,
        since=lambda: app.since,
        ready=lambda: app.ready,
        checks=lambda report: checks_of(context, from_file=not context.uses_keyring, report=report),
        get_api=app.connection.get,
        outbox=mail.status,
        retry=mail.retry,
        places=context.places,
        flags=context.flags,
    )


def _make_enrolment(context: Context, pins: PinKeeper) -> Enrolment:
    return Enrolment(
        places=context.places,
        flags=context.flags,
        pins=pins,
        store_of=context.store_at,
        open_api=context.open_api_at,
    )


async def _serve(server: ControlServer) -> None:
    try:
        await server.start()
    except OSError as error:
        log.error("no hand-over and no `kiosk end`: %s", error.strerror)  # noqa: TRY400 - an operational error


def _target(config: Config) -> tuple[str, int]:
    """Return the host and port of what this terminal connects to for the API: the proxy, if there is one."""
    url = urlsplit(config.proxy or environment_proxy() or config.base_url)
    return url.hostname or "", url.port or {"http": 80}.get(url.scheme, 443)
