"""`kiosk run`: check what was asked, and take the screen or hand over to who has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.commands._context import context_of
from kiosk.commands._hand_over import take_or_hand_over
from kiosk.commands._launch import launch
from kiosk.commands._sign_in import admit_argument
from kiosk.core.deeplink import parse_deep_link
from kiosk.errors import ConfigError, InvalidInput
from kiosk.hidden_argument import hide_argument
from kiosk.paths import control_file, lock_file
from kiosk.result import Result

if TYPE_CHECKING:
    from argparse import Namespace

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
    if args.user is not None:
        hide_argument(args.user.reveal())
        admit_argument(config, args.user)
    if not _take_the_screen(args, link):
        return Result("handed over to the running kiosk")
    return launch(context, args.user, link)


def _take_the_screen(args: Namespace, link: DeepLink) -> bool:
    """Return whether this process has the screen now; if not, the one that has it took the visitor."""
    try:
        return take_or_hand_over(lock_file(), control_file(), user=args.user, link=link, language=args.language)
    except OSError as error:
        raise ConfigError(f"the lock file cannot be made: {error.strerror}", hint=f"check {lock_file()}") from None
