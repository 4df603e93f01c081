"""A bundle as PyInstaller makes them, with three parts and no machine code in it, and the packages it was made from."""

from __future__ import annotations

import collected
import dpkg

MODULES = frozenset({"kiosk", "kiosk.cli", "httpx", "httpx._client", "json", "pyimod02_importers", "quick", "PySide6"})


class Small:
    """The folders of a made-up bundle."""

    def __init__(self, folder):
        self.bundle = folder / "kiosk"
        self.packages = folder / "venv" / "lib" / "python3.11" / "site-packages"
        self.copyright = folder / "doc" / "libpython3.11" / "copyright"
        self._make(folder)

    def _make(self, folder):
        write(folder / "venv" / "pyvenv.cfg", "version = 3.11.2\n")
        for name in ("kiosk", "_internal/base_library.zip", "_internal/libpython3.11.so.1.0"):
            write(self.bundle / name, name)
        write(self.bundle / "_internal/quick/fast.abi3.so", "fast")
        write(self.bundle / "_internal/kiosk/_assets/vendor/simple-keyboard/simple-keyboard.js", "keyboard")
        write(self.copyright, "Python's licence")
        self.install("httpx", "0.28.1", {"httpx/__init__.py": "", "httpx/_client.py": ""}, {"LICENSE.md": "BSD words"})
        self.install("quick", "2.0", {"quick/__init__.py": "", "quick/fast.abi3.so": "fast"}, {"COPYING": "MIT words"})
        self.install("pyinstaller", "6.22.3", {"PyInstaller/__init__.py": ""}, {"licenses/COPYING.txt": "GPL words"})

    def install(self, name, version, modules, licences, *, more=""):
        """Install a distribution as pip does."""
        metadata = f"{name}-{version}.dist-info"
        head = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nLicense-Expression: BSD-3-Clause\n{more}"
        files = {
            **modules,
            f"{metadata}/METADATA": head,
            **{f"{metadata}/{file}": text for file, text in licences.items()},
        }
        for path, text in files.items():
            write(self.packages / path, text)
        write(self.packages / metadata / "RECORD", "".join(f"{path},,\n" for path in (*files, f"{metadata}/RECORD")))


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def make(folder, monkeypatch):
    """A bundle whose libpython is Debian's, whatever machine this is."""
    small = Small(folder)
    monkeypatch.setattr(collected, "_modules", lambda _: MODULES - {"PySide6"})
    monkeypatch.setattr(dpkg, "DOCUMENTS", folder / "doc")
    monkeypatch.setattr(dpkg, "_query", _dpkg_query)
    dpkg._search.cache_clear()
    return small


def _dpkg_query(what, *names):
    if what == "--show":
        return "libpython3.11\t3.11.2-6+deb12u6\tamd64\tpython3.11\t3.11.2-6+deb12u6\n"
    found = [name for name in names if name.endswith("/libpython3.11.so.1.0")]
    return "".join(f"libpython3.11:amd64: /usr/lib/x86_64-linux-gnu{name.removeprefix('*')}\n" for name in found)
