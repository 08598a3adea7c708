"""Which words of an old text are those of a new one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

Ints = NDArray[np.int64]

SHORTEST = 4
"""So many words in a row are a passage that is known again where it was moved or brought back."""

_FREE = bytes(SHORTEST)
_STRETCH = re.compile(rb"\0{%d,}" % SHORTEST)

MOST_PAIRS = 500_000_000
"""Longer pairs of texts are not aligned word by word: that is quadratic."""


class Vocabulary(defaultdict[str, int]):
    """Words as numbers, each its own."""

    def __init__(self) -> None:
        super().__init__(count().__next__)

    def numbers(self, words: Iterable[str]) -> list[int]:
        """Words as numbers."""
        return list(map(self.__getitem__, words))


Stretch = tuple[int, int, int, int]
"""What two texts share: from and to in the old one, from and to in the new."""


def kept(old: Sequence[int], new: Sequence[int]) -> list[Stretch]:
    """Stretches of equal words in order."""
    if not old or not new or len(old) * len(new) > MOST_PAIRS:
        return []
    return [
        (op.src_start, op.src_end, op.dest_start, op.dest_end)
        for op in LCSseq.opcodes(old, new)
        if op.tag == "equal"
    ]


def shared_ends(words: Ints, old: Ints, size: Ints, new: Ints, length: Ints) -> tuple[Ints, Ints]:
    """How many words each of many pairs of texts share at their beginning, and at the end of the rest. The
    texts are the ``size`` words from the place ``old`` on, and the ``length`` from ``new`` on."""
    most = np.minimum(size, length)
    start = _equal(words, old, new, most, 1)
    return start, _equal(words, old + size - 1, new + length - 1, most - start, -1)


def _equal(words: Ints, one: Ints, other: Ints, most: Ints, step: int) -> Ints:
    begin = np.cumsum(most) - most
    total = int(most.sum())
    offset = step * (np.arange(total) - np.repeat(begin, most))
    same = words[np.repeat(one, most) + offset] == words[np.repeat(other, most) + offset]
    differing = np.append(np.flatnonzero(~same), total)
    equal: Ints = np.minimum(differing[np.searchsorted(differing, begin)] - begin, most)
    return equal


def grams(words: Sequence[int]) -> Iterable[tuple[int, int, int, int]]:
    """Every four neighbouring words."""
    return zip(words, words[1:], words[2:], words[3:], strict=False)


def gaps(marks: Sequence[int], length: int) -> list[tuple[int, int]]:
    """Stretches of at least four in which all of ``marks`` are -1."""
    return free(bytes(map((-1).__ne__, marks[:length])))


def free(held: bytes) -> list[tuple[int, int]]:
    """Stretches of at least four zeros."""
    if _FREE not in held:
        return []
    return [found.span() for found in _STRETCH.finditer(held)]
