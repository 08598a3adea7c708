"""Clusters of pages that nobody drew up: held together by links and by people who edit them together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wiki.analytics.columns import distinct, starts, totals
from wiki.analytics.communities import communities
from wiki.analytics.facts import NOBODY, Facts, Ints, Positions
from wiki.analytics.links import Snapshot, snapshot

TOGETHER_DAYS = 365
"""So long before the moment people's edits join pages."""

MANY = 50
"""Whoever edited more pages joins none of them: such work goes through all that there is."""

MOST_LINES = 20_000
"""Of more lines only the closest are looked at: finding clusters would take seconds."""

SMALLEST = 3
"""Two pages are a pair, no cluster."""

ALIKE = 1 / 3
"""Clusters with at least this share of their pages in common are one that changed."""

_KEPT = "clusters"
_MOMENTS = 6
_DAY = 86400


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """Pages (positions in the snapshot's ``every``), the one most linked first; ``people`` edited them
    in the year before, ``tag`` is borne by most of them ("" without any)."""

    pages: Ints
    people: Positions
    tag: str

    def __len__(self) -> int:
        return len(self.pages)


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """The clusters at a moment, the largest first, and the lines between pages (positions in the
    snapshot's ``every``) that they were found by."""

    state: Snapshot
    clusters: tuple[Cluster, ...]
    one: Ints
    other: Ints
    weight: NDArray[np.float64]
    modularity: float | None

    def names(self, cluster: Cluster) -> frozenset[int]:
        """A cluster's pages as positions in the facts."""
        return frozenset(self.state.page_of[cluster.pages].tolist()) - {NOBODY}


def clusters_at(facts: Facts, at: int) -> Clusters:
    """The clusters just before a time; the same are found once."""
    kept = facts.kept.setdefault(_KEPT, {})
    assert isinstance(kept, dict)
    found = kept.get(at)
    if not isinstance(found, Clusters):
        while len(kept) >= _MOMENTS:
            kept.pop(next(iter(kept)), None)
        found = kept[at] = _clusters(facts, at)
    return found


def _clusters(facts: Facts, at: int) -> Clusters:
    state = snapshot(facts, at)
    one, other, weight = lines(facts, state)
    if not len(one):
        return Clusters(state, (), one, other, weight, None)
    joined = distinct(np.concatenate((one, other)))
    community, modularity = communities(
        len(joined), np.searchsorted(joined, one), np.searchsorted(joined, other), weight
    )
    strength = np.bincount(one, weight, len(state.every))
    strength += np.bincount(other, weight, len(state.every))
    incoming = state.incoming()
    order = np.lexsort((joined, -strength[joined], -incoming[joined], community))
    groups = np.split(joined[order], np.flatnonzero(np.diff(community[order])) + 1)
    people = _editors(facts, state, joined, community)
    found = tuple(
        Cluster(pages, people[number], _tag(facts, state, pages))
        for number, pages in enumerate(groups)
        if len(pages) >= SMALLEST
    )
    return Clusters(state, found, one, other, weight, modularity)


# -- what joins pages ------------------------------------------------------------------------


def lines(
    facts: Facts, state: Snapshot, most: int = MOST_LINES
) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Pairs of pages that are asked about (positions in ``every``, ``one`` < ``other``) and how strongly
    they are joined: 1 for a link in each direction, and 1 ÷ (pages − 1) for everybody who edited both."""
    inside = state.about[state.source] & state.about[state.target]
    source, target = state.source[inside], state.target[inside]
    person, page = _edited(facts, state)
    first, second, pages = _together(person)
    a = np.concatenate((source, page[first]))
    b = np.concatenate((target, page[second]))
    weight = np.concatenate((np.ones(len(source)), 1 / (pages - 1)))
    low, high = np.minimum(a, b), np.maximum(a, b)
    pair, summed = totals(low * max(len(state.every), 1) + high, weight)
    one, other = np.divmod(pair, max(len(state.every), 1))
    if len(one) > most:
        kept = np.sort(_closest(len(state.every), one, other, summed)[:most])
        return one[kept], other[kept], summed[kept]
    return one, other, summed


def _closest(size: int, one: Ints, other: Ints, weight: NDArray[np.float64]) -> Ints:
    """The lines, those that say most first: heavy for what else their two pages are joined to."""
    total = np.bincount(one, weight, size) + np.bincount(other, weight, size)
    closeness = weight / np.sqrt(total[one] * total[other])
    # Rounded, so that no last digit decides between lines that are alike.
    return np.lexsort((np.arange(len(one)), -np.round(closeness, 9)))


def _edited(facts: Facts, state: Snapshot) -> tuple[Ints, Ints]:
    """Who edited which page in the year before, each pair once, by person."""
    everybody = facts.everybody()
    credited = everybody.credits
    since = state.at - TOGETHER_DAYS * _DAY
    begin, end = np.searchsorted(credited.at, (since, state.at))
    place = np.full(len(facts.pages.identity) + 1, -1, np.int64)
    place[state.page_of[state.about]] = np.flatnonzero(state.about)
    place[NOBODY] = -1
    page = place[facts.changes.page[credited.change[begin:end]]]
    there = page >= 0
    size = max(len(state.every), 1)
    key = distinct(credited.person[begin:end][there].astype(np.int64) * size + page[there])
    return np.divmod(key, size)


def _together(person: Ints) -> tuple[Ints, Ints, Ints]:
    """All pairs of entries of one person in a sorted column, and how many entries that person has."""
    begins = np.flatnonzero(starts(person))
    sizes = np.diff(np.append(begins, len(person)))
    size = np.repeat(sizes, sizes)
    place = np.arange(len(person)) - np.repeat(begins, sizes)
    later = np.where(size > MANY, 0, size - place - 1)
    first = np.repeat(np.arange(len(person)), later)
    within = np.arange(len(first)) - np.repeat(np.cumsum(later) - later, later)
    return first, first + 1 + within, np.repeat(size, later)


# -- what is in them -------------------------------------------------------------------------


def _editors(facts: Facts, state: Snapshot, joined: Ints, community: Ints) -> list[Positions]:
    """Who edited pages of each community in the year before."""
    person, page = _edited(facts, state)
    of = np.full(len(state.every), -1, np.int64)
    of[joined] = community
    there = of[page] >= 0
    people = max(len(facts.people), 1)
    pairs = distinct(of[page][there] * people + person[there])
    bounds = np.searchsorted(pairs // people, np.arange(1, int(community.max()) + 1))
    return [part.astype(np.int32) for part in np.split(pairs % people, bounds)]


def _tag(facts: Facts, state: Snapshot, pages: Ints) -> str:
    links = facts.links
    if not links.tags:
        return ""
    found: Counter[str] = Counter()
    for marks in links.marks[state.version[pages]].tolist():
        tags = links.tag[links.tag_start[marks] : links.tag_start[marks + 1]]
        found.update({links.tags[tag].casefold(): links.tags[tag] for tag in tags}.values())
    return min(found, key=lambda tag: (-found[tag], tag), default="")


# -- comparing -------------------------------------------------------------------------------


def teams_of(facts: Facts, cluster: Cluster, minimum: int) -> Positions:
    """The teams of which at least ``minimum`` people edited a cluster's pages in the year before."""
    team = facts.team[cluster.people]
    counts = np.bincount(team[team != NOBODY], minlength=len(facts.teams))
    return np.flatnonzero(counts >= max(minimum, 1)).astype(np.int32)


def new_clusters(now: Clusters, before: Clusters) -> tuple[Cluster, ...]:
    """Clusters that share fewer than ``ALIKE`` of their pages with every one there was before."""
    home: dict[int, int] = {}
    sizes = []
    for number, cluster in enumerate(before.clusters):
        names = before.names(cluster)
        sizes.append(len(names))
        home.update(dict.fromkeys(names, number))
    found = []
    for cluster in now.clusters:
        names = now.names(cluster)
        common = Counter(home[page] for page in names if page in home)
        likeness = (n / (len(names) + sizes[other] - n) for other, n in common.items())
        if max(likeness, default=0.0) < ALIKE:
            found.append(cluster)
    return tuple(found)
