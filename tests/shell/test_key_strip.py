"""The strip with the keyboard on the screen, whatever engine shows it."""

from __future__ import annotations

import pytest

from kiosk.shell.engines.key_strip import letters, strip_height


@pytest.mark.parametrize("height", [480, 768, 800, 1080, 1920])
def test_it_leaves_most_of_the_window_and_is_hit_by_a_finger(height: int):
    strip = strip_height(height)
    assert strip <= 0.42 * height
    assert (strip - 6 * 4) / 4 >= 44  # four rows, and what is between them


def test_it_is_a_third_of_the_window_between_two_limits():
    assert (strip_height(300), strip_height(800), strip_height(4000)) == (200, 288, 340)


def test_a_key_types_its_text_and_nothing_else():
    assert letters("\u0644\u0627") == "\u0644\u0627"
    assert letters("\x03") == letters("x" * 9) == letters("") == ""
