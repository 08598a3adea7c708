"""Building on others against a count by hand."""

import numpy as np
import pytest

from tests.analytics.histories import Story, person
from tests.analytics.random_histories import told
from tests.analytics.rows import at
from wiki.analytics.building import building_edits, building_share
from wiki.analytics.figures import Hidden
from wiki.model import Window

ALWAYS = Window(at("2020-01-01"), at("2030-01-01"))


@pytest.mark.parametrize("seed", range(15))
def test_edits_on_others_words_equal_a_count_by_hand(seed):
    story = told(seed)
    window = Window(story.edits[10].at, story.edits[50].at)
    expected = set()
    for edit in story.edits:
        if edit.at in window and not edit.bulk and edit.people[0] != "robot":
            writers = {who for who, n in story.standing(edit.at)[edit.page].items() if n and who}
            if writers - set(edit.people):
                expected.add(edit.at)
    edits, builds = building_edits(story.facts, window)
    assert {int(each) for each in story.facts.changes.at[edits[builds]]} == expected


def two_on_one_page():
    story = Story()
    first = story.edit("ann", "2026-03-01", words=10)
    second = story.edit("bo", "2026-03-02", words=5, removed=10)
    story.edit("bo", "2026-03-03")
    story.lived(first, 10, died=second)
    story.lived(second, 5)
    return story


def test_an_edit_that_removes_all_of_anothers_words_still_met_them():
    facts = two_on_one_page().facts()
    _, builds = building_edits(facts, ALWAYS)
    assert builds.tolist() == [False, True, False]
    assert building_share(facts, ALWAYS, 1) == pytest.approx(1 / 3)


def test_of_people_in_focus_only_their_edits_count_but_everybodys_words():
    facts = two_on_one_page().facts()
    focus = np.zeros(len(facts.people), bool)
    focus[person(facts, "bo")] = True
    assert building_share(facts.narrowed(focus=focus), ALWAYS, 1) == 0.5


def test_words_brought_along_to_a_new_page_did_not_stand_there_before():
    story = Story()
    written = story.edit("ann", "2026-03-01", "a", words=10, kind="added")
    story.edit("bo", "2026-03-02", "b", restored=10, kind="added")
    story.edit("bo", "2026-03-03", "b", words=3)
    # They stand on the second page now: Bo split it off.
    story.lived(written, 10, page="b")
    _, builds = building_edits(story.facts(), ALWAYS)
    assert builds.tolist() == [False, False, True]


def test_the_share_of_few_people_is_hidden():
    assert building_share(two_on_one_page().facts(), ALWAYS, 2) is Hidden.FEW


def test_without_edits_or_words_there_is_no_share():
    story = Story()
    story.edit("ann", "2026-03-01")
    assert building_share(story.facts(), ALWAYS, 1) is None
    window = Window(at("2026-05-01"), at("2026-06-01"))
    assert building_share(two_on_one_page().facts(), window, 1) is None
