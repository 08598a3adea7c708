"""The persistence report as a whole."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.analytics.histories import Story, page, person
from tests.analytics.random_histories import told
from tests.analytics.rows import at
from wiki.analytics.figures import Hidden, figures_of, number, tables_of
from wiki.analytics.persistence import KIND, MEANINGS, headline, persistence
from wiki.analytics.question import Question
from wiki.model import Window

SPRING = Window(at("2026-03-01"), at("2026-06-01"))


def asked(window=SPRING, **other):
    return Question(window, at("2026-12-01"), **other)


def handbook():
    """Ann wrote 100 words in 2024; Bo rewrites 40 of them in March, Cy 20 more in July."""
    story = Story()
    first = story.edit("ann", "2024-06-01", "a", words=100)
    second = story.edit("bo", "2026-03-10", "a", words=50, removed=40)
    third = story.edit("cy", "2026-03-20", "a", words=10, removed=10)
    back = story.edit("bo", "2026-04-01", "a", removed=10, restored=10)
    late = story.edit("cy", "2026-07-01", "a", words=1, removed=20)
    robot = story.edit("robot", "2026-03-02", "b", words=7)
    story.lived(first, 40, died=second)
    story.lived(first, 20, died=late)
    story.lived(first, 40)
    story.lived(second, 50)
    story.lived(third, 10, died=back)
    story.came_back(back, third, second, 10)
    story.lived(late, 1)
    story.lived(robot, 7)
    return story


def test_the_figures_of_a_handbook_counted_by_hand():
    report = persistence(handbook().facts(), asked())
    assert {figure.key: figure.value for figure in figures_of(report)} == {
        "kept_30": pytest.approx(50 / 60),
        "kept_7": 1.0,
        "kept_365": None,
        "kept_versions": None,
        "newcomers_kept": pytest.approx(50 / 60),
        "others_kept": None,
        "alive": 110,
        "half_life": None,
        "survive_month": pytest.approx(150 / 160),
        "survive_year": pytest.approx(150 / 160),
        "median_age": 730,
        "idle": pytest.approx((61 + 91) / 2),
        "stale": 0.0,
        "added": 60,
        "restored": 10,
        "removed": 60,
        "net": 10,
        "contested": 1,
    }
    assert [column.title for column in report.strata.columns[1:]] == [
        "2024", "2026", "Machines, bulk and imports",
    ]  # fmt: skip
    assert report.strata.rows[-1] == (date(2026, 5, 31), 60, 50, 7)
    assert report.marked.column("words") == (110, 0, 7)
    assert report.marked.column("share")[2] == pytest.approx(7 / 117)


def test_a_word_that_went_later_stood_then():
    facts = handbook().facts()
    assert persistence(facts, asked()).alive.value == 110
    summer = Window(at("2026-06-01"), at("2026-09-01"))
    assert persistence(facts, asked(summer)).alive.value == 91


def test_a_share_says_of_how_few_words_it_is():
    story = Story()
    story.lived(story.edit("ann", "2026-05-01", "a", words=40), 40)
    story.lived(story.edit("bo", "2026-06-20", "b", words=60), 60)
    question = Question(Window(at("2026-04-01"), at("2026-07-01")), at("2026-07-01"))
    report = persistence(story.facts(), question)
    assert report.kept_30.base == "of 40 words that can be judged, out of 100"
    assert report.kept_7.base == ""  # all of them
    strict = persistence(story.facts(), replace(question, minimum=5))
    assert strict.kept_30.base == ""


def test_the_headline_is_the_reports_first_figure():
    facts, question = handbook().facts(), asked()
    assert headline(facts, question) == next(figures_of(persistence(facts, question)))


def test_layers_and_totals_agree():
    for seed in range(4):
        story = told(seed)
        window = Window(story.edits[10].at, story.edits[50].at)
        report = persistence(story.facts, asked(window))
        years = sum(number(cell) for cell in report.strata.rows[-1][1:-1])
        assert years == report.alive.value == report.marked.rows[0][1]
        assert sum(report.word_ages.column("words")) == report.alive.value
        assert sum(report.years.column("standing")) == report.alive.value
        assert sum(report.turnover.column("net")) == report.net.value


def test_what_is_counted_can_be_opened():
    story = handbook()
    facts, question = story.facts(), asked()

    def opened(key):
        found = KIND.behind(facts, question, key)
        assert found.kind == MEANINGS[key].behind
        return found.items.tolist()

    assert opened("added") == [story.position(1), story.position(2)]
    assert opened("removed") == [story.position(each) for each in (1, 2, 3)]
    assert opened("kept_30") == [story.position(1), story.position(2)]
    assert opened("alive") == opened("contested") == [page(facts, "a")]
    assert opened("idle") == [page(facts, "b"), page(facts, "a")]
    assert opened("stale") == opened("half_life") == []


def test_every_figure_and_table_has_its_place():
    report = persistence(handbook().facts(), asked())
    shown = {key for group in KIND.groups for key in (*group.figures, *group.tables)}
    assert shown == {each.key for walk in (figures_of, tables_of) for each in walk(report)}


def test_of_four_people_only_pages_are_told_of():
    story = Story()
    for i, who in enumerate(("ann", "bo", "cy", "di")):
        first = story.edit(who, f"2026-03-0{i + 1}", "a", words=10)
        second = story.edit(who, f"2026-03-1{i + 1}", "a", removed=3)
        story.lived(first, 3, died=second)
        story.lived(first, 7)
    report = persistence(story.facts(), asked(naming="aggregate", minimum=5))
    for figure in figures_of(report):
        told_of = figure.key in ("idle", "stale", "contested")
        assert told_of == isinstance(figure.value, int | float) or figure.value is None
    for table in (report.kept, report.word_ages, report.years, report.turnover, report.strata):
        cells = [cell for row in table.rows for cell in row[1:] if isinstance(cell, int | float)]
        assert not any(cells), table.key
    assert len(report.survival_by_year.columns) == 1


def crowd(alone):
    """Ten people write in 2025 and 2026; one more writes 7,919 words in a week of 2024 alone."""
    story = Story()
    if alone:
        story.lived(story.edit("solo", "2024-02-03", "secret", words=7919), 7919)
    for year in (2025, 2026):
        for i in range(10):
            edit = story.edit(f"p{i}", f"{year}-03-{i + 1:02}", "a", words=20)
            story.lived(edit, 20)
    return story.facts()


def test_one_person_more_can_be_worked_out_from_no_table():
    whole = Window(at("2024-01-01"), at("2026-06-01"))
    question = asked(whole, naming="aggregate", minimum=5)
    report = persistence(crowd(alone=True), question)
    assert report.alive.value == 7919 + 400
    assert report.years.rows[0] == ("2024", *[Hidden.FEW] * 6)
    for table, key in (
        (report.years, "written"),
        (report.word_ages, "words"),
        (report.turnover, "added"),
    ):
        told_of = [cell for cell in table.column(key) if not isinstance(cell, Hidden)]
        assert 7919 not in told_of
        assert sum(told_of) != 400, table.key
    for row in report.strata.rows:
        assert 7919 not in row
        years = [cell for cell in row[1:-1] if not isinstance(cell, Hidden)]
        assert sum(years) != 400
    assert "solo" not in repr(report)


def test_only_the_words_of_people_in_focus_are_told_of():
    facts = handbook().facts()
    focus = np.zeros(len(facts.people), bool)
    focus[person(facts, "bo")] = True
    report = persistence(facts.narrowed(focus=focus), asked())
    assert report.alive.value == 50
    assert report.added.value == 50
    assert [column.title for column in report.strata.columns[1:]] == ["2026"]


def test_without_words_only_pages_are_told_of():
    story = Story()
    story.edit("ann", "2026-03-01")
    report = persistence(story.facts(), asked())
    assert report.idle.value == 92
    assert report.alive.value is None


def test_an_empty_history_has_no_figures():
    report = persistence(Story().facts(), asked())
    assert {figure.value for figure in figures_of(report)} == {None}


def test_figures_are_compared_with_earlier_windows():
    report = persistence(handbook().facts(), asked())
    assert report.alive.previous == 100
    assert report.alive.year_ago == 100
    assert report.added.previous == 0
