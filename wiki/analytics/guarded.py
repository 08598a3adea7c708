"""One value among two whose whole is known, told only where that says nothing of few people."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiki.analytics.columns import how_many
from wiki.analytics.figures import Hidden, Value
from wiki.analytics.question import Question
from wiki.analytics.suppression import concealed

SMALLEST = 5
"""The smallest group told of where nobody may be named (METRICS § 9)."""


def guarded(value: float | None, behind: NDArray[Any], others: NDArray[Any], minimum: int) -> Value:
    """A value that the people ``behind`` it made; ``others`` made what is missing from the whole.

    Hidden where either are few: the one could be told from the other.
    """
    cell = np.concatenate((np.zeros(len(behind), np.int32), np.ones(len(others), np.int32)))
    hidden = concealed(cell, np.concatenate((behind, others)).astype(np.int32), minimum)
    if 0 in hidden or (1 in hidden and not len(behind)):
        return Hidden.FEW if 0 < how_many(behind) < minimum else Hidden.WITHHELD
    return value


def of_enough(value: float | None, behind: NDArray[Any], minimum: int) -> Value:
    """A value of a whole that is hidden only where few people stand behind all of it."""
    people = how_many(behind)
    return value if minimum <= 1 or people >= minimum or not people else Hidden.FEW


def of_others(question: Question) -> int:
    """The smallest group of others to tell of: who asks about themselves alone sees all of their own,
    and of others no more than anybody."""
    return max(question.minimum, SMALLEST if question.naming == "aggregate" else 1)
