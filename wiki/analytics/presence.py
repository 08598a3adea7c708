"""Which pages were there at a moment, and when people had last edited them.

Of one page's changes the log's order decides what it is; clocks only say when. A change dated before
its predecessor is taken to have happened together with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wiki.analytics.facts import KINDS, SORTS, Facts, Ints, Mask

_KEPT = "presence"
_SPAN = 1 << 40
"""More seconds than any history has."""


@dataclass(frozen=True, slots=True, eq=False)
class _Turns:
    """When each page came, changed or went: ``key`` is page × span + time, rising."""

    key: Ints
    there: Mask


def pages_there(facts: Facts, at: int) -> Mask:
    """Which of all pages were there just before a time."""
    turns = _turns(facts)
    pages = np.arange(len(facts.pages.path), dtype=np.int64)
    last = np.searchsorted(turns.key, pages * _SPAN + at) - 1
    known = (last >= 0) & (turns.key[last] // _SPAN == pages) if len(turns.key) else last >= 0
    found = np.zeros(len(pages), np.bool_)
    found[known] = turns.there[last[known]]
    return found


def last_edits(facts: Facts, moment: int) -> Ints:
    """When each page was last edited by a person before the change ``moment`` (else when it was made)."""
    changes = facts.changes
    rows = np.arange(moment)
    last = np.full(len(facts.pages.path), facts.first or 0, np.int64)
    last[changes.page[rows[::-1]]] = changes.at[rows[::-1]]
    # Of several values for one place numpy keeps the last.
    rows = rows[changes.sort[:moment] == SORTS.index("people")]
    last[changes.page[rows]] = changes.at[rows]
    return last


def _turns(facts: Facts) -> _Turns:
    found = facts.kept.get(_KEPT)
    if not isinstance(found, _Turns):
        changes = facts.changes
        # Rows are in the order of time, so a stable sort settles what happened in one commit.
        order = np.lexsort((changes.commit, changes.page))
        page = changes.page[order].astype(np.int64)
        key = np.maximum.accumulate(page * _SPAN + changes.at[order]) if len(order) else page
        there = changes.kind[order] != KINDS.index("deleted")
        last = np.flatnonzero(np.append(page[1:] != page[:-1], True)) if len(page) else page
        # Where lines of history ran side by side, what is there now decides.
        there[last] = facts.pages.alive[page[last]]
        found = facts.kept[_KEPT] = _Turns(key, there)
    return found
