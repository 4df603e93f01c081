"""Start the window, and only then import what is slow."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from tempfile import gettempdir
from threading import Thread
from typing import TYPE_CHECKING

from kiosk.core.look import Look
from kiosk.core.scanner import ScannerSettings
from kiosk.crash_dumps import forbid_core_dumps
from kiosk.errors import EngineUnavailable
from kiosk.result import Result
from kiosk.shell.environment import environment_proxy
from kiosk.shell.folder import sweep_stale
from kiosk.shell.protocol import Start
from kiosk.shell.spawn import ShellProcess
from kiosk.supervisor.inbox import FromShell, Inbox

if TYPE_CHECKING:
    from kiosk.commands._context import Context
    from kiosk.config import Config
    from kiosk.core.deeplink import DeepLink
    from kiosk.core.user_id import UserId
    from kiosk.errors import ExitStatus
    from kiosk.supervisor.app import Supervisor
    from kiosk.supervisor.parts import Parts


def launch(context: Context, user: UserId | None, link: DeepLink) -> Result:
    """Run a kiosk until it is stopped, with `user` as its first visitor, if one is named. This process has the screen.

    Raises EngineUnavailable and LockdownFailed.
    """
    config = context.config
    forbid_core_dumps()
    inbox = Inbox()
    shell = _spawn(config, inbox, 1, spare=False)
    Thread(target=_sweep, name="sweep", daemon=True).start()
    try:
        # Late, because they cost a tenth of a second that the engine's start hides.
        from kiosk.core import events  # noqa: PLC0415
        from kiosk.core.session import Wanted  # noqa: PLC0415
        from kiosk.supervisor.app import Supervisor  # noqa: PLC0415
        from kiosk.supervisor.parts import settings_of  # noqa: PLC0415
        from kiosk.supervisor.screen import Screen  # noqa: PLC0415

        supervisor = Supervisor(
            config=config,
            settings=settings_of(config),
            inbox=inbox,
            screen=Screen(shell, lambda number, spare: _spawn(config, inbox, number, spare=spare), _sweep),
            read_key=context.read_key,
            open_api=context.open_api,
            can_enrol=context.uses_keyring,
            make_parts=partial(_make_parts, context),
        )
        inbox.put(events.Started() if user is None else events.Begin(Wanted(user, link)))
    except BaseException:
        shell.kill()
        raise
    status = supervisor.run()
    if supervisor.refusal:
        raise supervisor.refusal.error()
    if supervisor.exit is not None and supervisor.exit.restart:
        return Result(exit_status=_restart(context))
    return Result(exit_status=status)


def _make_parts(context: Context, app: Supervisor) -> Parts:
    from kiosk.commands._parts import make_parts  # noqa: PLC0415 - when the first page is there

    return make_parts(app, context=context)


def _restart(context: Context) -> ExitStatus:
    from kiosk.ops.restart import restart_self  # noqa: PLC0415 - once in a while

    try:
        return restart_self(sys.argv[1:], context.piped_key)
    except OSError as error:
        raise EngineUnavailable(f"the kiosk cannot be started anew: {error.strerror}", hint="start it again") from None


def _sweep() -> None:
    sweep_stale(Path(gettempdir()))


def _spawn(config: Config, inbox: Inbox, number: int, *, spare: bool) -> ShellProcess:
    try:
        return ShellProcess.spawn(
            start=_start(config, spare=spare),
            on_event=lambda event: inbox.put(FromShell(number, event)),
            on_exit=lambda status: inbox.put(FromShell(number, status)),
        )
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise EngineUnavailable(
            f"the window's process cannot be started: {problem}", hint="free memory or disk space; then try again"
        ) from None


def _start(config: Config, *, spare: bool) -> Start:
    reads = {"scanner", "code"} & set(config.sign_in)
    return Start(
        windowed=config.windowed,
        screen=config.screen,
        language=config.language,
        look=Look(
            config.brand,
            config.primary_color,
            config.accent_color,
            logo="" if config.logo is None else str(config.logo),
            background="" if config.background is None else str(config.background),
        ),
        allow=[str(pattern) for pattern in config.allow],
        engine=config.engine,
        listed_only=config.sub_resources == "allow-list",
        proxy=config.proxy or environment_proxy(),
        ca_file="" if config.ca_file is None else str(config.ca_file),
        spare=spare,
        scanner=ScannerSettings(config.scanner_prefix, config.scanner_suffix, config.scanner_gap_ms / 1000)
        if reads
        else None,
        corner=config.operator_corner,
        taps=config.operator_taps,
        keyboard=config.keyboard,
    )
