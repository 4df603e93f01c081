"""Faults that are switched at run time: `POST /sandbox/faults`."""

from __future__ import annotations

from dataclasses import dataclass, fields

from kiosk.errors import InvalidInput
from kiosk.sandbox.faults import Faults, Scope, parse_failure
from kiosk.wire import WireError, decode


@dataclass(frozen=True, slots=True, kw_only=True)
class _Switches:
    """`Faults` as JSON: failures are texts, as on the command line."""

    latency_ms: int = 0
    fail: list[str] | None = None
    drip: bool = False
    drip_seconds: float = 0.5
    reset: bool = False
    garbage: bool = False
    expired_token: bool = False
    deny_address: bool = False
    scope: Scope = "api"
    times: int | None = None


def parse_faults(body: bytes) -> Faults:
    """Return the faults that a JSON object names; what it does not name is off. Raises InvalidInput."""
    names = {field.name for field in fields(Faults)}
    try:
        unknown = set(decode(body, dict[str, object])) - names
        switches = decode(body, _Switches)
    except WireError as error:
        raise InvalidInput("faults", str(error)) from None
    if unknown:
        raise InvalidInput("faults", "have a name that is not known", allowed=", ".join(sorted(names)))
    values = {name: getattr(switches, name) for name in names - {"fail"}}
    return Faults(fail=tuple(map(parse_failure, switches.fail or ())), **values)
