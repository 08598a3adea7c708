"""What two texts share."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wiki.projections.authorship.alignment import kept, shared_ends

words = st.lists(st.integers(0, 3), max_size=6)


@given(st.lists(st.tuples(words, words), min_size=1, max_size=5))
def test_what_many_pairs_share_at_their_ends_is_part_of_what_they_share(
    pairs: list[tuple[list[int], list[int]]],
) -> None:
    flat = [word for pair in pairs for text in pair for word in text]
    sizes = np.array([[len(old), len(new)] for old, new in pairs]).ravel()
    at = np.cumsum(sizes) - sizes
    ends = shared_ends(np.array(flat, np.int64), at[::2], sizes[::2], at[1::2], sizes[1::2])
    for (old, new), start, end in zip(pairs, *(each.tolist() for each in ends), strict=True):
        left, right = len(old) - end, len(new) - end
        assert old[:start] == new[:start]
        assert old[left:] == new[right:]
        assert start == min(left, right) or old[start] != new[start]
        assert start == min(left, right) or old[left - 1] != new[right - 1]
        between = kept(old[start:left], new[start:right])
        found = [(start + a, start + b, start + c, start + d) for a, b, c, d in between]
        first = [(0, start, 0, start)] if start else []
        last = [(left, len(old), right, len(new))] if end else []
        assert [*first, *found, *last] == kept(old, new)
