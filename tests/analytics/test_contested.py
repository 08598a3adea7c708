"""Contested pages and edit wars, against counts by hand."""

import numpy as np

from tests.analytics.histories import Story, page, person
from tests.analytics.rows import at
from wiki.analytics.contested import (
    RADIUS,
    contested_pages,
    contested_table,
    contested_value,
    edit_war,
)
from wiki.analytics.figures import Hidden, PageRef
from wiki.analytics.question import Question
from wiki.model import Window

ALWAYS = Window(at("2020-01-01"), at("2030-01-01"))


def asked(**other):
    return Question(ALWAYS, 4_000_000_000, **other)


def war():
    """On a, ann and bo undo each other (ann edits three times, bo twice); on b, cy undoes ann once."""
    story = Story()
    first = story.edit("ann", "2026-01-01", "a", words=10)
    gone = story.edit("bo", "2026-01-02", "a", removed=4)
    back = story.edit("ann", "2026-01-03", "a", restored=4)
    story.came_back(back, gone, first, 4)
    cut = story.edit("ann", "2026-01-04", "a", removed=1)
    again = story.edit("bo", "2026-01-05", "a", restored=1)
    story.came_back(again, cut, first, 1)
    story.lived(first, 10)
    other = story.edit("ann", "2026-02-01", "b", words=5)
    wiped = story.edit("ann", "2026-02-02", "b", removed=5)
    restored = story.edit("cy", "2026-02-03", "b", restored=5)
    story.came_back(restored, wiped, other, 5)
    story.lived(other, 5)
    return story


def test_an_edit_war_counts_the_edits_of_the_one_who_made_fewer():
    facts = war().facts()
    found = edit_war(facts, len(facts.changes.at))
    assert found[page(facts, "a")] == 2
    assert found[page(facts, "b")] == 0


def test_before_both_undid_each_other_there_was_no_war():
    story = war()
    facts = story.facts()
    assert not edit_war(facts, story.position(4)).any()


def test_the_table_tells_words_edits_and_people():
    assert contested_table(war().facts(), asked()).rows == (
        (PageRef("handbook", "a.md"), 5, 2, 2, 2),
        (PageRef("handbook", "b.md"), 5, 1, 2, 0),
    )


def test_only_the_windows_undoings_make_a_page_contested():
    facts = war().facts()
    february = Window(at("2026-02-01"), at("2026-03-01"))
    assert contested_pages(facts, february)[0].tolist() == [page(facts, "b")]
    assert contested_value(facts, february, 1) == 1


def test_undoing_oneself_or_a_machine_contests_nothing():
    story = Story()
    first = story.edit("ann", "2026-01-01", words=10)
    for who in ("ann", "robot"):
        gone = story.edit(who, "2026-01-02", removed=4)
        story.came_back(story.edit("ann", "2026-01-03", restored=4), gone, first, 4)
    assert contested_value(story.facts(), ALWAYS, 1) == 0


def test_nobody_is_undone_who_merged_two_lines_of_history():
    story = Story()
    first = story.edit("ann", "2026-01-01", "a", words=10)
    merge = story.edit("bo", "2026-01-02", "a", removed=4, merge=True)
    back = story.edit("ann", "2026-01-03", "a", restored=4)
    story.came_back(back, merge, first, 4)
    story.lived(first, 10)
    assert contested_table(story.facts(), asked()).rows == ()


def test_what_comes_back_after_many_versions_is_said_anew():
    for between, pages in ((RADIUS - 1, 1), (RADIUS, 0)):
        story = Story()
        first = story.edit("ann", "2026-01-01", words=10)
        gone = story.edit("bo", "2026-01-02", removed=4)
        for _ in range(between):
            story.edit("cy", "2026-01-03", words=1)
            story.edit("cy", "2026-01-03", "elsewhere", words=1)
        story.came_back(story.edit("ann", "2026-01-04", restored=4), gone, first, 4)
        assert contested_value(story.facts(), ALWAYS, 1) == pages


def test_a_quarrel_of_few_is_not_told():
    facts = war().facts()
    assert contested_value(facts, ALWAYS, 5) is Hidden.FEW
    assert contested_table(facts, asked(minimum=5)).rows == ()
    assert "5 people or more" in contested_table(facts, asked(minimum=5)).note


def test_people_in_focus_are_asked_about_on_both_sides():
    facts = war().facts()
    focus = np.zeros(len(facts.people), bool)
    focus[person(facts, "cy")] = True
    assert contested_pages(facts.narrowed(focus=focus), ALWAYS)[0].tolist() == [page(facts, "b")]
