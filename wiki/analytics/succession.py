"""How soon a page finds its second and third author."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wiki.analytics.columns import starts
from wiki.analytics.facts import SORTS, Facts, Ints, Mask, Positions
from wiki.analytics.figures import Hidden, Value
from wiki.analytics.suppression import shown
from wiki.model import Window

_KEPT = "succession"
_DAY = 86400


@dataclass(frozen=True, slots=True, eq=False)
class Authors:
    """The different people who edited each page, in the order in which they came: ``page``, ``person``
    and the time ``at`` of the first edit of each; ``rank`` 1 is the first. ``born`` is each page's
    birth, and ``begun`` the pages that people began (not an import or a machine)."""

    page: Ints
    person: Ints
    at: Ints
    rank: Ints
    born: Ints
    begun: Mask


def authors_of(facts: Facts) -> Authors:
    """The authors of the pages that are asked about, gathered once."""
    found = facts.kept.get(_KEPT)
    if not isinstance(found, Authors):
        found = facts.kept[_KEPT] = _authors(facts)
    return found


def _authors(facts: Facts) -> Authors:
    everybody, asked = facts.everybody(), facts.page_mask()
    rows = everybody.credited()
    people = max(len(facts.people), 1)
    page = facts.changes.page[facts.credits.change[rows]].astype(np.int64)
    keys = page * people + facts.credits.person[rows]
    order = np.argsort(keys, kind="stable")
    first = np.sort(order[starts(keys[order])])
    first = first[asked[page[first]]]
    by_page = first[np.argsort(page[first], kind="stable")]
    page = page[by_page]
    begins = np.flatnonzero(starts(page))
    sizes = np.diff(np.append(begins, len(page)))
    rank = np.arange(len(page)) - np.repeat(begins, sizes) + 1
    born, begun = _births(facts)
    at = facts.credits.at[rows][by_page]
    return Authors(page, keys[by_page] % people, at, rank, born, begun)


def _births(facts: Facts) -> tuple[Ints, Mask]:
    """When each page was begun, and whether people did it."""
    changes = facts.changes
    order = np.lexsort((changes.at, changes.commit))[::-1]
    first = np.zeros(len(facts.pages.identity), np.int64)
    first[changes.page[order]] = order
    return changes.at[first], changes.sort[first] == SORTS.index("people")


def nth_author(facts: Facts, number: int, window: Window) -> tuple[Positions, NDArray[np.float64]]:
    """Pages that found their nth author in the window, and after how many days, the quickest first."""
    found = authors_of(facts)
    came = (found.rank == number) & (found.at >= window.since) & (found.at < window.until)
    rows = np.flatnonzero(came & found.begun[found.page])
    days = np.maximum(found.at[rows] - found.born[found.page[rows]], 0) / _DAY
    order = np.lexsort((found.page[rows], days))
    return found.page[rows[order]].astype(np.int32), days[order]


def median_days(facts: Facts, number: int, window: Window, minimum: int) -> Value:
    """The median of the days to the nth author; hidden where few people are behind it."""
    pages, days = nth_author(facts, number, window)
    if not len(pages):
        return None
    found = authors_of(facts)
    concerned = np.isin(found.page, pages) & (found.rank <= number)
    if not shown(len(np.unique(found.person[concerned])), minimum):
        return Hidden.FEW
    return float(np.median(days))
