"""Writing the user's configuration file, for `kiosk setup`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import paths
from kiosk.config.schema import KEYS, nearest
from kiosk.config.sources import Source, Survey, find_line, read_toml, split_lines
from kiosk.errors import ConfigError
from kiosk.private import open_trusted
from kiosk.private_file import replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEAD = "# The kiosk's configuration. `kiosk config show` names every key and its value. No secret belongs here.\n"


def write_user_config(values: Mapping[str, object], path: Path | None = None) -> Path:
    """Set the keys in `values` in the user's file, keep everything else in it, and return the path.

    A value is of TOML's types, or a Path; None leaves its key alone. The file is replaced in one step, and readable by
    this account alone; one that says all this already is not touched. Raises ConfigError, and leaves the file as it
    was, for a key or value that is wrong, for a file that was wrong before, and if it cannot be written.
    """
    path = path or paths.user_config_file()
    text = before = _read(path)
    _require_valid(text, path)
    for name, value in values.items():
        if name not in KEYS:
            raise ConfigError(f"{name}: is not a key" + (f"; did you mean {near}?" if (near := nearest(name)) else ""))
        if value is not None:
            text = _set(text, name, _to_toml(value))
    if text == before and path.exists():
        return path
    _require_valid(text, path)
    try:
        replace_file(path, text.encode())
    except UnicodeEncodeError:
        raise ConfigError("a value has half a character, which no file can hold") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None
    return path


def differing(values: Mapping[str, object], path: Path) -> list[str]:
    """Return the names of those `values`, of TOML's types, that the user's file does not have. Raises ConfigError."""
    import tomllib  # noqa: PLC0415 - see sources.read_toml

    text = _read(path)
    _require_valid(text, path)
    there = tomllib.loads(text)
    return [name for name, value in values.items() if name not in there or there[name] != value]


def read_as_it_is(path: Path) -> bytes | None:
    """Return what the file at `path` holds, for `restore`: bytes, or nothing if it is not there. Raises ConfigError."""
    try:
        return _read_bytes(path)
    except FileNotFoundError:
        return None
    except OSError:
        raise ConfigError(f"{path}: cannot be read") from None


def restore(path: Path, data: bytes | None) -> None:
    """Make the file at `path` hold what `read_as_it_is` returned earlier. Raises ConfigError."""
    try:
        if data is None:
            path.unlink(missing_ok=True)
        elif read_as_it_is(path) != data:
            replace_file(path, data)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None


def _read(path: Path) -> str:
    try:
        return _read_bytes(path).decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        return _HEAD
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{path}: cannot be read") from None


def _read_bytes(path: Path) -> bytes:
    with os.fdopen(open_trusted(path), "rb") as file:  # a pipe in its place is not waited for
        return file.read()


def _require_valid(text: str, path: Path) -> None:
    survey = Survey()
    read_toml(survey, text.encode(errors="replace"), str(path), Source.FILE)
    if survey.problems:
        first = survey.problems[0]
        raise ConfigError(str(first), hint=first.hint or None)


def _set(text: str, name: str, literal: str) -> str:
    """Replace the statement that sets `name`, which may have several lines, or add one."""
    lines = split_lines(text)
    line = find_line(text, name)
    statement = f"{name} = {literal}\n"
    if line is None:
        end = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{end}{statement}"
    start = line - 1
    stop = next(stop for stop in range(line, len(lines) + 1) if _is_toml("".join(lines[:stop])))
    return "".join([*lines[:start], statement, *lines[stop:]])


def _is_toml(text: str) -> bool:
    import tomllib  # noqa: PLC0415 - see sources.read_toml

    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _to_toml(value: object) -> str:
    if isinstance(value, Path):
        value = str(value)
    # JSON's strings, numbers, booleans and flat lists are TOML's too, but for DEL, which no value may have.
    return json.dumps(value, ensure_ascii=False)
