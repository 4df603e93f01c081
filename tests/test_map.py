"""The newcomer's map, the package's docstring, leaves nothing out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kiosk
from kiosk.shell import engines
from kiosk.shell.engines.choice import ENGINES

TOP = Path(kiosk.__file__).parent
PREFIXES = ("qt_", "gtk_", "wv2_", "wk_")


def words(text: str | None) -> set[str]:
    return set(re.findall(r"\w+", text or ""))


@pytest.mark.parametrize("path", sorted(TOP.iterdir()), ids=lambda path: path.name)
def test_every_package_and_module_is_on_it(path: Path):
    if path.name.startswith("__") or not (path.suffix == ".py" or (path / "__init__.py").exists()):
        return
    assert path.stem in words(kiosk.__doc__)


def test_what_all_adapters_share_is_on_the_map_of_the_engines():
    neutral = {path.stem for path in Path(engines.__file__).parent.glob("*.py") if not path.stem.startswith(PREFIXES)}

    assert neutral - {"__init__", "nss", "x11"} <= words(engines.__doc__)
    assert set(ENGINES) <= words(engines.__doc__)
