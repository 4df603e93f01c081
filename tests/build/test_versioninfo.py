"""kiosk.exe says which version it is, and whose."""

from __future__ import annotations

import ast

import pytest
import versioninfo
from tree import BuildError, version


def call(name, text):
    """The call of `name` in an expression, with what was given to it."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    return next(one for one in calls if isinstance(one.func, ast.Name) and one.func.id == name)


def strings(text):
    """The table of strings."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    found = [[ast.literal_eval(arg) for arg in one.args] for one in calls if one.func.id == "StringStruct"]
    return dict(found)


def test_the_properties_of_the_file_have_this_version():
    found = strings(versioninfo.text(version()))

    assert found["FileVersion"] == found["ProductVersion"] == version()


def test_the_numbers_are_the_versions():
    fixed = {
        one.arg: ast.literal_eval(one.value) for one in call("FixedFileInfo", versioninfo.text("1.22.333")).keywords
    }

    assert fixed["filevers"] == fixed["prodvers"] == (1, 22, 333, 0)
    assert fixed["flags"] == 0
    assert fixed["date"] == (0, 0), "a time would make every build another one"


def test_a_version_before_the_release_is_marked_as_one():
    assert "flags=0x2" in versioninfo.text("1.2.0rc1")
    assert versioninfo.four_parts("1.2.0rc1") == (1, 2, 0, 0)
    assert versioninfo.four_parts("1.2.3.4") == (1, 2, 3, 4)


def test_it_names_the_company_the_product_and_the_file():
    found = strings(versioninfo.text("1.0"))

    assert found["CompanyName"] == "Enable3"
    assert found["ProductName"] == "Enable3 Kiosk"
    assert found["OriginalFilename"] == "kiosk.exe"
    assert "THIRD-PARTY-NOTICES.txt" in found["LegalCopyright"]


@pytest.mark.parametrize("wrong", ["", "one", "1.2.3.4.5", "1.70000", "1.2-beta", "1.2'"])
def test_a_version_that_windows_cannot_have_is_refused(wrong):
    with pytest.raises(BuildError, match="version"):
        versioninfo.text(wrong)
