"""The workflows of GitHub: they were not run, so what can be held to a promise here is.

Linted by hand with zizmor 1.32.0 (offline), actionlint 1.7.7 and yamllint: docs/releasing.md says how.
"""

from __future__ import annotations

import re
import subprocess

import pytest
import yaml
from tree import ROOT

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in WORKFLOWS}
PARSED = {name: yaml.safe_load(text) for name, text in TEXTS.items()}

PROVED = {
    "actions/checkout": "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
    "actions/setup-python": "5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0",
    "actions/upload-artifact": "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0",
    "actions/download-artifact": "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1",
    "actions/attest": "1e69f48acb82d1966a394da916b4c1698aa569d6 # v4.2.2",
    "Azure/login": "f5d393ae46f8fde4be8b75f32e3fc50e654ad0ca # v3.0.1",
}
"""The commits of these tags, as `git rev-parse TAG^{commit}` said in copies of the repositories, 2026-11-24."""

WRITES = {
    ("windows.yml", "installers"): {"id-token"},
    ("release.yml", "windows"): {"id-token"},
    ("release.yml", "draft"): {"contents", "id-token", "attestations"},
}


def jobs() -> list[tuple[str, str]]:
    return [(name, job) for name, workflow in PARSED.items() for job in workflow["jobs"]]


def job_of(place: tuple[str, str]) -> dict[str, object]:
    return PARSED[place[0]]["jobs"][place[1]]


def steps_of(place: tuple[str, str]) -> list[dict[str, object]]:
    return job_of(place).get("steps", [])


def test_there_is_one_for_each_thing_that_is_promised():
    assert set(TEXTS) == {"ci.yml", "audit.yml", "windows.yml", "macos.yml", "release.yml"}


@pytest.mark.parametrize("name", TEXTS)
def test_every_action_is_one_commit_whose_tag_was_looked_up(name: str):
    used = re.findall(r"^\s*(?:- )?uses: (.*)$", TEXTS[name], re.MULTILINE)
    for one in used:
        if one.startswith("./"):
            assert (ROOT / one).is_file()
        else:
            action, _, commit = one.partition("@")
            assert re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", commit)
            assert PROVED[action] == commit


@pytest.mark.parametrize("name", TEXTS)
def test_a_workflow_has_no_rights_but_those_that_a_job_asks_for(name: str):
    assert PARSED[name]["permissions"] == {}


@pytest.mark.parametrize("place", jobs(), ids="/".join)
def test_a_job_has_few_rights_and_an_end(place: tuple[str, str]):
    job = job_of(place)
    rights = job["permissions"]

    assert {right for right, value in rights.items() if value != "read"} == WRITES.get(place, set())
    assert "uses" in job or 0 < job["timeout-minutes"] <= 120
    assert job.get("secrets") is None


@pytest.mark.parametrize("place", jobs(), ids="/".join)
def test_no_step_keeps_the_token_of_the_checkout(place: tuple[str, str]):
    for step in steps_of(place):
        if str(step.get("uses", "")).startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("place", jobs(), ids="/".join)
def test_what_others_write_is_never_pasted_into_a_script(place: tuple[str, str]):
    assert [step["run"] for step in steps_of(place) if "${{" in str(step.get("run", ""))] == []


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_runs_with_our_rights_for_somebody_elses_commit(name: str):
    started = PARSED[name][True]  # YAML 1.1 reads `on` as a truth

    assert "pull_request_target" not in started
    assert "workflow_run" not in started
    assert PARSED[name]["concurrency"]["group"]


@pytest.mark.parametrize("place", jobs(), ids="/".join)
def test_secrets_are_those_of_an_environment_and_only_ever_variables_of_one_step(place: tuple[str, str]):
    for step in steps_of(place):
        named = "secrets." in str({key: value for key, value in step.items() if key != "env"})
        assert not named
        if "secrets." in str(step.get("env", "")):
            assert str(job_of(place)["environment"]).startswith("${{ inputs.release && 'release-")


@pytest.mark.parametrize("name", TEXTS)
def test_the_scripts_that_it_runs_are_there(name: str):
    scripts = " ".join(step["run"] for place in jobs() if place[0] == name for step in steps_of(place) if "run" in step)
    files = {word.replace("\\", "/") for word in re.findall(r"packaging[/\\][\w./\\-]+", scripts)}

    assert [file for file in sorted(files) if not (ROOT / file).exists()] == []


def targets_of_make() -> set[str]:
    rules = re.findall(r"^([a-z][a-z -]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    return {target for rule in rules for target in rule.split()}


def test_what_is_made_can_be_made():
    scripts = [step["run"] for place in jobs() for step in steps_of(place) if "run" in step]
    made = {target for script in scripts for target in re.findall(r"(?:^|[ '])make ([a-z-]+)", script, re.MULTILINE)}

    assert made
    assert made <= targets_of_make()


def test_a_release_waits_for_the_tests_and_for_a_second_person():
    draft = job_of(("release.yml", "draft"))

    assert set(draft["needs"]) == {"test", "again", "windows", "macos"}
    assert draft["environment"] == "release"
    assert "--draft" in TEXTS["release.yml"]
    assert set(PARSED["release.yml"][True]) == {"push"}
    assert set(PARSED["release.yml"][True]["push"]) == {"tags"}


@pytest.mark.parametrize("name", TEXTS)
def test_what_was_never_run_says_so(name: str):
    assert "NOT RUN" in TEXTS[name]


@pytest.mark.parametrize("name", ["in-debian", "with-packages", "check-tag"])
def test_a_script_of_the_workflows_can_be_started_and_is_one_of_bash(name: str):
    script = ROOT / "packaging" / "dev" / name

    assert script.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", script], check=True)
