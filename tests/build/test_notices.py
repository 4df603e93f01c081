"""Whatever is in a bundle has its notice; what nobody knows, or without a licence, does not get into one."""

from __future__ import annotations

import re

import collected
import dpkg
import licences
import notices
import parts
import pytest
import qt
from owners import Kind
from tree import BuildError

from tests.build import small_bundle
from tests.build.small_bundle import write


@pytest.fixture
def small(tmp_path, monkeypatch):
    yield small_bundle.make(tmp_path, monkeypatch)
    dpkg._search.cache_clear()


def told(small):
    """THIRD-PARTY-NOTICES.txt."""
    notices.collect(small.bundle, small.packages, small.bundle / "_internal")
    return (small.bundle / "_internal" / "THIRD-PARTY-NOTICES.txt").read_text()


def test_every_part_is_named_with_its_version_and_licence(small):
    text = told(small)

    for name in ("httpx 0.28.1", "quick 2.0", "Python 3.11.2", "PyInstaller 6.22.3", "libpython3.11 3.11.2-6+deb12u6"):
        assert f"\n{name}\n    licence: " in text, name
    assert re.search(r"\nsimple-keyboard \d", text)
    assert "source: the Debian package python3.11 3.11.2-6+deb12u6" in text


def test_every_library_is_named(small):
    text = told(small)

    assert "_internal/quick/fast.abi3.so" in text
    assert "_internal/libpython3.11.so.1.0" in text


def test_the_texts_of_the_licences_come_along(small):
    told(small)
    folder = small.bundle / "_internal" / "licences"

    assert (folder / "httpx-0.28.1" / "LICENSE.md").read_text() == "BSD words"
    assert (folder / "PyInstaller-6.22.3" / "COPYING.txt").read_text() == "GPL words"
    assert (folder / "libpython3.11-3.11.2-6+deb12u6" / "copyright").read_text() == "Python's licence"
    assert "Permission is hereby granted" in next(folder.glob("simple-keyboard-*/LICENSE")).read_text()


def test_what_is_installed_and_not_in_the_bundle_is_not_named(small):
    small.install("unused", "1.0", {"unused.py": ""}, {"LICENSE": "words"})

    assert "unused" not in told(small)


def test_a_second_time_gives_the_same(small):
    first = told(small)
    write(small.bundle / "_internal" / "licences" / "gone-1.0" / "LICENSE", "of a part that is gone")

    assert told(small) == first
    assert not (small.bundle / "_internal" / "licences" / "gone-1.0").exists()


def test_a_file_that_nobody_knows_fails_the_build(small):
    write(small.bundle / "_internal" / "libmystery.so.1", "?")

    with pytest.raises(BuildError, match=r"nobody knows whose.*_internal/libmystery\.so\.1.*build\.spec"):
        told(small)


def test_a_module_that_nobody_knows_fails_the_build(small, monkeypatch):
    monkeypatch.setattr(collected, "_modules", lambda _: frozenset({"kiosk", "stranger"}))

    with pytest.raises(BuildError, match="module stranger"):
        told(small)


def test_a_part_without_the_text_of_its_licence_fails_the_build(small, monkeypatch):
    small.install("bare", "1.0", {"bare.py": ""}, {})
    monkeypatch.setattr(collected, "_modules", lambda _: frozenset({"kiosk", "bare"}))

    with pytest.raises(BuildError, match=r"bare 1\.0 is in the bundle, and there is no text of its licence"):
        told(small)


def test_a_part_that_does_not_say_which_licence_it_has_fails_the_build(small, monkeypatch):
    small.install("silent", "1.0", {"silent.py": ""}, {"LICENSE": "words"})
    metadata = small.packages / "silent-1.0.dist-info" / "METADATA"
    write(metadata, metadata.read_text().replace("License-Expression: BSD-3-Clause\n", ""))
    monkeypatch.setattr(collected, "_modules", lambda _: frozenset({"kiosk", "silent"}))

    with pytest.raises(BuildError, match=r"silent 1\.0: which licence is it\? Read .*LICENSE"):
        told(small)


def test_a_debian_package_without_its_copyright_file_fails_the_build(small):
    small.copyright.unlink()

    with pytest.raises(BuildError, match=r"libpython3\.11.*copyright"):
        told(small)


def test_who_has_qt_is_told_how_to_change_it(small, monkeypatch):
    qt_core = "PySide6/Qt/lib/libQt6Core.so.6"
    small.install("PySide6_Essentials", "6.12.0", {"PySide6/__init__.py": "", qt_core: ""}, {})
    write(small.bundle / "_internal" / qt_core, "... Qt 6.12.0 (x86_64-little_endian-lp64 ...")
    monkeypatch.setattr(collected, "_modules", lambda _: small_bundle.MODULES)
    text = told(small)

    assert "You may change Qt and run this program with your Qt." in text
    assert "/6.12/6.12.0/single/qt-everywhere-src-6.12.0.tar.xz" in text
    for name in ("LGPL-3.0.txt", "GPL-3.0.txt"):
        assert (small.bundle / "_internal" / "licences" / "Qt-6.12.0" / name).is_file()
    assert "\npyside6-essentials 6.12.0\n    licence: LGPL-3.0-only\n" in text


def test_who_has_not_is_not(small):
    assert "Qt" not in told(small)


def test_qt_says_which_chromium_it_has_and_whose_fixes(tmp_path):
    library = tmp_path / "libQt6WebEngineCore.so.6"
    library.write_bytes(b"\0127.0.0.1\0" + b"152.0.7977.83\0(140.0.7339.225\0x1.140.0.7339.9\0")

    assert qt.chromium_versions(library) == ("140.0.7339.225", "152.0.7977.83")

    library.write_bytes(b"nothing")
    qt._chromiums.cache_clear()
    with pytest.raises(BuildError, match="which Chromium"):
        qt.chromium_versions(library)


def test_the_program_for_windows_is_read_without_windows(tmp_path, monkeypatch):
    small = small_bundle.make(tmp_path, monkeypatch)
    inner = small.bundle / "_internal"
    (small.bundle / "kiosk").rename(small.bundle / "kiosk.exe")
    (inner / "libpython3.11.so.1.0").unlink()
    (inner / "_ssl.pyd").write_bytes(b"MZ")
    for name, version in {"python311.dll": (3, 11, 9150, 1013), "libcrypto-3.dll": (3, 0, 13, 0)}.items():
        low_first = (version[1], version[0], version[3], version[2])
        words = b"".join(number.to_bytes(2, "little") for number in low_first)
        (inner / name).write_bytes(b"MZ" + bytes.fromhex("bd04effe00000100") + words)
    found = {part.name: part.version for part in parts.survey_bundle(small.bundle, small.packages).parts}

    assert found["Python"] == "3.11.9"
    assert found["OpenSSL"] == "3.0.13"


def test_all_texts_that_we_keep_are_there_and_told_of():
    kept = {path.name for path in licences.TEXTS.glob("*.txt")}
    named = {name for known in licences._GENERIC.values() for name in known.files}
    named |= {name for names in licences._WITHOUT_TEXT.values() for name in names}
    readme = (licences.TEXTS / "README.md").read_text()

    assert named == kept
    assert set(re.findall(r"^\| `([\w.-]+\.txt)`", readme, re.MULTILINE)) == kept


def test_the_lgpl_is_the_lgpl():
    text = (licences.TEXTS / "LGPL-3.0.txt").read_text()

    assert "GNU LESSER GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007" in text
    assert "6. Revised Versions of the GNU Lesser General Public License." in text


def test_a_licence_is_what_the_metadata_says_or_what_we_chose(small):
    contents = parts.survey_bundle(small.bundle, small.packages)
    found = {part.name: licences.of(part, contents.site) for part in contents.parts if part.kind is Kind.DISTRIBUTION}

    assert (found["httpx"].name, found["httpx"].spdx) == ("BSD-3-Clause", True)
