"""CycloneDX's own schema, to hold an SBOM against."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema_rs

_FOLDER = "cyclonedx.schema._res"
_ADDRESS = "http://cyclonedx.org/schema"
_SUFFIX = ".SNAPSHOT.schema.json"


def faults(document):
    """What is wrong with an SBOM, a sentence each."""
    others = [(f"{_ADDRESS}/{name}{_SUFFIX}", _schema(name)) for name in ("spdx", "jsf-0.82")]
    registry = jsonschema_rs.Registry(others, draft=jsonschema_rs.Draft7)
    validator = jsonschema_rs.Draft7Validator(
        _schema("bom-1.6"), registry=registry, validate_formats=True, offline=True
    )
    return [f"{error.instance_path}: {error.message}"[:300] for error in validator.iter_errors(document)]


def _schema(name):
    return json.loads(files(_FOLDER).joinpath(f"{name}{_SUFFIX}").read_text(encoding="utf-8"))
