"""Pages due for review."""

import pytest

from tests.analytics.histories import Story, page
from tests.analytics.rows import at
from wiki.analytics.figures import PageRef
from wiki.analytics.question import Purpose, Question
from wiki.analytics.staleness import idle_table, review_days, stale_pages, staleness
from wiki.model import Window

END = at("2026-07-01")


def asked(**other):
    return Question(Window(at("2026-04-01"), END), END, **other)


def pages():
    story = Story()
    story.edit("ann", "2024-07-01", "old")
    story.edit("robot", "2026-06-01", "old")
    story.edit("bo", "2026-01-01", "middle")
    story.edit("cy", "2026-06-21", "new")
    story.edit("cy", "2024-01-01", "gone")
    story.edit("cy", "2026-06-22", "gone", kind="deleted")
    return story.facts()


def test_a_year_without_an_edit_makes_a_page_due():
    assert staleness(pages(), asked()) == {"idle": 181, "stale": pytest.approx(1 / 3)}
    assert idle_table(pages(), asked()).rows == ((PageRef("handbook", "old.md"), 730, 100),)


def test_a_space_may_name_its_own_review_period():
    question = asked(purpose=Purpose(review_days=30))
    assert review_days(question) == 30
    assert staleness(pages(), question)["stale"] == pytest.approx(2 / 3)


def test_what_is_due_can_be_opened_the_longest_first():
    facts = pages()
    question = asked(purpose=Purpose(review_days=30))
    assert stale_pages(everything=False)(facts, question).tolist() == [
        page(facts, "old"),
        page(facts, "middle"),
    ]
    assert len(stale_pages(everything=True)(facts, question)) == 3


def test_without_pages_nothing_is_stale():
    assert staleness(Story().facts(), asked()) == {}
