"""Pages that gather people, come to rest, or are written over: over the eight weeks before a moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wiki.analytics.columns import distinct, marked
from wiki.analytics.facts import NOBODY, Facts, Ints, Mask, Positions
from wiki.analytics.links import snapshot
from wiki.model import Window

WEEKS = 8
_DAY = 86400
_WEEK = 7 * _DAY


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """Pages (positions in the facts), the strongest first; ``before`` and ``after`` are the two numbers
    told of each, ``edits`` how many edits of the eight weeks they are about."""

    pages: Positions
    before: NDArray[np.float64]
    after: NDArray[np.float64]
    edits: Ints

    def __len__(self) -> int:
        return len(self.pages)


def weeks_before(at: int) -> Window:
    """The eight weeks that end at a time."""
    return Window(at - WEEKS * _WEEK, at)


def rising(facts: Facts, at: int, minimum: int) -> Trend:
    """Pages that more people edit from week to week: the line through the numbers of different people
    in each week rises, and at least two, and more people came in the last four weeks than in the four
    before (``before``, ``after``)."""
    window = weeks_before(at)
    rows = facts.credited(window)
    page = facts.changes.page[facts.credits.change[rows]].astype(np.int64)
    person = facts.credits.person[rows].astype(np.int64)
    week = (facts.credits.at[rows] - window.since) // _WEEK
    pages, people = len(facts.pages.identity), max(len(facts.people), 1)
    weekly = distinct((page * WEEKS + week) * people + person) // people
    slope = np.bincount(weekly // WEEKS, weekly % WEEKS - (WEEKS - 1) / 2, pages)
    halves = distinct((page * 2 + week // (WEEKS // 2)) * people + person) // people
    early = np.bincount(halves[halves % 2 == 0] // 2, minlength=pages)
    late = np.bincount(halves[halves % 2 == 1] // 2, minlength=pages)
    mask = (slope > 0) & (late >= 2) & (late > early) & _enough(facts, page, person, minimum)
    found = np.flatnonzero(mask & _there(facts, at))
    order = found[np.lexsort((found, -late[found], -slope[found]))]
    return _trend(order, early, late, np.bincount(page, minlength=pages))


def settling(facts: Facts, at: int, minimum: int) -> Trend:
    """Pages whose edits became small: at least two in the first four weeks and one in the last, which
    changed on average less than half as many words (``before``, ``after``)."""
    page, late, rows = _edits(facts, at)
    size = (facts.changes.words_added[rows] + facts.changes.words_removed[rows]).astype(np.int64)
    pages = len(facts.pages.identity)
    counts = [np.bincount(page[late == half], minlength=pages) for half in (False, True)]
    words = [np.bincount(page[late == half], size[late == half], pages) for half in (False, True)]
    before, after = (w / np.maximum(n, 1) for w, n in zip(words, counts, strict=True))
    mask = (counts[0] >= 2) & (counts[1] >= 1) & (after < before / 2)
    found = np.flatnonzero(mask & _editors(facts, at, minimum) & _there(facts, at))
    order = found[np.lexsort((found, after[found] - before[found]))]
    return _trend(order, before, after, counts[0] + counts[1])


def churning(facts: Facts, at: int, minimum: int) -> Trend:
    """Pages written over: edits replaced (``after``) at least half as many words as stand on the page
    (``before``); of an edit, the smaller of the words it added and removed were replaced."""
    page, _, rows = _edits(facts, at)
    changes = facts.changes
    added = changes.words_added[rows] + changes.words_restored[rows]
    replaced = np.minimum(added, changes.words_removed[rows])
    pages = len(facts.pages.identity)
    total = np.bincount(page, replaced, pages)
    standing = words_standing(facts, at, total > 0)
    mask = (total > 0) & (total >= standing / 2) & (standing > 0)
    found = np.flatnonzero(mask & _editors(facts, at, minimum) & _there(facts, at))
    order = found[np.lexsort((found, -total[found]))]
    return _trend(order, standing, total, np.bincount(page, minlength=pages))


def words_standing(facts: Facts, at: int, asked: Mask) -> Ints:
    """How many words each page that is ``asked`` about had just before a time."""
    words, when = facts.words, facts.changes.at
    groups = np.flatnonzero(asked[words.page])
    born, died = words.born[groups], words.died[groups]
    gone = died != NOBODY
    gone[gone] = when[died[gone]] < at
    there = groups[(when[born] < at) & ~gone]
    counts = np.bincount(words.page[there], words.count[there], len(facts.pages.identity))
    copies = facts.copies
    also = np.flatnonzero(asked[copies.page])
    also = also[when[copies.born[also]] < at]
    counts += np.bincount(copies.page[also], copies.count[also], len(counts))
    return counts.astype(np.int64)


def _trend(
    pages: Ints, before: NDArray[np.generic], after: NDArray[np.generic], edits: Ints
) -> Trend:
    return Trend(
        pages.astype(np.int32),
        before[pages].astype(np.float64),
        after[pages].astype(np.float64),
        edits[pages],
    )


def _edits(facts: Facts, at: int) -> tuple[Ints, Mask, Positions]:
    """The pages of the edits of the eight weeks, whether each is of the last four, and the edits."""
    rows = facts.edits(weeks_before(at))
    late: Mask = facts.changes.at[rows] >= at - WEEKS * _WEEK // 2
    return facts.changes.page[rows].astype(np.int64), late, rows


def _editors(facts: Facts, at: int, minimum: int) -> Mask:
    rows = facts.credited(weeks_before(at))
    page = facts.changes.page[facts.credits.change[rows]].astype(np.int64)
    return _enough(facts, page, facts.credits.person[rows].astype(np.int64), minimum)


def _enough(facts: Facts, page: Ints, person: Ints, minimum: int) -> Mask:
    """Pages of which enough people are told for something to be told of the page."""
    pairs = distinct(page * max(len(facts.people), 1) + person) // max(len(facts.people), 1)
    mask: Mask = np.bincount(pairs, minlength=len(facts.pages.identity)) >= max(minimum, 1)
    return mask


def _there(facts: Facts, at: int) -> Mask:
    """The pages that are asked about and there just before a time."""
    if not len(facts.links.paths):
        return facts.pages.alive & facts.page_mask()
    state = snapshot(facts, at)
    known = state.page_of[state.about]
    return marked(known[known != NOBODY], len(facts.pages.identity))
