"""How long things live: the Kaplan–Meier estimate.

What is still alive when one looks says only that it lived at least so long (it is censored). Leaving
it out, or counting it as gone or as everlasting, is wrong; the estimate multiplies, day by day, the
share of those still at risk that stayed (Kaplan and Meier 1958).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wiki.analytics.facts import Ints, Mask

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The share that outlives each whole day from 0 on, and how many were at risk on it."""

    surviving: Floats
    at_risk: Ints

    def at(self, day: int) -> float | None:
        """The share that lives longer than so many days; None if nothing was watched so long."""
        if day >= len(self.at_risk) or not self.at_risk[day]:
            return None
        return float(self.surviving[day])

    @property
    def half_life(self) -> int | None:
        """The first day by which half are gone; None if more than half outlive what was watched."""
        below = np.flatnonzero(self.surviving <= 0.5 + 1e-12)
        return int(below[0]) if len(below) else None


def kaplan_meier(days: Ints, gone: Mask, weights: Ints) -> Curve:
    """The curve of lives of so many whole ``days``; ``gone``: they ended, else they were last seen alive.

    Each stands for ``weights`` things. What is last seen on a day counts as at risk on that day.
    """
    return curves(days, gone, weights, np.zeros(len(days), np.int64), 1)[0]


def curves(days: Ints, gone: Mask, weights: Ints, group: Ints, groups: int) -> tuple[Curve, ...]:
    """One curve for each of ``groups``; ``group`` says which a life belongs to."""
    length = int(days.max()) + 1 if len(days) else 0
    if not length:
        nothing = Curve(np.zeros(0), np.zeros(0, np.int64))
        return (nothing,) * groups
    cell = group * length + days
    size = groups * length
    ended = np.bincount(cell[gone], weights[gone], size).reshape(groups, length)
    leaving = np.bincount(cell, weights, size).reshape(groups, length)
    at_risk = leaving[:, ::-1].cumsum(axis=1)[:, ::-1]
    stayed = 1 - np.divide(ended, at_risk, out=np.zeros(at_risk.shape), where=at_risk > 0)
    surviving = stayed.cumprod(axis=1)
    return tuple(Curve(surviving[i], at_risk[i].round().astype(np.int64)) for i in range(groups))
