"""Pages that depend on one person."""

import pytest

from tests.analytics.histories import Story, page, person
from tests.analytics.random_histories import told
from tests.analytics.rows import at
from wiki.analytics.authors import writers_standing
from wiki.analytics.figures import PageRef, PersonRef
from wiki.analytics.lives import moment
from wiki.analytics.pages import page_states
from wiki.analytics.question import Question
from wiki.analytics.risk import risk, risk_share, risk_table
from wiki.model import Window

END = at("2026-07-01")


def asked(**other):
    return Question(Window(at("2026-04-01"), END), END, **other)


def found_in(facts, when=END):
    last = moment(facts, when)
    authors = writers_standing(facts, last)
    pages = page_states(facts).standing(when) & (authors.everything > 0)
    return risk(facts, authors, pages, when), authors, pages


def story():
    """a: ann's alone, who left; b: bo's four of five words; c: half and half; d: a machine's mostly."""
    told_by_hand = Story()
    for who, when, name, words in (
        ("ann", "2025-12-01", "a", 100), ("bo", "2026-06-01", "b", 80), ("cy", "2026-06-02", "b", 20),
        ("bo", "2026-06-03", "c", 50), ("cy", "2026-06-04", "c", 50), ("robot", "2026-06-05", "d", 30),
        ("cy", "2026-06-06", "d", 70),
    ):  # fmt: skip
        told_by_hand.lived(told_by_hand.edit(who, when, name, words=words), words)
    return told_by_hand


def test_four_words_of_five_are_one_persons():
    facts = story().facts()
    found, authors, pages = found_in(facts)
    alone = {facts.pages.identity[i] for i in found.page[found.one_persons]}
    assert alone == {"a", "b"}
    assert {facts.pages.identity[i] for i in found.page[found.lapsed]} == {"a"}
    assert risk_share(found, found.one_persons, authors, pages, 1) == 0.5


def test_a_person_who_edits_elsewhere_has_not_gone_quiet():
    with_edit = story()
    with_edit.edit("ann", "2026-06-20", "elsewhere")
    found, _, _ = found_in(with_edit.facts())
    assert not found.lapsed.any()


def test_half_a_year_is_counted_from_the_windows_end():
    facts = story().facts()
    assert found_in(facts, at("2026-05-30"))[0].lapsed.tolist() == [True]
    assert found_in(facts, at("2026-05-29"))[0].lapsed.tolist() == [False]


@pytest.mark.parametrize("seed", range(8))
def test_pages_at_risk_equal_a_count_by_hand(seed):
    history = told(seed)
    when = history.edits[-1].at + 1
    found, _, _ = found_in(history.facts, when)
    expected = set()
    for name, words in history.standing(when).items():
        most = max((count for who, count in words.items() if who), default=0)
        if most and most >= 0.8 * sum(words.values()):
            expected.add(name)
    pages = history.facts.pages.identity
    assert {pages[i] for i in found.page[found.one_persons]} == expected


def test_the_table_names_pages_and_people_only_where_that_may_be():
    facts = story().facts()
    found, _, _ = found_in(facts)
    named = risk_table(facts, found, asked())
    assert named.rows == (
        (PageRef("handbook", "a.md"), 100, 1.0, PersonRef("ann", "Ann"), 212),
        (PageRef("handbook", "b.md"), 100, 0.8, PersonRef("bo", "Bo"), 28),
    )
    letters = risk_table(facts, found, asked(naming="pseudonymous"))
    assert [column.key for column in letters.columns] == ["page", "words", "share", "days"]
    assert [row[0] for row in letters.rows] == [row[0] for row in named.rows]
    assert not any(isinstance(cell, PersonRef) for row in letters.rows for cell in row)
    nameless = risk_table(facts, found, asked(naming="aggregate", minimum=5))
    assert nameless.rows == ()
    assert "not listed" in nameless.note


def test_of_people_in_focus_only_their_pages_count():
    facts = story().facts()
    focus = facts.team == 9
    focus[person(facts, "bo")] = True
    found, _, _ = found_in(facts.narrowed(focus=focus))
    assert found.page.tolist() == [page(facts, "b"), page(facts, "c")]
    assert set(found.owner.tolist()) == {person(facts, "bo")}
