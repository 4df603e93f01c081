"""Which keys pages get."""

from __future__ import annotations

import pytest

from kiosk.core.keys import PLAIN, is_for_pages


def passes(name: str, text: str = "", held: str = "") -> bool:
    return is_for_pages(name, text, ctrl="c" in held, alt="a" in held, meta="m" in held, shift="s" in held)


@pytest.mark.parametrize("text", ["a", "Ä", "€", " ", "ق", "7", "+"])
def test_what_types_something_is_for_pages(text: str):
    assert passes(text, text)


@pytest.mark.parametrize("name", sorted(PLAIN))
def test_so_is_what_moves_about_but_not_with_a_command_key(name: str):
    assert passes(name)
    assert not any(passes(name, held=held) for held in ("c", "a", "m", "ca"))


@pytest.mark.parametrize("name", ["F1", "F5", "F11", "F12", "BrowserBack", "ContextMenu", "PrintScreen", "Meta", ""])
def test_keys_of_browsers_and_desktops_are_not(name: str):
    assert not passes(name)


@pytest.mark.parametrize("held", ["c", "a", "m", "cm", "am", "cam"])
@pytest.mark.parametrize("letter", ["a", "n", "p", "w"])
def test_a_letter_with_a_command_key_is_a_command(letter: str, held: str):
    assert not passes(letter, letter, held)


def test_altgr_counts_as_ctrl_and_alt_on_some_systems_and_types():
    assert passes("@", "@", "ca")


@pytest.mark.parametrize("text", ["\x0e", "\x1b", "\r", "\u200b"])
def test_a_control_character_is_no_text(text: str):
    assert not passes("n", text)


def test_shift_and_delete_cut_on_linux_and_windows():
    assert not passes("Delete", held="s")
    assert all(passes(name, held="s") for name in PLAIN - {"Delete"})
