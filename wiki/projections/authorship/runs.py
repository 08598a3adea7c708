"""Lines as the tokens they are made of.

A line is a number: its first token shifted left, and how many tokens follow one another from there. A
line of mixed origin is a tuple of such numbers; a line without words is 0. Tokens are numbered in the
order in which they became known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

SHIFT = 12
MOST = (1 << SHIFT) - 1

Line = int | tuple[int, ...]


def tokens_of(lines: Iterable[Line]) -> list[int]:
    """The tokens of lines, in order."""
    found: list[int] = []
    extend = found.extend
    for line in lines:
        if type(line) is int:
            first = line >> SHIFT
            extend(range(first, first + (line & MOST)))
        else:
            for run in line:  # type: ignore[union-attr]
                first = run >> SHIFT
                extend(range(first, first + (run & MOST)))
    return found


def count_of(lines: Iterable[Line]) -> int:
    """How many tokens lines have."""
    total = 0
    for line in lines:
        if type(line) is int:
            total += line & MOST
        else:
            for run in line:  # type: ignore[union-attr]
                total += run & MOST
    return total


def runs_of(tokens: Sequence[int]) -> list[int]:
    """Tokens as runs of neighbours."""
    runs: list[int] = []
    first = count = 0
    for token in tokens:
        if count and token == first + count and count < MOST:
            count += 1
            continue
        if count:
            runs.append(first << SHIFT | count)
        first, count = token, 1
    if count:
        runs.append(first << SHIFT | count)
    return runs


def line_of(tokens: Sequence[int]) -> Line:
    """The line made of these tokens."""
    count = len(tokens)
    if not count:
        return 0
    first = tokens[0]
    is_run = count <= MOST and tokens[-1] == first + count - 1
    if is_run and (count < 3 or list(tokens) == list(range(first, first + count))):
        return first << SHIFT | count
    runs = runs_of(tokens)
    return runs[0] if len(runs) == 1 else tuple(runs)


def fresh_lines(sizes: Sequence[int], first: int) -> tuple[list[Line], int]:
    """Lines of so many new tokens each, numbered from ``first``; and the next number."""
    starts = list(accumulate(sizes, initial=first))
    lines: list[Line]
    if max(sizes, default=0) <= MOST:
        lines = [
            start << SHIFT | size if size else 0 for start, size in zip(starts, sizes, strict=False)
        ]
    else:
        lines = [
            line_of(range(start, start + size)) for start, size in zip(starts, sizes, strict=False)
        ]
    return lines, starts[-1]
