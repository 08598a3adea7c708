"""The straight line and its interval: against a hand-worked example and against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from wiki.analytics.forecast import forecast, student_t


@pytest.mark.parametrize("freedom", [*range(1, 13), 29, 100])
@pytest.mark.parametrize("likely", [0.5, 0.8, 0.95, 0.999])
def test_quantiles_of_students_distribution(likely: float, freedom: int) -> None:
    assert student_t(likely, freedom) == pytest.approx(
        stats.t.ppf((1 + likely) / 2, freedom), rel=1e-10
    )


def test_a_line_worked_by_hand() -> None:
    """x = 1…5, y = 2 4 5 4 5: slope 0.6, intercept 2.2, Σ residuals² = 2.4, s² = 0.8, Σ(x − 3)² = 10.

    At 6: ŷ = 5.8, and t(80 %, 3) = 1.6377, so ± 1.6377 · √0.8 · √(1 + 1/5 + 9/10) = ± 2.1227.
    """
    found = forecast([1, 2, 3, 4, 5], [2, 4, 5, 4, 5], 6)
    assert found is not None
    assert found.slope == pytest.approx(0.6)
    assert found.value == pytest.approx(5.8)
    assert found.high - found.value == pytest.approx(2.1227, abs=1e-4)
    assert found.value - found.low == pytest.approx(2.1227, abs=1e-4)


@given(st.lists(st.tuples(st.integers(-90, 0), st.integers(0, 100)), min_size=3, max_size=13))
def test_line_and_interval_as_scipy_and_the_formula_give_them(
    points: list[tuple[int, int]],
) -> None:
    xs, ys = [float(x) for x, _ in points], [float(y) for _, y in points]
    assume(len(set(xs)) > 1)
    oracle = stats.linregress(xs, ys)
    found = forecast(xs, ys, 30)
    assert found is not None
    assert found.value == pytest.approx(oracle.intercept + oracle.slope * 30, abs=1e-6)
    design = np.column_stack([np.ones(len(xs)), xs])
    here = np.array([1.0, 30.0])
    residual = np.array(ys) - design @ [oracle.intercept, oracle.slope]
    variance = residual @ residual / (len(xs) - 2)
    spread = variance * (1 + here @ np.linalg.inv(design.T @ design) @ here)
    reach = stats.t.ppf(0.9, len(xs) - 2) * np.sqrt(spread)
    assert found.high - found.value == pytest.approx(reach, rel=1e-5, abs=1e-5)


def test_too_little_to_go_by() -> None:
    assert forecast([1, 2], [1, 2], 3) is None
    assert forecast([1, 1, 1], [1, 2, 3], 3) is None


def test_a_perfect_line_is_certain() -> None:
    found = forecast([0, 1, 2], [1, 3, 5], 10)
    assert found is not None
    assert (found.low, found.value, found.high) == pytest.approx((21, 21, 21))
