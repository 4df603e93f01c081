"""Puts the build's modules, which are scripts beside each other, where tests can import them."""

from __future__ import annotations

import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "packaging" / "build"
if str(FOLDER) not in sys.path:
    sys.path.insert(0, str(FOLDER))
