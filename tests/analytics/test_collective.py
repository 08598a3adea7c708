"""The collective report as a whole."""

from dataclasses import replace

import numpy as np
import pytest

from tests.analytics.histories import Story, page
from tests.analytics.random_histories import told
from tests.analytics.rows import at
from wiki.analytics.collective import KIND, MEANINGS, collective, headline
from wiki.analytics.figures import Hidden, figures_of, graphs_of, tables_of
from wiki.analytics.question import Question
from wiki.model import Window

JUNE = Window(at("2026-06-01"), at("2026-07-01"))


def asked(window=JUNE, **other):
    return Question(window, at("2026-12-01"), **other)


def handbook():
    """a is ann's and bo's, b ann's alone (until bo joins in July), c three people's of two teams."""
    story = Story()
    story.edit("ann", "2025-01-01", "z")
    for who, when, name, words in (
        ("ann", "2026-05-02", "a", 50), ("bo", "2026-06-03", "a", 50), ("ann", "2026-06-04", "b", 100),
        ("ann", "2026-06-05", "c", 40), ("bo", "2026-06-06", "c", 30), ("cy", "2026-06-07", "c", 30),
    ):  # fmt: skip
        story.lived(story.edit(who, when, name, words=words), words)
    late = story.edit("bo", "2026-07-09", "b", words=5)
    story.lived(late, 5)
    story.team("north", "ann", "bo")
    story.team("south", "cy")
    return story


def test_the_figures_of_a_handbook_counted_by_hand():
    report = collective(handbook().facts(), asked())
    values = {figure.key: figure.value for figure in figures_of(report)}
    assert values == {
        "shared": 0.5,
        "shared_3": 0.25,
        "shared_teams": 0.25,
        "authors_per_page": 7 / 4,
        "building": 3 / 5,
        "linked": 1.0,
        "components": 1,
        "largest": 1.0,
        "density": 1.0,
        "modularity": pytest.approx(0),
        "bridges": pytest.approx(2 / 3),
        "at_risk": pytest.approx(1 / 3),
        "at_risk_lapsed": 0.0,
    }
    assert report.authors.column("words") == (1, 1, 1, 1)
    assert report.authors.column("edits") == (2, 1, 1, 0)


def test_a_past_window_is_answered_as_it_was_then():
    facts = handbook().facts()
    may = collective(facts, asked(Window(at("2026-05-01"), at("2026-06-01"))))
    assert may.shared.value == 0
    july = collective(facts, asked(Window(at("2026-07-01"), at("2026-08-01"))))
    assert july.shared.value == 0.75
    assert july.shared.previous == 0.5


def test_the_headline_is_the_reports_first_figure():
    facts, question = handbook().facts(), asked()
    assert headline(facts, question) == next(figures_of(collective(facts, question)))


def test_what_is_counted_can_be_opened():
    facts, question = handbook().facts(), asked()
    pages = facts.pages.identity

    def opened(key):
        found = KIND.behind(facts, question, key)
        assert found.kind == MEANINGS[key].behind
        return found.items.tolist()

    assert [pages[i] for i in opened("shared")] == ["c", "a"]
    assert [pages[i] for i in opened("shared_3")] == ["c"]
    assert [pages[i] for i in opened("shared_teams")] == ["c"]
    assert [pages[i] for i in opened("at_risk")] == ["b"]
    assert opened("at_risk_lapsed") == []
    assert [facts.changes.at[i] for i in opened("building")] == [
        at("2026-06-07"),
        at("2026-06-06"),
        at("2026-06-03"),
    ]
    assert [facts.people[i].key for i in opened("largest")] == ["ann", "bo", "cy"]
    assert [facts.people[i].key for i in opened("linked")] == ["ann", "bo", "cy"]
    assert opened("density") == []


@pytest.mark.parametrize("seed", range(6))
def test_as_many_are_opened_as_are_counted(seed):
    story = told(seed)
    facts = story.facts
    question = Question(Window(story.edits[10].at, story.edits[50].at), 4_000_000_000)
    report = collective(facts, question)
    pages = sum(n for n in report.authors.column("words") if isinstance(n, int))
    for key in ("shared", "shared_3", "shared_teams"):
        counted = getattr(report, key).value * pages
        assert len(KIND.behind(facts, question, key).items) == pytest.approx(counted)
    edits = len(facts.edits(question.window))
    assert len(KIND.behind(facts, question, "building").items) == pytest.approx(
        report.building.value * edits
    )


def test_every_figure_and_table_has_its_place():
    report = collective(handbook().facts(), asked())
    shown = {key for group in KIND.groups for key in (*group.figures, *group.tables)}
    assert shown == {
        each.key for walk in (figures_of, tables_of, graphs_of) for each in walk(report)
    }


def test_of_four_people_nothing_is_told():
    story = Story()
    for i, who in enumerate(("ann", "bo", "cy", "di")):
        for name in ("a", f"own{i}"):
            story.lived(story.edit(who, "2026-06-05", name, words=10), 10)
    facts, question = story.facts(), asked(naming="aggregate", minimum=5)
    report = collective(facts, question)
    assert all(figure.value in (Hidden.FEW, Hidden.WITHHELD, None) for figure in figures_of(report))
    # No page is without people's words: of nobody one may tell.
    assert report.authors.column("words")[:3] == (Hidden.FEW, 0, Hidden.FEW)
    assert report.network.nodes == ()
    assert report.risk.rows == ()
    assert report.marked.rows[0] == ("People", Hidden.FEW, Hidden.WITHHELD)
    for key in ("at_risk", "at_risk_lapsed", "linked", "largest"):
        assert not len(KIND.behind(facts, question, key).items)


def ten_and_one(alone):
    """Ten people share two pages; one more writes a page of 7,919 words alone, in a team alone."""
    story = Story()
    for i in range(10):
        for name in ("a", "b"):
            story.lived(story.edit(f"p{i}", f"2026-06-{i + 1:02}", name, words=20), 20)
    if alone:
        story.lived(story.edit("solo", "2026-06-20", "secret", words=7919), 7919)
    story.team("many", *(f"p{i}" for i in range(10)))
    story.team("lonely", "solo")
    return story.facts()


def test_one_person_more_does_not_show():
    question = asked(naming="aggregate", minimum=5)
    without, with_one = (collective(ten_and_one(alone), question) for alone in (False, True))
    assert with_one.authors.column("words")[0] is Hidden.FEW
    assert sum(isinstance(cell, Hidden) for cell in with_one.authors.column("words")) > 1
    for key in ("shared", "at_risk", "linked", "largest"):
        assert isinstance(getattr(with_one, key).value, Hidden)
    assert without.shared.value == 1.0
    assert "solo" not in repr(with_one).lower()
    assert "secret" not in repr(with_one)
    assert "7919" not in repr(replace(with_one, marked=without.marked))


def test_a_small_circle_cannot_be_told_from_the_shares():
    """Twelve people in one circle, three in another, six alone: 15 − 12 would tell of the three."""
    story = Story()
    for number, size in enumerate((12, 3, *[1] * 6)):
        for i in range(size):
            story.edit(f"c{number}p{i}", "2026-06-05", f"page{number}")
    facts = story.facts()
    report = collective(facts, asked(naming="aggregate", minimum=5))
    assert report.linked.value == pytest.approx(15 / 21)
    assert report.largest.value is Hidden.WITHHELD
    assert collective(facts, asked()).largest.value == pytest.approx(12 / 21)


def test_pages_shared_within_a_team_of_few_cannot_be_told_from_the_shares():
    story = Story()
    for i in range(12):
        for name in ("all", f"own{i}"):
            story.lived(story.edit(f"p{i}", "2026-06-05", name, words=10), 10)
    for i in range(3):
        story.lived(story.edit(f"p{i}", "2026-06-06", "north", words=10), 10)
    story.team("north", "p0", "p1", "p2")
    story.team("south", *(f"p{i}" for i in range(3, 12)))
    facts = story.facts()
    assert collective(facts, asked()).shared_teams.value == pytest.approx(1 / 14)
    hidden = collective(facts, asked(naming="aggregate", minimum=5))
    assert hidden.shared_teams.value is Hidden.WITHHELD


def test_without_words_only_edits_are_told_of():
    story = Story()
    story.edit("ann", "2026-06-01", "a")
    story.edit("bo", "2026-06-02", "a")
    report = collective(story.facts(), asked())
    assert report.shared.value is None
    assert report.authors_per_page.value == 2
    assert report.components.value == 1


def test_an_empty_history_has_no_figures():
    report = collective(Story().facts(), asked())
    assert {figure.value for figure in figures_of(report)} == {None}


def test_who_asks_about_themselves_sees_no_more_of_others():
    facts = handbook().facts()
    focus = np.array([each.key == "ann" for each in facts.people])
    report = collective(facts.narrowed(focus=focus), asked(naming="aggregate", minimum=1))
    assert report.network.nodes == ()
    assert all(
        isinstance(cell, Hidden) or not cell for row in report.overwrites.rows for cell in row[1:]
    )
    assert all(
        isinstance(cell, Hidden) or not cell
        for row in report.bridges_table.rows
        for cell in row[1:]
    )
    assert [row[0].path for row in report.risk.rows] == ["b.md"]
    assert "person" not in {column.key for column in report.risk.columns}


def test_a_scope_asks_of_its_own_pages_alone():
    facts = handbook().facts()
    only_b = np.array(facts.changes.page == page(facts, "b"))
    report = collective(facts.narrowed(in_scope=only_b), asked())
    assert report.shared.value == 0
    assert report.at_risk.value == 1
    assert report.marked.rows[0][1] == 100
