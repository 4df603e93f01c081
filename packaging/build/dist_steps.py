"""What `make dist` makes, part by part: which steps, in which order, by whose module.

A step is given where things lie (Plan) and returns the artefacts that it put into `out`; a bundle is an intermediate.
Each module is imported by the step that needs it, so that one that is broken fails its own part alone.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from artefacts import Artefact
from sbom_file import INSIDE
from tree import BuildError, run, version

if TYPE_CHECKING:
    from collections.abc import Callable

NOT_HERE: Final = (
    "the package for macOS, which needs a Mac (packaging/macos/README.md)",
    "what Windows' own loader says of the installers, which needs Windows (packaging/windows/verify.ps1)",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Where artefacts go, and where intermediates lie."""

    out: Path
    work: Path

    def bundle(self, flavour: str) -> Path:
        """Return the folder of the bundle of a flavour: `kiosk`, `_internal/`."""
        return self.work / "bundles" / flavour / "kiosk"


@dataclass(frozen=True, slots=True)
class Step:
    """Something to make; `run` returns the artefacts, and raises BuildError if it cannot be made."""

    name: str
    run: Callable[[Plan], list[Artefact]]


@dataclass(frozen=True, slots=True)
class Part:
    """What can be asked for by `--only`. `needs` are parts whose artefacts it takes, if they are made as well."""

    name: str
    steps: tuple[Step, ...]
    needs: tuple[str, ...] = ()


def _linux_bundle(flavour: str, plan: Plan) -> list[Artefact]:
    import bundle  # noqa: PLC0415 - see the module

    bundle.build(flavour, out=plan.work / "bundles", work=plan.work / "linux")
    return []


def _deb(flavour: str, plan: Plan) -> list[Artefact]:
    import deb  # noqa: PLC0415 - see the module
    import deb_contents  # noqa: PLC0415 - see the module

    made = deb.build(flavour, plan.bundle(flavour), out=plan.out)
    with tempfile.TemporaryDirectory(prefix="deb-", dir=plan.work) as folder:
        run(["dpkg-deb", "--extract", made, folder], what=f"reading {made.name}")
        listed = _sbom(flavour, Path(folder, deb_contents.PROGRAM), plan)
    return [Artefact(made, "Debian package", "by the apt repository's InRelease"), listed]


def _sbom(flavour: str, program: Path, plan: Plan) -> Artefact:
    """Copy the SBOM of what ships: stripping and signing have changed files since the bundle was made."""
    target = plan.out / f"enable3-kiosk-{version()}-{flavour}.cdx.json"
    shutil.copyfile(program / INSIDE, target)
    return Artefact(target, "SBOM (CycloneDX)")


def _apt(plan: Plan) -> list[Artefact]:
    import apt_key  # noqa: PLC0415 - see the module
    import apt_repository  # noqa: PLC0415 - see the module

    debs = sorted(plan.out.glob(f"enable3-kiosk*_{version()}_*.deb"))
    if not debs:
        raise BuildError(f"{plan.out} has no .deb: make dist ONLY=linux-webkitgtk,linux-qt,apt")
    # Not the commit's time, which the packages have: made of an old commit, a repository would have ended already.
    now = int(time.time())
    if os.environ.get("KIOSK_APT_KEY"):
        key = apt_key.from_environment()
        return _rings(apt_repository.build(debs, key=key, out=plan.out / "apt", now=now), f"the key {key}")
    with tempfile.TemporaryDirectory(prefix="k-", dir="/tmp") as folder:  # a socket's path may have 107 bytes  # nosec B108 # made with a name nobody can guess, for this account alone
        throwaway = apt_key.throwaway(Path(folder))
        try:
            made = apt_repository.build(debs, key=throwaway, out=plan.out / "apt", now=now)
        finally:
            apt_key.forget(throwaway)
    return _rings(made, "a throw-away key: for trying out")


def _rings(repository: Path, whose: str) -> list[Artefact]:
    found = sorted(repository.glob("dists/*/InRelease"))
    return [Artefact(ring, f"apt repository, {ring.parent.name}", f"OpenPGP, {whose}") for ring in found]


def _windows_bundle(plan: Plan) -> list[Artefact]:
    import windows  # noqa: PLC0415 - see the module

    windows.bundle(out=plan.work / "bundles", work=plan.work / "windows")
    return []


def _installers(plan: Plan) -> list[Artefact]:
    import authenticode  # noqa: PLC0415 - see the module
    import windows_installers  # noqa: PLC0415 - see the module

    work = plan.work / "installers"
    made = windows_installers.build(plan.bundle("windows"), out=plan.out, work=work)
    root = plan.out / windows_installers.THROWAWAY_CA
    trusted = root if root.is_file() else None
    for one in made:
        found = authenticode.inspect(one.path, trusted=trusted)
        if not found.good:
            raise BuildError(f"the signature of {one.path.name} is not good: {found.complaints()}")
    made.append(_sbom("windows", work / "signed" / "kiosk", plan))
    return [*made, *([Artefact(root, "the throw-away CA's certificate")] if trusted else [])]


PARTS: Final = (
    *(
        Part(flavour, (Step("bundle", partial(_linux_bundle, flavour)), Step("package", partial(_deb, flavour))))
        for flavour in ("linux-webkitgtk", "linux-qt")
    ),
    Part("apt", (Step("repository", _apt),), needs=("linux-webkitgtk", "linux-qt")),
    Part("windows", (Step("bundle under wine", _windows_bundle), Step("signed installers", _installers))),
)
"""In the order in which they are made."""
