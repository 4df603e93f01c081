"""The file of an SBOM: how it is written, and made true again when files in the bundle were signed or stripped."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, Final

from artefacts import sha256
from tree import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Component = dict[str, Any]

INSIDE: Final = "_internal/sbom.cdx.json"
"""Where a bundle has its own."""

_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://enable3.io/kiosk/sbom")
_SCHEMA: Final = "http://cyclonedx.org/schema/bom-1.6.schema.json"


def write(document: Component, out: Path) -> None:
    """Write `document` into the file `out`. Its serial number is of its contents: the same list, the same number."""
    content = {name: value for name, value in document.items() if name not in {"$schema", "serialNumber"}}
    number = uuid.uuid5(_NAMESPACE, json.dumps(content, sort_keys=True))
    whole = {"$schema": _SCHEMA, **content, "serialNumber": f"urn:uuid:{number}"}
    text = json.dumps(whole, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    out.write_text(text, encoding="utf-8", newline="\n")


def hashes(file: Path) -> list[dict[str, str]]:
    """Return what CycloneDX wants of a file. Raises OSError."""
    return [{"alg": "SHA-256", "content": sha256(file)}]


def renew(bundle: Path) -> None:
    """Put the hashes that the files of `bundle` have by now into the SBOM inside it.

    Call it when all is signed, or stripped. Raises BuildError if there is none, or if a file of it is gone.
    """
    path = bundle / INSIDE
    try:
        document: Component = json.loads(path.read_text(encoding="utf-8"))
        for component in _files(document):
            component["hashes"] = hashes(bundle / component["name"])
    except (OSError, ValueError, KeyError) as error:
        raise BuildError(f"{path}: cannot be made to fit the bundle: {error}; make the bundle anew") from None
    write(document, path)


def _files(document: Component) -> Iterator[Component]:
    for component in (document["metadata"]["component"], *document["components"]):
        yield from (inside for inside in component.get("components", []) if inside["type"] == "file")
