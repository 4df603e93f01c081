"""The MSI: what kiosk.wxs has, the components of the program's files, and what wixl does not know."""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr  # nosec B406 # nothing is parsed

import msi_summary
import versioninfo
from signed_bundle import files_of
from tree import ROOT, BuildError, run, source_date_epoch, version

if TYPE_CHECKING:
    from pathlib import Path

SOURCE: Final = ROOT / "packaging" / "windows" / "installer" / "kiosk.wxs"

NAMESPACE: Final = uuid.UUID("6d5f6f0e-5a3c-4f7e-8a6e-2f9d1c7b4e10")
"""Ours, and fixed: product codes and components follow from it."""

SETTINGS: Final = {
    "BASEURL": "base_url",
    "AUTH": "auth",
    "SDKURL": "sdk_url",
    "LANGUAGE": "language",
    "BRAND": "brand",
    "PROXY": "proxy",
}
"""Public properties, and the configuration keys that they set, for every account: KIOSK_… of the machine."""

NOTHING: Final = "-"
"""A property's value that ends what an earlier version was given."""

_ASSIGN: Final = 51
"""A custom action: a property gets a value."""
_AFTER_SEARCH: Final = 51
"""AppSearch is 50, LaunchConditions 100."""
_AS_SYSTEM: Final = 2 + 1024 + 2048
"""A custom action: a program of the table Binary, that runs with the installation itself, as SYSTEM."""
_STEPS: Final = {
    "Close": '/S /CLOSE="[INSTALLDIR]"',
    "Prepare": '/S /CLOSE="[INSTALLDIR]" /SAFE="[INSTALLDIR]" /POLICY="[POLICYFILE]"',
}
"""What step.nsi is told. Both properties are an administrator's alone: they are not in SecureCustomProperties."""
_SEQUENCE: Final = (
    ("Close", 'REMOVE = "ALL"', 1510),
    ("Prepare", "NOT REMOVE", 1520),
    ("RemoveEnvironmentStrings", "", 3300),
    ("WriteEnvironmentStrings", "", 5200),
)
"""Actions, when they run, and where: after InstallInitialize (1500), before files are removed (3500) and put (4000)."""

_REMEMBERED: Final = r"Software\Enable3\Kiosk\Msi"
_NEWEST_MSI: Final = (255, 255, 65535)
"""The largest ProductVersion; Windows Installer compares three numbers."""


def product_version(text: str) -> str:
    """Return a version as Windows Installer has it. Raises BuildError if it does not fit."""
    parts = versioninfo.four_parts(text)
    if any(part > most for part, most in zip(parts, _NEWEST_MSI, strict=False)) or parts[3]:
        raise BuildError(f"version {text}: an MSI wants three numbers, up to 255.255.65535")
    return ".".join(map(str, parts[:3]))


def product_code(text: str) -> str:
    """Return the code of one version: the same for every build of it."""
    return _code("product", text)


def _code(kind: str, name: str) -> str:
    return "{" + str(uuid.uuid5(NAMESPACE, f"{kind}/{name}")).upper() + "}"


def _id(prefix: str, name: str) -> str:
    return f"{prefix}{uuid.uuid5(NAMESPACE, name).hex}"


def components(folder: Path, work: Path) -> tuple[str, list[str]]:
    """Return the directories and components of the files of `folder`, as WiX has them, and the components' names.

    wixl runs in `work`, and knows no absolute path.
    """
    names: list[str] = []

    def tree(here: Path) -> str:
        parts = []
        for path in sorted(here.iterdir(), key=lambda path: path.name):
            name = path.relative_to(folder).as_posix()
            if path.is_dir():
                parts.append(f'<Directory Id="{_id("d", name)}" Name={quoteattr(path.name)}>{tree(path)}</Directory>')
                continue
            names.append(_id("c", name))
            parts.append(
                f'<Component Id="{names[-1]}" Guid="{_code("file", name)}" Win64="yes"><File Id="{_id("f", name)}" '
                f"Name={quoteattr(path.name)} Source={quoteattr(os.path.relpath(path, work))} "
                'KeyPath="yes"/></Component>'
            )
        return "\n".join(parts)

    return tree(folder), names


def settings() -> tuple[str, str, list[str]]:
    """Return searches, components and their names for the properties of SETTINGS."""
    searches, parts, names = [], [], []
    for name in SETTINGS:
        search = (
            f'<RegistrySearch Id="Find{name}" Root="HKLM" Key="{_REMEMBERED}" Name="{name}" Type="raw" Win64="yes"/>'
        )
        searches.append(f'<Property Id="{name}_BEFORE">{search}</Property>')
        names.append(f"Set{name}")
        value = (
            f'<RegistryValue Id="Remember{name}" Root="HKLM" Key="{_REMEMBERED}" Name="{name}" Type="string" '
            f'Value="[{name}]" KeyPath="yes"/>'
        )
        parts.append(f'<Component Id="{names[-1]}" Guid="{_code("setting", name)}" Win64="yes">{value}</Component>')
    return "\n".join(searches), "\n".join(parts), names


def source(folder: Path, *, step: Path, icon: Path, work: Path) -> str:
    """Return the whole WiX source for the program in `folder`, for wixl in `work`. Raises BuildError."""
    files_of(folder)
    searches, setting_components, setting_names = settings()
    file_components, file_names = components(folder, work)
    values = {
        "ProductCode": product_code(version()),
        "Version": product_version(version()),
        "FullVersion": version(),
        "Icon": escape(os.path.relpath(icon, work)),
        "Step": escape(os.path.relpath(step, work)),
        "Searches": searches,
        "Components": f"{setting_components}\n{file_components}",
        "References": "\n".join(f'<ComponentRef Id="{name}"/>' for name in [*setting_names, *file_names]),
    }
    text = SOURCE.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"$(var.{name})", value)
    return text


def make(folder: Path, *, step: Path, icon: Path, work: Path, out: Path) -> Path:
    """Make the unsigned MSI in `out` and return its path. Raises BuildError."""
    target = out / f"enable3-kiosk-{version()}.msi"
    target.unlink(missing_ok=True)
    whole = work / "kiosk.wxs"
    whole.write_text(source(folder, step=step, icon=icon, work=work), encoding="utf-8")
    run(["wixl", "--arch", "x64", "--output", target.resolve(), whole.name], what="making the MSI", cwd=work)
    complete(target)
    msi_summary.settle(target, source_date_epoch(), NAMESPACE)
    return target


def complete(msi: Path) -> None:
    """Add what wixl does not know: variables, actions, the conditions of components. Raises BuildError."""
    words = [word for query in queries() for word in ("-q", query)]
    run(["msibuild", msi, *words], what="completing the MSI")


def queries() -> list[str]:
    """Return what completes the MSI, in the language of Windows Installer's tables.

    In the table of variables `=` sets one, `-` removes it with the program, `*` is the machine's, not the account's.
    """
    conditions = {"Autostart": 'AUTOSTART = "1"'} | {
        f"Set{name}": f'{name} AND {name} <> "{NOTHING}"' for name in SETTINGS
    }
    table = (
        "CREATE TABLE `Environment` (`Environment` CHAR(72) NOT NULL, `Name` CHAR(255) NOT NULL LOCALIZABLE, "
        "`Value` CHAR(255) LOCALIZABLE, `Component_` CHAR(72) NOT NULL PRIMARY KEY `Environment`)"
    )
    made = [table]
    for name, key in SETTINGS.items():
        variable = f"=-*KIOSK_{key.upper()}"
        made.append(
            _insert("Environment", Environment=f"Env{name}", Name=variable, Value=f"[{name}]", Component_=f"Set{name}")
        )
    for name, text in conditions.items():
        made.append(f"UPDATE `Component` SET `Condition` = '{text}' WHERE `Component` = '{name}'")  # noqa: S608 # nosec B608 # names of our own
    for name, text in _STEPS.items():
        made.append(_insert("CustomAction", Action=name, Type=_AS_SYSTEM, Source="Step", Target=text))
    for number, name in enumerate((*SETTINGS, "AUTOSTART", "INSTALLDIR"), start=_AFTER_SEARCH):
        made.append(_insert("CustomAction", Action=f"Keep{name}", Type=_ASSIGN, Source=name, Target=f"[{name}_BEFORE]"))
        unless = f"NOT {name} AND {name}_BEFORE"
        made.append(_insert("InstallExecuteSequence", Action=f"Keep{name}", Condition=unless, Sequence=number))
    for name, condition, number in _SEQUENCE:
        made.append(_insert("InstallExecuteSequence", Action=name, Condition=condition, Sequence=number))
    return made


def _insert(table: str, **values: str | int) -> str:
    columns = ", ".join(f"`{name}`" for name in values)
    literals = ", ".join(str(value) if isinstance(value, int) else f"'{value}'" for value in values.values())
    return f"INSERT INTO `{table}` ({columns}) VALUES ({literals})"  # noqa: S608 # nosec B608 # names of our own
