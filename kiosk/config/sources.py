"""Reading settings from a file, the environment and flags: what is there, and everything that is wrong with it."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING

from kiosk.config.schema import KEYS, PREFIX, looks_secret, nearest
from kiosk.errors import InvalidInput
from kiosk.private import NotPrivate, open_trusted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

OTHER_VARIABLES = frozenset({"KIOSK_INSECURE_ALLOW_ROOT"})
"""Variables with our prefix that are no configuration."""

_LONGEST_FILE = 65_536  # bytes; an honest configuration has less than 2 KiB
_MOST_KEYS = 200  # of one file; there are some fifty, and each that is none costs a search for what it may be a slip of
_MOST_LOOKS = 3  # lines that only look like a statement, because they are inside a text; each costs a parse
_POSITION = re.compile(r"^(?P<reason>[A-Za-z ,/-]*).*\(at line (?P<line>\d+), column (?P<column>\d+)\)$", re.DOTALL)
_NO_SECRETS = "secrets are not accepted here: run `kiosk setup`"
_WHERE_SECRETS_GO = "remove it here: it keeps the API key in the keyring, and of the PIN a hash"


class Source(StrEnum):
    """Where a value comes from; each beats the ones before it."""

    DEFAULT = "default"
    FILE = "file"
    POLICY = "policy"
    ENVIRONMENT = "environment"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Setting:
    """A checked value and the place that it was read from: a file and line, a variable or an option."""

    value: object
    source: Source = Source.DEFAULT
    where: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong: where, which key, what, and what would be right. It never holds a value."""

    where: str
    key: str
    text: str
    hint: str = ""

    def __str__(self) -> str:
        return ": ".join(part for part in (self.where, self.key, self.text) if part)


@dataclass(slots=True)
class Survey:
    """The settings that count so far, and the problems met on the way."""

    settings: dict[str, Setting] = field(
        default_factory=lambda: {key.name: Setting(key.default) for key in KEYS.values()}
    )
    problems: list[Problem] = field(default_factory=list)

    def take(self, name: str, value: object, source: Source, where: str) -> None:
        """Check one value and let it count, or note what is wrong with it."""
        key = KEYS.get(name)
        if key is None:
            self.problems.append(_unknown(name, source, where))
            return
        try:
            checked = (
                key.parse_text(value) if isinstance(value, str) and source is Source.ENVIRONMENT else key.parse(value)
            )
            self.settings[name] = Setting(checked, source, where)
        except InvalidInput as error:
            text = error.message.removeprefix(f"{error.field}: ")
            shown = "" if where.startswith((key.variable, "--")) else name
            self.problems.append(Problem(where, shown, text, error.hint))


def read_file(survey: Survey, path: Path, source: Source, *, owner: int | None = None) -> None:
    """Add the settings of a TOML file. One that is not there is fine; one that others may write is refused.

    `owner` is the account that must own the file and its folder, on systems that have such a number.
    """
    data = read_safe(survey, path, owner=owner)
    if data is not None:
        read_toml(survey, data, str(path), source)


def read_safe(survey: Survey, path: Path, *, owner: int | None = None) -> bytes | None:
    """Return what is in the file at `path`, if it is there and safe from other accounts; else note what is wrong."""
    unsafe, data = True, b""
    try:
        with os.fdopen(open_trusted(path), "rb") as file:
            unsafe = owner is not None and (
                _unsafe(os.fstat(file.fileno()), owner) or _unsafe(path.parent.stat(), owner)
            )
            data = file.read(_LONGEST_FILE + 1)
    except FileNotFoundError:
        return None
    except NotPrivate:
        pass
    except OSError as error:
        survey.problems.append(Problem(str(path), "", f"cannot be read: {error.strerror}"))
        return None
    if unsafe:
        whose = "root" if owner is not None else "this account or to root"
        hint = f"the file and its folder must belong to {whose} and be writable by nobody else"
        survey.problems.append(Problem(str(path), "", "is not safe from other accounts, so it is not used", hint))
    elif len(data) > _LONGEST_FILE:
        survey.problems.append(Problem(str(path), "", f"is longer than {_LONGEST_FILE} bytes"))
    else:
        return data
    return None


def read_toml(survey: Survey, data: bytes, name: str, source: Source) -> None:
    """Add the settings of a TOML text; `name` is the file's, for messages."""
    import tomllib  # noqa: PLC0415 - 4 ms that only a terminal with a file pays

    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        values = tomllib.loads(text)
    except UnicodeDecodeError:
        survey.problems.append(Problem(name, "", "is not UTF-8"))
        return
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        survey.problems.append(_malformed(name, str(error)))
        return
    except ValueError:  # Python's int: a number of more than 4300 digits
        survey.problems.append(Problem(name, "", "has a number of too many digits"))
        return
    for number, (key, value) in enumerate(values.items()):
        if number == _MOST_KEYS:
            survey.problems.append(Problem(name, "", f"sets more than {_MOST_KEYS} keys; the others are not read"))
            return
        line = find_line(text, key)
        where = name if line is None else f"{name}:{line}"
        survey.take(key, value, source, where)


def read_environment(survey: Survey, environ: Mapping[str, str]) -> None:
    """Add what `KIOSK_*` variables set."""
    for variable, text in sorted(environ.items()):
        if not variable.startswith(PREFIX) or variable in OTHER_VARIABLES:
            continue
        name = variable.removeprefix(PREFIX).lower()
        survey.take(name, text, Source.ENVIRONMENT, variable)


def read_flags(survey: Survey, flags: Mapping[str, object]) -> None:
    """Add what options set. A name that is no key, and None, say nothing: `vars(args)` will do."""
    for name, value in flags.items():
        if value is not None and name in KEYS:
            where = KEYS[name].flag or f"--{name.replace('_', '-')}"
            survey.take(name, value, Source.FLAG, where)


def find_line(text: str, key: str) -> int | None:
    """Return the line (from 1) that sets `key` in a valid TOML text, if it is written the plain way."""
    import tomllib  # noqa: PLC0415 - see read_toml

    statement = re.compile(rf"\s*\[*\s*[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
    lines = split_lines(text)
    likely = (index for index, line in enumerate(lines) if statement.match(line))
    for index in islice(likely, _MOST_LOOKS):
        try:
            tomllib.loads("".join(lines[:index]))
        except tomllib.TOMLDecodeError:
            continue  # it only looks like one: it is inside a text or list of several lines
        return index + 1
    return None


def split_lines(text: str) -> list[str]:
    """Return the lines of `text` with their ends, as TOML counts them: str.splitlines knows ends that TOML does not."""
    return re.split(r"(?<=\n)", text)


def _unknown(name: str, source: Source, where: str) -> Problem:
    shown = "" if source is Source.ENVIRONMENT else name if name.isprintable() else "a key"
    if looks_secret(name):
        return Problem(where, shown, _NO_SECRETS, _WHERE_SECRETS_GO)
    near = nearest(name)
    prefix = PREFIX if source is Source.ENVIRONMENT else ""
    guess = f"; did you mean {prefix + near.upper() if prefix else near}?" if near else ""
    kind = "is not a variable that the kiosk knows" if prefix else "is not a key"
    names = (key.variable if prefix else key.name for key in KEYS.values())
    return Problem(where, shown, kind + guess, f"allowed: {', '.join(names)}")


def _malformed(name: str, message: str) -> Problem:
    """Keep the place and the fixed words of tomllib's message, which may quote the file."""
    match = _POSITION.match(message)
    if match is None:
        return Problem(name, "", "is not TOML: it ends in the middle of a value")
    reason = match["reason"].strip().lower()
    return Problem(f"{name}:{match['line']}", "", f"is not TOML (column {match['column']}{reason and ': ' + reason})")


def _unsafe(status: os.stat_result, owner: int) -> bool:
    return status.st_uid != owner or bool(status.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
