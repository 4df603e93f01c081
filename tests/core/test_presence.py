"""What counts as somebody, what counts as the operator, and what does not count."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.presence import GESTURE_TIME, HELD_AT_MOST, SETTLE_TIME, Activity, Corner, Gate

SIZE = {"width": 1000.0, "height": 2000.0}
INSIDE = {
    "top-left": (119, 119),
    "top-right": (881, 119),
    "bottom-left": (119, 1881),
    "bottom-right": (881, 1881),
}


@given(st.lists(st.floats(0, 3), max_size=30))
def test_activity_is_reported_at_once_and_at_most_once_a_second(gaps: list[float]):
    activity, now, reported = Activity(), 100.0, []
    for gap in [0.0, *gaps]:
        now += gap
        if activity.seen(now):
            reported.append(now)

    assert reported[0] == 100.0
    assert all(later - earlier >= 1 for earlier, later in pairwise(reported))
    assert now - reported[-1] < 1


def test_a_pointer_that_trembles_is_nobody():
    activity = Activity()

    assert not any(activity.moved(500 + step % 3, 500, float(step)) for step in range(20))
    assert activity.moved(510, 500, 30.0)
    assert not activity.moved(600, 500, 30.5)
    assert activity.moved(700, 500, 31.5)


@pytest.mark.parametrize("corner", INSIDE)
@pytest.mark.parametrize("pressed", INSIDE)
def test_only_taps_in_the_chosen_corner_are_the_gesture(corner: str, pressed: str):
    gesture = Corner(corner, 4)
    taps = [gesture.pressed(*INSIDE[pressed], **SIZE, now=float(now)) for now in range(4)]

    assert taps == [False, False, False, corner == pressed]


def test_the_corner_is_a_square_of_a_share_of_the_shorter_side_or_a_fingers_size():
    assert Corner("top-left", 1).pressed(119, 119, **SIZE, now=0)
    assert not Corner("top-left", 1).pressed(120, 119, **SIZE, now=0)
    assert Corner("top-left", 1).pressed(95, 95, width=480, height=320, now=0)
    assert not Corner("top-left", 1).pressed(96, 95, width=480, height=320, now=0)


def test_slow_taps_and_taps_elsewhere_in_between_are_no_gesture():
    slow = Corner("top-left", 3)
    assert not any(slow.pressed(1, 1, **SIZE, now=now * (GESTURE_TIME / 2 + 0.1)) for now in range(9))

    other = Corner("top-left", 2)
    assert not other.pressed(1, 1, **SIZE, now=0)
    assert not other.pressed(500, 500, **SIZE, now=1)
    assert not other.pressed(1, 1, **SIZE, now=2)
    assert other.pressed(1, 1, **SIZE, now=3)


def test_the_gesture_begins_anew_after_it_was_made():
    gesture = Corner("top-left", 2)

    assert [gesture.pressed(1, 1, **SIZE, now=now / 10) for now in range(4)] == [False, True, False, True]


def test_a_gate_that_is_shut_lets_nothing_through():
    gate = Gate()
    assert gate.press("1", 0)
    gate.shut = True

    assert not gate.is_open(1)
    assert not gate.release("1")
    assert not gate.press("2", 1)
    gate.shut = False
    assert not gate.release("2")
    assert gate.is_open(1)


def test_a_gate_settles():
    gate = Gate()
    gate.settle(10)

    assert not gate.press("1", 10 + SETTLE_TIME / 2)
    assert not gate.release("1")
    assert not gate.is_open(10 + SETTLE_TIME / 2)
    assert gate.press("1", 10 + SETTLE_TIME)
    assert gate.release("1")


def test_a_finger_that_was_down_keeps_the_gate_shut_until_it_is_up():
    gate = Gate()
    gate.settle(10)
    assert not gate.press("finger", 10.1)

    assert not gate.press("2", 12)
    assert not gate.release("finger")
    assert not gate.is_open(12)
    assert not gate.release("2")
    assert gate.is_open(12)


def test_a_release_that_is_lost_does_not_shut_a_terminal_for_good():
    gate = Gate()
    gate.settle(10)
    assert not gate.press("1", 10.1)

    assert gate.press("1", 11), "it must have been up, or it could not be pressed"
    gate.settle(20)
    assert not gate.press("1", 20.1)
    assert gate.is_open(20.1 + HELD_AT_MOST)


def test_a_press_that_began_before_ends_without_a_release_for_the_page():
    gate = Gate()
    gate.settle(10)

    assert not gate.release("1")


def test_a_key_that_is_held_does_not_shut_the_gate():
    gate = Gate()
    gate.settle(10)

    assert not gate.press("key 65", 10.1)
    assert gate.is_open(10.5)
