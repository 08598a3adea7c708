"""Which commits descend from which, by whatever way it is asked."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from wiki.projections.authorship.descent import Descent

histories = st.lists(st.lists(st.integers(1, 6), max_size=3), min_size=1, max_size=25)
"""For each commit how far back its parents are."""


def told(steps: list[list[int]]) -> tuple[Descent, list[set[int]]]:
    """The descent of such commits, and the ancestors of each (itself too), found one by one."""
    descent = Descent()
    above: list[set[int]] = []
    for n, back in enumerate(steps):
        parents = [n - each for each in dict.fromkeys(back) if each <= n]
        descent.add(parents)
        above.append({n}.union(*(above[parent] for parent in parents)))
    return descent, above


@given(steps=histories)
def test_ancestors_are_those_found_one_by_one(steps: list[list[int]]) -> None:
    descent, above = told(steps)
    for old, new in product(range(len(steps)), repeat=2):
        assert descent.is_ancestor(old, new) == (old in above[new])


@given(steps=histories, wanted=st.sets(st.integers(0, 24), min_size=1, max_size=4), data=st.data())
def test_one_walk_answers_as_sets_of_ancestors_do(
    steps: list[list[int]], wanted: set[int], data: st.DataObject
) -> None:
    descent, above = told(steps)
    last = data.draw(st.integers(0, len(steps) - 1))
    is_ancestor = descent.reach(wanted, last)
    for old, new in product(wanted, range(last + 1)):
        assert is_ancestor(old, new) == (old in above[new])
