"""Words written and removed by week, month or quarter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wiki.analytics.calendar import Bucket, Step, buckets, indices, step_for
from wiki.analytics.facts import Facts, Ints
from wiki.analytics.figures import Cell, Column, Hidden, Table, Value
from wiki.analytics.guarded import of_enough
from wiki.analytics.lives import worded
from wiki.analytics.question import Question
from wiki.analytics.suppression import concealed
from wiki.model import Window

_WIDER: dict[Step, Step] = {"week": "month", "month": "quarter"}


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """A window in steps: people's edits by step, and the steps of which nothing is told."""

    step: Step
    buckets: tuple[Bucket, ...]
    place: Ints
    hidden: set[int]


def turnover(facts: Facts, window: Window, minimum: int) -> dict[str, Value]:
    """Words that people's edits wrote and removed, and what is left of it."""
    edits, changes = worded(facts, facts.edits(window)), facts.changes
    people = facts.credits.person[facts.credited(window)]
    added, removed, back = (
        int(column[edits].sum(dtype=np.int64))
        for column in (changes.words_added, changes.words_removed, changes.words_restored)
    )
    values = {"added": added, "restored": back, "removed": removed}
    values["net"] = added + back - removed
    return {key: of_enough(value, people, minimum) for key, value in values.items()}


def turnover_table(facts: Facts, question: Question) -> Table:
    """The same by step; where few people edit in most steps, by longer ones."""
    edits, changes = worded(facts, facts.edits(question.window)), facts.changes
    cut = _cut(facts, question, step_for(question.window))
    added, removed, back = (
        np.bincount(cut.place, column[edits], len(cut.buckets)).astype(np.int64)
        for column in (changes.words_added, changes.words_removed, changes.words_restored)
    )
    rows: list[tuple[Cell, ...]] = []
    for i, bucket in enumerate(cut.buckets):
        plus, minus, again = int(added[i]), int(removed[i]), int(back[i])
        words: tuple[Cell, ...] = (plus, again, minus, plus + again - minus)
        told = (Hidden.FEW,) * 4 if i in cut.hidden else words
        rows.append((bucket.start, *told, "" if bucket.whole else "part"))
    return Table(
        "turnover",
        f"Words written and removed by {cut.step}",
        "Words that people’s edits wrote, brought back or moved, and removed; net growth is the first two less the "
        "third.",
        (
            Column("start", f"{cut.step.capitalize()} from", "text"),
            Column("added", "Written", "words"),
            Column("restored", "Brought back or moved", "words"),
            Column("removed", "Removed", "words"),
            Column("net", "Net", "words"),
            Column("part", "", "text"),
        ),
        tuple(rows),
        f"Of a {cut.step} in which fewer than {question.minimum} people edited nothing is told."
        if question.minimum > 1
        else "",
        "columns",
    )


def _cut(facts: Facts, question: Question, step: Step) -> _Cut:
    """The window in steps, wide enough that most of them can be told."""
    window = question.window
    found = buckets(window, step, question.zone)
    entries = facts.credited(window)
    place = indices(found, facts.credits.at[entries])
    people = facts.credits.person[entries]
    hidden = concealed(place, people, question.minimum)
    active = len(np.flatnonzero(np.bincount(place, minlength=1)))
    if step in _WIDER and 2 * len(hidden) > active:
        return _cut(facts, question, _WIDER[step])
    edits = indices(found, facts.changes.at[worded(facts, facts.edits(window))])
    return _Cut(step, found, edits.astype(np.int64), hidden)
