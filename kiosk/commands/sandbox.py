"""`kiosk sandbox`: serve an Enable3 to try everything against, until told to stop."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kiosk.api_key import read_key_file
from kiosk.build import is_release
from kiosk.errors import InvalidInput, SandboxError
from kiosk.result import Result
from kiosk.sandbox.faults import Faults, parse_failure
from kiosk.sandbox.options import DEMO_API_KEY, SandboxOptions

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from kiosk.sandbox.server import RunningSandbox

_EXTRA = frozenset({"starlette", "uvicorn", "trustme", "anyio", "h11"})
_CHECK_SECONDS = 0.5


def sandbox(args: argparse.Namespace) -> Result:
    """Serve until Ctrl-C, SIGTERM, or the end of standard input if so wanted.

    Prints where it is as soon as it listens (with `--json` one line), the one exception to "commands never print":
    by the time this returns, it is over. Raises InvalidInput for wrong options, SandboxError if it cannot start, or is
    not there: it does not ship.
    """
    if is_release():
        raise SandboxError("the sandbox is not part of a release", hint="start it from the source, which brings it")
    options = _options(args)
    try:
        from kiosk.sandbox.server import run_sandbox  # noqa: PLC0415 - an optional extra, which may be missing
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _EXTRA:
            raise
        raise SandboxError(
            "the sandbox's packages are not installed", hint="pip install 'enable3-kiosk[sandbox]'"
        ) from None
    stop = threading.Event()
    with _stopped_by_signals(stop), run_sandbox(options) as running:
        sys.stdout.write((_as_json if args.json else _as_text)(running) + "\n")
        sys.stdout.flush()
        if args.until_stdin_closes:
            threading.Thread(target=_watch_stdin, args=(stop,), name="stdin", daemon=True).start()
        while not stop.wait(_CHECK_SECONDS):  # on Windows, an endless wait would keep Ctrl-C waiting too
            if not running.alive:
                raise SandboxError("the server ended by itself")
    return Result()


def _options(args: argparse.Namespace) -> SandboxOptions:
    if args.api_key_file == "-" and args.until_stdin_closes:
        raise InvalidInput("--api-key-file", "cannot be - together with --until-stdin-closes", allowed="a file")
    key = read_key_file(args.api_key_file, sys.stdin.buffer).reveal() if args.api_key_file else DEMO_API_KEY
    faults = Faults(
        latency_ms=args.latency_ms,
        fail=tuple(map(parse_failure, args.fail)),
        drip=args.drip,
        reset=args.reset,
        garbage=args.garbage,
        expired_token=args.expired_token,
        deny_address=args.deny_address,
    )
    return SandboxOptions(
        host=args.host,
        port=args.port,
        api_key=key,
        token_life=args.token_life,
        faults=faults,
        tls=args.tls,
        seed=args.seed,
    )


@contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _watch_stdin(stop: threading.Event) -> None:
    if sys.stdin is None:  # it was closed from the start
        stop.set()
        return
    # Unbuffered: a daemon thread that holds the buffer's lock at exit would bring the interpreter down.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    stop.set()


def _as_json(running: RunningSandbox) -> str:
    return json.dumps(
        {
            "base_url": running.base_url,
            "api_key": running.api_key,
            "widget_origin": running.widget_origin,
            "ca_file": None if running.ca_file is None else str(running.ca_file),
        }
    )


def _as_text(running: RunningSandbox) -> str:
    from kiosk.sandbox.content import content  # noqa: PLC0415 - a release has the options alone

    demo = content().demo_visitor.user_id
    # Without a space before the bar, which cmd would make part of the key.
    give = f"echo {running.api_key}| kiosk" if running.api_key == DEMO_API_KEY else "kiosk"
    source = "--api-key-file -" if running.api_key == DEMO_API_KEY else "--api-key-file FILE"
    where = f"--base-url {running.base_url} {source}"
    reward = content().rewards[0].id
    lines = [
        f"The sandbox of {content().venue} listens on {running.base_url}; Ctrl-C ends it.",
        *([f"Its CA: {running.ca_file} (`ca_file` in the configuration, or KIOSK_CA_FILE)"] if running.ca_file else []),
        *([f"Demo API key: {running.api_key}"] if running.api_key == DEMO_API_KEY else []),
        "",
        "Try in another terminal:",
        f"  {give} run --user {demo} {where}",
        f"  {give} run --user {demo} --feature rewards --item-id {reward} {where}",
        f"  {give} api balance --user {demo} {where}",
    ]
    return "\n".join(lines)
