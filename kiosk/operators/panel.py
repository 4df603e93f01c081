"""The operator panel: what it shows, and what it can do besides what the session's table does.

`describe` gives the data of the page `panel` (kiosk.shell.page_data). Times are seconds since the epoch: the page
writes them in the operator's language. Every text is bounded, so that all of it fits into one message to the window.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol

from kiosk import __version__
from kiosk.config.writing import write_user_config
from kiosk.core.session import State
from kiosk.errors import ConfigError, CredentialError, KioskError
from kiosk.logs import in_one_line, recent_errors
from kiosk.operators.provisioning import overruled
from kiosk.ops.checks import Check, Finding, Status, examine
from kiosk.ops.clock import judge_clock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from kiosk.api import Enable3
    from kiosk.config import Places
    from kiosk.core.session import Session
    from kiosk.logs import RecentError
    from kiosk.shell.protocol import Ready

    Report = Mapping[str, Any]

_CODE = re.compile(r"\bcode=([a-z]+(?:[.-][a-z]+)*)")


class Counts(Protocol):
    """What the panel shows of the outbox: `oldest` is for how many seconds its first event has waited, if one has."""

    @property
    def pending(self) -> int: ...
    @property
    def dead(self) -> int: ...
    @property
    def oldest(self) -> float | None: ...


class Panel:
    """What the operator sees and can do. For one event loop."""

    def __init__(
        self,
        *,
        terminal: str,
        language: str,
        languages: Sequence[str],
        since: Callable[[], float],
        ready: Callable[[], Ready | None],
        checks: Callable[[Report | None], list[Check]],
        get_api: Callable[[], Awaitable[Enable3]],
        outbox: Callable[[], Awaitable[Counts]],
        retry: Callable[[], Awaitable[None]],
        places: Places,
        flags: Mapping[str, object],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Speak for the terminal of this name, whose pages are in `language`, one of `languages`.

        `since` says when the session's state began and `clock` what time it is, in seconds since the epoch; `ready` is
        what the window in front said of itself. `checks` returns the doctor's, given such a report. `get_api` returns
        the open API, and reads the key for it. `outbox` counts events, `retry` has all of them sent again. What is
        chosen is written to `places`, where `flags`, the options of this process by key, may overrule it.
        """
        self._terminal = terminal
        self._language = language
        self._languages = languages
        self._since = since
        self._ready = ready
        self._make_checks = checks
        self._get_api = get_api
        self._outbox = outbox
        self._retry = retry
        self._places = places
        self._flags = flags
        self._clock = clock
        self._checks: list[dict[str, object]] | None = None
        self._checked = 0.0

    async def describe(self, session: Session) -> dict[str, object]:
        """Return the page's data but for `busy` and `message`. Raises nothing of the outbox's: it may be broken."""
        ready = self._ready()
        since = self._since()
        return {
            "version": __version__,
            "state": str(State.OUT_OF_SERVICE if session.code else session.state),
            "since": int(since),
            "engine": _describe_engine(ready) if ready else "",
            "terminal": self._terminal,
            "last_errors": [_describe_error(entry) for entry in reversed(recent_errors())],
            "outbox": await self._count(),
            "language": self._language,
            "languages": list(self._languages),
            # Those that were made when the panel was open the last time say nothing of today.
            "checks": self._checks if self._checked >= since else None,
        }

    async def doctor(self) -> None:
        """Make all checks, each in a thread until its deadline, and show their rows."""
        ready = self._ready()
        checks = self._make_checks(None if ready is None else asdict(ready))
        self._show(await asyncio.get_running_loop().run_in_executor(None, examine, checks))

    async def test(self) -> None:
        """Read the key, ask the API whether it takes it, compare the clocks, and show a row for each."""
        self._show(await self._try_api())

    async def retry_outbox(self) -> None:
        """Have everything in the outbox sent again, and now. Raises StoreError."""
        await self._retry()

    def choose_language(self, language: str) -> None:
        """Make `language` that of the terminal from the next start on. Blocks.

        Raises ConfigError, also if the administrator's policy, the environment or an option says another.
        """
        if overruled({"language": language}, self._places, self._flags):
            raise ConfigError("`language` is set by the administrator's policy, the environment or an option")
        write_user_config({"language": language}, self._places.user)

    async def _try_api(self) -> list[Finding]:
        try:
            api = await self._get_api()
        except CredentialError as error:
            return [Finding("keyring", Status.FAILED, str(error), error.hint)]
        except KioskError as error:
            return [Finding("configuration", Status.FAILED, str(error), error.hint)]
        key = Finding("keyring", Status.OK, "there is an API key")
        try:
            found = await api.probe()
        except KioskError as error:
            return [key, Finding("api", Status.FAILED, str(error), error.hint)]
        return [key, Finding("api", Status.OK, "reached, and the key is accepted"), judge_clock(found.clock_skew)]

    def _show(self, findings: list[Finding]) -> None:
        self._checks = [_describe_finding(finding) for finding in findings]
        self._checked = self._clock()

    async def _count(self) -> dict[str, object]:
        try:
            counts = await self._outbox()
        except KioskError:  # the doctor has a row for it
            return {"pending": "?", "dead": "?", "oldest": None}
        oldest = None if counts.oldest is None else int(self._clock() - counts.oldest)
        return {"pending": counts.pending, "dead": counts.dead, "oldest": oldest}


def _describe_engine(ready: Ready) -> str:
    return f"{ready.engine} {ready.version}" + (f" ({ready.renderer})" if ready.renderer else "")


def _describe_finding(finding: Finding) -> dict[str, object]:
    return {
        "name": finding.name,
        "ok": finding.status is Status.OK,
        "text": in_one_line(finding.text),
        "hint": in_one_line(finding.hint),
    }


def _describe_error(entry: RecentError) -> dict[str, object]:
    code = _CODE.search(entry.text)
    return {"time": int(entry.time), "code": code[1] if code else entry.level.lower(), "text": entry.text}
