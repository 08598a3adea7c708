"""Clusters of pages: what joins them, what they are called, and which of them are new."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from tests.analytics.links import Web
from tests.analytics.rows import at
from wiki.analytics.clusters import (
    MANY,
    Cluster,
    Clusters,
    clusters_at,
    lines,
    new_clusters,
    teams_of,
)
from wiki.analytics.facts import Facts
from wiki.analytics.links import snapshot


def names(facts: Facts, found: Clusters, cluster: Cluster) -> set[str]:
    return {facts.links.paths[found.state.every[page]] for page in cluster.pages}


def ring(web: Web, letters: str, when: str = "2026-03-01", tag: str = "", who: str = "") -> None:
    """Pages that each link to the next two; a first page that all link to."""
    for number, letter in enumerate(letters):
        others = {letters[(number + step) % len(letters)] for step in (1, 2)} | {letters[0]}
        text = " ".join(f"[[{other}]]" for other in sorted(others - {letter}))
        web.write(who or f"w{letter}", when, f"{letter}.md", text, tags=[tag] if tag else [])


def test_pages_that_link_to_each_other_are_a_cluster_named_by_the_most_linked() -> None:
    web = Web()
    ring(web, "abcde", tag="Sea")
    ring(web, "vwxyz")
    facts = web.facts()
    found = clusters_at(facts, at("2026-04-01"))
    assert [names(facts, found, each) for each in found.clusters] == [
        {f"{letter}.md" for letter in "abcde"},
        {f"{letter}.md" for letter in "vwxyz"},
    ]
    first = found.clusters[0]
    assert facts.links.paths[found.state.every[first.pages[0]]] == "a.md"
    assert [each.tag for each in found.clusters] == ["Sea", ""]
    assert len(first.people) == 5


def test_people_who_edit_pages_together_join_them() -> None:
    web = Web()
    for letter in "abcd":
        web.write("ann", "2026-03-01", f"{letter}.md")
    web.write("bo", "2026-03-01", "a.md")
    web.write("bo", "2026-03-01", "b.md")
    facts = web.facts()
    one, other, weight = lines(facts, snapshot(facts, at("2026-04-01")))
    pairs = dict(zip(zip(one.tolist(), other.tolist(), strict=True), weight, strict=True))
    assert pairs[0, 1] == pytest.approx(1 / 3 + 1)
    assert pairs[0, 2] == pytest.approx(1 / 3)
    assert len(pairs) == 6


def test_of_too_many_lines_those_between_pages_with_little_else_are_kept() -> None:
    web = Web()
    web.write("ann", "2026-03-01", "hub.md", " ".join(f"[[{letter}]]" for letter in "abcdef"))
    for letter in "abcdef":
        web.write(f"w{letter}", "2026-03-01", f"{letter}.md")
    web.write("bo", "2026-03-01", "y.md", "[[z]]")
    web.write("cy", "2026-03-01", "z.md")
    facts = web.facts()
    state = snapshot(facts, at("2026-04-01"))
    one, other, weight = lines(facts, state, 1)
    names_ = [facts.links.paths[page] for page in state.every]
    assert [(names_[a], names_[b]) for a, b in zip(one, other, strict=True)] == [("y.md", "z.md")]
    assert weight.tolist() == [1]
    assert len(lines(facts, state, 3)[0]) == 3
    assert len(lines(facts, state)[0]) == 7


def test_what_was_edited_more_than_a_year_ago_joins_nothing() -> None:
    web = Web()
    for letter in "abc":
        web.write("ann", "2025-03-01", f"{letter}.md")
    facts = web.facts()
    assert len(clusters_at(facts, at("2025-04-01")).clusters) == 1
    assert not clusters_at(facts, at("2026-04-01")).clusters


def test_whoever_edits_everything_joins_nothing() -> None:
    web = Web()
    for number in range(MANY + 1):
        web.write("ann", "2026-03-01", f"{number}.md")
    assert not len(lines(web.facts(), snapshot(web.facts(), at("2026-04-01")))[0])


def test_the_modularity_is_that_of_networkx_and_the_order_of_arrival_does_not_matter() -> None:
    pairs = [
        (a, b) for a in range(20) for b in range(a) if (a * 7 + b * 3) % 5 == 0 or a // 7 == b // 7
    ]
    found = []
    for order in (range(20), reversed(range(20))):
        web = Web()
        for page in order:
            text = " ".join(f"[[p{b:02}]]" for a, b in pairs if a == page)
            web.write("ann", "2026-03-01", f"p{page:02}.md", text, commit=f"c{page:02}", order=0)
            web.write(
                f"w{page % 4}", "2026-03-02", f"p{page:02}.md", text, commit=f"d{page:02}", order=1
            )
        facts = web.facts()
        here = clusters_at(facts, at("2026-04-01"))
        found.append(
            (here.modularity, [sorted(names(facts, here, each)) for each in here.clusters])
        )
        graph = nx.Graph()
        graph.add_weighted_edges_from(
            zip(here.one.tolist(), here.other.tolist(), here.weight, strict=True)
        )
        parts = [set(each.pages.tolist()) for each in here.clusters]
        assert sum(len(part) for part in parts) == 20
        assert here.modularity == pytest.approx(nx.community.modularity(graph, parts))
    assert found[0] == found[1]


def test_a_cluster_is_new_if_it_shares_little_with_any_before() -> None:
    web = Web()
    ring(web, "abcdef", "2026-03-01")
    ring(web, "ghijk", "2026-05-01")
    web.write("ann", "2026-05-02", "l.md", "[[a]] [[b]] [[c]]")
    facts = web.facts()
    now, before = clusters_at(facts, at("2026-06-01")), clusters_at(facts, at("2026-04-01"))
    assert len(now.clusters) == 2
    assert [names(facts, now, each) for each in new_clusters(now, before)] == [
        {f"{letter}.md" for letter in "ghijk"}
    ]
    assert not new_clusters(now, now)


def test_a_team_counts_if_enough_of_it_took_part() -> None:
    web = Web()
    ring(web, "abcde")
    web.write("zoe", "2026-03-02", "a.md", "[[b]] [[c]] [[d]]")
    web.story.team("north", *(f"w{letter}" for letter in "abcde"))
    web.story.team("south", "zoe")
    facts = web.facts()
    cluster = clusters_at(facts, at("2026-04-01")).clusters[0]
    assert teams_of(facts, cluster, 1).tolist() == [0, 1]
    assert teams_of(facts, cluster, 5).tolist() == [0]


def test_a_history_without_links_and_people_has_no_clusters() -> None:
    web = Web()
    web.write("ann", "2026-03-01", "a.md")
    found = clusters_at(web.facts(), at("2026-04-01"))
    assert not found.clusters
    assert found.modularity is None
    assert not np.any(found.weight)
