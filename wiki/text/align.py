"""Which lines two texts share, in order, in bounded time.

Lines that occur once in both texts are anchors (patience diff); between anchors the longest common
subsequence is found bit-parallel. A stretch without anchors that is too long for that counts as
replaced.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from rapidfuzz.distance import Indel

Opcode = tuple[Literal["equal", "replace", "insert", "delete"], int, int, int, int]
"""What became of ``old[i1:i2]`` and ``new[j1:j2]``, as ``difflib`` writes it: (tag, i1, i2, j1, j2)."""

_MAX_CELLS = 40_000_000


def align(old: Sequence[str], new: Sequence[str]) -> list[Opcode]:
    """The steps from ``old`` to ``new``; equal and changed stretches alternate."""
    matches: list[tuple[int, int, int]] = []
    _match(old, new, matches)
    return _opcodes(matches, len(old), len(new))


def _match(old: Sequence[str], new: Sequence[str], matches: list[tuple[int, int, int]]) -> None:
    """Appends (i, j, length) of equal stretches, in order."""
    start = 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    if start:
        matches.append((0, 0, start))
    i = j = start
    for ai, aj in [*_anchors(old, new, start, end), (len(old) - end, len(new) - end)]:
        _between(old, new, (i, ai), (j, aj), matches)
        if ai < len(old) - end:
            matches.append((ai, aj, 1))
        i, j = ai + 1, aj + 1
    if end:
        matches.append((len(old) - end, len(new) - end, end))


def _anchors(old: Sequence[str], new: Sequence[str], start: int, end: int) -> list[tuple[int, int]]:
    """Lines that are there once in both texts, the longest rising sequence of them."""
    old_counts = Counter(old[start : len(old) - end])
    new_counts = Counter(new[start : len(new) - end])
    place = {
        line: j
        for j, line in enumerate(new[start : len(new) - end], start)
        if new_counts[line] == 1 and old_counts[line] == 1
    }
    common = [
        (i, place[line])
        for i, line in enumerate(old[start : len(old) - end], start)
        if line in place
    ]
    return _rising(common)


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(pairs):
        at = bisect_left(tails, j)
        before.append(ends[at - 1] if at else -1)
        if at == len(tails):
            tails.append(j)
            ends.append(index)
        else:
            tails[at], ends[at] = j, index
    chain = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _between(
    old: Sequence[str],
    new: Sequence[str],
    rows: tuple[int, int],
    columns: tuple[int, int],
    matches: list[tuple[int, int, int]],
) -> None:
    height, width = rows[1] - rows[0], columns[1] - columns[0]
    if not height or not width or height * width > _MAX_CELLS:
        return
    for code in Indel.opcodes(old[rows[0] : rows[1]], new[columns[0] : columns[1]]):
        if code.tag == "equal":
            length = code.src_end - code.src_start
            matches.append((rows[0] + code.src_start, columns[0] + code.dest_start, length))


def _opcodes(matches: Sequence[tuple[int, int, int]], height: int, width: int) -> list[Opcode]:
    codes: list[Opcode] = []
    i = j = 0
    for mi, mj, length in [*matches, (height, width, 0)]:
        if i < mi and j < mj:
            codes.append(("replace", i, mi, j, mj))
        elif i < mi:
            codes.append(("delete", i, mi, j, j))
        elif j < mj:
            codes.append(("insert", i, i, j, mj))
        if length:
            if codes and codes[-1][0] == "equal":
                _, i1, _, j1, _ = codes.pop()
                codes.append(("equal", i1, mi + length, j1, mj + length))
            else:
                codes.append(("equal", mi, mi + length, mj, mj + length))
        i, j = mi + length, mj + length
    return codes
