"""The apt repository that `make dist` made, asked by an apt of its own; test_debian has a whole machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apt_repository
import pytest

from tests.build.trials.own_apt import Apt

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("ring", list(apt_repository.RINGS))
@pytest.mark.parametrize("package", ["enable3-kiosk", "enable3-kiosk-qt"])
def test_the_repository_has_the_packages_that_were_made(
    artefact: Callable[[str], Path], tmp_path: Path, package: str, ring: str
) -> None:
    repository = artefact("apt")
    apt = Apt(tmp_path / "apt")
    apt.source(repository, repository / apt_repository.KEYRING, ring=ring)
    assert apt("update")[0] == 0
    made = artefact(f"{package}_*_amd64.deb")
    status, said = apt("download", package)
    assert status == 0, said
    assert (apt.folder / made.name).read_bytes() == made.read_bytes()
