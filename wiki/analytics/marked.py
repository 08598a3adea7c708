"""Words that machines, bulk changes and imports wrote: credited, but kept out of people's figures."""

from __future__ import annotations

import numpy as np

from wiki.analytics.columns import how_many
from wiki.analytics.facts import NOBODY, Facts
from wiki.analytics.figures import Cell, Column, Hidden, Table
from wiki.analytics.lives import lives_of
from wiki.analytics.suppression import shown

_SOURCES = ("People", "Bulk changes and imports", "Machines")


def marked_words(facts: Facts, moment: int, minimum: int) -> Table:
    """The words that stand at a moment by who wrote them: people, machines, or people in bulk."""
    lives = lives_of(facts)
    lives = lives.chosen(lives.alive(moment))
    commit = facts.changes.commit[lives.born]
    is_bot = np.array([person.is_bot for person in facts.people] or [False], np.bool_)
    people = lives.writer != NOBODY
    machines = ~people & is_bot[facts.commits.person[commit]]
    bulk = ~people & ~machines
    total = int(lives.count.sum())
    few = not shown(how_many(lives.writer[people]), minimum)
    rows: list[tuple[Cell, ...]] = []
    for name, mask in zip(_SOURCES, (people, bulk, machines), strict=True):
        words = int(lives.count[mask].sum())
        if few:
            # Of a few people neither their words are told nor a share that gives them away.
            rows.append((name, Hidden.FEW if mask is people else words, Hidden.WITHHELD))
        else:
            rows.append((name, words, words / total if total else None))
    return Table(
        "marked",
        "Words that are not counted as people’s",
        "All words that stood at the window’s end by how they came. Words of imports, of changes to very many "
        "pages at once and of machines are nobody’s in this report.",
        (
            Column("source", "Written by", "text"),
            Column("words", "Words", "words"),
            Column("share", "Share", "share"),
        ),
        tuple(rows),
    )
