"""Links in reports are those that readers follow: the catalogue says where each one leads."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import MakeWiki, add_pages, catch_up
from tests.projections.histories import RandomHistory, git
from wiki.analytics.facts import Facts
from wiki.analytics.leading import leads_of
from wiki.analytics.links import snapshot
from wiki.config import Settings
from wiki.git import Repository
from wiki.model import Author, name_key
from wiki.projections.catalogue import Catalogue
from wiki.services.facts import facts_of
from wiki.services.report_clones import read_clone
from wiki.text.links import candidates, find_links

FAR = 4_100_000_000


def told(facts: Facts) -> tuple[set[tuple[str, str]], dict[str, set[str]]]:
    """The links between the pages now there, and who asks for what is not."""
    state, paths = snapshot(facts, FAR + 1), facts.links.paths
    names = leads_of(facts.links).names
    links = {
        (paths[state.every[one]], paths[state.every[other]])
        for one, other in zip(state.source, state.target, strict=True)
    }
    wanted: dict[str, set[str]] = {}
    for page, name in zip(state.asking, state.asked, strict=True):
        wanted.setdefault(name_key(names[name][1]), set()).add(paths[state.every[page]])
    return links, wanted


def catalogued(
    repository: Repository, folder: Path
) -> tuple[set[tuple[str, str]], dict[str, set[str]]]:
    """The same by the catalogue."""
    catalogue = Catalogue(folder)
    catalogue.rebuild(repository, repository.head() or "", lambda *_: None)
    pages = {row.path: row.oid for row in catalogue.pages(recursive=True, limit=100_000)}
    links = set()
    for path, oid in pages.items():
        text = repository.read_blob(oid).decode("utf-8", "replace")
        asked = [
            candidates(each, path)
            for each in find_links(text)
            if each.kind != "image" and not each.space
        ]
        reached = catalogue.resolve_many([each for each in asked if each])
        links |= {(path, target) for target in reached if target in pages and target != path}
    wanted = {name_key(row.name): set(row.sources) for row in catalogue.wanted()}
    catalogue.close()
    return links, wanted  # type: ignore[return-value] # a target in pages is a path


def check(path: Path, folder: Path) -> None:
    repository = Repository(path, name="r", committer=Author("W", "w@x.org"))
    links, wanted = told(read_clone(path, Settings(), now=FAR).material.facts)
    expected = catalogued(repository, folder)
    repository.close()
    assert links == expected[0]
    assert wanted == expected[1]


@pytest.mark.parametrize("seed", range(300, 304))
def test_links_lead_where_the_catalogue_says(tmp_path: Path, seed: int) -> None:
    history = RandomHistory(tmp_path / "r.git", seed)
    for _ in range(25):
        history.grow()
    history.repository.close()
    check(history.path, tmp_path / "i")


@pytest.mark.data
def test_in_a_real_repository_links_lead_where_the_catalogue_says(
    tmp_path: Path, shared_data: Path
) -> None:
    bundle = shared_data / "repositories" / "clef-handbook.bundle"
    git(tmp_path, "clone", "-q", "--bare", str(bundle), "r.git")
    check(tmp_path / "r.git", tmp_path / "i")


def test_a_link_saved_just_now_is_in_the_next_report(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"a.md": "[[b]]\n", "b.md": "b\n"})
    space = wiki.open("handbook")
    assert told(facts_of(space, wiki.settings, FAR))[0] == {("a.md", "b.md")}
    add_pages(wiki, "handbook", {"c.md": "[[a]] [[d]]\n"})
    catch_up(wiki)
    links, wanted = told(facts_of(space, wiki.settings, FAR))
    assert links == {("a.md", "b.md"), ("c.md", "a.md")}
    assert wanted == {"d": {"c.md"}}


def test_a_history_whose_links_are_still_read_says_so(make_wiki: MakeWiki) -> None:
    wiki = make_wiki({"a.md": "[[b]]\n"})
    space = wiki.open("handbook")
    (space.index_folder / "structure.current").unlink()
    facts = facts_of(space, wiki.settings, FAR)
    assert facts.partial == "Links and tags are still being read."
    catch_up(wiki)
    assert facts_of(space, wiki.settings, FAR).partial == ""
