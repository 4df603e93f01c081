"""packaging/dev/lock.py finds a lock that does not fit, without asking a registry."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "packaging" / "dev" / "lock.py"
SPEC = importlib.util.spec_from_file_location("lock", SCRIPT)
assert SPEC is not None
assert SPEC.loader is not None
lock = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(lock)

WANTED = ("alpha>=1", "beta")
HASH = f"    --hash=sha256:{'0' * 64}"


def written(path: Path, *lines: str, wanted: tuple[str, ...] = WANTED) -> Path:
    path.write_text("\n".join([lock.STAMP + lock.digest(wanted), *lines]) + "\n", encoding="utf-8")
    return path


def test_the_project_s_locks_fit():
    for name, wanted in lock.requirements().items():
        assert lock.faults(lock.LOCKS / f"{name}.txt", wanted) == []


def test_a_fresh_lock_with_hashes_is_fine(tmp_path: Path):
    pins = ["alpha==1.0 ; sys_platform == 'win32' \\", HASH + " \\", HASH, "beta==2 \\", HASH]
    assert lock.faults(written(tmp_path / "l.txt", *pins), ("beta", "alpha >=1")) == []


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (["alpha==1.0"], "neither a pin nor a hash"),
        (["alpha==1.0 \\"], "a pin without a hash"),
        (["alpha==1.0 \\", "beta==2 \\", HASH], "a pin without a hash"),
        (["--index-url https://registry.invalid/simple"], "neither a pin nor a hash"),
        (["alpha @ https://registry.invalid/alpha.whl \\", HASH], "neither a pin nor a hash"),
        (["alpha==1.0 \\", "    --hash=md5:0"], "neither a pin nor a hash"),
    ],
)
def test_what_is_not_pinned_by_hash_is_found(tmp_path: Path, lines: list[str], fault: str):
    assert any(fault in found for found in lock.faults(written(tmp_path / "l.txt", *lines), WANTED))


def test_a_lock_of_other_requirements_is_found(tmp_path: Path):
    path = written(tmp_path / "l.txt", "alpha==1.0 \\", HASH, wanted=("alpha>=0",))
    assert lock.faults(path, WANTED) == ["l.txt is older than pyproject.toml"]


def test_a_missing_lock_is_found(tmp_path: Path):
    assert lock.faults(tmp_path / "l.txt", WANTED) == ["l.txt is missing"]
