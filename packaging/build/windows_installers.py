"""Makes both installers for Windows of a frozen program: setup.exe by NSIS, the MSI by wixl, all of it signed.

    python packaging/build/windows_installers.py build/windows/kiosk --out dist --work build/installers

KIOSK_SIGN_… say how files are signed (signing_settings.py); without them by a throw-away, and the table says so.
KIOSK_WEBVIEW2_INSTALLER names Microsoft's offline installer of the WebView2 runtime, to be put into setup.exe;
KIOSK_WEBVIEW2_SHA256 is its hash, which somebody has compared with a second download: both or neither.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import authenticode
import icons
import signed_bundle
import versioninfo
import windows_msi
from artefacts import Artefact, sha256, table
from throwaway_ca import throwaway
from tree import ROOT, BuildError, run, source_date_epoch, version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SOURCES: Final = ROOT / "packaging" / "windows" / "installer"
_SCRIPT: Final = Path(authenticode.__file__).resolve()
THROWAWAY_CA: Final = "throwaway-ca.pem"
"""The file in `out` with whom to trust, if no real key signed."""
_MICROSOFT: Final = "O=Microsoft Corporation"


def nsis(bundle: Path, *, out: Path, work: Path | None = None) -> Path:
    """Make setup.exe of a program whose files are signed already (signed_bundle.make). Raises BuildError."""
    work = _folder(work or out / ".work")
    target = out / f"enable3-kiosk-{version()}-setup.exe"
    files = work / "files.nsh"
    files.write_text(file_macros(bundle), encoding="utf-8-sig")
    defines = _defines(target) | {"FILES": str(files), "ICON": str(icon(work))}
    if authenticode.from_environment() is not None:
        defines["SIGN"] = shlex.join([sys.executable, str(_SCRIPT), "sign"])
    if found := webview2_installer():
        defines["WEBVIEW2_INSTALLER"] = str(found)
    _makensis(SOURCES / "kiosk.nsi", defines, what="making setup.exe")
    return target


def msi(bundle: Path, *, out: Path, work: Path | None = None) -> Path:
    """Make the MSI of a program whose files are signed already. Raises BuildError."""
    work = _folder(work or out / ".work")
    step = work / "step.exe"
    _makensis(SOURCES / "step.nsi", _defines(step), what="making the MSI's step")
    signer = authenticode.from_environment()
    if signer is not None:
        signer.sign(step)
    made = windows_msi.make(bundle, step=step, icon=icon(work), work=work, out=out)
    if signer is not None:
        signer.sign(made)
    return made


def build(bundle: Path, *, out: Path, work: Path) -> list[Artefact]:
    """Make both installers in `out`. Raises BuildError.

    Where the environment names no key, a throw-away signs; its certificate is then in `out`, for who tries them.
    """
    _folder(out)
    work = _folder(work)
    program = work / "signed" / "kiosk"
    with _signing(out) as whose:
        signed = signed_bundle.make(bundle, program, authenticode.from_environment())
        by = f"Authenticode, {whose}; {sum(by == 'us' for by in signed.values())} files inside, too"
        return [
            Artefact(nsis(program, out=out, work=work), "setup.exe for Windows", by),
            Artefact(msi(program, out=out, work=work), "MSI for Windows", by),
        ]


@contextmanager
def _signing(out: Path) -> Iterator[str]:
    """Have a key in the environment, where makensis finds it, too; yield whose it is."""
    (out / THROWAWAY_CA).unlink(missing_ok=True)
    if authenticode.from_environment() is not None:
        yield "by the environment's key"
        return
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="kiosk-throwaway-") as folder:
        os.environ.update(throwaway(Path(folder)))
        shutil.copyfile(Path(folder, "ca.pem"), out / THROWAWAY_CA)
        try:
            yield "a throw-away key: for trying out"
        finally:
            os.environ.clear()
            os.environ.update(before)


def file_macros(bundle: Path) -> str:
    """Return NSIS's macros that put `bundle` into its folder, in one order on every machine, and remove it."""
    put, last = [], None
    for path in signed_bundle.files_of(bundle):
        folder = path.relative_to(bundle).parent.as_posix()
        if folder != last:
            where = "$INSTDIR" if folder == "." else "$INSTDIR\\" + _quoted(folder).replace("/", "\\")
            put.append(f'SetOutPath "{where}"')
            last = folder
        put.append(f'File "{_quoted(str(path))}"')
    tops = sorted(bundle.iterdir(), key=lambda path: path.name)
    remove = [f'{"RMDir /r" if path.is_dir() else "Delete"} "$INSTDIR\\{_quoted(path.name)}"' for path in tops]
    return "".join(
        "\n  ".join([f"!macro {name}", *lines]) + "\n!macroend\n"
        for name, lines in (("PUT_FILES", put), ("REMOVE_FILES", remove))
    )


def webview2_installer(environ: Mapping[str, str] | None = None) -> Path | None:
    """Return Microsoft's offline installer, pinned by its hash and signed by Microsoft, if one is given.

    Raises BuildError. Its chain is checked against KIOSK_WEBVIEW2_CA_FILE, Microsoft's root, which Debian does not
    have; without it the hash has to do, and the signature is only compared with the file.
    """
    given = os.environ if environ is None else environ
    path, pinned = given.get("KIOSK_WEBVIEW2_INSTALLER", ""), given.get("KIOSK_WEBVIEW2_SHA256", "").lower()
    if not path and not pinned:
        return None
    if not re.fullmatch(r"[0-9a-f]{64}", pinned):
        raise BuildError("KIOSK_WEBVIEW2_SHA256: is no SHA-256; allowed: 64 hexadecimal digits")
    if not Path(path).is_file():
        raise BuildError("KIOSK_WEBVIEW2_INSTALLER: there is no file of this name")
    if sha256(Path(path)) != pinned:
        raise BuildError("KIOSK_WEBVIEW2_INSTALLER: is not the file of KIOSK_WEBVIEW2_SHA256")
    root = given.get("KIOSK_WEBVIEW2_CA_FILE", "")
    report = authenticode.inspect(Path(path), trusted=Path(root) if root else None)
    if not report.digest or _MICROSOFT not in report.subject.split("/") or (root and not report.good):
        raise BuildError("KIOSK_WEBVIEW2_INSTALLER: is not signed by Microsoft")
    return Path(path).resolve()


def icon(work: Path) -> Path:
    """Return kiosk.ico, made in `work`. Raises BuildError."""
    made = work / "icons" / "kiosk.ico"
    if not made.is_file():
        icons.make(made.parent)
    return made


def _defines(target: Path) -> dict[str, str]:
    numbers = ".".join(map(str, versioninfo.four_parts(version())))
    return {"VERSION": version(), "FILE_VERSION": numbers, "OUTPUT": str(target)}


def _makensis(script: Path, defines: Mapping[str, str], *, what: str) -> None:
    words = [f"-D{name}={value}" for name, value in sorted(defines.items())]
    run(
        ["makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", *words, script],
        what=what,
        env={"SOURCE_DATE_EPOCH": str(source_date_epoch())},
    )


def _quoted(text: str) -> str:
    if '"' in text or "\n" in text:
        raise BuildError(f"{text!r}: no file for Windows can have such a name")
    return text.replace("$", "$$")


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path.resolve()


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    args = parser.parse_args(argv)
    try:
        print(table(build(args.bundle, out=args.out, work=_folder(args.work))))
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
