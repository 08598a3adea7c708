"""P001: no small group is shown, nor can it be worked out from what is shown."""

from itertools import pairwise, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wiki.analytics.figures import Hidden
from wiki.analytics.suppression import concealed, nested, share_of, suppress

CELLS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12), min_size=2)


def test_p001_small_cells_and_one_more_are_hidden() -> None:
    told = suppress({"a": 3, "b": 20, "c": 9}, ["abc"], 5)
    assert told == {"a": Hidden.FEW, "b": 20, "c": Hidden.WITHHELD}


def test_p001_two_small_cells_that_are_few_together_take_a_third() -> None:
    told = suppress({"a": 1, "b": 2, "c": 9, "d": 30}, ["abcd"], 5)
    assert told["c"] is Hidden.WITHHELD
    assert told["d"] == 30


def test_zero_and_large_cells_are_shown() -> None:
    assert suppress({"a": 0, "b": 5}, ["ab"], 5) == {"a": 0, "b": 5}


def test_everything_is_shown_where_all_may_be_seen() -> None:
    assert suppress({"a": 1, "b": 2}, ["ab"], 1) == {"a": 1, "b": 2}


def test_p001_nested_groups_hide_small_differences() -> None:
    assert nested((30, 28, 7, 3), 5, 30) == (30, Hidden.WITHHELD, 7, Hidden.FEW)


def test_shares_hide_small_sides() -> None:
    assert share_of(10, 20, 5) == 0.5
    assert share_of(3, 20, 5) is Hidden.FEW
    assert share_of(18, 20, 5) is Hidden.WITHHELD
    assert share_of(0, 20, 5) == 0
    assert share_of(0, 0, 5) is None


@given(CELLS)
def test_p001_hidden_cells_cannot_be_worked_out_from_the_total(cells: dict[str, int]) -> None:
    group = "".join(sorted(cells))
    told = suppress(cells, [group], 5)
    hidden = [key for key in group if isinstance(told[key], Hidden)]
    assert all(isinstance(told[key], Hidden) for key, people in cells.items() if 0 < people < 5)
    if not hidden or len(hidden) == len(cells):
        return
    rest = sum(cells[key] for key in hidden)
    assert rest >= 5
    possible = (
        [
            combination
            for combination in product(range(rest + 1), repeat=len(hidden))
            if sum(combination) == rest
        ]
        if len(hidden) < 4
        else [(0,), (1,)]
    )
    assert len(possible) > 1


@given(st.lists(st.integers(0, 40), min_size=1, max_size=5))
def test_p001_nested_groups_never_differ_by_a_few(sizes: list[int]) -> None:
    counts = sorted(sizes, reverse=True)
    told = nested(counts[1:], 5, counts[0])
    shown = [counts[0], *(value for value in told if isinstance(value, int))]
    for larger, smaller in pairwise(shown):
        assert larger - smaller == 0 or larger - smaller >= 5
        assert smaller == 0 or smaller >= 5


def _concealed(pairs: list[tuple[int, int]], minimum: int) -> set[int]:
    cells, people = (np.array(column, np.int32) for column in zip(*pairs, strict=True))
    return concealed(cells, people, minimum)


def test_p001_a_cell_of_one_person_takes_the_next_smallest_with_it() -> None:
    pairs = [(0, 9)] + [(cell, person) for cell in (1, 2) for person in range(5 + cell)]
    assert _concealed(pairs, 5) == {0, 1}
    assert _concealed(pairs, 1) == set()


def test_p001_two_cells_of_the_same_few_people_are_not_enough() -> None:
    pairs = [(cell, person) for cell in (0, 1) for person in (0, 1)]
    pairs += [(cell, person) for cell in (2, 3) for person in range(cell + 4)]
    assert _concealed(pairs, 5) == {0, 1, 2}


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 11)), min_size=1, max_size=60),
    st.integers(2, 6),
)
def test_p001_what_is_concealed_concerns_enough_people(
    pairs: list[tuple[int, int]], minimum: int
) -> None:
    hidden = _concealed(pairs, minimum)
    behind = {cell: {who for where, who in pairs if where == cell} for cell, _ in pairs}
    assert all(cell in hidden for cell, people in behind.items() if len(people) < minimum)
    if hidden and hidden != set(behind):
        assert len(hidden) > 1
        assert len(set[int]().union(*(behind[cell] for cell in hidden))) >= minimum
