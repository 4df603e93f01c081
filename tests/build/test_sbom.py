"""The SBOM has what is in the bundle, in CycloneDX's words, and the same bytes for the same bundle."""

from __future__ import annotations

import hashlib
import json
import shutil

import dpkg
import pytest
import sbom
import sbom_file
from tree import BuildError, version

from tests.build import small_bundle
from tests.build.cyclonedx import faults
from tests.build.small_bundle import write


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    yield small_bundle.make(tmp_path, monkeypatch)
    dpkg._search.cache_clear()


def listed(small):
    """The document."""
    path = small.bundle / sbom_file.INSIDE
    sbom.write("linux-webkitgtk", small.bundle, small.packages, path)
    return json.loads(path.read_text())


def part(document, name):
    return next(one for one in document["components"] if one["name"] == name)


def test_it_is_cyclonedx(small):
    assert faults(listed(small)) == []


def test_the_schema_would_tell():
    assert faults({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "no type"}]})


def test_it_is_of_this_program_at_the_time_of_the_commit(small):
    document = listed(small)

    assert document["metadata"]["component"]["name"] == "enable3-kiosk"
    assert document["metadata"]["component"]["version"] == version()
    assert document["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"


def test_packages_have_the_urls_that_databases_of_vulnerabilities_know(small):
    document = listed(small)

    assert part(document, "httpx")["purl"] == "pkg:pypi/httpx@0.28.1"
    assert part(document, "libpython3.11")["purl"] == "pkg:deb/debian/libpython3.11@3.11.2-6%2Bdeb12u6?arch=amd64"
    assert part(document, "simple-keyboard")["purl"].startswith("pkg:npm/simple-keyboard@")
    assert part(document, "Python")["cpe"] == "cpe:2.3:a:python:python:3.11.2:*:*:*:*:*:*:*"


def test_every_library_has_its_hash_and_every_part_a_licence(small):
    document = listed(small)

    [library] = part(document, "quick")["components"]
    assert library["name"] == "_internal/quick/fast.abi3.so"
    assert library["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(b"fast").hexdigest()}]
    assert all(one["licenses"] for one in document["components"])
    assert part(document, "httpx")["licenses"] == [{"expression": "BSD-3-Clause"}]


def test_what_is_not_in_the_bundle_is_not_in_it(small):
    small.install("unused", "1.0", {"unused.py": ""}, {"LICENSE": "words"})

    assert "unused" not in {one["name"] for one in listed(small)["components"]}


def test_what_is_compiled_into_a_part_is_in_it(small):
    inside = {"name": "openssl", "version": "4.0.3", "purl": "pkg:generic/openssl@4.0.3?download_url=file:///somewhere"}
    bom = {"licenses/COPYING": "MIT words", "sboms/a.cdx.json": json.dumps({"components": [inside]})}
    small.install("quick", "2.0", {"quick/__init__.py": "", "quick/fast.abi3.so": "fast"}, bom)
    found = part(listed(small), "quick")["components"]

    assert [(one["name"], one.get("purl")) for one in found if one["type"] == "library"] == [
        ("openssl", "pkg:generic/openssl@4.0.3")
    ]


def test_a_list_that_is_none_fails_the_build(small):
    bom = {"licenses/COPYING": "MIT words", "sboms/a.cdx.json": "not JSON"}
    small.install("quick", "2.0", {"quick/__init__.py": "", "quick/fast.abi3.so": "fast"}, bom)

    with pytest.raises(BuildError, match=r"a\.cdx\.json: is no CycloneDX list"):
        listed(small)


def test_the_same_bundle_elsewhere_has_the_same_list(small, tmp_path):
    first = listed(small)
    for folder in ("kiosk", "venv"):
        shutil.copytree(tmp_path / folder, tmp_path / "elsewhere" / folder)
    other = tmp_path / "elsewhere"
    packages = other / small.packages.relative_to(tmp_path)
    sbom.write("linux-webkitgtk", other / "kiosk", packages, tmp_path / "other.json")

    assert json.loads((tmp_path / "other.json").read_text()) == first


def test_another_content_has_another_number(small):
    first = listed(small)
    write(small.bundle / "_internal/quick/fast.abi3.so", "faster")

    assert listed(small)["serialNumber"] != first["serialNumber"]
    assert first["serialNumber"].startswith("urn:uuid:")


def test_after_signing_it_is_made_true_again(small):
    listed(small)
    write(small.bundle / "_internal/quick/fast.abi3.so", "fast, and signed")
    sbom_file.renew(small.bundle)
    renewed = json.loads((small.bundle / sbom_file.INSIDE).read_text())

    assert (
        part(renewed, "quick")["components"][0]["hashes"][0]["content"]
        == hashlib.sha256(b"fast, and signed").hexdigest()
    )
    assert faults(renewed) == []
    assert renewed == listed(small), "it is what a new list would be"


def test_a_bundle_without_a_list_or_with_a_file_gone_is_named(small):
    with pytest.raises(BuildError, match="make the bundle anew"):
        sbom_file.renew(small.bundle)
    listed(small)
    (small.bundle / "_internal/quick/fast.abi3.so").unlink()
    with pytest.raises(BuildError, match="make the bundle anew"):
        sbom_file.renew(small.bundle)


def test_there_is_no_list_of_no_flavour(small, tmp_path):
    with pytest.raises(BuildError, match="flavour: amiga is none of"):
        sbom.write("amiga", small.bundle, small.packages, tmp_path / "x")
