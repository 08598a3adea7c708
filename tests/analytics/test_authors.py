"""Authors of pages against a count by hand."""

import numpy as np
import pytest

from tests.analytics.histories import Story, page
from tests.analytics.random_histories import told
from wiki.analytics.authors import (
    editors,
    mean_authors,
    most_of_it,
    share_of_pages,
    spread,
    teams_per_page,
    writers_standing,
)
from wiki.analytics.figures import Hidden
from wiki.analytics.lives import moment, standing_by_change
from wiki.analytics.pages import page_states


@pytest.mark.parametrize("seed", range(15))
def test_authors_of_pages_equal_a_count_by_hand(seed):
    story = told(seed)
    facts = story.facts
    for at in (story.edits[20].at, story.edits[40].at + 1, story.edits[-1].at + 9):
        standing = story.standing(at)
        words = writers_standing(facts, moment(facts, at))
        edits = editors(facts, moment(facts, at))
        for name in facts.pages.identity:
            here = {who: count for who, count in standing[name].items() if who}
            i = page(facts, name)
            assert words.counts()[i] == len(here)
            assert words.everything[i] == sum(standing[name].values())
            mine = words.page == i
            keys = [facts.people[p].key for p in words.person[mine]]
            assert dict(zip(keys, words.words[mine].tolist(), strict=True)) == here
            teams = {story.teams[who] for who in here if who in story.teams}
            assert teams_per_page(facts, words)[i] == len(teams)
            people = {
                who
                for edit in story.edits
                if edit.page == name and edit.at < at and not edit.bulk
                for who in edit.people
            } - {"robot"}
            assert edits.counts()[i] == len(people)


@pytest.mark.parametrize("seed", range(6))
def test_whoever_wrote_most_of_a_page_is_found(seed):
    story = told(seed)
    facts, at = story.facts, story.edits[-1].at + 1
    found = most_of_it(writers_standing(facts, moment(facts, at)))
    mine = {
        facts.pages.identity[i]: (facts.people[p].key, w) for i, p, w in zip(*found, strict=True)
    }
    for name, words in story.standing(at).items():
        people = {who: count for who, count in words.items() if who}
        if people:
            who = min(people, key=lambda each: (-people[each], each))
            assert mine[name] == (who, people[who])
        else:
            assert name not in mine


@pytest.mark.parametrize("seed", range(6))
def test_words_standing_add_up_to_those_of_people(seed):
    story = told(seed)
    at = story.edits[35].at
    standing = story.standing(at)
    words = sum(count for each in standing.values() for who, count in each.items() if who)
    assert standing_by_change(story.facts, moment(story.facts, at)).sum() == words


def test_pages_are_told_apart_by_their_people():
    facts = three_pages().facts()
    authors = editors(facts, len(facts.changes.at))
    pages = page_states(facts).standing(10**10)
    found = spread(authors, pages, 1)
    assert found.pages == (1, 1, 1, 1)
    assert found.share(1, 2) == 0.5
    assert mean_authors(authors, pages, 1) == 1.5


def three_pages():
    """A page of one, of two, of three people, and one of a machine."""
    story = Story()
    for who, name in (
        ("ann", "a"),
        ("ann", "b"),
        ("bo", "b"),
        ("ann", "c"),
        ("bo", "c"),
        ("cy", "c"),
    ):
        story.edit(who, "2026-03-01", name)
    story.edit("robot", "2026-03-02", "d")
    return story


def test_few_people_hide_their_class_and_what_would_tell_it():
    facts = three_pages().facts()
    found = spread(editors(facts, len(facts.changes.at)), page_states(facts).standing(10**10), 3)
    # Two people are behind the first two classes: too few even together.
    assert found.pages == (Hidden.FEW, Hidden.FEW, Hidden.WITHHELD, 1)
    assert found.share(1, 2) is Hidden.FEW
    assert mean_authors(editors(facts, 7), np.array([True] * 4), 4) is Hidden.FEW


def test_a_share_hides_where_the_rest_is_few():
    facts = three_pages().facts()
    authors = editors(facts, len(facts.changes.at))
    counts = authors.counts()
    whole = counts > 0
    assert share_of_pages(authors, counts > 2, whole, 1) == pytest.approx(1 / 3)
    assert share_of_pages(authors, counts > 1, whole, 2) is Hidden.WITHHELD
    assert share_of_pages(authors, counts == 1, whole, 2) is Hidden.FEW
    assert share_of_pages(authors, counts > 2, counts > 5, 1) is None
