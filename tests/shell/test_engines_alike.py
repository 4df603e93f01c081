"""Four engines, one shape: who has read one adapter finds their way in the next."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from kiosk.config.schema import KEYS
from kiosk.shell.engines import native
from kiosk.shell.engines.choice import ENGINES

FOLDER = Path(native.__file__).parent


def methods(file: str, name: str) -> list[str]:
    tree = ast.parse((FOLDER / file).read_text(encoding="utf-8"))
    (found,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name]
    return [node.name for node in found.body if isinstance(node, ast.FunctionDef)]


NATIVE = methods("native.py", "Native")


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_has_the_same_methods_in_the_same_order(engine: str):
    module, name = ENGINES[engine]
    found = methods(module.rpartition(".")[2] + ".py", name)

    assert [method for method in found if method in NATIVE] == NATIVE


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_can_be_configured(engine: str):
    assert KEYS["engine"].parse_text(engine) == engine
