"""What this machine's registry and environment would make of WebView2, whatever its program says.

The loader takes the folder of the browser, the folder for data and more switches from the environment (WEBVIEW2_*) and
from policies, which beat the program's own: CreateCoreWebView2EnvironmentWithOptions, Remarks. A debugging port could
be opened that way, and a browser of somebody else's started; so nothing is started where one of these is set.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from kiosk.errors import LockdownFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KEYS: Final = (
    r"Software\Policies\Microsoft\Edge\WebView2\AdditionalBrowserArguments",
    r"Software\Policies\Microsoft\Edge\WebView2\BrowserExecutableFolder",
    r"Software\Policies\Microsoft\Edge\WebView2\UserDataFolder",
    r"Software\Policies\Microsoft\Edge\WebView2\ReleaseChannelPreference",
    r"Software\Policies\Microsoft\Edge\WebView2\ChannelSearchKind",
    r"Software\Policies\Microsoft\Edge\WebView2\ReleaseChannels",
    r"Software\Policies\Microsoft\EmbeddedBrowserWebView\LoaderOverride",
)
"""Each has values by the name of a program, of its app user model id, or `*`.

A venue may choose the channel, and with it a browser of Microsoft's; what is refused is in REFUSED.
"""

REFUSED: Final = frozenset({KEYS[0], KEYS[1], KEYS[2], KEYS[6]})

_PREFIXES: Final = ("WEBVIEW2_", "COR_", "CORECLR_", "COMPLUS_", "DOTNET_", "PYTHONNET_")
"""Of variables that change WebView2, or put foreign code into .NET."""


def refuse_overrides(*, program: str) -> None:
    """Raise LockdownFailed if anything overrides what `program` (its file name) says."""
    found = [*overriding_variables(os.environ), *_policies(program)]
    if found:
        raise LockdownFailed(
            f"WebView2 is overridden on this machine: {', '.join(found)}",
            hint="remove the variables, and the values for this program or `*` below these registry keys",
        )


def overriding_variables(environment: Mapping[str, str]) -> list[str]:
    """Return the names of the variables that override."""
    return sorted(name for name in environment if name.upper().startswith(_PREFIXES))


def applies(names: Iterable[str], *, program: str) -> bool:
    """Whether one of the names of a key's values means `program`."""
    return any(name == "*" or name.lower() == program.lower() for name in names)


def _policies(program: str) -> list[str]:
    found: list[str] = []
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 - there alone

        for root, title in ((winreg.HKEY_LOCAL_MACHINE, "HKLM"), (winreg.HKEY_CURRENT_USER, "HKCU")):
            for key in sorted(REFUSED):
                try:
                    with winreg.OpenKey(root, key) as handle:
                        below, values, _ = winreg.QueryInfoKey(handle)
                        names = [winreg.EnumValue(handle, each)[0] for each in range(values)]
                        names += [winreg.EnumKey(handle, each) for each in range(below)]
                except OSError:
                    continue  # there is no such key, which is as it should be
                if applies(names, program=program):
                    found.append(rf"{title}\{key}")
    return found
