"""Whose words lived when: the lives of words with their writers, as of any moment.

A word is alive at a moment if it was written before it and had not gone by then, whatever became of
it later; so a window in the past is answered as it would have been answered then.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from wiki.analytics.facts import NOBODY, Facts, Ints, Mask, Positions
from wiki.analytics.remembering import remembered

_KEPT = "lives"
_BY_PAGE = "lives by page"
_OWN = "own lives"
_STANDING = "standing by change"
_WRITERS = "writers"


@dataclass(frozen=True, slots=True, eq=False)
class Lives:
    """Lives of the words in scope, in groups of ``count`` words.

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

    def chosen(self, rows: Mask | Positions | Ints | slice) -> Lives:
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
    """The lives of all words in scope, whoever wrote them, in no order; each word once, on however many
    pages it stands."""
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
            pages = facts.everybody().page_mask()
            found = _together(found.chosen(pages[found.page]), _copies(facts, _brought(facts)))
        facts.kept[_KEPT] = found
    return found


def _brought(facts: Facts) -> Ints:
    """Copies of words that count outside the scope, each word once: inside it they count, too."""
    copies, pages = facts.copies, facts.everybody().page_mask()
    rows = np.flatnonzero(pages[copies.page] & ~pages[copies.home])
    return rows[np.unique(copies.group[rows], return_index=True)[1]]


def _copies(facts: Facts, rows: Ints) -> Lives:
    """Some copies as lives: they stand, since when on this page is not known."""
    copies = facts.copies
    born = copies.born[rows]
    return Lives(
        born,
        np.full(len(rows), len(facts.changes.at), np.int32),
        copies.page[rows],
        writers(facts)[born] if len(rows) else born,
        copies.count[rows].astype(np.int64),
        np.zeros(len(rows), np.bool_),
    )


def _together(one: Lives, other: Lives) -> Lives:
    if not len(other.born):
        return one
    columns = (field.name for field in fields(Lives))
    return Lives(*(np.concatenate((getattr(one, c), getattr(other, c))) for c in columns))


def lives_by_page(facts: Facts) -> Lives:
    """The lives on every page in scope, by page and writer: words that stand on several pages stand on
    each of them."""
    found = facts.kept.get(_BY_PAGE)
    if not isinstance(found, Lives):
        rest = facts.everybody().page_mask()[facts.copies.page]
        if facts.in_scope is not None:
            rest[_brought(facts)] = False
        lives = _together(lives_of(facts), _copies(facts, np.flatnonzero(rest)))
        order = np.argsort(lives.page.astype(np.int64) * (len(facts.people) + 1) + lives.writer)
        found = facts.kept[_BY_PAGE] = lives.chosen(order)
    return found


def own_lives(facts: Facts) -> Lives:
    """The lives of words that people wrote (those in focus, if some are), by when they were written."""
    found = facts.kept.get(_OWN)
    if not isinstance(found, Lives):
        lives = lives_of(facts)
        mine = lives.writer != NOBODY
        if facts.focus is not None:
            mine &= facts.focus[lives.writer]
        rows = np.flatnonzero(mine)
        found = lives.chosen(rows[np.argsort(lives.born[rows], kind="stable")])
        facts.kept[_OWN] = found
    return found


def born_between(lives: Lives, begin: int, end: int) -> Lives:
    """Of lives by when they were written, those from one change up to another."""
    first, last = np.searchsorted(lives.born, (begin, end))
    return lives.chosen(slice(first, last))


def standing_by_change(facts: Facts, moment: int) -> Ints:
    """How many words of each change stand just before the change ``moment``: people's (in focus)."""
    return remembered(facts, _STANDING, moment, lambda: _standing_by_change(facts, moment))


def _standing_by_change(facts: Facts, moment: int) -> Ints:
    lives = born_between(own_lives(facts), 0, moment)
    # Counting all, with nothing for those gone, is faster than choosing those that stand.
    count = np.bincount(lives.born, lives.count * (lives.died >= moment), len(facts.changes.at))
    return count.round().astype(np.int64)


def writers(facts: Facts) -> Positions:
    """Who wrote the words of each change: its author, or ``NOBODY`` for machines, bulk and imports.

    A co-author has the edit but none of its words, not even where the author is a machine.
    """
    found = facts.kept.get(_WRITERS)
    if not isinstance(found, np.ndarray):
        changes, commits = facts.changes, facts.commits
        is_bot = np.array([person.is_bot for person in facts.people] or [False], np.bool_)
        author = commits.person[changes.commit]
        machine = is_bot[author]
        found = np.where(machine | commits.bulk[changes.commit], np.int32(NOBODY), author)
        facts.kept[_WRITERS] = found
    return found


def worded(facts: Facts, edits: Positions) -> Positions:
    """Of some edits those whose words people (in focus) wrote; a co-author of an edit has none of them,
    not even where a machine is its author."""
    writer = writers(facts)[edits]
    mine = writer != NOBODY
    if facts.focus is not None:
        mine &= facts.focus[writer]
    theirs: Positions = edits[mine]
    return theirs


def moment(facts: Facts, at: int) -> int:
    """The position of the first change at or after a time."""
    return int(np.searchsorted(facts.changes.at, at))
