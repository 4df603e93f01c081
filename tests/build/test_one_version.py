"""The version is written in kiosk/__init__.py; everything else asks there, or is held against it here."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

import man
import pytest
import sbom
import versioninfo
import windows_installers
import windows_msi
from tree import ROOT, version

import kiosk

TEMPLATES = {
    "packaging/linux/deb/com.enable3.kiosk.metainfo.xml": '<release version="@VERSION@"',
    "packaging/windows/installer/kiosk.nsi": '"ProductVersion" "${VERSION}"',
    "packaging/windows/installer/kiosk.wxs": 'Version="$(var.Version)"',
    "packaging/macos/distribution.xml": "@VERSION@",
    "build.spec": "version=selection.version()",
}
"""Files of others' formats, and how they have the version."""


def test_the_program_the_tree_and_the_project_have_one():
    told = subprocess.run(
        [sys.executable, "-m", "kiosk", "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert told.stdout == f"kiosk {version()}\n"
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == version() == kiosk.__version__


@pytest.mark.parametrize("path", TEMPLATES)
def test_a_template_is_filled_with_it_and_has_none_of_its_own(path):
    text = (ROOT / path).read_text()

    assert TEMPLATES[path] in text
    assert version() not in text


def test_debians_changelog_begins_with_it():
    first = (ROOT / "packaging/linux/deb/changelog").read_text().splitlines()[0]

    assert re.match(rf"enable3-kiosk \({re.escape(version())}[~+)]", first), "write an entry for the new version"


def test_windows_is_told_it():
    text = versioninfo.text(version())

    assert f"StringStruct('ProductVersion', {version()!r})" in text
    assert windows_msi.product_version(version()) == ".".join(str(n) for n in versioninfo.four_parts(version())[:3])
    assert windows_installers.version is sbom.version is version


def test_the_manual_has_it():
    assert f'"kiosk {version()}"' in man.page()
