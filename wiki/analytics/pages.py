"""The lives of pages: when each was there and how large it was.

Of one page's changes the log's order decides what it is now; clocks only say when. A change dated
before its predecessor is taken to have happened together with it. Where lines of history ran side by
side their changes alone may leave a page dead or alive or of a wrong size; what is there now decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wiki.analytics.facts import KINDS, Facts, Ints, Mask
from wiki.model import Window

GONE = -1
"""The size of a page that is not there."""

_KEPT = "page states"
_DELETED = KINDS.index("deleted")
_FAR = 1 << 40
"""Seconds beyond any date."""


@dataclass(frozen=True, slots=True)
class Stock:
    """How many pages came, went and stood, and their size, at the end of a span."""

    pages: int
    born: int
    restored: int
    deleted: int
    size: int


@dataclass(frozen=True, slots=True, eq=False)
class PageStates:
    """Every state of every page, page by page and then in the log's order; ``at`` never falls within a
    page. ``size`` are bytes from then on (``GONE`` while deleted), ``before`` those until then.

    ``page`` are positions in the facts' pages, ``start`` where each page's states begin, ``born``
    when it came into being. ``change`` is the change that made the state (the last one's, where what
    is there now decided otherwise).
    """

    page: Ints
    at: Ints
    size: Ints
    before: Ints
    start: Ints
    born: Ints
    change: Ints

    def standing(self, at: int) -> Mask:
        """The pages there just before a time: one entry a page."""
        known = np.bincount(self.page[self.at < at], minlength=len(self.born))
        mask: Mask = known > 0
        mask[mask] = self.size[self.start[mask] + known[mask] - 1] >= 0
        return mask

    def flows(self) -> tuple[Mask, Mask, Mask]:
        """Which states are births, restorations and deletions."""
        came = (self.before < 0) & (self.size >= 0)
        first = np.zeros(len(self.at), np.bool_)
        first[self.start[self.born < _FAR]] = True
        return came & first, came & ~first, (self.before >= 0) & (self.size < 0)

    def grown(self) -> Ints:
        """The bytes that each state added."""
        return np.maximum(self.size, 0) - np.maximum(self.before, 0)


def page_states(facts: Facts) -> PageStates:
    """The states of the pages in scope (and in focus), gathered once."""
    found = facts.kept.get(_KEPT)
    if not isinstance(found, PageStates):
        found = facts.kept[_KEPT] = _states(facts)
    return found


def _states(facts: Facts) -> PageStates:
    changes, pages = facts.changes, facts.pages
    rows = np.flatnonzero(facts.page_mask()[changes.page])
    rows = rows[np.lexsort((changes.commit[rows], changes.page[rows]))]
    page = changes.page[rows].astype(np.int64)
    # The highest time so far within each page: pages lie further apart than any two times.
    at = np.maximum.accumulate(page * _FAR + changes.at[rows]) - page * _FAR
    size = np.where(changes.kind[rows] == _DELETED, GONE, changes.size[rows])
    last = np.flatnonzero(np.diff(page, append=-1))
    alive = pages.alive[page[last]]
    size[last[alive]] = pages.size[page[last[alive]]]
    undead = last[~alive & (size[last] >= 0)] + 1
    page, at, rows = (np.insert(each, undead, each[undead - 1]) for each in (page, at, rows))
    size = np.insert(size, undead, GONE)
    count = np.bincount(page, minlength=len(pages.identity))
    start = np.cumsum(count) - count
    before = np.concatenate((np.full(1, GONE), size))[:-1]
    before[start[count > 0]] = GONE
    born = np.full(len(count), _FAR, np.int64)
    born[count > 0] = at[start[count > 0]]
    return PageStates(page, at, size, before, start, born, rows)


def stocks(states: PageStates, ends: list[int], begin: int) -> list[Stock]:
    """The stock at each of some rising times, with what happened since the time before it.

    ``begin`` opens the first span.
    """
    span = np.searchsorted(np.array([begin, *ends], np.int64), states.at, "right")
    came, back, gone, size = (
        np.bincount(span, flow, len(ends) + 2).astype(np.int64)
        for flow in (*states.flows(), states.grown())
    )
    there = np.cumsum(came + back - gone)
    bytes_there = np.cumsum(size)
    return [
        Stock(int(there[i]), int(came[i]), int(back[i]), int(gone[i]), int(bytes_there[i]))
        for i in range(1, len(ends) + 1)
    ]


def stock_of(states: PageStates, window: Window) -> Stock:
    """The stock at a window's end, with what happened in it."""
    return stocks(states, [window.until], window.since)[0]
