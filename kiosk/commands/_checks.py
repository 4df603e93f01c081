"""What `kiosk doctor` looks at. Each check returns the rows that it is named for, or raises."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from kiosk.build import default_engine
from kiosk.commands._admission import probe
from kiosk.commands._age import age_of
from kiosk.core.lockdown import Enforcement, LockdownFeature
from kiosk.errors import ConfigError, CredentialError
from kiosk.ops.checks import Check, Finding, NotChecked, Status
from kiosk.ops.clock import judge_clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypeVar

    from kiosk.commands._context import Context

    T = TypeVar("T")

_KEYRING_DEADLINE = 8.0  # seconds: the keyring's own 5, and the imports of a cold start
_SHELL_DEADLINE = 30.0  # seconds: an engine's first start from a cold disk took 6
_QUICK = 5.0  # seconds, for what takes milliseconds

_FROM_VISITORS = ("scanner", "keypad")  # a signed code has an id that the operator's own system vouches for

_SET_PIN = "run `kiosk pin set` as the account that runs the kiosk"


def checks_of(context: Context, *, from_file: bool, report: Mapping[str, Any] | None = None) -> list[Check]:
    """Return all checks. `from_file`: the API key comes from a file, so the keyring may be empty.

    `report` is what the shell that runs says of itself, as `probe_shell` returns it; without one a shell is started.
    """
    return [
        Check(("configuration",), _QUICK, lambda: [check_configuration(context)]),
        Check(("sign-in codes",), _QUICK, lambda: check_codes(context)),
        Check(("user ids",), _QUICK, lambda: check_pattern(context)),
        Check(("operator PIN",), _QUICK, lambda: [check_pin(context)]),
        Check(("keyring",), _KEYRING_DEADLINE, lambda: [check_keyring(context, from_file=from_file)]),
        Check(("api", "clock"), _api_deadline(context), lambda: check_api(context)),
        Check(("outbox",), _QUICK, lambda: [check_outbox(context)]),
        Check(("display",), _QUICK, lambda: [check_display(context)]),
        Check(
            ("engine", "renderer", "screen", "lockdown"), _SHELL_DEADLINE + _QUICK, lambda: check_shell(context, report)
        ),
    ]


def check_configuration(context: Context) -> Finding:
    """Whether every source of settings is right."""
    from kiosk.config import survey_config  # noqa: PLC0415 - each check imports in its own thread

    problems = survey_config({}, context.places).problems
    if problems:
        return Finding("configuration", Status.FAILED, "; ".join(map(str, problems)), ConfigError.default_hint)
    there = context.places.user.exists()
    text = str(context.places.user) if there else "this account has no file: `kiosk config show` says what counts"
    return Finding("configuration", Status.OK, text)


def check_codes(context: Context) -> list[Finding]:
    """Whether signed codes can be checked, and written down when they are used; nothing if none are configured."""
    from kiosk.commands._sign_in import make_codes  # noqa: PLC0415 - each check imports in its own thread

    try:
        config = context.config
    except ConfigError:
        return []  # whether there are codes is not known; the row of the configuration says why
    if config.code_public_key is None:
        return []
    algorithm = make_codes(config).examine()
    if "code" not in config.sign_in:
        hint = "add code to `sign_in`, or take `code_public_key` away"
        return [Finding("sign-in codes", Status.WARNING, "there is a key, but `sign_in` does not name code", hint)]
    return [Finding("sign-in codes", Status.OK, f"the key is for {algorithm}, and used codes can be written down")]


def check_pattern(context: Context) -> list[Finding]:
    """Whether visitors can sign in with an id that nobody looked at; nothing if they cannot."""
    try:
        config = context.config
    except ConfigError:
        return []  # as above
    loose = [method for method in config.sign_in if method in _FROM_VISITORS]
    if config.user_pattern is not None or not loose:
        return []
    text = f"not checked: whatever comes by {' or '.join(loose)} makes an account"
    return [Finding("user ids", Status.WARNING, text, "set `user_pattern` to what your ids look like")]


def check_pin(context: Context) -> Finding:
    """Whether the operator can open the panel. That they cannot is no failure: nobody else can either."""
    from kiosk.operators.pin import PinState  # noqa: PLC0415 - each check imports in its own thread

    match context.pins.state():
        case PinState.SET:
            return Finding("operator PIN", Status.OK, "set")
        case PinState.UNSET:
            return Finding("operator PIN", Status.WARNING, "not set: nobody can open the operator panel", _SET_PIN)
        case PinState.DAMAGED:
            return Finding("operator PIN", Status.FAILED, "its file is damaged: no PIN is right", _SET_PIN)


def check_keyring(context: Context, *, from_file: bool) -> Finding:
    """Whether the keyring is open and has a key, or a systemd credential has one in its place."""
    _require_configuration(context)
    store = context.store
    try:
        return Finding("keyring", Status.OK, store.locate())
    except CredentialError as error:
        status = Status.WARNING if from_file else Status.FAILED
        return Finding("keyring", status, str(error), error.hint)


def check_api(context: Context) -> list[Finding]:
    """Whether the API can be reached and accepts the key, and how far this machine's clock is from the API's."""
    _require_configuration(context)
    try:
        key = context.read_key()
    except CredentialError:
        raise NotChecked("keyring") from None
    found = probe(context, key)
    return [Finding("api", Status.OK, "reached, and the key is accepted"), judge_clock(found.clock_skew)]


def check_outbox(context: Context) -> Finding:
    """Whether events get away: none is a dead letter, and there is room for more."""
    from kiosk import paths  # noqa: PLC0415 - each check imports in its own thread
    from kiosk.store.outbox import FULL_SOON  # noqa: PLC0415 - as above

    _require_configuration(context)
    if not paths.outbox_file().exists():
        return Finding("outbox", Status.OK, "nothing was ever queued")
    outbox = context.outbox
    found = outbox.status()
    age = "" if found.oldest is None else f", the oldest for {age_of(found.oldest)}"
    text = f"{found.pending} wait{age}; {found.dead} dead letters"
    if found.pending + found.dead >= outbox.limit * FULL_SOON:
        hint = "find out why they are not sent (`kiosk outbox send`), or raise `outbox_limit`"
        return Finding("outbox", Status.FAILED, f"{text}; there is room for {outbox.limit}", hint)
    if found.dead:
        hint = "`kiosk outbox list --dead` says why; then `kiosk outbox retry` or `kiosk outbox drop`"
        return Finding("outbox", Status.WARNING, text, hint)
    return Finding("outbox", Status.OK, text)


def check_display(context: Context) -> Finding:
    """Whether there is a display server to open a window on."""
    from kiosk.ops.display import find_display  # noqa: PLC0415 - each check imports in its own thread

    display = find_display(sys.platform, context.places.environ)
    if display.answers:
        return Finding("display", Status.OK, display.name)
    hint = "run it in the desktop session of the account that runs the kiosk (from elsewhere: DISPLAY=:0)"
    text = f"{display.name} does not answer" if display.name else "there is no display server in this session"
    return Finding("display", Status.FAILED, text, hint)


def check_shell(context: Context, report: Mapping[str, Any] | None = None) -> list[Finding]:
    """Judge what a shell says of its engine, its screens and its restrictions: `report`, or a shell of its own."""
    from kiosk.shell.spawn import probe_shell  # noqa: PLC0415 - each check imports in its own thread

    engine = _configured("engine", context, default_engine())
    return judge_shell(report or probe_shell(_SHELL_DEADLINE, engine=engine), _configured("screen", context, 0))


def judge_shell(report: Mapping[str, Any], screen: int) -> list[Finding]:
    """Judge the report of `probe_shell`, for the configured `screen`."""
    return [
        Finding("engine", Status.OK, f"{report['engine']} {report['version']}"),
        Finding("renderer", Status.OK, str(report["renderer"])),
        _judge_screens(report["screens"], screen),
        _judge_enforcement(report["enforcement"]),
        *_judge_other_screens(report["screens"]),
    ]


def _judge_screens(screens: list[dict[str, int]], wanted: int) -> Finding:
    sizes = ", ".join(f"{screen['width']} x {screen['height']}" for screen in screens)
    if wanted < len(screens):
        return Finding("screen", Status.OK, f"{len(screens)} ({sizes}); the kiosk fills number {wanted}")
    text = f"screen {wanted} is configured, and there are {len(screens)}, counted from 0"
    return Finding("screen", Status.FAILED, text, "connect the screen, or change `screen` in the configuration")


def _judge_other_screens(screens: list[dict[str, int]]) -> list[Finding]:
    """Say what the kiosk does not cover; nothing where there is one screen."""
    others = len(screens) - 1
    if others < 1:
        return []
    text = f"{others} not covered by the kiosk: what the system shows there can be seen, and touched"
    return [
        Finding("other screens", Status.WARNING, text, "disconnect them, or let them show what the first one shows")
    ]


def _judge_enforcement(enforcement: Mapping[str, str]) -> Finding:
    """Say whether the engine keeps every restriction, with the table of all of them."""
    table = tuple((name, str(state)) for name, state in enforcement.items())
    weak = sorted(name for name, state in table if state != Enforcement.ENFORCED)
    if not weak:
        return Finding("lockdown", Status.OK, f"all {len(table)} restrictions are enforced", details=table)
    counts = ", ".join(f"{count} {state}" for state, count in Counter(state for _, state in table).items())
    hint = "the kiosk will not open a window: install the engine's version that the README names"
    if weak == [LockdownFeature.ENGINE_SANDBOX]:
        hint = "let this account make user namespaces (not in a container; sysctl kernel.unprivileged_userns_clone=1)"
    return Finding("lockdown", Status.FAILED, f"not enforced: {', '.join(weak)} ({counts})", hint, table)


def _require_configuration(context: Context) -> None:
    try:
        _ = context.config
    except ConfigError:
        raise NotChecked("configuration") from None


def _configured(key: str, context: Context, otherwise: T) -> T:
    """Return what the configuration has for `key`, or its default if the configuration is wrong."""
    try:
        value: T = getattr(context.config, key)
    except ConfigError:
        return otherwise
    return value


def _api_deadline(context: Context) -> float:
    try:
        return context.config.total_timeout + _KEYRING_DEADLINE
    except ConfigError:
        return _QUICK
