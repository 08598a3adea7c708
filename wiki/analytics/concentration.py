"""How evenly a quantity is spread over people: pure arithmetic on counts.

All functions take one number ≥ 0 a person, in any order; an empty or all-zero input has no answer
(``None``), because "nobody did anything" is neither even nor uneven.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, exp

import numpy as np


def gini(counts: Sequence[int], absent: int = 0) -> float | None:
    """Gini's coefficient: 0 if all did the same, towards 1 if one did everything; ``absent`` is how many
    there are beside them who did nothing.

    ``Σ (2i − n − 1)·yᵢ / (n·Σ y)`` over the ascending counts (Gini 1912).
    """
    ordered = np.sort(np.array(counts, np.int64))
    total, size = int(ordered.sum()), absent + len(ordered)
    if not total:
        return None
    weights = 2 * np.arange(absent + 1, size + 1) - size - 1
    return int((weights * ordered).sum()) / (size * total)


def lorenz(counts: Sequence[int], group: int = 1) -> tuple[tuple[float, float], ...]:
    """Points (share of people, share of the quantity) from (0, 0) to (1, 1), least active first.

    ``group``: a point for every so many people at least, so that no single person can be read off.
    """
    ordered = sorted(counts)
    total, size = sum(ordered), len(ordered)
    if not total:
        return ()
    points, running = [(0.0, 0.0)], 0
    for position, count in enumerate(ordered, 1):
        running += count
        whole_group = position % group == 0 and size - position >= group
        if whole_group or position == size:
            points.append((position / size, running / total))
    return tuple(points)


def top_share(counts: Sequence[int], share: float) -> float | None:
    """Share of the quantity that the most active ``share`` of people made (rounded up to people)."""
    ordered = sorted(counts, reverse=True)
    total = sum(ordered)
    if not total:
        return None
    return sum(ordered[: top_people(len(ordered), share)]) / total


def top_people(people: int, share: float) -> int:
    """How many people the most active ``share`` are: at least one, rounded up."""
    return min(people, max(1, ceil(round(people * share, 9))))


def effective_number(counts: Sequence[int]) -> float | None:
    """The number of equally active people that would be as broad (Hill number of order 1, 1973)."""
    shares = np.sort(np.array([count for count in counts if count], np.float64))
    if not len(shares):
        return None
    shares /= shares.sum()
    return exp(-float((shares * np.log(shares)).sum()))


def absence_factor(counts: Sequence[int], share: float = 0.5) -> int | None:
    """The fewest people who together made at least ``share`` of the quantity (CHAOSS)."""
    total = sum(counts)
    if not total:
        return None
    running = 0
    for people, count in enumerate(sorted(counts, reverse=True), 1):
        running += count
        if running >= share * total:
            return people
    return len(counts)
