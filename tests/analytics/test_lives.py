"""Words that stand on several pages, and words of machines, by histories told by hand."""

import numpy as np

from tests.analytics.histories import FAR, Story, page, person
from tests.analytics.rows import at
from wiki.analytics.authors import writers_standing
from wiki.analytics.building import building_edits
from wiki.analytics.collective import measure
from wiki.analytics.facts import Facts
from wiki.analytics.joining import joined
from wiki.analytics.lives import lives_of, standing_by_change, writers
from wiki.analytics.marked import marked_words
from wiki.analytics.question import Question
from wiki.analytics.trends import words_standing
from wiki.analytics.turnover import turnover
from wiki.model import Identity, Window

QUESTION = Question(Window(0, FAR), at("2026-06-01"))


def copied() -> Story:
    """Ann writes 30 words on the page "m"; 20 of them are copied to "a", 10 of these to "b" as well."""
    story = Story()
    first = story.edit("ann", "2026-03-01", "m", words=30, path="m.md")
    story.edit("bo", "2026-04-01", "a", kind="copied", path="x/a.md")
    story.edit("bo", "2026-04-02", "b", kind="copied", path="x/b.md")
    third = story.edit("bo", "2026-04-03", "b", words=5, path="x/b.md")
    story.lived(first, 30)
    story.lived(third, 5)
    story.copied(first, 10, "a", 1)
    story.copied(first, 10, "a", 2)
    story.copied(first, 10, "b", 2)
    return story


def scoped(facts: Facts, *names: str) -> Facts:
    pages = [page(facts, name) for name in names]
    return facts.narrowed(np.isin(facts.changes.page, pages))


def standing(facts: Facts) -> int:
    return int(standing_by_change(facts, len(facts.changes.at)).sum())


def test_words_on_several_pages_stand_on_each_and_count_once() -> None:
    facts = copied().facts()
    found = writers_standing(facts, len(facts.changes.at))
    names = [facts.pages.identity.index(name) for name in "mab"]
    assert found.everything[names].tolist() == [30, 20, 15]
    assert found.counts()[names].tolist() == [1, 1, 2]
    assert standing(facts) == lives_of(facts).count.sum() == 35
    assert words_standing(facts, FAR, np.ones(3, np.bool_))[names].tolist() == [30, 20, 15]


def test_pages_of_several_people_and_of_one_see_the_copies() -> None:
    facts = copied().facts()
    assert measure(facts, QUESTION, "shared") == 1 / 3
    assert measure(facts, QUESTION, "at_risk") == 2 / 3


def test_a_scope_has_the_words_that_stand_in_it_each_once() -> None:
    facts = copied().facts()
    assert standing(scoped(facts, "a")) == 20
    assert standing(scoped(facts, "b")) == 15
    assert standing(scoped(facts, "a", "b")) == 25
    assert standing(scoped(facts, "m", "a")) == 30
    folder = scoped(facts, "a", "b")
    found = writers_standing(folder, len(facts.changes.at))
    assert found.everything[[page(facts, name) for name in "mab"]].tolist() == [0, 20, 15]


def test_an_edit_of_a_copied_page_builds_on_whoever_wrote_its_words() -> None:
    facts = copied().facts()
    edits, builds = building_edits(facts, QUESTION.window)
    assert dict(zip(edits.tolist(), builds.tolist(), strict=True))[3]


def test_copies_of_several_spaces_stay_apart() -> None:
    one, other = copied().facts(), copied().facts()
    both = joined([one, other])
    found = writers_standing(both, len(both.changes.at))
    alone = writers_standing(one, len(one.changes.at))
    assert found.everything.tolist() == alone.everything.tolist() * 2
    pages = np.flatnonzero([name in "ab" for name in both.pages.identity])
    assert standing(both.narrowed(np.isin(both.changes.page, pages))) == 50


def test_a_machine_s_words_are_no_person_s_though_the_edit_is_a_co_author_s() -> None:
    story = Story()
    helper = Identity("ann", "Ann")
    by_machine = story.edit("robot", "2026-03-01", words=40, co_authors=(helper,))
    own = story.edit("ann", "2026-03-02", words=10)
    story.lived(by_machine, 40)
    story.lived(own, 10)
    facts = story.facts()
    assert writers(facts).tolist() == [-1, person(facts, "ann")]
    assert facts.edits_by_person()[person(facts, "ann")] == 2
    assert standing(facts) == 10
    assert measure(facts, QUESTION, "at_risk") == 0
    assert turnover(facts, QUESTION.window, 1)["added"] == 10
    rows = {row[0]: row[1] for row in marked_words(facts, 2, 1).rows}
    assert (rows["People"], rows["Machines"]) == (10, 40)
