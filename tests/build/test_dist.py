"""The order in which `make dist` makes things, what it says of what fails, and the sums; nothing is built here."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import apt_repository
import dist
import dist_steps
import pytest
from artefacts import Artefact
from dist_steps import PARTS, Part, Plan, Step
from tree import BuildError, version

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    (tmp_path / "out").mkdir()
    return Plan(out=tmp_path / "out", work=tmp_path / "work")


class Factory:
    """Parts whose steps write a file, or fail, and note that they were run."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    def step(self, name: str, *, fails: Exception | None = None) -> Step:
        def run(plan: Plan) -> list[Artefact]:
            self.ran.append(name)
            if fails is not None:
                raise fails
            (plan.out / name).write_text(name)
            return [Artefact(plan.out / name, "a file")]

        return Step(name, run)

    def part(self, name: str, *needs: str, fails: Exception | None = None) -> Part:
        return Part(name, (self.step(f"{name}-1", fails=fails), self.step(f"{name}-2")), needs=needs)


@pytest.fixture
def factory() -> Factory:
    return Factory()


def names(parts: list[Part]) -> list[str]:
    return [part.name for part in parts]


# ── which, and in which order ───────────────────────────────────────────────────────────────────────────────────────


def test_a_part_comes_after_what_it_needs():
    for place, part in enumerate(PARTS):
        assert set(part.needs) <= set(names(PARTS[:place]))


def test_without_a_choice_everything_is_made():
    assert dist.chosen(PARTS, "") == list(PARTS)


@pytest.mark.parametrize("only", ["apt,linux-qt", "linux-qt apt", " apt , linux-qt,"])
def test_a_choice_keeps_the_order(only: str):
    assert names(dist.chosen(PARTS, only)) == ["linux-qt", "apt"]


def test_what_is_no_part_is_refused_with_those_that_there_are():
    with pytest.raises(BuildError, match=r"no part linux-gtk; there are linux-webkitgtk, linux-qt, apt, windows"):
        dist.chosen(PARTS, "linux-gtk,apt")


def test_steps_are_made_in_their_order(plan: Plan, factory: Factory):
    outcome = dist.make([factory.part("a"), factory.part("b", "a")], plan)
    assert factory.ran == ["a-1", "a-2", "b-1", "b-2"]
    assert [one.path.name for one in outcome.made] == factory.ran
    assert outcome.failures == []


# ── what fails ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "error",
    [BuildError("there is no makensis"), OSError(28, "No space left on device"), ImportError("no module named deb")],
    ids=repr,
)
def test_what_fails_says_which_step_why_and_what_to_do(plan: Plan, factory: Factory, error: Exception):
    outcome = dist.make([factory.part("windows", fails=error)], plan)
    [text] = outcome.failures
    assert text.startswith("windows: windows-1 failed: ")
    assert str(error) in text
    assert "make dist ONLY=windows" in text
    assert factory.ran == ["windows-1"]


def test_a_part_that_fails_stops_those_that_need_it_and_no_other(plan: Plan, factory: Factory):
    parts = [
        factory.part("a", fails=BuildError("no")),
        factory.part("b", "a"),
        factory.part("c", "b"),
        factory.part("d"),
    ]
    outcome = dist.make(parts, plan)
    assert factory.ran == ["a-1", "d-1", "d-2"]
    assert [text.split(":")[0] for text in outcome.failures] == ["a", "b", "c"]
    assert "needs a" in outcome.failures[1]


def test_a_part_that_was_not_asked_for_is_no_obstacle(plan: Plan, factory: Factory):
    assert dist.make([factory.part("b", "a")], plan).failures == []


def test_a_repository_of_nothing_says_what_to_make_first(plan: Plan):
    [part] = dist.chosen(PARTS, "apt")
    [text] = dist.make([part], plan).failures
    assert "has no .deb: make dist ONLY=linux-webkitgtk,linux-qt,apt" in text


def test_a_repository_of_an_old_commit_is_of_today(plan: Plan, monkeypatch: pytest.MonkeyPatch):
    """It ends 30 days after its date, and a terminal takes none that is older than the one that it knows."""
    dates: list[int] = []
    monkeypatch.setattr(apt_repository, "build", lambda _debs, *, now, out, **_: (dates.append(now), out)[1])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    monkeypatch.setenv("KIOSK_APT_KEY", "A" * 40)
    (plan.out / f"enable3-kiosk_{version()}_amd64.deb").touch()
    [part] = dist.chosen(PARTS, "apt")
    before = int(time.time())
    assert dist.make([part], plan).failures == []
    assert before <= dates[0] <= time.time()


# ── what is said and written ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, factory: Factory) -> Callable[..., int]:
    """Return a function that runs the command line over parts of ours."""

    def run(*words: str, fails: Exception | None = None) -> int:
        monkeypatch.setattr(dist_steps, "PARTS", (factory.part("a"), factory.part("b", fails=fails)))
        return dist.main([*words, "--out", str(tmp_path / "dist"), "--work", str(tmp_path / "build")])

    return run


def test_the_table_names_everything_with_its_hash_and_what_is_not_made_here(run, capsys):
    assert run() == 0
    printed = capsys.readouterr().out
    assert re.search(r"^a-1 +a file +0\.0 +[0-9a-f]{64} +none$", printed, re.MULTILINE)
    assert "not made here: the package for macOS" in printed


def test_what_failed_makes_the_status_and_comes_last(run, capsys):
    assert run(fails=BuildError("there is no wine")) == 1
    assert "error: b: b-1 failed: there is no wine" in capsys.readouterr().out.splitlines()[-2]


def test_a_wrong_choice_is_a_wrong_use(run, capsys):
    assert run("--only", "c") == 2
    assert "no part c; there are a, b" in capsys.readouterr().err


def test_everything_made_anew_leaves_nothing_of_before(run, tmp_path):
    run()
    (tmp_path / "dist" / "of-the-version-before").touch()
    run("--only", "a")
    assert (tmp_path / "dist" / "of-the-version-before").exists(), "a part alone leaves the others"
    run()
    assert not (tmp_path / "dist" / "of-the-version-before").exists()


def test_the_sums_are_of_every_file_as_sha256sum_reads_them(plan: Plan):
    deep = plan.out / "apt" / "dists"
    deep.mkdir(parents=True)
    (deep / "InRelease").write_text("signed")
    (plan.out / "a name with spaces").write_text("x")
    sums = dist.write_sums(plan.out)
    assert [line.split("  ", 1)[1] for line in sums.read_text().splitlines()] == [
        "a name with spaces",
        "apt/dists/InRelease",
    ]
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    if shutil.which("sha256sum"):
        assert subprocess.run(check, cwd=plan.out, check=False).returncode == 0
        (deep / "InRelease").write_text("Signed")
        assert subprocess.run(check, cwd=plan.out, check=False, capture_output=True).returncode == 1
    assert dist.write_sums(plan.out).read_text().count("\n") == 2, "the sums have none of their own"


# ── the command ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_makefile_has_both_targets_and_passes_a_choice_on():
    done = subprocess.run(
        ["make", "--dry-run", "dist", "dist-test", "ONLY=linux-qt,apt"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert 'packaging/dev/bootstrap dist "linux-qt,apt"' in done.stdout
    assert 'packaging/dev/bootstrap dist-test "linux-qt,apt"' in done.stdout


def test_the_settings_of_a_signer_reach_the_build():
    """The account's environment is empty but for what dist.sh passes on."""
    script = (ROOT / "packaging" / "dev" / "dist.sh").read_text()
    [pattern] = re.findall(r"compgen -e \| grep -E \\\n +'(.+)'", script)
    for name in (
        "KIOSK_APT_KEY",
        "KIOSK_SIGN_WITH",
        "KIOSK_WEBVIEW2_SHA256",
        "GNUPGHOME",
        "PIP_INDEX_URL",
        "https_proxy",
    ):
        assert re.fullmatch(pattern.removeprefix("^").removesuffix("$"), name)
    for name in ("AWS_SECRET_ACCESS_KEY", "KIOSK_BASE_URL", "LD_PRELOAD", "PYTHONPATH"):
        assert not re.fullmatch(pattern.removeprefix("^").removesuffix("$"), name)


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_has_nothing_to_say():
    scripts = ("bootstrap", "dist.sh", "in-debian", "with-packages")
    command = ["shellcheck", "--external-sources", *scripts]
    done = subprocess.run(command, cwd=ROOT / "packaging" / "dev", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
