"""The network as a picture: by names, or as communities without names."""

from tests.analytics.histories import Story
from tests.analytics.rows import at
from wiki.analytics import drawing
from wiki.analytics.drawing import bridges_table, graph
from wiki.analytics.figures import Hidden
from wiki.analytics.network import network
from wiki.analytics.question import Question
from wiki.model import Window

ALWAYS = Window(at("2020-01-01"), at("2030-01-01"))


def asked(**other):
    return Question(ALWAYS, 4_000_000_000, **other)


def circles(*sizes, bridge=False):
    """Circles of people who edit one page together; somebody of the first also edits the second's."""
    story = Story()
    for number, size in enumerate(sizes):
        for i in range(size):
            story.edit(f"c{number}p{i}", "2026-03-01", f"page{number}")
    if bridge:
        for i in range(5):
            story.edit(f"c0p{i}", "2026-03-02", "page1")
    return story


def drawn(story, question):
    facts = story.facts()
    return graph(facts, network(facts, ALWAYS), question)


def test_named_people_are_dots_with_their_names():
    found = drawn(circles(2, 1), asked())
    assert [node.label for node in found.nodes] == ["C0P0", "C0P1"]
    assert found.edges == ((0, 1, 1.0),)
    assert found.note.startswith("1 more")


def test_letters_do_not_stand_beside_links_that_the_history_tells_by_name():
    found = drawn(circles(7, 2), asked(naming="pseudonymous", secret="s"))
    assert found.nodes == ()
    found = drawn(circles(7, 6), asked(naming="pseudonymous", secret="s"))
    assert [node.label for node in found.nodes] == ["7 people", "6 people"]


def test_who_left_named_reports_is_not_drawn():
    found = drawn(circles(3), asked(unnamed=frozenset({"c0p1"})))
    assert [node.label for node in found.nodes] == ["C0P0", "C0P2"]


def test_without_names_only_communities_of_enough_people_are_drawn():
    found = drawn(circles(7, 6, 3, 3), asked(naming="aggregate", minimum=5))
    assert [node.label for node in found.nodes] == ["7 people", "6 people"]
    assert found.edges == ()
    assert "6 people in smaller ones" in found.note


def test_a_small_community_takes_another_with_it():
    found = drawn(circles(7, 6, 3), asked(naming="aggregate", minimum=5))
    assert [node.label for node in found.nodes] == ["7 people"]


def test_communities_are_joined_where_enough_people_join_them():
    facts = circles(12, 12, bridge=True).facts()
    found = network(facts, ALWAYS)
    picture = graph(facts, found, asked(naming="aggregate", minimum=5))
    across = found.community[found.one] != found.community[found.other]
    assert sum(weight for _, _, weight in picture.edges) in (0, found.weight[across].sum())
    assert all(0 <= a < b < len(picture.nodes) for a, b, _ in picture.edges)
    strict = graph(facts, found, asked(naming="aggregate", minimum=13))
    assert strict.edges == ()


def test_only_so_many_people_are_drawn_as_can_be_told_apart(monkeypatch):
    monkeypatch.setattr(drawing, "DRAWN", 3)
    found = drawn(circles(3, 2), asked())
    assert len(found.nodes) == 3
    assert found.note.startswith("2 more")


def test_teams_are_told_by_pairs_of_people():
    story = circles(4)
    story.team("north", "c0p0", "c0p1")
    story.team("south", "c0p2")
    facts = story.facts()
    table = bridges_table(facts, network(facts, ALWAYS), 1)
    assert table.rows == (("north", 1, 2), ("south", 2, 0))
    hidden = bridges_table(facts, network(facts, ALWAYS), 2)
    assert hidden.rows == (("north", Hidden.WITHHELD, Hidden.FEW), ("south", Hidden.FEW, 0))
