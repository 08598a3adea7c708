"""The co-authoring network: people joined by the pages that both edited.

Each page joins all who edited it; a pair's weight is the sum of 1 ÷ (authors − 1) over its pages, so
that a page of many joins each two of them less (Newman 2001).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wiki.analytics.columns import distinct, starts, totals
from wiki.analytics.communities import communities, largest_first
from wiki.analytics.facts import NOBODY, Facts, Ints, Mask, Positions
from wiki.analytics.remembering import remembered
from wiki.model import Window

CROWD = 250
"""A page with more people joins nobody: it says as little of each pair as it weighs."""

_KEPT = "networks"


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """People (positions in the facts) and the links between them (positions in ``people``).

    ``component`` and ``community`` number the groups each person is in, the largest first.
    """

    people: Positions
    one: Ints
    other: Ints
    weight: NDArray[np.float64]
    component: Ints
    community: Ints
    modularity: float | None

    @property
    def density(self) -> float | None:
        """Links as a share of all there could be."""
        size = len(self.people)
        return len(self.one) / (size * (size - 1) / 2) if size > 1 else None

    @property
    def components(self) -> int:
        return int(self.component.max()) + 1 if len(self.people) else 0

    @property
    def largest(self) -> int:
        """How many people the largest component has."""
        return int((self.component == 0).sum())


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Pairs of people and how strongly they are joined, each once, ``one`` < ``other``."""

    people: Positions
    one: Positions
    other: Positions
    weight: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


def network(facts: Facts, window: Window) -> Network:
    """The network of the window's contributors; of people in focus, those they share pages with too."""
    return remembered(facts, _KEPT, window, lambda: _network(facts, window))


def _network(facts: Facts, window: Window) -> Network:
    links = links_of(facts, window)
    places = np.full(len(facts.people), NOBODY, np.int64)
    places[links.people] = np.arange(len(links.people))
    one, other = places[links.one], places[links.other]
    component, community, modularity = _groups(len(links.people), one, other, links.weight)
    return Network(links.people, one, other, links.weight, component, community, modularity)


def links_of(facts: Facts, window: Window) -> Links:
    """Who is joined to whom by the pages edited in the window."""
    credited = facts.credits
    begin, end = np.searchsorted(credited.at, (window.since, window.until))
    change, person = credited.change[begin:end], credited.person[begin:end]
    if facts.in_scope is not None:
        change, person = change[facts.in_scope[change]], person[facts.in_scope[change]]
    everybody = len(facts.people) or 1
    key = distinct(facts.changes.page[change].astype(np.int64) * everybody + person)
    page, author = np.divmod(key, everybody)
    first, second, authors = _pairs(page)
    pair, weight = totals(author[first] * everybody + author[second], 1 / (authors - 1))
    one, other = np.divmod(pair, everybody)
    people = distinct(person.astype(np.int64))
    if facts.focus is not None:
        near = facts.focus[one] | facts.focus[other]
        one, other, weight = one[near], other[near], weight[near]
        people = distinct(np.concatenate((people[facts.focus[people]], one, other)))
    return Links(people.astype(np.int32), one.astype(np.int32), other.astype(np.int32), weight)


def _pairs(page: Ints) -> tuple[Ints, Ints, Ints]:
    """All pairs of entries of a sorted column that have the same value, and how many such entries.

    A value of more than ``CROWD`` entries makes no pairs.
    """
    begins = np.flatnonzero(starts(page))
    sizes = np.diff(np.append(begins, len(page)))
    place = np.arange(len(page)) - np.repeat(begins, sizes)
    later = np.repeat(sizes, sizes) - place - 1
    later[np.repeat(sizes, sizes) > CROWD] = 0
    first = np.repeat(np.arange(len(page)), later)
    within = np.arange(len(first)) - np.repeat(np.cumsum(later) - later, later)
    return first, first + 1 + within, np.repeat(np.repeat(sizes, sizes), later)


def _groups(
    size: int, one: Ints, other: Ints, weight: NDArray[np.float64]
) -> tuple[Ints, Ints, float | None]:
    """Components, communities (Louvain) and the modularity of these; always the same for the same."""
    if not size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), None
    import igraph

    graph = igraph.Graph(n=size, edges=np.stack((one, other), axis=1))
    component = largest_first(np.array(graph.connected_components().membership))
    if not len(one):
        return component, component, None
    return component, *communities(size, one, other, weight)


def between_teams(facts: Facts, found: Network) -> tuple[Mask, Mask]:
    """Which links join people who both have a team, and which of these join two teams."""
    team = facts.team[found.people]
    one, other = team[found.one], team[found.other]
    known = (one != NOBODY) & (other != NOBODY)
    return known, known & (one != other)
