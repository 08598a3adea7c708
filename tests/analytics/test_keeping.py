"""What became of written words, against a count by hand."""

import numpy as np
import pytest

from tests.analytics.histories import Story, person
from tests.analytics.random_histories import told
from tests.analytics.rows import at
from wiki.analytics.figures import Hidden
from wiki.analytics.keeping import fates, kept_table, kept_value, newcomers_kept, written
from wiki.analytics.question import Question
from wiki.model import Window

DAY = 86400


def asked(since, until, **other):
    return Question(Window(since, until), 4_000_000_000, **other)


def by_hand(story, window, days):
    judged = kept = 0
    for life in story.lives:
        born = story.edits[life.born]
        if born.at not in window or born.writer is None or window.until - born.at < days * DAY:
            continue
        died = None if life.died is None else story.edits[life.died].at
        judged += life.count
        gone = died is not None and died < window.until and died - born.at < days * DAY
        kept += 0 if gone else life.count
    return kept / judged if judged else None


def revisions_by_hand(story, window, revisions=5):
    judged = kept = 0
    for life in story.lives:
        born = story.edits[life.born]
        later = [
            i for i, edit in enumerate(story.edits) if i > life.born and edit.page == born.page
        ]
        if born.at not in window or born.writer is None or len(later) < revisions:
            continue
        fifth = later[revisions - 1]
        if story.edits[fifth].at < window.until:
            judged += life.count
            kept += life.count if life.died is None or life.died > fifth else 0
    return kept / judged if judged else None


@pytest.mark.parametrize("seed", range(12))
def test_what_is_kept_equals_a_count_by_hand(seed):
    story = told(seed, pages=3)
    question = asked(story.edits[5].at, story.edits[45].at)
    known = written(story.facts, question)
    for days in (7, 30, 365):
        expected = by_hand(story, question.window, days)
        assert known.share(known.after_days(days)) == pytest.approx(expected)
    expected = revisions_by_hand(story, question.window)
    assert known.share(known.after_revisions()) == pytest.approx(expected)


def one_word_story():
    """Ann writes 10 words, of which Bo takes 4 after 20 days and the rest after 60."""
    story = Story()
    first = story.edit("ann", "2026-01-01", words=10)
    second = story.edit("bo", "2026-01-21", removed=4)
    third = story.edit("bo", "2026-03-02", removed=6)
    story.lived(first, 4, died=second)
    story.lived(first, 6, died=third)
    return story


def test_a_past_window_is_answered_as_it_was_then():
    facts = one_word_story().facts()
    early = written(facts, asked(at("2026-01-01"), at("2026-02-05")))
    assert early.share(early.after_days(30)) == 0.6
    early = written(facts, asked(at("2026-01-01"), at("2026-01-15")))
    assert early.share(early.after_days(7)) == 1
    assert early.share(early.after_days(30)) is None


def test_words_too_young_to_judge_are_counted_apart():
    story = one_word_story()
    story.lived(story.edit("cy", "2026-03-25", "b", words=90), 90)
    table = kept_table(written(story.facts(), asked(at("2026-01-01"), at("2026-04-01"))), 1)
    assert table.rows == (
        ("7 days", 100, 0, 100, 1.0),
        ("30 days", 10, 90, 6, 0.6),
        ("365 days", 0, 100, 0, None),
        ("5 later versions of the page", 0, 100, 0, None),
    )


def test_words_of_few_people_are_not_told():
    known = written(one_word_story().facts(), asked(at("2026-01-01"), at("2026-04-01")))
    assert kept_value(known, known.after_days(30), 2) is Hidden.FEW
    assert kept_table(known, 2).rows[0] == ("7 days", *[Hidden.WITHHELD] * 4)


def test_no_two_terms_tell_apart_the_words_of_few():
    """Five people write in January, one more in the days that are old enough for a week, not for a month."""
    story = Story()
    for i in range(5):
        story.lived(story.edit(f"p{i}", f"2026-01-0{i + 1}", words=10), 10)
        story.lived(story.edit(f"q{i}", "2026-03-30", words=10), 10)
    story.lived(story.edit("solo", "2026-03-15", words=7919), 7919)
    known = written(story.facts(), asked(at("2026-01-01"), at("2026-04-01")))
    rows = kept_table(known, 5).rows
    assert rows[0] == ("7 days", 7969, 50, 7969, 1.0)
    assert rows[1] == ("30 days", *[Hidden.WITHHELD] * 4)
    assert kept_table(known, 1).rows[1] == ("30 days", 50, 7969, 50, 1.0)


def test_newcomers_words_are_told_from_others():
    story = one_word_story()
    story.edit("bo", "2025-01-01", "old")
    other = story.edit("bo", "2026-01-03", "b", words=8)
    story.lived(other, 8)
    facts, question = story.facts(), asked(at("2026-01-01"), at("2026-04-01"))
    assert newcomers_kept(facts, question, written(facts, question)) == (0.6, 1.0)
    hidden = asked(at("2026-01-01"), at("2026-04-01"), minimum=2)
    assert newcomers_kept(facts, hidden, written(facts, hidden)) == (Hidden.FEW, Hidden.FEW)


def test_only_words_of_people_in_focus_are_judged():
    story = one_word_story()
    story.lived(story.edit("cy", "2026-01-02", "b", words=90), 90)
    facts = story.facts()
    focus = np.zeros(len(facts.people), bool)
    focus[person(facts, "ann")] = True
    known = written(facts.narrowed(focus=focus), asked(at("2026-01-01"), at("2026-04-01")))
    assert known.share(known.after_days(30)) == 0.6


@pytest.mark.parametrize(("key", "kept"), [("kept_7", [10, 0]), ("kept_30", [6, 0])])
def test_behind_a_share_kept_are_the_edits_judged_with_their_words(key, kept):
    story = one_word_story()
    second = story.edit("cy", "2026-01-02", "b", words=90)
    story.lived(second, 90, died=story.edit("ann", "2026-01-03", "b"))
    late = story.edit("cy", "2026-03-30", "c", words=5)
    story.lived(late, 5)
    facts, question = story.facts(), asked(at("2026-01-01"), at("2026-04-01"))
    found = fates(facts, question, key)
    assert found.items.tolist() == [story.position(0), story.position(second)]
    judged, left = (each.values.tolist() for each in found.counts)
    assert (judged, left) == ([10, 90], kept)
    known = written(facts, question)
    assert sum(left) / sum(judged) == known.share(known.after_days(int(key[5:])))
