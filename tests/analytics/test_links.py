"""The graph of pages and links at a moment, against networkx and by hand."""

from __future__ import annotations

from collections import Counter

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analytics.links import Web
from tests.analytics.rows import at
from wiki.analytics.facts import Facts
from wiki.analytics.leading import leads_of
from wiki.analytics.linking import linked_together
from wiki.analytics.links import askers, components, snapshot


def edges(facts: Facts, when: str) -> set[tuple[str, str]]:
    """The links between pages just before a day."""
    state, paths = snapshot(facts, at(when)), facts.links.paths
    pairs = zip(state.every[state.source], state.every[state.target], strict=True)
    return {(paths[one], paths[other]) for one, other in pairs}


def wanted(facts: Facts, when: str) -> Counter[str]:
    """Names that lead nowhere just before a day, and how many pages ask for each."""
    state = snapshot(facts, at(when))
    names = leads_of(facts.links).names
    return Counter(names[name][1] for name in state.asked)


def test_a_link_leads_somewhere_only_while_its_page_is_there() -> None:
    web = Web()
    web.write("ann", "2026-03-01", "a.md", "[[b]] and [[b|again]]")
    web.write("bo", "2026-04-01", "b.md", "[back](a.md)")
    web.remove("bo", "2026-05-01", "b.md")
    facts = web.facts()
    assert edges(facts, "2026-03-01") == set()
    assert wanted(facts, "2026-03-02") == {"b": 1}
    assert edges(facts, "2026-04-02") == {("a.md", "b.md"), ("b.md", "a.md")}
    assert wanted(facts, "2026-04-02") == {}
    assert edges(facts, "2026-05-02") == set()
    assert wanted(facts, "2026-05-02") == {"b": 1}


def test_a_version_replaces_the_one_before() -> None:
    web = Web()
    web.write("ann", "2026-03-01", "b.md")
    web.write("ann", "2026-03-01", "c.md")
    web.write("ann", "2026-03-02", "a.md", "[[b]]")
    web.write("ann", "2026-03-03", "a.md", "[[c]]")
    facts = web.facts()
    assert edges(facts, "2026-03-03") == {("a.md", "b.md")}
    assert edges(facts, "2026-03-04") == {("a.md", "c.md")}


def test_what_follows_in_the_history_counts_whatever_the_clocks_say() -> None:
    web = Web()
    web.write("ann", "2026-03-01", "b.md")
    web.write("ann", "2026-03-05", "a.md", "[[b]]")
    web.write("bo", "2026-03-02", "a.md", "nothing")
    facts = web.facts()
    assert edges(facts, "2026-03-04") == set()
    assert edges(facts, "2026-04-01") == set()
    assert snapshot(facts, at("2026-04-01")).version.size == 2


def test_names_mean_what_they_mean_in_the_wiki() -> None:
    web = Web()
    web.write("ann", "2026-03-01", "guide/README.md", "[[Set Up]] [[SETUP]]")
    web.write("ann", "2026-03-01", "guide/set-up.md", "[over](../guide/) [logo](/logo.png)")
    web.write("ann", "2026-03-01", "Setup.md", "[[guide]]", commit="one")
    web.write("ann", "2026-03-01", "logo.png", commit="one")
    facts = web.facts()
    assert edges(facts, "2026-03-02") == {
        ("guide/README.md", "guide/set-up.md"),
        ("guide/README.md", "Setup.md"),
        ("guide/set-up.md", "guide/README.md"),
        ("Setup.md", "guide/README.md"),
    }
    assert wanted(facts, "2026-03-02") == {}


def test_names_equal_but_for_capitals_are_wanted_once() -> None:
    web = Web()
    web.write("ann", "2026-03-01", "a.md", "[[Über]]")
    web.write("ann", "2026-03-01", "b.md", "[[über]]")
    assert wanted(web.facts(), "2026-03-02") == {"Über": 2}


def test_who_asks_for_a_page_is_who_put_the_link_in() -> None:
    web = Web()
    web.write("ann", "2026-03-01", "a.md", "[[x]]")
    web.write("bo", "2026-03-02", "a.md", "[[x]] more")
    web.write("cy", "2026-03-02", "b.md", "[[x]]")
    web.write("cy", "2026-03-03", "c.md", "[[x]]")
    web.write("cy", "2026-03-04", "c.md", "")
    web.write("di", "2026-03-05", "c.md", "[[x]]")
    facts = web.facts()
    state = snapshot(facts, at("2026-04-01"))
    found = askers(facts, state, np.unique(state.asked))
    people = {facts.people[who].key for name in found for who in found[name]}
    assert people == {"ann", "cy", "di"}


def test_a_scope_asks_about_its_own_pages_but_sees_every_link() -> None:
    web = Web()
    web.write("ann", "2026-03-01", "in/a.md", "[[/b]]")
    web.write("ann", "2026-03-01", "b.md", "[[in/a]] [[c]]")
    web.write("ann", "2026-03-01", "c.md")
    facts = web.facts()
    inside = np.array([facts.paths[path].startswith("in/") for path in facts.changes.path])
    state = snapshot(facts.narrowed(inside), at("2026-04-01"))
    assert [facts.links.paths[page] for page in state.pages] == ["in/a.md"]
    assert state.incoming()[state.about].tolist() == [1]
    assert state.giant().sum() == 3


def test_a_page_is_the_one_that_was_at_the_path_then() -> None:
    web = Web()
    web.write("ann", "2026-03-01", "a.md", "[[wish]]")
    web.move("bo", "2026-04-01", "a.md", "old/a.md", "[[wish]]")
    web.write("cy", "2026-05-01", "a.md", "", page="other")
    facts = web.facts()

    def pages(when: str) -> dict[str, str]:
        state = snapshot(facts, at(when))
        paths = [facts.links.paths[page] for page in state.every]
        names = [facts.pages.identity[page] for page in state.page_of]
        return dict(zip(paths, names, strict=True))

    assert pages("2026-03-02") == {"a.md": "a.md"}
    assert pages("2026-04-02") == {"old/a.md": "a.md"}
    assert pages("2026-05-02") == {"old/a.md": "a.md", "a.md": "other"}


def test_spaces_together_keep_their_links_apart() -> None:
    one, other = Web(), Web()
    one.write("ann", "2026-03-01", "a.md", "[[b]]")
    other.write("bo", "2026-03-01", "a.md", "[[c]]")
    other.write("bo", "2026-03-01", "b.md", "[[a]]")
    parts = [one.facts(), other.facts()]
    places = [np.arange(1, dtype=np.int32), np.arange(1, 3, dtype=np.int32)]
    links = linked_together([part.links for part in parts], places)
    leading = leads_of(links).at(np.ones(len(links.paths), np.bool_))
    assert links.space.tolist() == [0, 1, 1]
    assert leading[links.lead].tolist() == [-1, -1, 1]
    assert links.change.tolist() == [0, 1, 2]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]]]:
    size = draw(st.integers(1, 14))
    dots = st.integers(0, size - 1)
    return size, draw(st.lists(st.tuples(dots, dots), max_size=30))


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_parts_and_degrees_are_those_of_networkx(drawn: tuple[int, list[tuple[int, int]]]) -> None:
    size, pairs = drawn
    web = Web()
    for page in range(size):
        text = " ".join(f"[[p{b}]]" for a, b in pairs if a == page)
        web.write("ann", "2026-03-01", f"p{page}.md", text)
    facts = web.facts()
    state, paths = snapshot(facts, at("2026-04-01")), facts.links.paths
    names = [paths[page] for page in state.every]
    graph = nx.DiGraph()
    graph.add_nodes_from(names)
    graph.add_edges_from((f"p{a}.md", f"p{b}.md") for a, b in pairs if a != b)
    assert dict(zip(names, state.incoming().tolist(), strict=True)) == dict(graph.in_degree())
    assert dict(zip(names, state.outgoing().tolist(), strict=True)) == dict(graph.out_degree())
    parts = sorted(len(part) for part in nx.weakly_connected_components(graph))
    labels = components(size, state.source, state.target)
    assert sorted(Counter(labels.tolist()).values()) == parts
    assert state.giant().sum() == (parts[-1] if parts[-1] > 1 else 0)
