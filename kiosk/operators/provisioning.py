"""What makes a machine a terminal, stored together or not at all: its configuration, its PIN and its API key.

`kiosk setup` and the enrolment page both end here.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.config import Source, survey_config
from kiosk.config.writing import read_as_it_is, restore, write_user_config
from kiosk.errors import KioskError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from kiosk.config import Places
    from kiosk.core.secret import Secret
    from kiosk.credentials import CredentialStore
    from kiosk.operators.pin import PinKeeper

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """What is to be stored: values of configuration keys, the API key and the PIN, unless the ones there are stay."""

    values: Mapping[str, object]
    key: Secret | None = field(default=None, repr=False)
    pin: Secret | None = field(default=None, repr=False)


def provide(provision: Provision, *, config_file: Path, pins: PinKeeper, store: CredentialStore) -> Path:
    """Store all of it, the key last, and return the path of the configuration. Blocks for seconds.

    The key comes last because a terminal without one can be set up again. If something cannot be stored, everything is
    as it was before. Raises ConfigError, StoreError and CredentialError.
    """
    before = read_as_it_is(config_file)
    kept = None if provision.pin is None else pins.kept()
    try:
        path = write_user_config(provision.values, config_file)
        if provision.pin is not None:
            pins.set(provision.pin)
        if provision.key is not None:
            store.write(provision.key)
    except BaseException:
        _undo("the configuration", lambda: restore(config_file, before))
        if provision.pin is not None:
            _undo("the PIN", lambda: pins.restore(kept))
        raise
    return path


def _undo(what: str, restore_it: Callable[[], None]) -> None:
    """Put one thing back. What failed first is what the operator has to hear of, so another failure is only logged."""
    try:
        restore_it()
    except KioskError as error:
        log.error("%s could not be put back: %s; %s", what, error.message, error.hint)  # noqa: TRY400 - operational


def overruled(values: Mapping[str, object], places: Places, flags: Mapping[str, object] | None = None) -> list[str]:
    """Return the names of those `values` that count for nothing in the user's file: something else sets another value.

    That is the administrator's policy, the environment, or one of the `flags`.
    """
    settings = survey_config(flags or {}, places).settings
    return [
        name
        for name, value in values.items()
        if settings[name].source not in {Source.DEFAULT, Source.FILE} and settings[name].value != value
    ]
