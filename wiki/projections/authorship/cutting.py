"""Cutting the patches of many commits into hunks, lines and words at once.

Every line of git's hunks begins with its sign and their heads with ``@``, so columns tell them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, repeat

import numpy as np
from numpy.typing import NDArray

from wiki.projections.authorship.alignment import MOST_PAIRS, Stretch, Vocabulary, kept, shared_ends
from wiki.projections.authorship.hunks import Hunk, Words
from wiki.projections.authorship.runs import Line

Ints = NDArray[np.int64]

_HEAD, _MINUS, _PLUS, _REMARK = b"@-+\\"
_DIGITS = 10
"""No line has a higher number than this many digits can tell."""


def cut(texts: Sequence[bytes | None], how: Words, vocabulary: Vocabulary) -> list[list[Hunk]]:
    """The hunks of each text, which is what git printed from the first ``@@`` on (None: nothing)."""
    whole = b"\n".join(filter(None, texts))
    if not whole:
        return [[] for _ in texts]
    sheet = _Sheet(whole, how, vocabulary)
    hunks = sheet.hunks()
    found = []
    at = 0
    for text in texts:
        before = at
        if text:
            at += 1 + text.count(b"\n@@ ")
        found.append(hunks[before:at])
    return found


def made(
    position: int, old: list[Line], minus: bytes, plus: bytes, how: Words, vocabulary: Vocabulary
) -> Hunk:
    """A hunk that git did not print; ``minus`` and ``plus`` are lines with their signs."""
    text = b"\n".join(filter(None, (b"@@ -0 +0 @@", minus, plus)))
    hunk = cut([text], how, vocabulary)[0][0]
    hunk.position, hunk.old = position, old
    return hunk


class _Sheet:
    """Hunks written one below the other, in columns."""

    def __init__(self, whole: bytes, how: Words, vocabulary: Vocabulary) -> None:
        self._whole, self._how, self._vocabulary = whole, how, vocabulary
        raw = np.frombuffer(whole, np.uint8)
        ends = np.append(np.flatnonzero(raw == 10), len(raw))
        starts = np.append(0, ends[:-1] + 1)
        sign = raw[starts]
        head = np.flatnonzero(sign == _HEAD)
        stop = np.append(head[1:], len(starts))
        self._removed = _inside(sign == _MINUS, head, stop)
        self._added = _inside(sign == _PLUS, head, stop)
        # Added lines are the last, but for a remark on a missing line end.
        stop -= sign[stop - 1] == _REMARK
        first = stop - self._added
        sizes = how.sizes(whole)
        self._new = _inside(sizes, first, stop)
        self._old = _inside(sizes, head + 1, head + 1 + self._removed)
        self._position = _number(raw, starts[head] + 4) - (self._removed > 0)
        self._sizes: list[int] = sizes.tolist()
        self._first: list[int] = first.tolist()
        self._stop: list[int] = stop.tolist()
        # Where there are no such lines these end before they begin.
        self._minus_at: list[int] = (ends[head] + 1).tolist()
        self._minus_end: list[int] = ends[head + self._removed].tolist()
        self._plus_at: list[int] = (ends[first - 1] + 1).tolist()
        self._plus_end: list[int] = ends[stop - 1].tolist()
        self._numbers: list[int] = []
        # Of hunks that both remove and add: where the words removed are and how many, the same of those
        # added, and how many both share at either end. The words of others, as they are asked for.
        self._places: dict[int, tuple[int, ...]] = {}
        self._others: dict[int, list[int]] = {}
        if how.aligned:
            self._read_words()

    def hunks(self) -> list[Hunk]:
        """All of them."""
        columns = (self._position, self._removed, self._added, self._new)
        return list(
            map(Hunk, repeat(self), range(len(self._first)), *(each.tolist() for each in columns))
        )

    def _read_words(self) -> None:
        """The words of all hunks that both remove and add, those in ASCII first."""
        both = np.flatnonzero((self._removed > 0) & (self._added > 0))
        numbers = both.tolist()
        texts = [text for each in numbers for text in (self.minus(each), self.plus(each))]
        is_plain = list(map(bytes.isascii, texts))
        others = [not each for each in is_plain]
        for flags in (is_plain, others):
            text = b"\n".join(compress(texts, flags))
            self._numbers += self._vocabulary.numbers(self._how.words(text))
        order = np.concatenate((np.flatnonzero(is_plain), np.flatnonzero(others)))
        counts = np.stack((self._old[both], self._new[both]), axis=1).ravel()
        at = np.empty(len(counts), np.int64)
        at[order] = np.cumsum(counts[order]) - counts[order]
        places = (at[::2], self._old[both], at[1::2], self._new[both])
        same = shared_ends(np.array(self._numbers, np.int64), *places)
        self._places = dict(
            zip(numbers, zip(*(e.tolist() for e in (*places, *same)), strict=True), strict=True)
        )

    # -- one hunk ---------------------------------------------------------------------------

    def minus(self, number: int) -> bytes:
        return self._whole[self._minus_at[number] : self._minus_end[number]]

    def plus(self, number: int) -> bytes:
        return self._whole[self._plus_at[number] : self._plus_end[number]]

    def sizes(self, number: int) -> list[int]:
        return self._sizes[self._first[number] : self._stop[number]]

    def old_words(self, number: int) -> list[int]:
        place = self._places.get(number)
        return self._numbers[place[0] : place[0] + place[1]] if place is not None else []

    def kept(self, number: int, old: int) -> list[Stretch]:
        at, size, to, length, start, end = self._places[number]
        # A text that is not what the lines say cannot be aligned.
        if size != old or size * length > MOST_PAIRS:
            return []
        found = [(0, start, 0, start)] if start else []
        left, right = size - end, length - end
        if left > start < right and (left > start + 1 or right > start + 1):
            words = self._numbers
            between = kept(words[at + start : at + left], words[to + start : to + right])
            found += [(a + start, b + start, c + start, d + start) for a, b, c, d in between]
        if end:
            found.append((left, size, right, length))
        return found

    def new_words(self, number: int) -> list[int]:
        place = self._places.get(number)
        if place is not None:
            return self._numbers[place[2] : place[2] + place[3]]
        found = self._others.get(number)
        if found is None:
            words = self._how.words(self.plus(number))
            found = self._others[number] = self._vocabulary.numbers(words)
        return found


def _inside(values: NDArray[np.generic], start: Ints, stop: Ints) -> Ints:
    """The sums of values from each start up to its stop."""
    upto: Ints = np.append(0, np.cumsum(values, dtype=np.int64))
    return upto[stop] - upto[start]


def _number(raw: NDArray[np.uint8], at: Ints) -> Ints:
    """The numbers that begin at these places."""
    value = np.zeros(len(at), np.int64)
    going = np.ones(len(at), np.bool_)
    for place in range(_DIGITS):
        byte = raw[np.minimum(at + place, len(raw) - 1)]
        going &= (byte >= 48) & (byte <= 57)
        if not going.any():
            break
        value = np.where(going, value * 10 + byte.astype(np.int64) - 48, value)
    return value
