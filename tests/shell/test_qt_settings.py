"""What the Qt adapter decides without a window."""

from __future__ import annotations

import os
import sys

import pytest

pytest.importorskip("PySide6.QtWebEngineCore")  # and the system libraries that it needs

from kiosk.shell.engines.qt_settings import has_gpu

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux's render nodes")


@linux
def test_without_a_render_node_there_is_no_hardware_to_draw_with(tmp_path):
    (tmp_path / "card0").touch()

    assert not has_gpu(tmp_path)
    assert not has_gpu(tmp_path / "absent")


@linux
def test_a_render_node_that_we_may_use_is_hardware(tmp_path):
    (tmp_path / "renderD128").touch()

    assert has_gpu(tmp_path)


@linux
@pytest.mark.skipif(os.geteuid() == 0, reason="about ordinary accounts alone")
def test_a_render_node_of_others_is_none(tmp_path):
    (tmp_path / "renderD128").touch(mode=0o000)

    assert not has_gpu(tmp_path)
