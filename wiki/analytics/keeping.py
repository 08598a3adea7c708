"""What became of the words that edits wrote: how many were still there later.

A word is judged only if it could be watched long enough: of one written last week nobody knows whether
it will stand a month. What is too young is counted apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wiki.analytics.contributors import careers_of
from wiki.analytics.facts import KINDS, SORTS, Facts, Ints, Mask, Positions
from wiki.analytics.figures import Cell, Column, Hidden, Table, Value
from wiki.analytics.guarded import guarded, of_enough
from wiki.analytics.lives import Lives, born_between, moment, own_lives
from wiki.analytics.question import Behind, Counted, Question

TERMS = (7, 30, 365)
REVISIONS = 5
NEWCOMERS_TERM = 30

_DAY = 86400
_EVER = np.iinfo(np.int64).max
_KEPT = "fifth revisions"


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Which words could be judged, and which of these were kept."""

    judged: Mask
    kept: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """The words that people's edits of a window wrote, as of its end.

    ``watched`` is how many seconds each could be watched, ``lived`` how many it lived (for ever if it
    stands), ``later`` the change that was the page's fifth revision afterwards.
    """

    lives: Lives
    watched: Ints
    lived: Ints
    later: Positions
    end: int

    def after_days(self, days: int) -> Outcome:
        judged = self.watched >= days * _DAY
        return Outcome(judged, judged & (self.lived >= days * _DAY))

    def after_revisions(self) -> Outcome:
        judged = self.later < self.end
        return Outcome(judged, judged & (self.lives.died > self.later))

    def share(self, outcome: Outcome, chosen: Mask | None = None) -> float | None:
        """The share of the judged words that were kept; None if none could be judged."""
        rows = outcome.judged if chosen is None else outcome.judged & chosen
        total = self.lives.count[rows].sum()
        return float(self.lives.count[rows & outcome.kept].sum() / total) if total else None

    def outcomes(self) -> tuple[tuple[str, Outcome], ...]:
        """Every term with its outcome."""
        found = [(f"{days} days", self.after_days(days)) for days in TERMS]
        return (*found, (f"{REVISIONS} later versions of the page", self.after_revisions()))


def written(facts: Facts, question: Question) -> Written:
    """What people's edits of the window wrote, and what became of it by its end."""
    begin, end = moment(facts, question.window.since), moment(facts, question.window.until)
    lives = born_between(own_lives(facts), begin, end)
    lives = lives.chosen(facts.changes.sort[lives.born] == SORTS.index("people"))
    at = facts.changes.at
    until = min(question.window.until, question.now)
    lived = np.full(len(lives.born), _EVER, np.int64)
    gone = lives.died < end
    lived[gone] = at[lives.died[gone]] - at[lives.born[gone]]
    watched = np.maximum(until - at[lives.born], 0)
    return Written(lives, watched, lived, _fifth_later(facts)[lives.born], end)


def _fifth_later(facts: Facts) -> Positions:
    """For each change, the page's fifth change of content after it (beyond the last, if there is none)."""
    found = facts.kept.get(_KEPT)
    if not isinstance(found, np.ndarray):
        changes = facts.changes
        counted = changes.content & (changes.sort != SORTS.index("merges"))
        rows = np.flatnonzero(counted | (changes.kind == KINDS.index("deleted")))
        order = rows[np.argsort(changes.page[rows], kind="stable")]
        page = changes.page[order]
        found = np.full(len(changes.at), len(changes.at), np.int32)
        if len(order) > REVISIONS:
            same = page[REVISIONS:] == page[:-REVISIONS]
            found[order[:-REVISIONS][same]] = order[REVISIONS:][same]
        facts.kept[_KEPT] = found
    return found


def kept_value(known: Written, outcome: Outcome, minimum: int) -> Value:
    """The share kept, if enough people wrote what was judged."""
    return of_enough(known.share(outcome), known.lives.writer[outcome.judged], minimum)


def newcomers_kept(facts: Facts, question: Question, known: Written) -> tuple[Value, Value]:
    """The shares kept of newcomers' words and of others'; newcomers first edited in the window."""
    window, minimum = question.window, question.minimum
    began = careers_of(facts.everybody()).began(window.since, window.until)
    new = began[known.lives.writer]
    outcome = known.after_days(NEWCOMERS_TERM)
    sides = [known.lives.writer[outcome.judged & side] for side in (new, ~new)]
    values = [known.share(outcome, side) for side in (new, ~new)]
    return (
        guarded(values[0], sides[0], sides[1], minimum),
        guarded(values[1], sides[1], sides[0], minimum),
    )


def kept_table(known: Written, minimum: int) -> Table:
    """Each term with the words judged, those too young, and those kept."""
    return Table(
        "kept",
        "What became of the words written",
        "Of the words that people’s edits wrote in the window: how many are old enough to be judged, how many are "
        "too young, and how many of those judged were still there then. Words brought back later count as "
        "there; words gone with a whole deleted page count as gone.",
        (
            Column("term", "After", "text"),
            Column("judged", "Words judged", "words"),
            Column("young", "Too young", "words"),
            Column("kept", "Still there", "words"),
            Column("share", "Share", "share"),
        ),
        _kept_rows(known, minimum),
    )


def _kept_rows(known: Written, minimum: int) -> tuple[tuple[Cell, ...], ...]:
    """Rows of which no two differ by the words of few people, nor one from all that was written."""
    lives = known.lives
    last = np.ones(len(lives.born), np.bool_)
    rows: list[tuple[Cell, ...]] = []
    for name, outcome in known.outcomes():
        judged = outcome.judged
        sides = (lives.writer[mask] for mask in (judged, ~judged, last & ~judged))
        if all(isinstance(of_enough(0, each, minimum), int) for each in sides):
            words = [int(lives.count[mask].sum()) for mask in (judged, ~judged, outcome.kept)]
            rows.append((name, *words, known.share(outcome)))
            last = judged if name.endswith("days") else last
        else:
            rows.append((name, *[Hidden.WITHHELD] * 4))
    return tuple(rows)


def fates(facts: Facts, question: Question, key: str) -> Behind:
    """The window's edits whose words could be judged, and how many of these were kept."""
    known = written(facts, question)
    term = key.removeprefix("kept_")
    outcome = known.after_days(int(term)) if term.isdigit() else known.after_revisions()
    changes = len(facts.changes.at)
    lives = known.lives
    judged, kept = (
        np.bincount(lives.born[mask], lives.count[mask], changes).astype(np.int64)
        for mask in (outcome.judged, outcome.kept)
    )
    rows = np.flatnonzero(judged)
    counts = (Counted("Words judged", judged[rows]), Counted("Still there", kept[rows]))
    return Behind("changes", rows.astype(np.int32), counts)
