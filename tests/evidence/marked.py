"""Which tests are evidence about which rows of a document: read from their sources, so that none has to be run."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TESTS = Path(__file__).parents[1]


def marked_tests(marker: str) -> dict[int, list[str]]:
    """Return the tests, such as `tests/x/test_y.py::test_z`, by the numbers that `marker` marks them with."""
    found: dict[int, list[str]] = {}
    for test, marks in _tests():
        for mark in marks:
            for number in _numbers(mark, marker):
                found.setdefault(number, []).append(test)
    return {number: sorted(set(tests)) for number, tests in sorted(found.items())}


def all_tests() -> set[str]:
    """Return every test there is."""
    return {test for test, _ in _tests()}


def of_one_engine() -> set[str]:
    """Return the tests of windows (`gui`) that run with one engine alone, and so say nothing of another."""
    texts = {test: [ast.unparse(mark) for mark in marks] for test, marks in _tests()}
    return {
        test for test, marks in texts.items() if "pytest.mark.gui" in marks and not any(map(_is_for_each_engine, marks))
    }


@cache  # the sources do not change while a table is made, and there are many rows
def _tests() -> tuple[tuple[str, list[ast.expr]], ...]:
    return tuple(_read())


def _read() -> Iterator[tuple[str, list[ast.expr]]]:
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        name = path.relative_to(TESTS.parent).as_posix()
        common = list(_of_the_module(tree))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield f"{name}::{node.name}", [*node.decorator_list, *common]


def _is_for_each_engine(mark: str) -> bool:
    return mark == "pytest.mark.both_engines" or mark.startswith(
        ("pytest.fixture(params=", "pytest.mark.parametrize('engine'")
    )


def _of_the_module(tree: ast.Module) -> Iterator[ast.expr]:
    """What holds for all tests of a module: its marks, and its own fixture `engine`."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "engine":
            yield from node.decorator_list
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            yield from node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]


def _numbers(mark: ast.expr, marker: str) -> Iterable[int]:
    if isinstance(mark, ast.Call) and ast.unparse(mark.func) == f"pytest.mark.{marker}":
        yield from (ast.literal_eval(argument) for argument in mark.args)
