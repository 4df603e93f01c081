"""Whatever two colours an operator chooses, text can be read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.color import BLACK, READABLE, WHITE, contrast, ground_for, luminance, mix, muted, text_on, turned
from kiosk.core.look import Look
from kiosk.shell.branding import style_of

colors = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#ffffff", "#000000", 21), ("#777777", "#ffffff", 4.48), ("#767676", "#ffffff", 4.54), ("#ff0000", "#ff0000", 1)],
)
def test_contrast_is_what_wcag_says(one: str, other: str, ratio: float):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


def test_luminance_runs_from_black_to_white():
    assert (luminance(BLACK), luminance(WHITE)) == (0, pytest.approx(1))


@given(colors)
def test_black_or_white_is_readable_on_any_colour(ground: str):
    assert contrast(text_on(ground), ground) >= READABLE


@given(colors, colors, st.floats(0, 1))
def test_a_ground_never_costs_the_text_its_contrast(ground: str, wanted: str, share: float):
    text = text_on(ground)

    assert contrast(text, ground_for(text, ground, wanted, share)) >= READABLE


@given(colors, colors, st.floats(0, 1))
def test_muted_text_is_readable(ground: str, other: str, share: float):
    text = text_on(ground)
    grounds = (ground, ground_for(text, ground, other, share))

    assert all(contrast(muted(text, *grounds), each) >= READABLE for each in grounds)


@given(colors, colors)
def test_a_mix_begins_and_ends_with_its_colours(one: str, other: str):
    assert (mix(one, other, 0), mix(one, other, 1)) == (one, other)


@given(colors, st.floats(-720, 720))
def test_a_turned_colour_is_a_colour(color: str, degrees: float):
    assert re.fullmatch("#[0-9a-f]{6}", turned(color, degrees))


def test_a_full_turn_leads_back():
    assert turned("#ff8000", 360) == "#ff8000"
    assert turned("#ff0000", 120) == "#00ff00"


@given(colors, colors)
def test_every_text_of_our_pages_is_readable_on_every_ground_of_theirs(primary: str, accent: str):
    style = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", style_of(Look(primary=primary, accent=accent))))
    grounds = [style[name] for name in ("ground", "panel", "key", "dusk", "hill", "shore", "sea", "wave")]

    assert all(contrast(style[text], ground) >= READABLE for text in ("ink", "muted") for ground in grounds)
    assert contrast(style["on-accent"], style["accent"]) >= READABLE
    assert contrast(style["edge"], style["ground"]) >= 3
    assert all(contrast(style["mark"], style[name]) >= 3 for name in ("ground", "panel"))
