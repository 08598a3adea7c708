"""Words written and removed over time."""

import pytest

from tests.analytics.histories import Story, person
from tests.analytics.rows import at
from wiki.analytics.figures import Hidden
from wiki.analytics.question import Question
from wiki.analytics.turnover import turnover, turnover_table
from wiki.model import Identity, Window

MARCH = Window(at("2026-03-01"), at("2026-04-01"))


def asked(window=MARCH, **other):
    return Question(window, 4_000_000_000, **other)


def month():
    story = Story()
    story.edit("ann", "2026-02-20", words=100)
    story.edit("ann", "2026-03-02", words=30, removed=10)
    story.edit("bo", "2026-03-10", words=5, removed=2, restored=4)
    story.edit("bo", "2026-03-11", removed=50, bulk=True)
    story.edit("robot", "2026-03-12", words=70)
    return story.facts()


def test_peoples_edits_of_the_window_are_added_up():
    assert turnover(month(), MARCH, 1) == {
        "added": 35, "restored": 4, "removed": 12, "net": 27,
    }  # fmt: skip


def test_steps_add_up_to_the_window():
    table = turnover_table(month(), asked())
    assert table.rows[1][1:5] == (30, 0, 10, 20)
    for key, total in turnover(month(), MARCH, 1).items():
        assert sum(table.column(key)) == total


def test_few_people_are_not_told_of():
    assert turnover(month(), MARCH, 3) == dict.fromkeys(
        ("added", "restored", "removed", "net"), Hidden.FEW
    )


@pytest.mark.parametrize(("people", "step"), [(3, "month"), (5, "week")])
def test_steps_are_wide_enough_for_most_of_them_to_be_told(people, step):
    story = Story()
    for week in range(1, 25, 7):
        for i in range(people):
            story.edit(f"p{i + week % 2 * 3}", f"2026-03-{week + 1:02}", words=1)
    for i in range(5):
        story.edit(f"p{i}", "2026-03-30", words=1)
    table = turnover_table(story.facts(), asked(minimum=5))
    assert table.title == f"Words written and removed by {step}"
    told = [cell for cell in table.column("added") if not isinstance(cell, Hidden)]
    assert 2 * len(told) >= len(table.rows)


def test_words_of_an_edit_by_two_are_those_of_its_author():
    story = Story()
    story.edit("ann", "2026-03-02", words=30, removed=10, co_authors=(Identity("bo", "Bo"),))
    story.edit("bo", "2026-03-03", words=7)
    facts = story.facts()
    told = {}
    for who in ("ann", "bo"):
        focus = facts.team == 9
        focus[person(facts, who)] = True
        told[who] = turnover(facts.narrowed(focus=focus), MARCH, 1)["added"]
    assert told == {"ann": 30, "bo": 7}
