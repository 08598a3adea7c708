"""Whose words lived when: the lives of words with their writers, as of any moment.

A word is alive at a moment if it was written before it and had not gone by then, whatever became of
it later; so a window in the past is answered as it would have been answered then.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wiki.analytics.facts import NOBODY, SORTS, Facts, Ints, Mask, Positions

_KEPT = "lives"
_WRITERS = "writers"


@dataclass(frozen=True, slots=True, eq=False)
class Lives:
    """Lives of the words in scope, in groups of ``count`` words, by page and writer.

    ``born`` and ``died`` are positions of changes (``died`` beyond the last change while a word
    stands); ``writer`` the person who wrote them, ``NOBODY`` for machines, bulk changes and imports.
    """

    born: Positions
    died: Positions
    page: Positions
    writer: Positions
    count: Ints
    whole: Mask

    def alive(self, moment: int) -> Mask:
        """Which groups stand just before the change ``moment``."""
        return (self.born < moment) & (self.died >= moment)

    def chosen(self, rows: Mask | Positions | Ints) -> Lives:
        """Some of them."""
        return Lives(
            self.born[rows],
            self.died[rows],
            self.page[rows],
            self.writer[rows],
            self.count[rows],
            self.whole[rows],
        )


def lives_of(facts: Facts) -> Lives:
    """The lives of all words in scope, whoever wrote them."""
    found = facts.kept.get(_KEPT)
    if not isinstance(found, Lives):
        words = facts.words
        writer = writers(facts)
        died = np.where(words.died == NOBODY, np.int32(len(facts.changes.at)), words.died)
        found = Lives(
            words.born,
            # Clocks may tell that a word went before it came: then it never stood.
            np.maximum(died, words.born).astype(np.int32),
            words.page,
            writer[words.born] if len(writer) else np.zeros(0, np.int32),
            words.count.astype(np.int64),
            words.whole,
        )
        if facts.in_scope is not None:
            found = found.chosen(facts.everybody().page_mask()[found.page])
        order = np.argsort(found.page.astype(np.int64) * (len(facts.people) + 1) + found.writer)
        found = facts.kept[_KEPT] = found.chosen(order)
    return found


def own_lives(facts: Facts) -> Lives:
    """The lives of words that people wrote (those in focus, if some are), all in scope."""
    everything = lives_of(facts)
    mine = everything.writer != NOBODY
    if facts.focus is not None:
        mine &= facts.focus[everything.writer]
    return everything.chosen(mine)


def writers(facts: Facts) -> Positions:
    """Who wrote the words of each change: its author, or ``NOBODY`` for machines, bulk and imports.

    Where a person stands behind a machine's change as co-author, the words are the person's.
    """
    found = facts.kept.get(_WRITERS)
    if not isinstance(found, np.ndarray):
        changes, commits = facts.changes, facts.commits
        is_bot = np.array([person.is_bot for person in facts.people] or [False], np.bool_)
        author = commits.person[changes.commit]
        machine = is_bot[author]
        found = np.where(machine | commits.bulk[changes.commit], np.int32(NOBODY), author)
        first = np.full(len(author), NOBODY, np.int32)
        first[facts.credits.change[::-1]] = facts.credits.person[::-1]
        helped = machine & (changes.sort == SORTS.index("people"))
        found[helped] = first[helped]
        facts.kept[_WRITERS] = found
    return found


def moment(facts: Facts, at: int) -> int:
    """The position of the first change at or after a time."""
    return int(np.searchsorted(facts.changes.at, at))
