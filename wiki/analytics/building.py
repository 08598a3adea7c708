"""Building on others: edits to pages on which, just before, somebody else's words stood."""

from __future__ import annotations

import numpy as np

from wiki.analytics.authors import people_of
from wiki.analytics.facts import KINDS, NOBODY, Facts, Ints, Mask, Positions
from wiki.analytics.figures import Value
from wiki.analytics.guarded import guarded
from wiki.analytics.lives import Lives, lives_by_page
from wiki.model import Window

_NEW = (KINDS.index("added"), KINDS.index("copied"))


def building_edits(facts: Facts, window: Window) -> tuple[Positions, Mask]:
    """People's edits in a window, and which of them were made on a page with another person's words.

    An edit of several people builds on others if words of none of them stood there.
    """
    edits = facts.edits(window)
    if not len(edits):
        return edits, np.zeros(0, np.bool_)
    lives = _lives_near(facts, edits)
    edit = edits.astype(np.int64)
    page = facts.changes.page[edits].astype(np.int64)
    others = _standing(facts, lives.page.astype(np.int64), lives, page, edit)
    everybody = len(facts.people)
    credit, place = _credits_of(facts, edits)
    own = _standing(
        facts,
        lives.page.astype(np.int64) * everybody + lives.writer,
        lives,
        page[place] * everybody + facts.credits.person[credit],
        edit[place],
    )
    others -= np.bincount(place, own, len(edits)).astype(np.int64)
    # Words that an edit brought along to a new page did not stand there before.
    came = np.isin(facts.changes.kind[edits], _NEW)
    return edits, (others > 0) & ~came


def building_share(facts: Facts, window: Window, minimum: int) -> Value:
    """Share of the window's edits that build on others; hidden if few people are on either side."""
    edits, builds = building_edits(facts, window)
    if not len(edits) or not len(facts.words.born):
        return None
    sides = people_of(edits[builds], facts), people_of(edits[~builds], facts)
    return guarded(float(builds.mean()), *sides, minimum)


def _lives_near(facts: Facts, edits: Positions) -> Lives:
    """The people's words that ever stood on the edited pages while these were edited."""
    lives = lives_by_page(facts)
    near = np.zeros(len(facts.pages.path), np.bool_)
    near[facts.changes.page[edits]] = True
    rows = near[lives.page] & (lives.writer != NOBODY)
    rows &= (lives.born < edits[-1]) & (lives.died >= edits[0])
    return lives.chosen(rows)


def _credits_of(facts: Facts, edits: Positions) -> tuple[Ints, Ints]:
    """The entries of ``credits`` for some edits, and the place of its edit among them."""
    begin, end = np.searchsorted(facts.credits.change, (edits[0], edits[-1] + 1))
    change = facts.credits.change[begin:end]
    place = np.searchsorted(edits, change)
    place[place == len(edits)] = 0
    known = np.flatnonzero(edits[place] == change)
    return known + begin, place[known]


def _standing(facts: Facts, where: Ints, lives: Lives, asked: Ints, edit: Ints) -> Ints:
    """How many words stood at each place asked for just before an edit (which may remove them)."""
    span = len(facts.changes.at) + 1
    at = asked * span + edit
    came = _sum_before(where * span + lives.born, lives.count, at)
    return came - _sum_before(where * span + lives.died, lives.count, at)


def _sum_before(key: Ints, count: Ints, asked: Ints) -> Ints:
    """The sum of what has a smaller key than each asked for.

    Of another place everything has come and gone, so that only the words of this place make a
    difference.
    """
    order, wanted = np.argsort(key), np.argsort(asked)
    running = np.concatenate((np.zeros(1, np.int64), np.cumsum(count[order])))
    found = np.empty(len(asked), np.int64)
    # Looked up in order: several times faster than here and there.
    found[wanted] = running[np.searchsorted(key[order], asked[wanted])]
    return found
