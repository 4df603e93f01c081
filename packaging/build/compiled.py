"""What a Python distribution says is compiled into it: the CycloneDX lists in its metadata (PEP 770)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tree import BuildError

if TYPE_CHECKING:
    from pathlib import Path

    from distributions import Site


@dataclass(frozen=True, order=True, slots=True)
class Compiled:
    """Something inside a library, named as its makers name it. `purl` and `licence` may be empty."""

    name: str
    version: str
    purl: str = ""
    licence: str = ""


def into(name: str, site: Site) -> list[Compiled]:
    """Return what is compiled into the distribution `name`, sorted. Raises BuildError for a list that is none."""
    found: set[Compiled] = set()
    for path in site.boms(name):
        found.update(_read(path))
    return sorted(found)


def _read(path: Path) -> list[Compiled]:
    try:
        components = json.loads(path.read_text(encoding="utf-8")).get("components", [])
        return [_component(one) for one in components]
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        raise BuildError(f"{path}: is no CycloneDX list of what is compiled into a distribution") from None


def _component(one: dict[str, Any]) -> Compiled:
    said = [entry.get("expression") or _named(entry.get("license", {})) for entry in one.get("licenses", [])]
    purl = str(one.get("purl", "")).partition("?")[0]  # what follows names folders of its makers' machine
    return Compiled(str(one["name"]), str(one.get("version", "")), purl, " AND ".join(filter(None, said)))


def _named(licence: dict[str, str]) -> str:
    return licence.get("id") or licence.get("name") or ""
