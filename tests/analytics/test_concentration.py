"""Worked by hand; no second implementation."""

import itertools
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.analytics.concentration import (
    absence_factor,
    effective_number,
    gini,
    lorenz,
    top_people,
    top_share,
)

COUNTS = st.lists(st.integers(0, 1000), min_size=1, max_size=40).filter(any)


def test_gini_of_equals_is_zero_and_of_one_who_did_all_is_nearly_one() -> None:
    assert gini([5, 5, 5, 5]) == 0
    assert gini([0, 0, 0, 12]) == pytest.approx(0.75)  # (n - 1) / n


def test_gini_by_hand() -> None:
    # 1, 2, 3, 4: Σ (2i − 5)·y = −3·1 − 1·2 + 1·3 + 3·4 = 10; n·Σy = 40
    assert gini([4, 1, 3, 2]) == pytest.approx(0.25)


def test_lorenz_by_hand() -> None:
    assert lorenz([1, 3, 6]) == ((0, 0), (1 / 3, 0.1), (2 / 3, 0.4), (1, 1))


def test_lorenz_in_groups_never_shows_a_single_person() -> None:
    points = lorenz(list(range(1, 13)), 5)
    assert [round(people * 12) for people, _ in points] == [0, 5, 12]


def test_effective_number_is_that_of_equals() -> None:
    assert effective_number([7, 7, 7]) == pytest.approx(3)
    shares = (0.5, 0.25, 0.25)
    assert effective_number([2, 1, 1]) == pytest.approx(exp(-sum(p * log(p) for p in shares)))


def test_absence_factor_by_hand() -> None:
    assert absence_factor([10, 5, 5, 5, 5]) == 2  # 10 + 5 = 15 of 30 is exactly half
    assert absence_factor([10, 5, 5]) == 1
    assert absence_factor([1]) == 1


def test_absence_factor_of_exactly_half() -> None:
    assert absence_factor([5, 5, 5, 5]) == 2


def test_chaoss_example_of_the_absence_factor() -> None:
    # CHAOSS: 8 people with 1000, 202, 90, 33, 332, 343, 42, 433 contributions → 2
    assert absence_factor([1000, 202, 90, 33, 332, 343, 42, 433]) == 2


def test_top_share_rounds_up_to_people() -> None:
    assert top_people(7, 0.1) == 1
    assert top_people(100, 0.01) == 1
    assert top_people(101, 0.01) == 2
    assert top_share([6, 3, 1], 0.1) == pytest.approx(0.6)


def test_nothing_has_no_answer() -> None:
    for function in (gini, effective_number, absence_factor):
        assert function([]) is None
        assert function([0, 0]) is None
    assert lorenz([]) == ()
    assert top_share([], 0.1) is None


@given(COUNTS)
def test_gini_is_twice_the_area_between_diagonal_and_lorenz_curve(counts: list[int]) -> None:
    points = lorenz(counts)
    below = sum((x2 - x1) * (y1 + y2) / 2 for (x1, y1), (x2, y2) in itertools.pairwise(points))
    assert gini(counts) == pytest.approx(1 - 2 * below, abs=1e-9)


@given(COUNTS, st.randoms())
def test_order_does_not_matter(counts: list[int], random: object) -> None:
    shuffled = counts[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert gini(shuffled) == gini(counts)
    assert absence_factor(shuffled) == absence_factor(counts)
    assert 1 - 1e-9 <= (effective_number(counts) or 0) <= len(counts) + 1e-9


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30), st.integers(0, 50))
def test_gini_counts_the_absent_without_listing_them(counts: list[int], absent: int) -> None:
    assert gini(counts, absent) == gini([*counts, *[0] * absent])


def test_gini_of_millions_of_absent_takes_no_memory() -> None:
    assert gini([1, 2, 3], 10**9) == pytest.approx(1, abs=1e-6)
