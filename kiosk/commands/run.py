"""`kiosk run`: check what was asked, start the window, and only then import what is slow."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import gettempdir
from threading import Thread
from typing import TYPE_CHECKING

from kiosk.commands._context import context_of
from kiosk.commands._hand_over import take_or_hand_over
from kiosk.core.deeplink import parse_deep_link
from kiosk.core.look import Look
from kiosk.errors import ConfigError, EngineUnavailable, InvalidInput
from kiosk.inbox import FromShell, Inbox
from kiosk.ops.control_messages import Begin
from kiosk.paths import control_file, lock_file
from kiosk.result import Result
from kiosk.shell.environment import environment_proxy
from kiosk.shell.folder import sweep_stale
from kiosk.shell.protocol import Start
from kiosk.shell.spawn import ShellProcess

if TYPE_CHECKING:
    from argparse import Namespace

    from kiosk.config import Config
    from kiosk.core.deeplink import DeepLink


def run(args: Namespace) -> Result:
    """Run the kiosk until it is stopped, or hand the visitor over to the one that runs.

    Raises ConfigError, InvalidInput, AlreadyRunning, EngineUnavailable and LockdownFailed.
    """
    context = context_of(args)
    config = context.config
    link = parse_deep_link(args.feature, args.item_id)
    if args.user is None and link.feature is not None:
        raise InvalidInput("--feature", "needs a visitor", allowed="together with --user")
    if not _take_the_screen(args, link):
        return Result("handed over to the running kiosk")
    inbox = Inbox()
    shell = _spawn(config, inbox, 1)
    Thread(target=sweep_stale, args=(Path(gettempdir()),), name="sweep", daemon=True).start()
    try:
        # Late, because they cost a tenth of a second that the engine's start hides.
        from kiosk.app import Supervisor  # noqa: PLC0415
        from kiosk.core.session import Visit  # noqa: PLC0415

        supervisor = Supervisor(
            config=config,
            visit=None if args.user is None else Visit(1, args.user, link, config.language or None),
            inbox=inbox,
            shell=shell,
            spawn=partial(_spawn, config, inbox),
            read_key=context.read_key,
            open_api=context.open_api,
        )
    except BaseException:
        shell.kill()
        raise
    status = supervisor.run()
    if supervisor.refusal:
        raise supervisor.refusal.error()
    return Result(exit_status=status)


def _take_the_screen(args: Namespace, link: DeepLink) -> bool:
    """Return whether this process has the screen now; if not, the one that has it took the visitor."""
    visit = None if args.user is None else Begin(args.user, link, args.language)
    try:
        return take_or_hand_over(lock_file(), control_file(), visit)
    except OSError as error:
        raise ConfigError(f"the lock file cannot be made: {error.strerror}", hint=f"check {lock_file()}") from None


def _spawn(config: Config, inbox: Inbox, number: int) -> ShellProcess:
    start = Start(
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
        proxy=config.proxy or environment_proxy(),
        ca_file="" if config.ca_file is None else str(config.ca_file),
    )
    try:
        return ShellProcess.spawn(
            start=start,
            on_event=lambda event: inbox.put(FromShell(number, event)),
            on_exit=lambda status: inbox.put(FromShell(number, status)),
        )
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise EngineUnavailable(
            f"the window's process cannot be started: {problem}", hint="free memory or disk space; then try again"
        ) from None
