"""Several spaces as one: what each says adds up, and people who are in both are one person."""

import numpy as np

from tests.analytics.histories import FAR, Story, facts_from
from tests.analytics.rows import change
from wiki.analytics.evolution import evolution
from wiki.analytics.facts import NOBODY, Facts
from wiki.analytics.joining import joined
from wiki.analytics.participation import participation
from wiki.analytics.question import Question
from wiki.model import Window

EVER = Question(Window(0, FAR - 1), FAR)


def _handbook() -> Facts:
    story = Story()
    first = story.edit("ann", "2026-01-01", "a", words=30, lines_added=3)
    second = story.edit("bo", "2026-03-01", "a", words=5, removed=10, lines_added=1)
    story.lived(first, 10, died=second)
    story.lived(first, 20)
    story.lived(second, 5)
    story.came_back(second, second, first, 2)
    story.team("north", "ann", head_count=9)
    return story.facts()


def _recipes() -> Facts:
    story = Story()
    only = story.edit("ann", "2026-02-01", "soup", words=7, lines_added=9)
    story.lived(only, 7)
    story.edit("cy", "2026-02-01", "a")
    story.team("south", "cy")
    story.team("north", "di")
    return story.facts()


def test_figures_of_two_spaces_are_those_of_both() -> None:
    one, other = _handbook(), _recipes()
    both = joined([one, other])
    report = participation(both, EVER)
    assert (report.contributors.value, report.edits.value) == (3, 4)  # ann is in both
    assert report.teams.column("people") == (1, 1, 1)
    grown = evolution(both, EVER)
    parts = [evolution(part, EVER) for part in (one, other)]
    for key in ("pages", "edits", "lines_added", "size", "new_pages"):
        assert getattr(grown, key).value == sum(getattr(part, key).value for part in parts), key
    assert both.first == one.first
    assert both.last == one.last


def test_every_position_points_to_what_it_did() -> None:
    both = joined([_handbook(), _recipes()])
    assert np.all(np.diff(both.changes.at) >= 0)
    names = [both.people[both.commits.person[both.changes.commit[i]]].key for i in range(4)]
    assert names == ["ann", "ann", "cy", "bo"]
    paths = [both.paths[place] for place in both.changes.path]
    assert paths == ["a.md", "soup.md", "a.md", "a.md"]
    pages = [both.pages.identity[page] for page in both.changes.page]
    assert pages == ["a", "soup", "a", "a"]
    assert both.pages.space[both.changes.page].tolist() == [0, 1, 1, 0]
    lives = {
        (int(both.words.born[i]), int(both.words.died[i]), int(both.words.count[i]))
        for i in range(len(both.words.born))
    }
    assert lives == {(0, 3, 10), (0, NOBODY, 20), (3, NOBODY, 5), (1, NOBODY, 7)}
    assert (both.restorations.change[0], both.restorations.born[0]) == (3, 0)
    assert [both.people[person].key for person in both.credits.person] == names


def test_the_order_of_spaces_does_not_matter_to_figures() -> None:
    one, other = _handbook(), _recipes()
    assert (
        participation(joined([one, other]), EVER).gini
        == participation(joined([other, one]), EVER).gini
    )


def test_one_space_alone_is_itself() -> None:
    facts = facts_from([change("ann", "2026-01-01")])
    assert joined([facts]) is facts
