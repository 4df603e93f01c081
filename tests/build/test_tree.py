from __future__ import annotations

import re
import tomllib

import pytest
from artefacts import Artefact, table
from tree import ROOT, BuildError, remove, remove_made, run, source_date_epoch, version

import kiosk


def test_there_is_one_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert version() == kiosk.__version__ == project["version"]


def test_a_time_from_outside_counts_and_must_be_one(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert source_date_epoch() == 1_700_000_000

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "today")
    with pytest.raises(BuildError, match="SOURCE_DATE_EPOCH"):
        source_date_epoch()


def test_a_tool_that_fails_or_is_missing_is_named_with_its_last_words():
    with pytest.raises(BuildError, match=r"the step: sh ended with 3\nbecause"):
        run(["sh", "-c", "echo because; exit 3"], what="the step")
    with pytest.raises(BuildError, match="the step: there is no no-such-tool"):
        run(["no-such-tool"], what="the step")


def test_what_is_removed_is_gone_or_the_build_ends(tmp_path):
    folder = tmp_path / "old"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "file").touch()
    remove(folder)
    assert not folder.exists()
    remove(folder)

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder.symlink_to(elsewhere)
    with pytest.raises(BuildError, match="old cannot be deleted: "):
        remove(folder)
    assert elsewhere.exists()


def test_a_folder_of_somebody_else_s_is_not_deleted(tmp_path):
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    for folder in (theirs, ours):
        folder.mkdir()
        (folder / "thesis.txt").touch()
    (ours / "SHA256SUMS").touch()

    with pytest.raises(BuildError, match=r"--out: .*theirs has files of somebody else's"):
        remove_made(theirs, mark="SHA256SUMS")
    remove_made(ours, mark="SHA256SUMS")
    remove_made(tmp_path / "none", mark="SHA256SUMS")

    assert (theirs / "thesis.txt").exists()
    assert not ours.exists()


def test_the_table_names_every_artefact_with_its_whole_hash(tmp_path):
    path = tmp_path / "a.deb"
    path.write_bytes(b"a")
    made = [Artefact(path, "package", "InRelease")]

    digest = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    assert table(made).splitlines()[1].split() == ["a.deb", "package", "0.0", digest, "InRelease"]


def test_the_map_names_every_module_and_says_which_are_scripts():
    folder = ROOT / "packaging" / "build"
    named = dict(
        re.findall(r"`(\w+)`( ▸)?", (folder / "README.md").read_text(encoding="utf-8").partition("| --- |")[2])
    )
    modules = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.py")}
    assert named.keys() >= modules.keys()
    scripts = {name for name, text in modules.items() if '\nif __name__ == "__main__":' in text}
    assert {name for name, mark in named.items() if mark} == scripts
