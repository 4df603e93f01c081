#!/usr/bin/env python3
"""The list of what is in a bundle, for programs to read: CycloneDX 1.6 (ECMA-424), as JSON.

    python packaging/build/sbom.py FLAVOUR BUNDLE SITE_PACKAGES FILE

It is made from the bundle (parts.py), not from the environment that made it: each part with its version, licence and
package URL; in it its libraries with their hashes, and what its makers say they compiled into them. The same bundle
gives the same bytes. Signing or stripping a file changes its hash: sbom_file.renew() comes after that.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import compiled
import licences
import owners
import qt
import sbom_file
from owners import SELF, Kind
from parts import survey_bundle
from tree import FLAVOURS, BuildError, source_date_epoch, version
from versions import Versions

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from licences import Licence
    from parts import Contents, Part
    from sbom_file import Component

_TYPES: Final = {owners.PYTHON: "platform", qt.QT: "framework", qt.WEBENGINE: "framework", qt.CHROMIUM: "framework"}
_CPE: Final = {
    owners.PYTHON: "cpe:2.3:a:python:python:{}:*:*:*:*:*:*:*",
    qt.QT: "cpe:2.3:a:qt:qt:{}:*:*:*:*:*:*:*",
    qt.CHROMIUM: "cpe:2.3:a:google:chrome:{}:*:*:*:*:*:*:*",
    "OpenSSL": "cpe:2.3:a:openssl:openssl:{}:*:*:*:*:*:*:*",
    "SQLite": "cpe:2.3:a:sqlite:sqlite:{}:*:*:*:*:*:*:*",
}
"""What databases of vulnerabilities call those that are no package of anybody's."""


def write(flavour: str, bundle: Path, site_packages: Path, out: Path) -> None:
    """Write the list of what is in `bundle` into the file `out`. Raises BuildError.

    `site_packages` is the folder that the bundle's distributions were installed in.
    """
    if flavour not in FLAVOURS:
        raise BuildError(f"flavour: {flavour or '(none)'} is none of {', '.join(FLAVOURS)}")
    sbom_file.write(describe(flavour, survey_bundle(bundle, site_packages)), out)


def describe(flavour: str, contents: Contents) -> Component:
    """Return the document, but for its serial number."""
    components = [_component(contents, part, licences.of(part, contents.site)) for part in contents.parts]
    root = _root(flavour, contents)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(source_date_epoch(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lifecycles": [{"phase": "post-build"}],
            "tools": {
                "components": [{"type": "application", "name": "sbom.py of enable3-kiosk", "version": version()}]
            },
            "component": root,
        },
        "components": components,
        "dependencies": [
            {"ref": root["bom-ref"], "dependsOn": sorted(component["bom-ref"] for component in components)},
            *({"ref": component["bom-ref"]} for component in components),
        ],
    }


def _root(flavour: str, contents: Contents) -> Component:
    reference = f"pkg:generic/{SELF}@{quote(version(), safe='')}?flavour={flavour}"
    return {
        "type": "application",
        "bom-ref": reference,
        "name": SELF,
        "version": version(),
        "purl": reference,
        "supplier": {"name": "Enable3"},
        "components": [_file(reference, file, contents) for file in contents.bundle.executables],
    }


def _component(contents: Contents, part: Part, licence: Licence) -> Component:
    reference = purl(part)
    component: Component = {
        "type": _TYPES.get(part.name, "library"),
        "bom-ref": reference,
        "name": part.name,
        "version": part.version,
        "purl": reference,
        "licenses": [_licence(licence.name, spdx=licence.spdx)],
    }
    if cpe := _CPE.get(part.name):
        component["cpe"] = cpe.format(part.version)
    if licence.home:
        component["externalReferences"] = [{"type": "website", "url": licence.home}]
    libraries = [file for file in part.libraries if file not in contents.bundle.executables]
    inside = [_file(reference, file, contents) for file in libraries]
    if part.kind is Kind.DISTRIBUTION:
        inside += [_compiled(reference, one) for one in compiled.into(part.name, contents.site)]
    if inside:
        component["components"] = inside
    if properties := _properties(contents, part):
        component["properties"] = [{"name": f"enable3:{name}", "value": value} for name, value in properties.items()]
    return component


def _properties(contents: Contents, part: Part) -> dict[str, str]:
    """Return what CycloneDX has no field for."""
    if part.package is not None:
        return {"debian-source": f"{part.package.source} {part.package.source_version}"}
    if part.name == qt.CHROMIUM:
        return {"security-fixes-up-to": Versions(contents.bundle, contents.site).chromium()[1]}
    return {}


def purl(part: Part) -> str:
    """Return a part's package URL, as https://github.com/package-url/purl-spec has it."""
    name, at = quote(part.name.lower().replace(" ", "-"), safe=""), quote(part.version, safe="")
    if part.package is not None:
        return f"pkg:deb/debian/{name}@{at}?arch={part.package.architecture}"
    return f"pkg:{part.kind}/{name}@{at}"


def _licence(name: str, *, spdx: bool) -> Component:
    return {"expression": name} if spdx else {"license": {"name": name}}


def _file(owner: str, file: PurePosixPath, contents: Contents) -> Component:
    return {
        "type": "file",
        "bom-ref": f"{owner}#{file.as_posix()}",
        "name": file.as_posix(),
        "hashes": sbom_file.hashes(contents.bundle.folder / file),
    }


def _compiled(owner: str, one: compiled.Compiled) -> Component:
    component: Component = {
        "type": "library",
        "bom-ref": f"{owner}#{one.name}@{one.version}",
        "name": one.name,
        "version": one.version,
    }
    if one.purl:
        component["purl"] = one.purl
    if one.licence:
        component["licenses"] = [_licence(one.licence, spdx=False)]
    return component


def main(arguments: list[str]) -> int:
    """Return 0 when the list is written."""
    if len(arguments) != 4:  # noqa: PLR2004 - as the text above says
        print(__doc__, file=sys.stderr)
        return 2
    flavour, bundle, site_packages, out = arguments
    try:
        write(flavour, Path(bundle), Path(site_packages), Path(out))
    except BuildError as error:
        print(f"sbom: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
