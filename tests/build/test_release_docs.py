"""docs/releasing.md and docs/installing*.md: what they name is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

DOCS = ROOT / "docs"
PAGES = [DOCS / "releasing.md", *sorted(DOCS.glob("installing*.md"))]


def anchors(page: Path) -> set[str]:
    """Return the names by which GitHub reaches the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path):
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_of_the_tree_that_is_named_is_there(page: Path):
    text = page.read_text(encoding="utf-8").replace("\\", "/")
    named = set(re.findall(r"(?<![\w/.~-])(?:packaging|kiosk|tests)/[\w./-]+\w", text))

    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_variable_and_secret_of_the_workflows_is_explained():
    workflows = "".join(path.read_text(encoding="utf-8") for path in (ROOT / ".github/workflows").glob("*.yml"))
    page = (DOCS / "releasing.md").read_text(encoding="utf-8")

    named = set(re.findall(r"\b(?:vars|secrets)\.([A-Z0-9_]+)", workflows))
    assert named
    assert [name for name in sorted(named) if f"`{name}" not in page] == []


def test_every_environment_of_the_workflows_is_explained():
    workflows = "".join(path.read_text(encoding="utf-8") for path in (ROOT / ".github/workflows").glob("*.yml"))
    page = (DOCS / "releasing.md").read_text(encoding="utf-8")

    named = set(re.findall(r"'(release-\w+)'|environment: (\w+)", workflows))
    assert [name for pair in named for name in pair if name and f"`{name}`" not in page] == []
