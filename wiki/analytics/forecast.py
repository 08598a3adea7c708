"""A straight line through values over time, and where it will be with which certainty.

Ordinary least squares and its usual prediction interval (for instance Draper and Smith, *Applied
Regression Analysis*, § 1.4): ``ŷ ± t · s · √(1 + 1/n + (x − x̄)² / Σ(xᵢ − x̄)²)``, where ``s² = Σ(yᵢ − ŷᵢ)² / (n − 2)``
and ``t`` is the quantile of Student's distribution with n − 2 degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin, sqrt, tan

LIKELY = 0.8
"""The share of cases in which the value lies within the interval."""

_FEWEST = 3
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the line gives at a place, and between what the value likely lies; ``slope`` is the line's
    rise a unit of x."""

    value: float
    low: float
    high: float
    slope: float


def forecast(
    xs: Sequence[float], ys: Sequence[float], at: float, likely: float = LIKELY
) -> Forecast | None:
    """The line through (xs, ys) at ``at``; None with fewer than three points, or all at one place."""
    size = len(xs)
    if size < _FEWEST:
        return None
    x_mean, y_mean = sum(xs) / size, sum(ys) / size
    spread = sum((x - x_mean) ** 2 for x in xs)
    if not spread:
        return None
    slope = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True)) / spread
    residuals = (y - y_mean - slope * (x - x_mean) for x, y in zip(xs, ys, strict=True))
    deviation = sqrt(sum(each * each for each in residuals) / (size - 2))
    value = y_mean + slope * (at - x_mean)
    reach = student_t(likely, size - 2) * deviation
    reach *= sqrt(1 + 1 / size + (at - x_mean) ** 2 / spread)
    return Forecast(value, value - reach, value + reach, slope)


def student_t(likely: float, freedom: int) -> float:
    """The t for which a value of Student's distribution lies between −t and t with this probability.

    The distribution is a finite sum for whole degrees of freedom (Abramowitz and Stegun, *Handbook of
    Mathematical Functions*, 26.7.3 and 26.7.4), inverted by halving.
    """
    low, high = 0.0, pi / 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < likely else (low, middle)
    return sqrt(freedom) * tan((low + high) / 2)


def _within(theta: float, freedom: int) -> float:
    """The probability of lying between −t and t, where θ = arctan(t / √freedom)."""
    is_odd = freedom % 2
    square = cos(theta) ** 2
    term = total = (cos(theta) if is_odd else 1.0) * (freedom > 1)
    for step in range(2 if not is_odd else 3, freedom, 2):
        term *= square * (step - 1) / step
        total += term
    return 2 / pi * (theta + sin(theta) * total) if is_odd else sin(theta) * total
