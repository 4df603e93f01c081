"""The README's tables, made from the code: `python -m tests.readme_tables` writes them, a test compares."""

from __future__ import annotations

import json
import re
from pathlib import Path

from kiosk.config.schema import KEYS
from kiosk.errors import ExitStatus, KioskError

README = Path(__file__).parents[1] / "README.md"

_MEANINGS = {
    ExitStatus.OK: "done; for `kiosk run`: closed, or ended by SIGTERM",
    ExitStatus.UNEXPECTED: "a mistake of ours: the log has it, under the incident's number",
    ExitStatus.USAGE: "a wrong argument: the message names it and the allowed values",
    ExitStatus.CONFIG: "a wrong configuration: `kiosk config check` lists every problem",
    ExitStatus.CREDENTIALS: "no API key, or no keyring that gives it",
    ExitStatus.CHECK_FAILED: "`kiosk doctor`: at least one check failed; `kiosk code check`: the code is refused",
    ExitStatus.ENGINE: "the window's engine is missing or does not start",
    ExitStatus.LOCKDOWN: "a restriction is not enforced, so no window is shown (as root, for instance)",
    ExitStatus.ALREADY_RUNNING: "another kiosk of this account has the screen",
    ExitStatus.SANDBOX: "the sandbox cannot start",
    ExitStatus.UNREACHABLE: "API: no connection",
    ExitStatus.TLS: "API: a connection, but no trust",
    ExitStatus.TIMED_OUT: "API: no full answer in time",
    ExitStatus.REJECTED: "API: 400, a value is refused",
    ExitStatus.UNAUTHORIZED: "API: 401, the key is wrong or missing",
    ExitStatus.FORBIDDEN: "API: 403, the key is right, this address may not use it",
    ExitStatus.NOT_FOUND: "API: 404",
    ExitStatus.CONFLICT: "API: 409, it is there already",
    ExitStatus.RATE_LIMITED: "API: 429, too many requests",
    ExitStatus.SERVER_FAILED: "API: 5xx, it has a problem of its own",
    ExitStatus.BAD_RESPONSE: "API: an answer that is not what it promises (a captive portal?)",
    ExitStatus.STORE: "the kiosk's own files cannot be read or written: a full disk, or no rights",
    ExitStatus.NOT_RUNNING: "`kiosk end`, `kiosk status`: no kiosk of this account is running",
    ExitStatus.OPERATOR_EXIT: "`kiosk run`: the operator chose Exit; a watchdog should not start it again",
    ExitStatus.INTERRUPTED: "Ctrl-C",
}


_PAGE_FAILURES = {
    "dns": ("The name of the page's server is not known here", "check the network and its name service"),
    "tls": (
        "The page's server could not prove who it is",
        "check this machine's clock; a venue that inspects its traffic names its CA in `ca_file`",
    ),
    "connection": ("No connection to the page's server", "check the network, the proxy and the firewall"),
    "http-NNN": ("The page's server answered with this status", "5xx: wait; 404: check `sdk_url`"),
    "http": ("The page's server answered with something that is not HTTP", "check the proxy and the firewall"),
    "blocked": ("The page went on to an origin that is not on the allow-list", "if it should, add that to `allow`"),
    "not-a-page": ("There is a file at that address, and no page", "check `sdk_url`"),
    "left": ("The page went to an empty one by itself", "tell the page's author"),
    "refused": ("The address is one that no page may have: https is needed", "check `sdk_url`"),
    "slow": ("Nothing was painted within 30 s", "the network or the page is slow; it is tried again"),
    "other": ("The engine gave up for a reason that it keeps to itself", "the log may have more; it is tried again"),
}
"""What `page.` codes mean: the reasons of protocol.LoadFailed, and the session's own."""


def config_table() -> str:
    """One row per configuration key."""
    rows = ["| key | default | what it is | allowed |", "| --- | --- | --- | --- |"]
    rows += [f"| `{key.name}` | {_default(key.default)} | {key.help} | {key.allowed} |" for key in KEYS.values()]
    return "\n".join(rows)


def _default(value: object) -> str:
    """Return a value as a configuration file has it, without a text's quotes."""
    match value:
        case None | "" | ():
            return ""
        case bool() | tuple():
            return f"`{json.dumps(value)}`"
        case _:
            return f"`{value}`"


def status_table() -> str:
    """One row per exit status."""
    rows = ["| status | meaning |", "| --: | --- |"]
    return "\n".join(rows + [f"| {status.value} | {_MEANINGS[status]} |" for status in ExitStatus])


def error_table() -> str:
    """One row per code of an error: what it means, and what to do."""
    rows = ["| code | what is wrong | what to do |", "| --- | --- | --- |"]
    for kind in _tree(KioskError):
        if kind.default_hint and kind.__module__ == "kiosk.errors":
            meaning = (kind.__doc__ or "").splitlines()[0].rstrip(".")
            rows.append(f"| `{kind.code}` | {meaning} | {kind.default_hint} |")
    rows += [f"| `page.{name}` | {meaning} | {hint} |" for name, (meaning, hint) in _PAGE_FAILURES.items()]
    rows.append("| `unexpected` | A mistake of ours | send us the lines of the log around it |")
    return "\n".join(rows)


def render(text: str) -> str:
    """Return the README with its tables as they should be."""
    for name, table in (("config", config_table()), ("status", status_table()), ("error", error_table())):
        pattern = rf"(<!-- {name}-table.*?-->\n).*?(<!-- end -->)"
        text = re.sub(pattern, lambda match, table=table: f"{match[1]}{table}\n{match[2]}", text, flags=re.DOTALL)
    return text


def _tree(kind: type[KioskError]) -> list[type[KioskError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in _tree(child))]


if __name__ == "__main__":
    README.write_text(render(README.read_text(encoding="utf-8")), encoding="utf-8")
