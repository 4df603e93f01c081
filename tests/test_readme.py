"""The README says what is so."""

from __future__ import annotations

import re
import shlex

import pytest

from kiosk.parser import build_parser
from kiosk.shell.protocol import LoadFailed
from tests.readme_tables import README, render

TEXT = README.read_text(encoding="utf-8")


def test_its_tables_are_those_of_the_code():
    assert render(TEXT) == TEXT, "run `python -m tests.readme_tables`"


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#]+)", TEXT))
def test_its_links_lead_somewhere(target):
    assert (README.parent / target).exists()


@pytest.mark.parametrize("anchor", re.findall(r"\]\(#([^)]+)\)", TEXT))
def test_its_anchors_are_headings(anchor):
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)

    assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("reason", re.findall(r"`([a-zA-Z-]+)`", LoadFailed.__doc__ or ""))
def test_every_reason_of_a_failed_page_is_explained(reason):
    assert f"`page.{reason}`" in TEXT


COMMANDS = [
    line.partition("#")[0].partition(" < ")[0].strip()
    for block in re.findall(r"```(?:sh|powershell)\n(.*?)```", TEXT, re.DOTALL)
    for line in block.replace(".venv\\Scripts\\", "").splitlines()
    if line.startswith("kiosk")
]


def variants(command):
    """Return the commands that a line with alternatives stands for: `key set | test` is two."""
    *before, first = command.partition(" | ")[0].split(" ")
    others = command.split(" | ")[1:]
    return [shlex.join([*before, word]) if others else command for word in [first, *others]]


@pytest.mark.parametrize("command", [variant for command in COMMANDS for variant in variants(command)])
def test_its_commands_are_commands(command):
    build_parser().parse_args(shlex.split(command)[1:])
