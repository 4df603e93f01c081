"""`kiosk config show | check | path`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk import paths
from kiosk.commands._context import context_of
from kiosk.config import Problem, Setting, Survey, survey_config
from kiosk.config.pattern import UserPattern
from kiosk.errors import ConfigError, ExitStatus
from kiosk.result import Result

if TYPE_CHECKING:
    import argparse


def show(args: argparse.Namespace) -> Result:
    """Show every key, its value, and where that comes from."""
    survey = survey_config(vars(args), context_of(args).places)
    width = max(map(len, survey.settings))
    lines = [
        f"{name:{width}} = {_shown(setting.value)}  ({_origin(setting)})" for name, setting in survey.settings.items()
    ]
    data = {name: _describe(setting) for name, setting in survey.settings.items()}
    return _result(lines, {"settings": data}, survey)


def check(args: argparse.Namespace) -> Result:
    """List everything that is wrong."""
    survey = survey_config(vars(args), context_of(args).places)
    survey.problems += _problems_of_key(survey.settings["code_public_key"])
    count = sum(bool(setting.where) for setting in survey.settings.values())
    lines = [] if survey.problems else [f"the configuration is in order; keys that are set: {count}"]
    return _result(lines, {}, survey)


def path(args: argparse.Namespace) -> Result:
    """Show which files are read and written, whether they are there or not."""
    places = context_of(args).places
    files = {"configuration": places.user, "policy": places.policy, "log": paths.log_file()}
    data = {name: {"path": str(file), "exists": _is_there(file)} for name, file in files.items()}
    lines = [f"{name:13}  {file}{'' if data[name]['exists'] else '  (not there)'}" for name, file in files.items()]
    return Result("\n".join(lines), data)


def _problems_of_key(setting: Setting) -> list[Problem]:
    """Return what is wrong with the public key that signed codes are checked with, if there is one."""
    from kiosk.sign_in.signed_code import load_public_key  # noqa: PLC0415 - no other command here needs cryptography

    if not isinstance(setting.value, Path):
        return []
    try:
        load_public_key(setting.value)
    except ConfigError as error:
        key, _, text = error.message.partition(": ")
        return [Problem(setting.where, key, text, error.hint)]
    return []


def _result(lines: list[str], data: dict[str, Any], survey: Survey) -> Result:
    lines = [*lines, *map(_explain, survey.problems)]
    data = {**data, "problems": [_describe_problem(problem) for problem in survey.problems]}
    return Result("\n".join(lines), data, ExitStatus.CONFIG if survey.problems else ExitStatus.OK)


def _is_there(file: Path) -> bool:
    try:
        return file.exists()
    except OSError:  # in a folder that is closed to us
        return False


def _explain(problem: Problem) -> str:
    return f"{problem}\n  what to do: {problem.hint}" if problem.hint else str(problem)


def _describe_problem(problem: Problem) -> dict[str, str]:
    return {"where": problem.where, "key": problem.key, "message": problem.text, "hint": problem.hint}


def _origin(setting: Setting) -> str:
    return f"{setting.source}: {setting.where}" if setting.where else setting.source


def _describe(setting: Setting) -> dict[str, Any]:
    return {"value": _plain(setting.value), "source": str(setting.source), "where": setting.where}


def _shown(value: object) -> str:
    plain = _plain(value)
    match plain:
        case None | "":
            return "-"
        case bool():
            return str(plain).lower()
        case list():
            return ", ".join(plain) or "-"
        case _:
            return str(plain)


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    if isinstance(value, tuple):
        return [str(item) for item in value]
    if isinstance(value, UserPattern):
        return value.pattern
    return str(value) if isinstance(value, Path) else value
