"""The steps from one text to the next: the lines put in a place, and how steps are written as numbers."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import count

from wiki.projections.authorship.alignment import Stretch
from wiki.projections.authorship.runs import MOST, SHIFT, Line, line_of


def put_lines(sizes: Sequence[int], origins: Sequence[int], first: int) -> tuple[list[Line], int]:
    """Lines of so many tokens each, of these origins (-1: new), new tokens numbered from ``first``; and the
    next number."""
    lines: list[Line] = []
    at = 0
    for size in sizes:
        part = origins[at : at + size]
        at += size
        if -1 in part:
            if size <= MOST and part.count(-1) == size:
                lines.append(first << SHIFT | size)
                first += size
                continue
            fresh = count(first)
            part = [next(fresh) if token < 0 else token for token in part]
            first = next(fresh)
        lines.append(line_of(part))
    return lines, first


def changed_line(
    old: int, size: int, stretches: Sequence[Stretch], first: int
) -> tuple[Line, list[int]]:
    """A line of neighbouring tokens made into one of ``size`` tokens: the new line, new tokens numbered from
    ``first``, and the runs that are gone. ``stretches``: the tokens kept."""
    start = old >> SHIFT
    at = to = 0
    runs: list[int] = []
    gone: list[int] = []
    for begin, end, into, until in (*stretches, (old & MOST, old & MOST, size, size)):
        if begin > at:
            gone.append(start + at << SHIFT | begin - at)
        if into > to:
            if runs and start + at == first:
                # The newest token of the old line is the one before the first new one.
                runs[-1] += into - to
            else:
                runs.append(first << SHIFT | into - to)
            first += into - to
        if end > begin:
            runs.append(start + begin << SHIFT | end - begin)
        at, to = end, until
    return (runs[0] if len(runs) == 1 else tuple(runs) if runs else 0), gone


def flat_lines(lines: list[Line]) -> list[int]:
    """Lines as numbers only: a mixed line is minus the count of its runs, then the runs."""
    flat: list[int] = []
    for line in lines:
        if type(line) is int:
            flat.append(line)
        else:
            flat.append(-len(line))  # type: ignore[arg-type]
            flat.extend(line)  # type: ignore[arg-type]
    return flat


def read_steps(steps: array[int]) -> list[tuple[int, int, list[Line]]]:
    """The inverse of how steps are written."""
    found = []
    at, end = 0, len(steps)
    while at < end:
        position, removed, count = steps[at], steps[at + 1], steps[at + 2]
        at += 3
        lines: list[Line] = []
        if count >= 0:
            lines.extend(steps[at : at + count])
            at += count
        else:
            for _ in range(-count):
                value = steps[at]
                at += 1
                if value < 0:
                    lines.append(tuple(steps[at : at - value]))
                    at -= value
                else:
                    lines.append(value)
        found.append((position, removed, lines))
    return found
