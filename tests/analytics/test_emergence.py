"""The report on emergence on histories told by hand, and what it keeps to itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.analytics.histories import Story, page
from tests.analytics.links import Web
from tests.analytics.rows import at
from wiki.analytics.emergence import KIND, MEANINGS, Emergence, compute, headline, measure
from wiki.analytics.facts import Facts
from wiki.analytics.figures import Hidden, PersonRef, figures_of, graphs_of, tables_of
from wiki.analytics.question import Question
from wiki.analytics.trends import churning, rising, settling
from wiki.model import Window

WINDOW = Window(at("2026-04-01"), at("2026-07-01"))
NAMED = Question(WINDOW, at("2026-07-01"))
FEW = replace(NAMED, minimum=5, naming="aggregate")


def woven() -> Facts:
    """Four pages, of which two are joined by a link, and one name that is wanted."""
    web = Web()
    web.write("ann", "2025-01-01", "old.md", tags=["sea"])
    web.write("ann", "2026-02-01", "a.md", "[[b]]", tags=["Sea", "sky"])
    web.write("bo", "2026-05-01", "b.md", "[[wish]]", tags=["sea", "new"])
    web.write("cy", "2026-05-02", "c.md", "[[Wish]]", tags=["sea"])
    web.write("di", "2026-05-03", "a.md", "[[b]]", tags=["Sea"])
    return web.facts()


def test_the_graph_in_figures_with_what_they_were_before() -> None:
    report = compute(woven(), NAMED)
    told = {each.key: (each.value, each.previous, each.year_ago) for each in figures_of(report)}
    assert told["pages"] == (4, 2, 1)
    assert told["links"] == (1, 0, 0)
    assert told["connected"] == (0.5, 0.0, 0.0)
    assert told["orphans"] == (3, 2, 1)
    assert told["dead_ends"] == (3, 2, 1)
    assert told["wanted"] == (1, 1, 0)
    assert told["new_tags"] == (1, 1, 0)
    assert headline(woven(), NAMED) == report.connected


def test_what_is_behind_a_figure_are_its_pages() -> None:
    facts = woven()

    def behind(key: str) -> list[str]:
        items = KIND.behind(facts, NAMED, key).items
        return sorted(facts.pages.identity[item] for item in items)

    assert behind("connected") == ["a.md", "b.md"]
    assert behind("orphans") == ["a.md", "c.md", "old.md"]
    assert behind("dead_ends") == ["b.md", "c.md", "old.md"]
    assert behind("links") == ["a.md"]
    assert behind("wanted") == ["b.md", "c.md"]
    assert behind("new_tags") == ["b.md"]
    for key in MEANINGS:
        assert KIND.behind(facts, NAMED, key).kind == "pages"


def test_wanted_pages_and_most_linked_in_tables() -> None:
    report = compute(woven(), NAMED)
    assert report.wanted_pages.rows == (("Wish", 2, 2),)
    (row,) = report.most_linked.rows
    assert (row[0].path, row[1]) == ("b.md", 1)  # type: ignore[union-attr]
    assert report.growth.rows[0][1:] == (2, 0)
    assert report.growth.rows[-1][1:] == (4, 1)


def test_tags_come_spread_and_go() -> None:
    rows = {row[0]: row[1:] for row in compute(woven(), NAMED).tags.rows}
    ann, bo = PersonRef("ann", "Ann"), PersonRef("bo", "Bo")
    assert rows == {
        "Sea": (4, 2, "growing", ann),
        "new": (1, 1, "new", bo),
        "sky": (0, -1, "gone", ann),
    }


def test_pages_of_few_people_are_no_nought() -> None:
    story = Story()
    for who, day in (("ann", "2026-05-08"), ("ann", "2026-06-18"), ("bo", "2026-06-19")):
        story.edit(who, day, "up")
    for who in ("a1", "a2", "a3"):
        story.edit(who, "2026-05-08", "even")
    facts = story.facts()
    assert measure(facts, NAMED, "rising") == 1
    assert measure(facts, FEW, "rising") is Hidden.WITHHELD
    assert measure(facts, FEW, "churning") == 0


def test_who_started_a_tag_is_told_by_name_or_not_at_all() -> None:
    letters = compute(woven(), replace(NAMED, naming="pseudonymous", secret="s")).tags
    assert "starter" not in {column.key for column in letters.columns}
    assert [row[0] for row in letters.rows] == [row[0] for row in compute(woven(), NAMED).tags.rows]


def test_pages_that_draw_more_people_rise() -> None:
    story = Story()
    days = ["2026-05-08", "2026-06-10", "2026-06-18", "2026-06-25"]
    for who, day in zip(("ann", "bo", "cy", "di"), days, strict=True):
        story.edit(who, day, "up")
    for who, day in zip(("ann", "bo", "cy", "di"), reversed(days), strict=True):
        story.edit(who, day, "even")
        story.edit("robot", day, "busy")
    story.edit("ann", "2026-06-20", "alone")
    story.edit("ann", "2026-05-07", "down")
    story.edit("bo", "2026-05-08", "down")
    facts = story.facts()
    found = rising(facts, at("2026-07-01"), 1)
    told = [facts.pages.identity[each] for each in found.pages]
    assert sorted(told) == ["even", "up"]
    assert found.before.tolist() == [1, 1]
    assert found.after.tolist() == [3, 3]
    assert not len(rising(facts, at("2026-07-01"), 5))


def test_pages_whose_edits_become_small_settle() -> None:
    story = Story()
    for day, words in (("2026-05-10", 100), ("2026-05-20", 60), ("2026-06-20", 30)):
        story.edit("ann", day, "calm", words=words, removed=10)
        story.edit("ann", day, "steady", words=50)
    facts = story.facts()
    found = settling(facts, at("2026-07-01"), 1)
    assert [facts.pages.identity[each] for each in found.pages] == ["calm"]
    assert (found.before.tolist(), found.after.tolist()) == ([90], [40])
    assert not len(settling(facts, at("2026-07-01"), 2))


def test_pages_written_over_churn() -> None:
    story = Story()
    first = story.edit("ann", "2026-01-01", "new", words=100)
    second = story.edit("bo", "2026-06-01", "new", words=60, removed=50)
    story.lived(first, 50, died=second)
    story.lived(first, 50)
    story.lived(second, 60)
    grown = story.edit("ann", "2026-06-01", "grown", words=500)
    story.lived(grown, 500)
    assert not len(churning(story.facts(), at("2026-07-01"), 1))
    third = story.edit("bo", "2026-06-02", "new", words=5, removed=20)
    story.lived(third, 5)
    assert not len(churning(story.facts(), at("2026-07-01"), 1))
    story.edit("cy", "2026-06-03", "new", words=3, removed=3)
    facts = story.facts()
    found = churning(facts, at("2026-07-01"), 1)
    assert [facts.pages.identity[each] for each in found.pages] == ["new"]
    assert (found.before.tolist(), found.after.tolist()) == ([115], [58])


def test_days_to_a_second_and_third_author_count_where_they_came_in_the_window() -> None:
    story = Story()
    for name, day in (("a", "2026-04-11"), ("b", "2026-04-21"), ("late", "2026-07-02")):
        story.edit("ann", "2026-04-01", name, kind="added")
        story.edit("ann", "2026-04-02", name)
        story.edit("bo", day, name)
    story.edit("cy", "2026-06-01", "a")
    story.edit("robot", "2026-04-01", "made", kind="added")
    story.edit("ann", "2026-04-02", "made")
    story.edit("bo", "2026-04-03", "made")
    facts = story.facts()
    assert measure(facts, NAMED, "second_author") == pytest.approx(15)
    assert measure(facts, NAMED, "third_author") == pytest.approx(61)
    pages = KIND.behind(facts, NAMED, "second_author").items
    assert [facts.pages.identity[each] for each in pages] == ["a", "b"]
    assert measure(facts, replace(NAMED, window=Window(0, WINDOW.since)), "second_author") is None


def test_words_that_moved_to_another_page_are_counted() -> None:
    story = Story()
    first = story.edit("ann", "2026-04-01", "a", words=100)
    gone = story.edit("ann", "2026-04-03", "b", removed=5)
    story.lived(first, 60)
    story.lived(first, 35, page="b")
    story.lived(first, 5, died=gone, page="b")
    facts = story.facts()
    assert measure(facts, NAMED, "moved_words") == 35
    assert KIND.behind(facts, NAMED, "moved_words").items.tolist() == [page(facts, "b")]


# -- privacy ---------------------------------------------------------------------------------


def of_two() -> Facts:
    """Everything that two people can do."""
    web = Web()
    for letter in "abcd":
        others = " ".join(f"[[{other}]]" for other in "abcd" if other != letter)
        web.write(
            "ann", "2026-04-02", f"{letter}.md", f"{others} [[wish]]", tags=["x"], kind="added"
        )
        web.write("ann", "2026-05-10", f"{letter}.md", f"{others} [[wish]]", tags=["x"])
        web.write("bo", "2026-06-10", f"{letter}.md", f"{others} [[wish]]", tags=["x"])
        web.write("ann", "2026-06-20", f"{letter}.md", f"{others} [[wish]]", tags=["x"])
    return web.facts()


def test_nothing_is_told_about_fewer_than_five_people() -> None:
    facts = of_two()
    open_, closed = compute(facts, NAMED), compute(facts, FEW)
    assert open_.rising_pages.rows
    assert open_.cluster_list.rows
    assert open_.second_author.value == pytest.approx(69)
    assert open_.tags.rows[0][-1] == PersonRef("ann", "Ann")
    assert open_.wanted_pages.rows == (("wish", 4, 1),)
    assert closed.rising_pages.rows == closed.cluster_list.rows == ()
    assert closed.rising.value is Hidden.WITHHELD  # there is one, of two people
    assert closed.second_author.value is Hidden.FEW
    assert [column.key for column in closed.tags.columns] == ["tag", "pages", "change", "state"]
    assert closed.tags.rows == (("x", 4, 4, "new"),)
    assert closed.wanted_pages.rows == (("wish", 4, Hidden.FEW),)
    assert [graph.nodes for graph in graphs_of(closed)] == [()]
    for key in ("clusters", "rising", "second_author"):
        assert not len(KIND.behind(facts, FEW, key).items)
    cells = [cell for table in tables_of(closed) for row in table.rows for cell in row]
    assert not [cell for cell in cells if isinstance(cell, PersonRef)]


def test_graphs_are_drawn_with_their_lines_inside() -> None:
    graph = compute(of_two(), NAMED).cluster_graph
    assert [node.label for node in graph.nodes] == ["a", "b", "c", "d"]
    assert {(one, other) for one, other, _ in graph.edges} == {
        (one, other) for one in range(4) for other in range(one + 1, 4)
    }


def test_a_page_that_stands_for_its_folder_is_drawn_under_its_name() -> None:
    web = Web()
    for name in ("README", "sea/README", "sea/old-ship"):
        web.write("ann", "2026-05-01", f"{name}.md")
    labels = [node.label for node in compute(web.facts(), NAMED).cluster_graph.nodes]
    assert labels == ["README", "sea", "old ship"]


def test_every_table_and_figure_is_in_one_group() -> None:
    report = compute(woven(), NAMED)
    keys = [figure.key for figure in figures_of(report)]
    tables = [table.key for table in tables_of(report)] + [g.key for g in graphs_of(report)]
    assert sorted(keys) == sorted(key for group in KIND.groups for key in group.figures)
    assert sorted(tables) == sorted(key for group in KIND.groups for key in group.tables)


def test_while_links_are_not_read_nothing_is_said_of_them() -> None:
    story = Story()
    story.edit("ann", "2026-06-01", "a")
    facts = story.facts()
    report = compute(facts, NAMED)
    assert isinstance(report, Emergence)
    told = {figure.key: figure.value for figure in figures_of(report)}
    assert {key for key, value in told.items() if value is not None} == {
        *("rising", "settling", "churning", "moved_words"),
    }
    assert not [table for table in tables_of(report) if table.rows]


def test_a_space_without_pages_has_no_links() -> None:
    story = Story()
    story.edit("ann", "2026-06-01", "a", kind="deleted")
    assert compute(story.facts(), NAMED).links.value == 0
