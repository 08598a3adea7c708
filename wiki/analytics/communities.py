"""Communities of a graph, always the same for the same graph."""

from __future__ import annotations

from random import Random
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from wiki.analytics.facts import Ints

_SEED = 20010
_drawing = Lock()


def communities(
    size: int, one: Ints, other: Ints, weight: NDArray[np.float64]
) -> tuple[Ints, float]:
    """The community of each of ``size`` dots (Louvain), the largest numbered 0, and the modularity.

    The lines join ``one`` to ``other``; there is at least one.
    """
    import igraph

    graph = igraph.Graph(n=size, edges=list(zip(one.tolist(), other.tolist(), strict=True)))
    weights = weight.tolist()
    with _drawing:
        igraph.set_random_number_generator(Random(_SEED))  # noqa: S311 - it need only be the same
        found = graph.community_multilevel(weights=weights)
    membership = found.membership
    return largest_first(np.array(membership)), float(graph.modularity(membership, weights=weights))


def largest_first(group: Ints) -> Ints:
    """Groups numbered anew: the largest is 0; of as large ones, the one whose first member comes first."""
    names, first, sizes = np.unique(group, return_index=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    place = np.empty(len(names), np.int64)
    place[order] = np.arange(len(names))
    return place[np.searchsorted(names, group)]
