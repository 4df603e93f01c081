"""The configuration: file < managed policy < environment < flags, checked once, then frozen.

`load_config` is for commands that need it right; `survey_config` for `kiosk config`, which shows everything that is
there and everything that is wrong with it.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from kiosk import paths
from kiosk.config.sources import Problem, Setting, Source, Survey, read_environment, read_file, read_flags
from kiosk.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kiosk.config.pattern import UserPattern
    from kiosk.core.deeplink import Feature
    from kiosk.core.navigation import OriginPattern

__all__ = [
    "Config",
    "Places",
    "Problem",
    "Setting",
    "Source",
    "Survey",
    "contradictions",
    "load_config",
    "survey_config",
]

_ROOT = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The kiosk's configuration. What each key means is in `schema.KEYS`; times are in seconds."""

    base_url: str
    auth: Literal["widget", "jwt"]
    sdk_url: str | None
    ca_file: Path | None
    proxy: str | None
    connect_timeout: float
    read_timeout: float
    total_timeout: float
    allow: tuple[OriginPattern, ...]
    language: str
    """A language tag, or nothing: then the API is sent none, and our own pages are English."""
    engine: str
    sub_resources: Literal["any", "allow-list"]
    screen: int
    windowed: bool
    brand: str
    logo: Path | None
    background: Path | None
    primary_color: str
    accent_color: str
    languages: tuple[str, ...]
    log_level: str
    # How visitors sign in.
    sign_in: tuple[str, ...]
    user_pattern: UserPattern | None
    scanner_prefix: str
    scanner_suffix: str
    scanner_gap_ms: int
    code_public_key: Path | None
    code_audience: str
    code_life: int
    keypad_check_digit: Literal["none", "luhn", "ean"]
    keypad_length: int
    keypad_tries: int
    keypad_cooldown: int
    sections: tuple[Feature, ...]
    # Visits.
    idle_timeout: int
    idle_warning: int
    idle_media: bool
    visit_limit: int
    cool_down_after: int
    cool_down: int
    after_crash: Literal["end", "reopen"]
    keyboard: bool
    terminal: str
    event_check_in: str
    event_visit_ended: str
    outbox_limit: int
    outbox_days: int
    # The operator.
    operator_corner: str
    operator_taps: int
    operator_timeout: int
    test_user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where settings are read from. The defaults are this system's."""

    user: Path = field(default_factory=paths.user_config_file)
    policy: Path = field(default_factory=paths.policy_file)
    policy_owner: int | None = None if sys.platform == "win32" else _ROOT
    """The account that must own the policy. Windows guards its place by rights that the installer gives the folder."""
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)


def load_config(flags: Mapping[str, object], places: Places | None = None) -> Config:
    """Return the configuration, given the options of the command line by key (`vars(args)` will do).

    Raises ConfigError with the first problem and the number of the others.
    """
    survey = survey_config(flags, places)
    if survey.problems:
        first, *others = survey.problems
        more = f" (and {len(others)} more)" if others else ""
        raise ConfigError(f"{first}{more}", hint=first.hint or None)
    values: dict[str, Any] = {name: setting.value for name, setting in survey.settings.items()}
    return Config(**values)


def survey_config(flags: Mapping[str, object], places: Places | None = None) -> Survey:
    """Read every source in order, and say what counts, where it comes from, and all that is wrong."""
    places = places or Places()
    survey = Survey()
    read_file(survey, places.user, Source.FILE)
    read_file(survey, places.policy, Source.POLICY, owner=places.policy_owner)
    read_environment(survey, places.environ)
    read_flags(survey, flags)
    survey.problems += contradictions(survey.settings)
    return survey


def contradictions(settings: Mapping[str, Setting]) -> list[Problem]:
    """Return what is wrong between values that are right one by one."""
    problems = []
    if settings["auth"].value == "jwt" and settings["sdk_url"].value is None:
        hint = "set sdk_url to the https address of the page that gets the token"
        problems.append(Problem(settings["auth"].where, "auth", "jwt needs sdk_url, which is not set", hint))
    if _names(settings["sign_in"], "code") and settings["code_public_key"].value is None:
        hint = "set code_public_key to the file of the public key that belongs to who signs the codes"
        problems.append(Problem(settings["sign_in"].where, "sign_in", "code needs code_public_key", hint))
    connect, total = settings["connect_timeout"], settings["total_timeout"]
    if _seconds(total) < _seconds(connect):
        where = total.where or connect.where
        problems.append(Problem(where, "total_timeout", "is less than connect_timeout", "the total includes it"))
    return problems


def _names(setting: Setting, word: str) -> bool:
    return isinstance(setting.value, tuple) and word in setting.value


def _seconds(setting: Setting) -> float:
    return setting.value if isinstance(setting.value, float) else 0.0
