"""From a command line to an exit status: parse, import the handler, call it, print what it returns.

This is the one place that prints, and the boundary where every error ends. `kiosk shell` is on the launch path: it is
passed on before anything else is imported.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from kiosk.arguments import Parser
    from kiosk.commands._context import Context
    from kiosk.errors import KioskError
    from kiosk.result import Result


def main(argv: Sequence[str] | None = None, *, context: Callable[[argparse.Namespace], Context] | None = None) -> int:
    """Run a command line (the process's own by default) and return the exit status.

    `context` makes what handlers get their configuration, key and API from: the real one, unless a test gives its own.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["shell"]:
        status: int = _load("kiosk.shell.host:main")(arguments[1:])
        return status
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console that cannot show a character shows its number
    return _run(arguments, context, own_process=argv is None)


def _run(arguments: list[str], context: Callable[[argparse.Namespace], Context] | None, *, own_process: bool) -> int:
    from kiosk.errors import ExitStatus, KioskError  # noqa: PLC0415 - not on the shell's launch path

    json = "--json" in arguments
    try:
        args = _parse(arguments)
        args.context = context
        if args.command != "completion":
            _start_log(args, own_process=own_process)
        result = _handle(args)
    except KioskError as error:
        return _show_error(error, json=json)
    except SystemExit as stop:  # argparse, after --help and --version
        _print("", sys.stdout, end="")
        return int(stop.code or 0)
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the boundary of the process: it goes to the log, never on the screen
        return _show_error(_log_incident(error), json=json)
    return _show(result, json=json)


def _handle(args: argparse.Namespace) -> Result:
    """Run the command. A field that it refuses is named as the option that it came from, if it did."""
    from kiosk.errors import InvalidInput  # noqa: PLC0415 - not on the shell's launch path

    try:
        result: Result = _load(args.handler)(args)
    except InvalidInput as error:
        if not hasattr(args, error.field.replace("-", "_")):
            raise
        problem = error.message.removeprefix(f"{error.field}: ")
        raise InvalidInput(f"--{error.field}", problem, allowed=error.allowed) from None
    return result


def _parse(arguments: list[str]) -> argparse.Namespace:
    from kiosk.parser import build_parser  # noqa: PLC0415 - not on the shell's launch path

    parser = build_parser()
    if "_ARGCOMPLETE" in os.environ:
        _complete(parser)
    args = parser.parse_args(arguments)
    if args.command is None:
        args = parser.parse_args([*arguments, "run"])
    return args


def _complete(parser: Parser) -> None:
    import argcomplete  # noqa: PLC0415 - only when a shell asks

    argcomplete.autocomplete(parser)


def _start_log(args: argparse.Namespace, *, own_process: bool) -> None:
    from kiosk import logs, paths  # noqa: PLC0415 - not on the shell's launch path

    watched = args.command == "run" and sys.stderr is not None and sys.stderr.isatty()
    logs.set_up(paths.log_file(), on_terminal=args.verbose or watched)
    if own_process:
        logs.catch_strays()


def _load(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    loaded: Callable[..., Any] = getattr(import_module(module), function)
    return loaded


def _show(result: Result, *, json: bool) -> int:
    if json and result.data:  # a command that runs until it is stopped has said what it has to say
        _print_json(result.data)
    elif not json and result.text:
        _print(result.text, sys.stdout)
    return result.exit_status


def _show_error(error: KioskError, *, json: bool) -> int:
    if json:
        from kiosk.result import describe_error  # noqa: PLC0415 - rarely needed

        _print_json({"error": describe_error(error)})
    else:
        hint = f"\n  what to do: {error.hint}" if error.hint else ""
        _print(f"kiosk: {error.message}{hint}", sys.stderr)
    return error.exit_status


def _print_json(data: dict[str, Any]) -> None:
    from json import dumps  # noqa: PLC0415 - rarely needed

    _print(dumps(data), sys.stdout)


def _log_incident(error: Exception) -> KioskError:
    """Write `error` with its traceback to the log, and return what the screen says instead."""
    import logging  # noqa: PLC0415 - rarely needed
    from secrets import token_hex  # noqa: PLC0415 - rarely needed

    from kiosk import logs, paths  # noqa: PLC0415 - rarely needed
    from kiosk.errors import KioskError  # noqa: PLC0415 - not on the shell's launch path

    if not logging.getLogger().hasHandlers():  # it went wrong early; logging's last resort would use the screen
        logs.set_up(paths.log_file())
    incident = token_hex(4)
    logging.getLogger(__name__).critical("unexpected error incident=%s", incident, exc_info=error)
    return KioskError(
        f"something went wrong that should not (incident {incident})",
        hint=f"send the lines of incident {incident} in {paths.log_file()} to the makers of the kiosk",
    )


def _print(text: str, stream: TextIO | None, *, end: str = "\n") -> None:
    if stream is None:  # a double click on Windows: nobody looks
        return
    try:
        print(text, end=end, file=stream, flush=True)
    except BrokenPipeError:  # who read it has left: the rest goes nowhere, or Python complains at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
