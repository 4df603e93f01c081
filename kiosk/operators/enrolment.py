"""Setting a terminal up on its own screen: what `kiosk setup` does, for who double-clicked and has no console.

Whoever stands before a terminal could be a visitor, so this is for a terminal that was never set up: there is no key
for the API that is configured, nor for the one that is typed, and that is looked at once more before one is stored. A
terminal that has a PIN takes a key only from who knows it: its keyring may have been emptied, or lost.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.api_key import parse_api_key
from kiosk.config import survey_config
from kiosk.config.schema import KEYS
from kiosk.core.language import FALLBACK_LANGUAGE
from kiosk.errors import (
    BadResponse,
    CredentialsMissing,
    Forbidden,
    InvalidInput,
    KioskError,
    NotFound,
    TimedOut,
    TlsFailed,
    Unauthorized,
    Unreachable,
)
from kiosk.operators.pin import PinState, parse_pin
from kiosk.operators.provisioning import Provision, overruled, provide

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kiosk.api import Enable3
    from kiosk.config import Places
    from kiosk.core.secret import Secret
    from kiosk.credentials import CredentialStore
    from kiosk.operators.pin import PinKeeper

_OF_THE_KEY = (Unauthorized, Forbidden)
_OF_THE_ADDRESS = (Unreachable, TlsFailed, TimedOut, NotFound, BadResponse)
_FIELDS = {"API key": "key", "PIN": "pin"}
"""The page's names of fields, where an InvalidInput has another."""


@dataclass(frozen=True, slots=True)
class EnrolmentOutcome:
    """Whether the terminal is set up. If not, `field` is the one that is wrong, or nothing, and `text` what to do."""

    ok: bool
    field: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Answers:
    """What was typed, checked. `pin` is nothing where there was no answer."""

    values: Mapping[str, object]
    base_url: str
    key: Secret
    pin: Secret | None


class _Refused(Exception):
    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.outcome = EnrolmentOutcome(ok=False, field=field, text=text)


class Enrolment:
    """Sets up the terminal that this process runs on."""

    def __init__(
        self,
        *,
        places: Places,
        flags: Mapping[str, object],
        pins: PinKeeper,
        store_of: Callable[[str], CredentialStore],
        open_api: Callable[[str, Secret], Enable3],
    ) -> None:
        """Write to `places`; `flags` are the options of this process by key, which count after a restart, too.

        `store_of` returns where the key of the API at an address is kept, `open_api` a client of that API.
        """
        self._places = places
        self._flags = flags
        self._pins = pins
        self._store_of = store_of
        self._open_api = open_api
        self._turn = asyncio.Lock()

    async def enrol(self, values: Mapping[str, object]) -> EnrolmentOutcome:
        """Check `values` (base_url, key, pin, brand, language: texts), try the key, and store all of it or nothing.

        Takes as long as the API may (`total_timeout`) and some seconds of the keyring's. No KioskError is raised: it
        is the outcome.
        """
        async with self._turn:
            try:
                return await self._enrol(values)
            except _Refused as refused:
                return refused.outcome
            except KioskError as error:
                return EnrolmentOutcome(ok=False, field=_field_of(error), text=_explain(error))

    async def _enrol(self, values: Mapping[str, object]) -> EnrolmentOutcome:
        run = asyncio.get_running_loop().run_in_executor
        answers = _parse(values)
        pin = await run(None, self._admit, answers)
        async with self._open_api(answers.base_url, answers.key) as api:
            await api.probe()
        await run(None, self._store, answers, pin)
        return EnrolmentOutcome(ok=True)

    def _admit(self, answers: _Answers) -> Secret | None:
        """Return the PIN to set, or nothing if the one that is there was typed. Blocks for seconds."""
        if overruled({"base_url": answers.base_url}, self._places, self._flags):
            text = "is set by the administrator's policy, the environment or an option to another address, which counts"
            raise _Refused("base_url", text)
        self._require_no_key(answers.base_url)
        state = self._pins.state()
        if state is PinState.UNSET:
            return answers.pin or parse_pin("")
        if state is PinState.DAMAGED:
            raise _Refused("", "the file of this terminal's PIN is damaged: run `kiosk setup` on this machine")
        self._require_pin(answers.pin)
        return None

    def _require_no_key(self, base_url: str) -> None:
        configured = str(survey_config(self._flags, self._places).settings["base_url"].value)
        for address in {configured, base_url}:
            try:
                self._store_of(address).read()
            except CredentialsMissing:
                continue
            raise _Refused("", "this terminal has an API key already; `kiosk setup` on this machine changes it")

    def _require_pin(self, pin: Secret | None) -> None:
        if pin is None:
            text = (
                "this terminal has a PIN, which is needed to set it up; without it, run `kiosk setup` on this machine"
            )
            raise _Refused("", text)
        verdict = self._pins.check(pin)
        if not verdict.ok:
            then = f"; the next try is possible in {math.ceil(verdict.wait)} s" if verdict.wait else ""
            text = f"is not the PIN that this terminal has already{then}; `kiosk pin set` on this machine sets another"
            raise _Refused("pin", text)

    def _store(self, answers: _Answers, pin: Secret | None) -> None:
        self._require_no_key(answers.base_url)
        provision = Provision(values=self._chosen(answers.values), key=answers.key, pin=pin)
        store = self._store_of(answers.base_url)
        provide(provision, config_file=self._places.user, pins=self._pins, store=store)

    def _chosen(self, values: Mapping[str, object]) -> Mapping[str, object]:
        """Leave out the language that our pages have where none is chosen: written down, it would be every visitor's.

        The page always says which language it is in, chosen or not.
        """
        unset = not survey_config(self._flags, self._places).settings["language"].value
        kept = unset and values.get("language") == FALLBACK_LANGUAGE
        return {name: value for name, value in values.items() if not (kept and name == "language")}


def _parse(values: Mapping[str, object]) -> _Answers:
    """Return what was typed. Raises InvalidInput that names a configuration key, `API key` or `PIN`."""
    base_url = str(KEYS["base_url"].parse_text(_text(values, "base_url")))
    key = parse_api_key(_text(values, "key"))
    typed = _text(values, "pin")
    pin = parse_pin(typed) if typed else None
    others = {name: KEYS[name].parse_text(_text(values, name)) for name in ("brand", "language") if name in values}
    return _Answers({"base_url": base_url, **others}, base_url, key, pin)


def _text(values: Mapping[str, object], name: str) -> str:
    value = values.get(name, "")
    if not isinstance(value, str):
        raise InvalidInput(name, "is not a text")
    return value.strip()


def _field_of(error: KioskError) -> str:
    if isinstance(error, InvalidInput):
        return _FIELDS.get(error.field, error.field)
    if isinstance(error, _OF_THE_KEY):
        return "key"
    return "base_url" if isinstance(error, _OF_THE_ADDRESS) else ""


def _explain(error: KioskError) -> str:
    """Return what is wrong and what to do. Beside a field, its name is not repeated."""
    problem = error.message.removeprefix(f"{error.field}: ") if isinstance(error, InvalidInput) else error.message
    return f"{problem}; {error.hint}" if error.hint else problem
