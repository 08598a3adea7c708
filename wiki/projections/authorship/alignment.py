"""Which words of an old text are those of a new one."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import LCSseq

SHORTEST = 4
"""So many words in a row are a passage that is known again where it was moved or brought back."""

_FREE = bytes(SHORTEST)
_STRETCH = re.compile(rb"\0{%d,}" % SHORTEST)

_MOST_PAIRS = 500_000_000
"""Longer pairs of texts are not aligned word by word: that is quadratic."""


class Vocabulary(dict[bytes, int]):
    """Words as numbers that are the same everywhere and always."""

    def __missing__(self, word: bytes) -> int:
        number = self[word] = zlib.crc32(word)
        return number

    def numbers(self, words: Iterable[bytes]) -> list[int]:
        """Words as numbers."""
        return list(map(self.__getitem__, words))


Stretch = tuple[int, int, int, int]
"""What two texts share: from and to in the old one, from and to in the new."""


def kept(old: Sequence[int], new: Sequence[int]) -> list[Stretch]:
    """Stretches of equal words in order."""
    if not old or not new or len(old) * len(new) > _MOST_PAIRS:
        return []
    return [
        (op.src_start, op.src_end, op.dest_start, op.dest_end)
        for op in LCSseq.opcodes(old, new)
        if op.tag == "equal"
    ]


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
