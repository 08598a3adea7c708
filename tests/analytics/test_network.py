"""The co-authoring network against networkx and against a count by hand."""

from collections import defaultdict
from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from tests.analytics.histories import Story, facts_from, person
from tests.analytics.random_histories import told
from tests.analytics.rows import at
from wiki.analytics import network as module
from wiki.analytics.network import between_teams, network
from wiki.model import Window

ALWAYS = Window(at("2020-01-01"), at("2030-01-01"))


def by_hand(edits, window):
    """Newman's weights of the people who edited the same pages."""
    writers = defaultdict(set)
    for edit in edits:
        if not edit.bulk and edit.at in window:
            writers[edit.page].update(set(edit.people) - {"robot"})
    graph = nx.Graph()
    for people in writers.values():
        graph.add_nodes_from(people)
        for one, other in combinations(sorted(people), 2):
            before = graph.get_edge_data(one, other, {"weight": 0.0})["weight"]
            graph.add_edge(one, other, weight=before + 1 / (len(people) - 1))
    return graph


def as_graph(facts, found):
    names = [facts.people[i].key for i in found.people]
    graph = nx.Graph()
    graph.add_nodes_from(names)
    for one, other, weight in zip(found.one, found.other, found.weight, strict=True):
        graph.add_edge(names[one], names[other], weight=weight)
    return graph


@pytest.mark.parametrize("seed", range(12))
def test_the_network_equals_networkx(seed):
    story = told(seed, edits=24, people=12, pages=9)
    window = Window(story.edits[6].at, story.edits[-2].at)
    expected = by_hand(story.edits, window)
    found = network(story.facts, window)
    graph = as_graph(story.facts, found)
    assert set(graph) == set(expected)
    assert {frozenset(edge) for edge in graph.edges} == {frozenset(edge) for edge in expected.edges}
    for one, other, data in expected.edges(data=True):
        assert graph[one][other]["weight"] == pytest.approx(data["weight"])
    parts = sorted(nx.connected_components(expected), key=len, reverse=True)
    assert found.components == len(parts)
    assert found.largest == len(parts[0])
    assert found.density == pytest.approx(nx.density(expected))
    communities = defaultdict(set)
    for i, group in enumerate(found.community):
        communities[group].add(story.facts.people[found.people[i]].key)
    assert found.modularity == pytest.approx(
        nx.community.modularity(expected, communities.values(), weight="weight")
    )


def test_a_page_of_two_joins_more_than_a_page_of_three():
    story = Story()
    for who, page in (("ann", "a"), ("bo", "a"), ("ann", "b"), ("bo", "b"), ("cy", "b")):
        story.edit(who, "2026-03-01", page)
    facts = story.facts()
    found = network(facts, ALWAYS)
    assert [facts.people[i].key for i in found.people] == ["ann", "bo", "cy"]
    assert list(zip(found.one, found.other, found.weight, strict=True)) == [
        (0, 1, 1.5),
        (0, 2, 0.5),
        (1, 2, 0.5),
    ]


def test_communities_are_the_same_whatever_the_order_of_the_rows():
    story = told(3, edits=80, people=30, pages=25)
    rows = Story()
    for i, edit in enumerate(story.edits):
        if not edit.bulk:
            rows.edit(edit.people[0], f"2026-01-{1 + i % 28:02}", edit.page, commit=f"{i:03}")
    found = [network(facts_from(each), ALWAYS) for each in (rows.rows, rows.rows[::-1])]
    assert np.array_equal(found[0].community, found[1].community)
    assert found[0].modularity == found[1].modularity


def test_bulk_changes_and_machines_join_nobody():
    story = Story()
    story.edit("ann", "2026-03-01")
    story.edit("bo", "2026-03-02", bulk=True)
    story.edit("robot", "2026-03-03")
    found = network(story.facts(), ALWAYS)
    assert len(found.people) == 1
    assert not len(found.one)
    assert found.density is None
    assert found.modularity is None


def test_nobody_makes_an_empty_network():
    story = Story()
    story.edit("ann", "2026-03-01")
    found = network(story.facts(), Window(at("2026-05-01"), at("2026-06-01")))
    assert (found.components, found.largest, found.density) == (0, 0, None)


def test_a_crowd_on_one_page_joins_nobody(monkeypatch):
    monkeypatch.setattr(module, "CROWD", 3)
    story = Story()
    for who in ("ann", "bo", "cy", "di"):
        story.edit(who, "2026-03-01", "crowd")
    for who in ("ann", "bo", "cy"):
        story.edit(who, "2026-03-02", "circle")
    found = network(story.facts(), ALWAYS)
    assert found.weight.tolist() == [0.5, 0.5, 0.5]
    assert found.components == 2


def test_people_in_focus_are_shown_with_those_they_share_pages_with():
    story = Story()
    for who, page in (("ann", "a"), ("bo", "a"), ("bo", "b"), ("cy", "b"), ("di", "c")):
        story.edit(who, "2026-03-01", page)
    facts = story.facts()
    focus = np.zeros(len(facts.people), bool)
    focus[person(facts, "ann")] = True
    found = network(facts.narrowed(focus=focus), ALWAYS)
    assert [facts.people[i].key for i in found.people] == ["ann", "bo"]


def test_links_between_teams_are_told_from_those_within_one():
    story = Story()
    for who, page in (("ann", "a"), ("bo", "a"), ("cy", "a"), ("di", "a")):
        story.edit(who, "2026-03-01", page)
    story.team("north", "ann", "bo")
    story.team("south", "cy")
    facts = story.facts()
    known, across = between_teams(facts, network(facts, ALWAYS))
    assert (known.sum(), across.sum()) == (3, 2)
