"""What the tests that break out share: the labs, and the engines that run here."""

from __future__ import annotations

from tests.breakouts.lab import lab, labs
from tests.shell.conftest import base, display, engine, open_shell, pytest_generate_tests

__all__ = ["base", "display", "engine", "lab", "labs", "open_shell", "pytest_generate_tests"]
