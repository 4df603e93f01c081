"""The answer file of `kiosk setup --answers`: any configuration keys, in TOML, for whoever sets up many terminals.

Whoever could write it would choose where the API key goes: so it must be safe from other accounts, as the configuration
must be. Like that, it holds no secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.config import contradictions, survey_config
from kiosk.config.schema import looks_secret
from kiosk.config.sources import Problem, Source, Survey, read_flags, read_safe, read_toml
from kiosk.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kiosk.config import Places

_WHERE_SECRETS_GO = "`--api-key-file` takes the API key, `--pin-file` the PIN"


def read_answers(path: Path, flags: Mapping[str, object], places: Places) -> dict[str, object]:
    """Return the answers that the file at `path` has, by key, as values of TOML's types.

    `flags` are options of the command line, which beat it. Raises ConfigError that names everything that is wrong: with
    the file, with the settings that this machine has, and between them.
    """
    survey = survey_config({}, places)
    told, data = Survey(), b""
    data = read_safe(told, path) or b""
    if data:
        read_toml(told, data, str(path), Source.FILE)
    elif not told.problems:
        told.problems.append(Problem(str(path), "", "is empty" if path.exists() else "there is no such file"))
    if not told.problems:
        survey = _together(survey, told, flags)
    if problems := [*map(_of_answers, told.problems), *survey.problems]:
        raise ConfigError("; ".join(map(str, problems)), hint=_hint(problems))
    return _loads(data)


def _hint(problems: list[Problem]) -> str | None:
    """Return what would be right: for each key by its name, if there are several."""
    hints = [f"{one.key}: {one.hint}" if len(problems) > 1 else one.hint for one in problems if one.hint]
    return "; ".join(hints) or None


def _together(there: Survey, told: Survey, flags: Mapping[str, object]) -> Survey:
    """Return what counts with the answers, which count like options, and what is wrong with that."""
    survey = Survey()
    answered = {name: one for name, one in told.settings.items() if one.source is not Source.DEFAULT}
    survey.settings = {**there.settings, **answered}
    read_flags(survey, flags)
    mine = contradictions(there.settings)
    survey.problems += [problem for problem in there.problems if problem not in mine]
    survey.problems += contradictions(survey.settings)
    return survey


def _of_answers(problem: Problem) -> Problem:
    if not looks_secret(problem.key):
        return problem
    return Problem(problem.where, problem.key, "a secret is not accepted in an answer file", _WHERE_SECRETS_GO)


def _loads(data: bytes) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - 4 ms that only a terminal with a file pays

    return tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
