"""Edits that meet: two people at one page within so short a time that they might have collided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiki.analytics.facts import Facts, Ints, Positions
from wiki.model import Window

HALF_AN_HOUR = 30 * 60
A_DAY = 24 * 3600


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """What met within a time: for each of ``edits`` (positions of changes, in scope and in focus)
    ``met`` says with how many edits of others, ``pairs_begun`` its part of the pairs: a half where
    the other edit is in focus too, and has the other half."""

    edits: Positions
    met: Ints
    pairs_begun: NDArray[np.float64]

    @property
    def edits_met(self) -> Positions:
        """The edits that met another's."""
        return self.edits[self.met > 0]

    @property
    def pairs(self) -> int:
        """How many pairs there are, each counted once."""
        return round(float(self.pairs_begun.sum()))


def meetings(facts: Facts, window: Window, *within: int) -> tuple[Meetings, ...]:
    """The meetings of a window for each of these times: pairs of edits of one page by different authors,
    at most so many seconds apart, both in the window and at least one in focus."""
    focused = facts.edits(window)
    everybody = facts.everybody().edits(window)
    met = _others_near(facts, everybody, within)
    inside = met
    if len(focused) != len(everybody):
        met = [counts[np.isin(everybody, focused)] for counts in met]
        inside = _others_near(facts, focused, within)
    return tuple(
        Meetings(focused, counts, counts - within_focus / 2)
        for counts, within_focus in zip(met, inside, strict=True)
    )


def people_who_met(facts: Facts, found: Meetings) -> Ints:
    """The authors of the edits that met, each once."""
    authors: Ints = np.unique(facts.commits.person[facts.changes.commit[found.edits_met]])
    return authors


def pages_of_meetings(facts: Facts, found: Meetings) -> tuple[Ints, Ints, Ints]:
    """The pages on which edits met, the pairs of each and how many people met there, most pairs first."""
    size = len(facts.pages.alive)
    pairs = np.bincount(facts.changes.page[found.edits], found.pairs_begun, size)
    met = found.edits_met
    authors = facts.commits.person[facts.changes.commit[met]]
    who = np.unique(facts.changes.page[met].astype(np.int64) * len(facts.people) + authors)
    people = np.bincount(who // max(len(facts.people), 1), minlength=size)
    pages = np.flatnonzero(pairs)
    pages = pages[np.lexsort((pages, -pairs[pages]))]
    return pages, np.rint(pairs[pages]).astype(np.int64), people[pages]


def _others_near(facts: Facts, edits: Positions, within: tuple[int, ...]) -> list[Ints]:
    """For each time and edit the number of edits near it on its page by other authors."""
    page, author = facts.changes.page[edits], facts.commits.person[facts.changes.commit[edits]]
    at = facts.changes.at[edits]
    near = _near((page,), at, within)
    own = _near((author, page), at, within)
    return [all_ - same for all_, same in zip(near, own, strict=True)]


def _near(keys: tuple[Positions, ...], at: Ints, within: tuple[int, ...]) -> list[Ints]:
    """For each time and entry how many entries have its keys and are at most so far away, itself too."""
    if not len(at):
        return [np.zeros(0, np.int64) for _ in within]
    columns: list[NDArray[Any]] = [at, *keys]
    order = np.lexsort(columns)
    begins = np.zeros(len(at), np.bool_)
    for key in keys:
        begins[1:] |= key[order][1:] != key[order][:-1]
    # All on one line, those of other keys so far off that no time reaches them. The line ascends, and
    # so do the places looked for in it, which is what makes looking for them fast.
    apart = int(at.max() - at.min()) + max(within) + 1
    line = np.cumsum(begins) * apart + at[order]
    found = []
    for seconds in within:
        counts = np.empty(len(at), np.int64)
        high = np.searchsorted(line, line + seconds, "right")
        counts[order] = high - np.searchsorted(line, line - seconds, "left")
        found.append(counts)
    return found
