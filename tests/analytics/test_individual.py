"""One person's figures, by a history told by hand."""

from __future__ import annotations

from datetime import date

from tests.analytics.histories import FAR, Story
from wiki.analytics.facts import Facts
from wiki.analytics.individual import FolderRow, Individual, individual
from wiki.analytics.question import Question
from wiki.model import Window


def _of(facts: Facts, who: str) -> Individual:
    person = next(n for n, each in enumerate(facts.people) if each.key.startswith(who))
    return individual(facts, person, Question(Window(0, FAR), 1_790_000_000))


def _story() -> Facts:
    story = Story()
    first = story.edit("ann", "2026-03-01", "a", words=30, path="guides/a.md")
    second = story.edit("bo", "2026-03-11", "a", words=10, removed=12, path="guides/a.md")
    third = story.edit("ann", "2026-03-11", "b", words=5, path="b.md", door="push")
    story.lived(first, 12, died=second)
    story.lived(first, 18)
    story.lived(second, 10)
    story.lived(third, 5)
    return story.facts()


def test_edits_days_doors_and_places() -> None:
    ann = _of(_story(), "ann")
    assert (ann.edits, ann.pages, ann.first, ann.last) == (
        2,
        2,
        date(2026, 3, 1),
        date(2026, 3, 11),
    )
    assert ann.days == ((date(2026, 3, 1), 1), (date(2026, 3, 11), 1))
    assert dict(ann.doors)["push"] >= 1
    assert ann.folders == (FolderRow("", 1, 1, 5), FolderRow("guides", 1, 1, 18))


def test_words_that_stand_and_pages_only_they_know() -> None:
    facts = _story()
    ann, bo = _of(facts, "ann"), _of(facts, "bo")
    assert (ann.written, ann.standing, ann.standing_on) == (35, 23, 2)
    assert [(row.page.path, row.words, row.share) for row in ann.alone] == [("b.md", 5, 1.0)]
    assert (bo.written, bo.standing, bo.alone) == (10, 10, ())


def test_four_fifths_are_nearly_all() -> None:
    story = Story()
    mine = story.edit("ann", "2026-03-01", "a", words=8, path="a.md")
    theirs = story.edit("bo", "2026-03-02", "a", words=2, path="a.md")
    story.lived(mine, 8)
    story.lived(theirs, 2)
    assert [row.words for row in _of(story.facts(), "ann").alone] == [8]


def test_how_long_words_last() -> None:
    """12 of ann's 35 words were gone after ten days."""
    survival = _of(_story(), "ann").survival
    assert survival.at(9) == 1.0
    share = survival.at(10)
    assert share is not None
    assert abs(share - 23 / 35) < 1e-12


def test_copied_words_count_once_in_all_and_on_every_page_and_folder() -> None:
    story = Story()
    first = story.edit("ann", "2026-03-01", "m", words=30, path="guides/m.md")
    story.edit("bo", "2026-03-02", "a", kind="copied", path="more/a.md")
    story.edit("bo", "2026-03-03", "b", kind="copied", path="more/b.md")
    story.lived(first, 30)
    story.copied(first, 30, "a")
    story.copied(first, 30, "b")
    ann = _of(story.facts(), "ann")
    assert (ann.standing, ann.standing_on) == (30, 3)
    assert {row.page.path for row in ann.alone} == {"guides/m.md", "more/a.md", "more/b.md"}
    assert ann.folders == (FolderRow("guides", 1, 1, 30), FolderRow("more", 0, 0, 30))
