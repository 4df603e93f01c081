#!/usr/bin/env python3
"""The manual page kiosk(1), made of what the program itself says: its parser, its errors, its keys and its files.

    python packaging/build/man.py > kiosk.1

It needs a Python that has the kiosk's dependencies. The same commit gives the same bytes.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Final

import man_commands
from roff import Page
from tree import ROOT, BuildError, source_date_epoch, version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

_HOME: Final = "/home/account"
"""Stands for whosever home it is, and is shown as ~."""

_MORE_STATUSES: Final = {
    "OK": "All is well.",
    "USAGE": "An argument or a value that was given is wrong.",
    "UNEXPECTED": "Something went wrong that should not; the log has it, by the number of the incident.",
    "CHECK_FAILED": "A check of kiosk doctor, kiosk config check, kiosk pin test or kiosk code check failed.",
    "OPERATOR_EXIT": "The operator ended the kiosk from the panel: whoever starts it again should not.",
    "INTERRUPTED": "Ctrl-C.",
}
"""Those that are no error of the program's, or that its errors say in words for who reads its code."""

_FILES: Final = (
    ("user_config_file", "The configuration of the account that runs the kiosk."),
    ("policy_file", "The policy: the same keys, set by the administrator for every account. It counts more."),
    ("data_dir", "The outbox, the hash of the operator\N{RIGHT SINGLE QUOTATION MARK}s PIN, used codes."),
    ("lock_file", "Held by the kiosk that runs."),
    ("log_file", "The log. It has no visitor\N{RIGHT SINGLE QUOTATION MARK}s id in it, and no key."),
)
_GUIDES: Final = "/usr/share/doc/enable3-kiosk/"
_PROXIES: Final = "https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY"


def page() -> str:
    """Return the page's source. Raises BuildError if the kiosk cannot be imported."""
    with _kiosk_imported():
        return _page()


@contextmanager
def _kiosk_imported() -> Iterator[None]:
    """Have the tree's kiosk found, in a home that is nobody's; then leave all as it was."""
    before, path = dict(os.environ), list(sys.path)
    os.environ["HOME"] = _HOME
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        del os.environ[name]
    sys.path.insert(0, str(ROOT))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        sys.path[:] = path


def _load(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise BuildError(
            f"man: {name} cannot be imported ({error}): run this with the kiosk's own environment"
        ) from None


def _page() -> str:
    date = datetime.fromtimestamp(source_date_epoch(), UTC).date().isoformat()
    parser = _load("kiosk.parser").build_parser()
    out = Page("KIOSK", 1, date, f"kiosk {version()}", "User Commands")
    out.section("NAME")
    out.text(r"kiosk \- shows a visitor's Enable3 widget full screen, and nothing else", plain=False)
    out.section("SYNOPSIS")
    man_commands.synopsis(out, parser)
    out.section("DESCRIPTION")
    out.text(
        "Puts Enable3's loyalty widget on a shared screen, for one visitor after the other. Without a command: run."
    )
    out.text("A visit is one process with a folder of its own; when it ends, both are gone.")
    out.section("COMMANDS")
    man_commands.commands(out, parser)
    _statuses(out)
    _keys(out)
    _environment(out)
    _files(out)
    out.section("SEE ALSO")
    out.text("kiosk doctor says what is missing on this machine, and what to do. The guides are in " + _GUIDES + ".")
    return out.source()


def _statuses(out: Page) -> None:
    errors = _load("kiosk.errors")
    meanings = dict(_MORE_STATUSES)
    for error in vars(errors).values():
        status = vars(error).get("exit_status") if isinstance(error, type) else None
        if status is not None:
            meanings.setdefault(status.name, (error.__doc__ or "").split("\n")[0])
    out.section("EXIT STATUS")
    for status in errors.ExitStatus:
        if not meanings.get(status.name):
            raise BuildError(f"man: nothing says what exit status {status.value} ({status.name}) means")
        out.item(str(status.value), meanings[status.name])


def _keys(out: Page) -> None:
    schema = _load("kiosk.config.schema")
    out.section("CONFIGURATION")
    out.text(
        "TOML. A key may be set in the account's file, by the policy, by an environment variable and, some, by an "
        "option; the later one counts. kiosk config show says what counts, and where it comes from."
    )
    for key in schema.KEYS.values():
        default = "" if key.default is None else f" Default: {_told(key.default)}."
        names = f"{key.name} ({key.flag})" if key.flag else key.name
        out.item(names, f"{key.help[:1].upper()}{key.help[1:]}. {key.kind}; {key.allowed}.{default}")


def _told(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return ", ".join(str(one) for one in value) or "none"
    return str(value) or "empty"


def _environment(out: Page) -> None:
    key = _load("kiosk.config.key")
    out.section("ENVIRONMENT")
    out.item(f"{key.PREFIX}NAME", f"Sets the key of that name, in capital letters: {key.PREFIX}BASE_URL sets base_url.")
    out.item(_PROXIES, "The proxy, if the key proxy is not set. No password may be in it.")
    out.item("CREDENTIALS_DIRECTORY", "Where systemd puts the API key, if a unit gives it as a credential.")
    out.paragraph()
    out.text("The window's own process gets none of the variables that engines take switches from.")


def _files(out: Page) -> None:
    paths = _load("kiosk.paths")
    out.section("FILES")
    for name, about in _FILES:
        place = getattr(paths, name)()
        out.item(str(place).replace(_HOME, "~", 1), about)


def main() -> int:
    """Return 0 when the page was printed."""
    try:
        print(page(), end="")
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
