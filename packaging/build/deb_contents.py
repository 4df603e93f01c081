"""Where a package's files go: the program, and all that a Debian system wants to know about it."""

from __future__ import annotations

import gzip
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import icons
import man
import sbom_file
from deb_control import TEMPLATES
from deb_copyright import copyright_text
from deb_depends import elf_files
from tree import ROOT, run, version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deb_control import Package

NAME: Final = "enable3-kiosk"
PROGRAM: Final = f"usr/lib/{NAME}"
SHARED: Final = f"usr/share/{NAME}"
DOCS: Final = f"usr/share/doc/{NAME}"
"""Of both packages, of which one alone can be installed."""

COMPLETIONS: Final = {
    "bash": "usr/share/bash-completion/completions/kiosk",
    "zsh": "usr/share/zsh/vendor-completions/_kiosk",
    "fish": "usr/share/fish/vendor_completions.d/kiosk.fish",
}

TEMPLATES_TO: Final = {
    "com.enable3.kiosk.desktop": "usr/share/applications/com.enable3.kiosk.desktop",
    "com.enable3.kiosk.metainfo.xml": "usr/share/metainfo/com.enable3.kiosk.metainfo.xml",
    "enable3-kiosk.service": "usr/lib/systemd/user/enable3-kiosk.service",
    "enable3-kiosk.preset": "usr/lib/systemd/user-preset/80-enable3-kiosk.preset",
    "autostart.desktop": f"{DOCS}/examples/com.enable3.kiosk.desktop",
    "policy.toml.example": f"etc/{NAME}/policy.toml.example",
    "running-kiosks": f"{SHARED}/running-kiosks",
}

GUIDES: Final = (
    *("installing", "installing-linux", "apt-repository", "provisioning", "lockdown", "breakouts"),
    *("hand-over", "signed-codes", "sdk-page"),
)
"""Of docs/: what an operator needs who has no source tree."""


def lay_out(package: Package, bundle: Path, root: Path, *, epoch: int) -> None:
    """Put everything of `package` below `root`. Raises BuildError."""
    shutil.copytree(bundle, root / PROGRAM, symlinks=True)
    _strip(root / PROGRAM)
    sbom_file.renew(root / PROGRAM)
    _link(root / "usr/bin/kiosk", f"../lib/{NAME}/kiosk")
    date = datetime.fromtimestamp(epoch, UTC).date().isoformat()
    _fill_templates(root, {"VERSION": version(), "DATE": date, "ENGINE": package.engine})
    _write_completions(root, bundle / "kiosk")
    _copy_icons(root)
    _copy_kit(root)
    for name in GUIDES:
        _write(root / DOCS / f"{name}.md", (ROOT / "docs" / f"{name}.md").read_bytes())
    _write(root / "usr/share/man/man1/kiosk.1.gz", _packed(man.page().encode()))
    _document(package, bundle, root)


def _fill_templates(root: Path, values: Mapping[str, str]) -> None:
    for name, place in TEMPLATES_TO.items():
        text = (TEMPLATES / name).read_text(encoding="utf-8")
        for key, value in values.items():
            text = text.replace(f"@{key}@", value)
        _write(root / place, text.encode())


def _write_completions(root: Path, program: Path) -> None:
    """Ask the program itself, in a home of its own: it writes a log."""
    for shell, place in COMPLETIONS.items():
        with tempfile.TemporaryDirectory(prefix="completion-") as home:
            code = run(
                [program, "completion", shell],
                what=f"asking for {shell}'s completion",
                env={"HOME": home, "LANG": "C.UTF-8"},
            )
        _write(root / place, code.encode())


def _strip(program: Path) -> None:
    """Take the symbols for debuggers out of the libraries that have some, as Debian's own packages do."""
    for path in elf_files(program):
        if ".so" in path.name and ".symtab" in run(
            ["readelf", "--wide", "--sections", path], what=f"reading {path.name}"
        ):
            sections = ["--remove-section=.comment", "--remove-section=.note"]
            run(["strip", "--strip-unneeded", *sections, path], what=f"stripping {path.name}")


def _copy_icons(root: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="icons-") as work:
        icons.make(Path(work))
        shutil.copytree(Path(work, "hicolor"), root / "usr/share/icons/hicolor")


def _copy_kit(root: Path) -> None:
    shutil.copytree(ROOT / "packaging" / "linux" / "lockdown", root / SHARED / "lockdown")


def _document(package: Package, bundle: Path, root: Path) -> None:
    own = root / "usr/share/doc" / package.name
    changes = (TEMPLATES / "changelog").read_text(encoding="utf-8").replace(f"{NAME} (", f"{package.name} (")
    _write(own / "changelog.gz", _packed(changes.encode()))
    _write(own / "copyright", copyright_text(bundle).encode())
    overrides = (TEMPLATES / f"lintian-overrides.{package.flavour}").read_bytes()
    _write(root / "usr/share/lintian/overrides" / package.name, overrides)


def _packed(data: bytes) -> bytes:
    return gzip.compress(data, compresslevel=9, mtime=0)


def _link(path: Path, target: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
