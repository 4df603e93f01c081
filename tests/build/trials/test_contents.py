"""What the packages say of their contents is what is in them."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import kiosk
from tests.build.cyclonedx import faults

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGES = {
    "linux-webkitgtk": "enable3-kiosk_*_amd64.deb",
    "linux-qt": "enable3-kiosk-qt_*_amd64.deb",
    "windows": "enable3-kiosk-*.msi",
}
MACHINE_CODE = (b"\x7fELF", b"MZ")


@pytest.fixture(scope="module", params=list(PACKAGES))
def bundle(
    request: pytest.FixtureRequest,
    dist: Path,
    artefact: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The program's folder, out of its package; a folder of bundles will do as well."""
    flavour = str(request.param)
    bare = dist / flavour / "kiosk"
    if bare.is_dir():
        return bare
    folder, package = tmp_path_factory.mktemp(flavour), artefact(PACKAGES[flavour])
    if package.suffix == ".msi" and shutil.which("msiextract") is None:
        pytest.skip("msitools: [dist-test] of packaging/dev/system-packages.txt")
    command = ["msiextract", "--directory", folder, package]
    subprocess.run(
        command if package.suffix == ".msi" else ["dpkg-deb", "--extract", package, folder],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    [inner] = [path for path in folder.rglob("_internal") if path.is_dir()]
    return inner.parent


@pytest.fixture(scope="module")
def listed(bundle: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((bundle / "_internal" / "sbom.cdx.json").read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="module")
def told(bundle: Path) -> str:
    return (bundle / "_internal" / "THIRD-PARTY-NOTICES.txt").read_text(encoding="utf-8")


def machine_code(bundle: Path) -> list[str]:
    """Every library and program, found by what it is and not by its name."""
    files = (path for path in bundle.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(path.relative_to(bundle).as_posix() for path in files if begins(path).startswith(MACHINE_CODE))


def begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4)


def files_of(document: dict[str, Any]) -> dict[str, str]:
    """Names and hashes of all files that an SBOM lists."""
    parts = [document["metadata"]["component"], *document["components"]]
    inside = [one for part in parts for one in part.get("components", []) if one["type"] == "file"]
    return {one["name"]: one["hashes"][0]["content"] for one in inside}


def test_the_sbom_is_cyclonedx_and_of_this_version(listed):
    assert faults(listed) == []
    assert listed["metadata"]["component"]["version"] == kiosk.__version__


def test_the_sbom_lists_every_library_and_program_with_its_hash(bundle, listed):
    wanted = {name: hashlib.sha256((bundle / name).read_bytes()).hexdigest() for name in machine_code(bundle)}

    assert len(wanted) > 20
    assert files_of(listed) == wanted


def test_the_notices_name_every_library(bundle, told):
    own = {"kiosk", "kiosk.exe", "kioskw.exe"}

    assert [name for name in machine_code(bundle) if name not in told and name not in own] == []


def test_both_name_every_distribution(bundle, listed, told):
    found = {re.sub(r"[-_.]+", "-", path.name.split("-")[0]).lower() for path in bundle.rglob("*.dist-info")}
    named = {part["name"] for part in listed["components"]}

    assert "keyring" in found
    assert found - named == set()
    assert [name for name in named if f"\n{name} " not in told] == []


def test_no_tool_of_the_build_is_in_it(listed):
    named = {part["name"] for part in listed["components"]}

    assert not named & {"pip", "setuptools", "wheel", "pytest", "hypothesis", "starlette", "uvicorn"}


def test_every_part_has_the_text_of_its_licence(bundle, listed):
    folder = bundle / "_internal" / "licences"
    empty = []
    for part in listed["components"]:
        name = f"{part['name']}-{part['version']}".replace(" ", "-").replace(":", "_")
        if not any(path.stat().st_size > 100 for path in (folder / name).glob("*")):
            empty.append(name)
    assert empty == []


def test_no_text_of_a_licence_names_this_machine(bundle):
    texts = [path for path in (bundle / "_internal" / "licences").rglob("*") if path.is_file()]

    assert [path for path in texts if str(Path(kiosk.__file__).parents[1]).encode() in path.read_bytes()] == []
