"""The starter space: everything it links to is there, and it is what it says."""

from __future__ import annotations

import tomllib

import pytest

from wiki.model import check_file_path, check_page_name, is_page_path, page_name
from wiki.services.starter import starter_files
from wiki.text.links import candidates, find_links

FILES = {write.path: write.content.decode() for write in starter_files()}
PAGES = {page_name(path): text for path, text in FILES.items() if is_page_path(path)}
MISSING_ON_PURPOSE = {
    "A page nobody wrote yet",
    "Principles/A principle we forgot",
    "Holiday calendar",
}


def test_the_six_principles_have_a_page_each():
    for name in "Participation Collective Transparency Independence Persistence Emergence".split():
        assert f"Principles/{name}" in PAGES
        assert name in PAGES["Principles/README"]


def test_names_are_names_this_wiki_would_take():
    for path in FILES:
        if is_page_path(path):
            check_page_name(page_name(path))
        elif not path.startswith(".strata/"):
            check_file_path(path)


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name):
    for link in find_links(PAGES[name]):
        if link.target in MISSING_ON_PURPOSE or (link.space and link.space != "handbook"):
            continue
        tried = candidates(link, f"{name}.md")
        there = any(target in PAGES or target in FILES for target in tried)
        assert there or not link.target, (link, tried)


def test_the_charter_names_the_space():
    charter = tomllib.loads(FILES[".strata/charter.toml"])
    assert charter["title"]
    assert charter["purpose"]


def test_plain_words():
    for text in PAGES.values():
        assert "HEAD" not in text
        assert "blob" not in text
