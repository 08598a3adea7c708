"""Edits that meet: two people at one page within so short a time that they might have collided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wiki.analytics.facts import Facts, Ints, Positions
from wiki.model import Window

HALF_AN_HOUR = 30 * 60
A_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Meetings:
    """What met within a time: for each of ``edits`` (positions of changes, in scope and in focus)
    ``met`` says with how many edits of others, ``pairs_begun`` its part of the pairs: a half where
    the other edit is in focus too, and has the other half."""

    edits: Positions
    met: Ints
    pairs_begun: NDArray[np.float64]

    @property
    def pairs(self) -> int:
        """How many pairs there are, each counted once."""
        return round(float(self.pairs_begun.sum()))

    @property
    def edits_met(self) -> Positions:
        """The edits that met another's."""
        return self.edits[self.met > 0]


def meetings(facts: Facts, window: Window, within: int) -> Meetings:
    """The meetings of a window: pairs of edits of one page by different authors, at most ``within``
    seconds apart, both in the window and at least one in focus."""
    focused = facts.edits(window)
    everybody = facts.everybody().edits(window)
    met = _others_near(facts, focused, everybody, within)
    inside = met
    if len(focused) != len(everybody):
        inside = _others_near(facts, focused, focused, within)
    return Meetings(focused, met, met - inside / 2)


def people_who_met(facts: Facts, found: Meetings) -> Ints:
    """The authors of the edits that met, each once."""
    authors: Ints = np.unique(facts.commits.person[facts.changes.commit[found.edits_met]])
    return authors


def pages_of_meetings(facts: Facts, found: Meetings) -> tuple[Ints, Ints]:
    """The pages on which edits met, and the pairs of each, those with most first."""
    pairs = np.bincount(facts.changes.page[found.edits], found.pairs_begun, len(facts.pages.alive))
    pages = np.flatnonzero(pairs)
    order = np.lexsort((pages, -pairs[pages]))
    return pages[order], np.rint(pairs[pages][order]).astype(np.int64)


def _others_near(facts: Facts, edits: Positions, others: Positions, within: int) -> Ints:
    """For each edit the number of ``others`` near it on its page by other authors."""
    if not len(edits) or not len(others):
        return np.zeros(len(edits), np.int64)
    page, author = facts.changes.page, facts.commits.person[facts.changes.commit]
    at = facts.changes.at
    by_author = page.astype(np.int64) * len(facts.people) + author
    near = _near(
        page[edits].astype(np.int64), at[edits], page[others].astype(np.int64), at[others], within
    )
    own = _near(by_author[edits], at[edits], by_author[others], at[others], within)
    return near - own


def _near(key: Ints, at: Ints, keys: Ints, times: Ints, within: int) -> Ints:
    """For each (key, time) how many of (keys, times) have its key and are at most ``within`` away."""
    begin = int(min(at.min(), times.min())) - within
    span = int(max(at.max(), times.max())) + within + 1 - begin
    _, places = np.unique(np.concatenate((key, keys)), return_inverse=True)
    # Keys and times on one line, so far apart that no time reaches into another key.
    line = places.astype(np.int64) * (span + within + 1) + np.concatenate((at, times)) - begin
    mine, theirs = line[: len(key)], np.sort(line[len(key) :])
    low = np.searchsorted(theirs, mine - within, "left")
    high = np.searchsorted(theirs, mine + within, "right")
    return (high - low).astype(np.int64)
