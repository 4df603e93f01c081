"""The README says what is so."""

from __future__ import annotations

import re

import pytest

from kiosk import parser
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
