"""What a build has: a release is of one engine, and says so of the others."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from kiosk import build
from kiosk.commands.sandbox import sandbox
from kiosk.core.look import Look
from kiosk.errors import EngineUnavailable, SandboxError
from kiosk.shell.engines.choice import make_engine
from kiosk.shell.protocol import Start

if TYPE_CHECKING:
    from collections.abc import Callable

linux = pytest.mark.skipif(sys.platform != "linux", reason="the one system with two engines")


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make this look like the release that has the engine that is named."""

    def make(engine: str) -> None:
        monkeypatch.setattr(sys, "frozen", True, raising=False)
        monkeypatch.setattr(build, "find_spec", lambda name: name == f"kiosk.shell.engines.{engine}" or None)

    return make


@linux
def test_a_source_tree_has_every_engine_of_the_system():
    assert not build.is_release()
    assert build.engines() == ("qtwebengine", "webkitgtk")
    assert build.default_engine() == "qtwebengine"
    assert build.why_no_engine("webview2") == ""


@linux
@pytest.mark.parametrize("engine", ["qtwebengine", "webkitgtk"])
def test_a_release_starts_with_the_engine_that_it_has(release, engine):
    release(engine)

    assert build.engines() == (engine,)
    assert build.default_engine() == engine
    assert build.why_no_engine(engine) == ""


@linux
def test_a_release_names_the_engine_that_it_lacks_and_what_to_do(release):
    release("webkitgtk")

    start = Start(engine="qtwebengine", windowed=True, screen=0, language="", look=Look(), allow=[])
    with pytest.raises(EngineUnavailable, match="qtwebengine is not in this build of the kiosk, which has webkit") as e:
        make_engine(start, lambda _: None)
    assert "take `engine` out of the configuration" in e.value.hint


def test_a_release_without_an_engine_says_so(release):
    release("none")

    assert build.why_no_engine("webkitgtk").endswith("which has none")
    assert build.default_engine()


def test_a_release_has_no_sandbox(release):
    release("webkitgtk")

    with pytest.raises(SandboxError, match="not part of a release"):
        sandbox(None)  # type: ignore[arg-type] # asks nothing of its arguments
