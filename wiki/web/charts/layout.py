"""Where the dots of a graph lie: those that are joined near each other, the same on every call."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 160
_TURN = 2.399963229728653  # the golden angle: a start without two dots in one place

Places = NDArray[np.float64]


def lay_out(count: int, edges: Sequence[tuple[int, int, float]]) -> Places:
    """Places in the square from 0 to 1 for ``count`` dots (Fruchterman and Reingold 1991); not to be written to.

    Dots push each other off, edges pull by their weight, and all are drawn to the middle a little,
    so that parts without a connection stay in the picture.
    """
    return _laid_out(count, tuple(edges))


@lru_cache(maxsize=8)  # each graph is drawn in two sizes
def _laid_out(count: int, edges: tuple[tuple[int, int, float], ...]) -> Places:
    if not count:
        return np.zeros((0, 2))
    order = np.arange(count)
    radius = np.sqrt((order + 0.5) / count)
    places = np.stack((radius * np.cos(order * _TURN), radius * np.sin(order * _TURN)), axis=1)
    pull = _pulls(count, edges)
    ideal = 1.6 / np.sqrt(count)
    for turn in range(_ROUNDS):
        places += _moved(places, pull, ideal, 0.12 * (1 - turn / _ROUNDS))
    low, high = places.min(axis=0), places.max(axis=0)
    return np.asarray((places - low) / np.maximum(high - low, 1e-9))


def _pulls(count: int, edges: Sequence[tuple[int, int, float]]) -> Places:
    pull = np.zeros((count, count))
    heaviest = max((weight for _, _, weight in edges), default=1.0) or 1.0
    for one, other, weight in edges:
        pull[one, other] = pull[other, one] = 0.4 + 0.6 * weight / heaviest
    return pull


def _moved(places: Places, pull: Places, ideal: float, most: float) -> Places:
    """How far each dot goes in one round, at most so far."""
    apart = places[:, None, :] - places[None, :, :]
    distance = np.maximum(np.sqrt((apart**2).sum(axis=2)), 1e-3)
    force = ideal**2 / distance**2 - pull * distance / ideal
    np.fill_diagonal(force, 0)
    step = (apart * force[:, :, None]).sum(axis=1) - 0.9 * places
    length = np.maximum(np.sqrt((step**2).sum(axis=1, keepdims=True)), 1e-9)
    return np.asarray(step / length * np.minimum(length, most))
