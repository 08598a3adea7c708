"""Words that machines, bulk changes and imports wrote: credited, but kept out of people's figures."""

from __future__ import annotations

import numpy as np

from wiki.analytics.facts import NOBODY, Facts
from wiki.analytics.figures import Column, Table
from wiki.analytics.lives import lives_of


def marked_words(facts: Facts, moment: int) -> Table:
    """The words that stand at a moment by who wrote them: people, machines, or people in bulk."""
    lives = lives_of(facts)
    lives = lives.chosen(lives.alive(moment))
    commit = facts.changes.commit[lives.born]
    is_bot = np.array([person.is_bot for person in facts.people] or [False], np.bool_)
    people = lives.writer != NOBODY
    machines = ~people & is_bot[facts.commits.person[commit]]
    bulk = ~people & ~machines
    total = int(lives.count.sum())
    rows = tuple(
        (name, words, words / total if total else None)
        for name, mask in (
            ("People", people),
            ("Bulk changes and imports", bulk),
            ("Machines", machines),
        )
        for words in (int(lives.count[mask].sum()),)
    )
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
        rows,
    )
