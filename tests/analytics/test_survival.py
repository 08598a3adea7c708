"""The survival curve against lifelines, and against what peers get wrong."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from wiki.analytics.survival import curves, kaplan_meier

LIVES = st.lists(
    st.tuples(st.integers(0, 40), st.booleans(), st.integers(1, 50)), min_size=1, max_size=40
)


def curve(lives):
    days, gone, weights = (np.array(column) for column in zip(*lives, strict=True))
    return kaplan_meier(days.astype(np.int64), gone.astype(bool), weights.astype(np.int64))


@settings(max_examples=25, deadline=None)
@given(LIVES)
def test_the_curve_equals_lifelines(lives):
    days, gone, weights = zip(*lives, strict=True)
    fitter = KaplanMeierFitter().fit(days, gone, weights=weights)
    mine = curve(lives)
    expected = fitter.survival_function_at_times(range(max(days) + 1)).to_numpy()
    assert mine.surviving == pytest.approx(expected, abs=1e-9)
    assert [mine.at(day) for day in range(max(days) + 1)] == mine.surviving.tolist()
    if not np.any(np.abs(expected - 0.5) < 1e-9):
        half_life = np.inf if mine.half_life is None else mine.half_life
        assert half_life == fitter.median_survival_time_


def test_a_page_halved_twice_survives_at_a_quarter():
    """A hundred lines, fifty of them gone after a year, twenty-five more after two: a known peer draws 37.5 %."""
    found = curve([(365, True, 50), (730, True, 25), (1095, False, 25)])
    assert [found.at(day) for day in (0, 364, 365, 729, 730, 1095)] == [1, 1, 0.5, 0.5, 0.25, 0.25]
    assert found.half_life == 365


def test_beyond_what_was_watched_nothing_is_claimed():
    found = curve([(10, False, 3), (4, True, 1)])
    assert found.at(10) == 0.75
    assert found.at(11) is None
    assert found.half_life is None


def test_what_is_last_seen_on_the_day_of_an_end_was_at_risk():
    assert curve([(5, False, 1), (5, True, 1)]).at(5) == 0.5


def test_groups_are_curves_of_their_own():
    days, gone = np.array([1, 2, 5]), np.array([True, False, True])
    both = curves(days, gone, np.ones(3, np.int64), np.array([0, 0, 1]), 3)
    assert [each.at(1) for each in both] == [0.5, 1.0, None]
    assert both[0].at(3) is None
    assert both[1].half_life == 5


def test_without_lives_there_is_no_curve():
    none = np.zeros(0, np.int64)
    found = kaplan_meier(none, none.astype(bool), none)
    assert found.at(0) is None
    assert found.half_life is None
