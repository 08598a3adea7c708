"""Three-way merging by line: what two people did to one text, put together.

The same text results as from ``git merge-file`` where the two sides changed different lines. Lines
that both changed, or that touch, are a conflict unless both sides did the same. Nothing is dropped: a
conflict carries all three texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import LCSseq

from wiki.model import ConflictHunk

_CELLS = 16_000_000
"""Line pairs compared at most at once (2 MB of bits); larger texts are cut at unique lines first."""

_MARKER = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: .*)?$")
_DIVIDER = re.compile(r"^={7}$")


@dataclass(frozen=True, slots=True)
class Merge:
    """The merged text (None on conflict) and the stretches it is made of, in order."""

    hunks: tuple[ConflictHunk, ...]
    text: str | None


@dataclass(frozen=True, slots=True)
class _Change:
    """Lines ``start:end`` of the base became lines ``new_start:new_end`` of one side."""

    start: int
    end: int
    new_start: int
    new_end: int


def merge3(base: str, mine: str, theirs: str) -> Merge:
    """Merge two descendants of a text by line; line ends are kept as they are.

    Time grows with the product of the changed parts' lengths, which is bounded; any input is safe.
    """
    if mine in (theirs, base) or theirs == base:
        text = theirs if mine == base else mine
        return Merge((ConflictHunk("same", result=text),) if text else (), text)
    lines = split_lines(base), split_lines(mine), split_lines(theirs)
    hunks = tuple(_joined(_hunks(*lines)))
    clean = all(hunk.kind == "same" for hunk in hunks)
    return Merge(hunks, "".join(hunk.result for hunk in hunks) if clean else None)


def has_conflict_markers(text: str) -> int | None:
    """The number of the line where an unresolved conflict begins; None if there is none.

    A row of equals signs alone is a heading's underline; markers count only as a whole set.
    """
    start: int | None = None
    divided = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("<<<<<<<") and _MARKER.match(line):
            start, divided = number, False
        elif start is not None and _DIVIDER.match(line):
            divided = True
        elif start is not None and divided and line.startswith(">>>>>>>") and _MARKER.match(line):
            return start
    return None


def split_lines(text: str) -> list[str]:
    """The lines with their ends; as in git, only a line feed ends a line."""
    lines = text.split("\n")
    last = lines.pop()
    result = [line + "\n" for line in lines]
    return [*result, last] if last else result


def _hunks(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterator[ConflictHunk]:
    my_changes = changes_between(base, mine)
    their_changes = changes_between(base, theirs)
    at = my_shift = their_shift = 0
    for ours, others in _clusters(my_changes, their_changes):
        every = [*ours, *others]
        start, end = min(c.start for c in every), max(c.end for c in every)
        if start > at:
            yield ConflictHunk("same", result="".join(base[at:start]))
        my_end = end + _shift(ours, my_shift)
        their_end = end + _shift(others, their_shift)
        yield _decide(
            "".join(base[start:end]),
            "".join(mine[start + my_shift : my_end]),
            "".join(theirs[start + their_shift : their_end]),
        )
        my_shift, their_shift, at = my_end - end, their_end - end, end
    if at < len(base):
        yield ConflictHunk("same", result="".join(base[at:]))


def _decide(base: str, mine: str, theirs: str) -> ConflictHunk:
    if mine in (theirs, base):
        return ConflictHunk("same", result=theirs)
    if theirs == base:
        return ConflictHunk("same", result=mine)
    return ConflictHunk("conflict", base=base, mine=mine, theirs=theirs)


def _joined(hunks: Iterator[ConflictHunk]) -> Iterator[ConflictHunk]:
    """Neighbouring settled stretches as one."""
    settled = ""
    for hunk in hunks:
        if hunk.kind == "same":
            settled += hunk.result
            continue
        if settled:
            yield ConflictHunk("same", result=settled)
            settled = ""
        yield hunk
    if settled:
        yield ConflictHunk("same", result=settled)


def _clusters(
    mine: Sequence[_Change], theirs: Sequence[_Change]
) -> Iterator[tuple[list[_Change], list[_Change]]]:
    """Changes of both sides in the base's order, those that overlap or touch taken together."""
    ordered = sorted(
        [(change.start, change.end, 0, change) for change in mine]
        + [(change.start, change.end, 1, change) for change in theirs],
        key=lambda item: item[:3],
    )
    cluster: tuple[list[_Change], list[_Change]] = ([], [])
    reach = -1
    for start, end, side, change in ordered:
        if start > reach and (cluster[0] or cluster[1]):
            yield cluster
            cluster = ([], [])
        cluster[side].append(change)
        reach = max(reach, end) if len(cluster[0]) + len(cluster[1]) > 1 else end
    if cluster[0] or cluster[1]:
        yield cluster


def _shift(changes: Sequence[_Change], before: int) -> int:
    """How far one side's lines lie from the base's after these changes."""
    if not changes:
        return before
    return changes[-1].new_end - changes[-1].end


def changes_between(old: Sequence[str], new: Sequence[str]) -> list[_Change]:
    """Where two lists of lines differ, as few lines as can be, each change moved down as far as
    it will go (so that equal neighbours give the same answer for both sides, and git's)."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    gone, come = [False] * len(old), [False] * len(new)
    for old_at, new_at, old_end, new_end in _pieces(left, right):
        _mark(left[old_at:old_end], right[new_at:new_end], head + old_at, head + new_at, gone, come)
    _compact(old, gone, come)
    _compact(new, come, gone)
    return _paired(gone, come)


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _pieces(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Bounds of stretches small enough to compare; the cuts are lines unique on both sides."""
    if len(left) * len(right) <= _CELLS:
        yield 0, 0, len(left), len(right)
        return
    cuts = [(-1, -1), *_anchors(left, right), (len(left), len(right))]
    for (old_at, new_at), (old_end, new_end) in pairwise(cuts):
        yield old_at + 1, new_at + 1, old_end, new_end


def _anchors(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """Lines that stand once in each text, as the longest run that keeps its order."""
    there = _unique(right)
    pairs = [(at, there[line]) for line, at in _unique(left).items() if line in there]
    pairs.sort()
    piles: list[tuple[int, int]] = []
    tops: list[int] = []
    before: dict[tuple[int, int], tuple[int, int] | None] = {}
    for pair in pairs:
        place = _first_not_below(tops, pair[1])
        before[pair] = piles[place - 1] if place else None
        if place == len(tops):
            tops.append(pair[1])
            piles.append(pair)
        else:
            tops[place], piles[place] = pair[1], pair
    chain: list[tuple[int, int]] = []
    current = piles[-1] if piles else None
    while current is not None:
        chain.append(current)
        current = before[current]
    return chain[::-1]


def _first_not_below(tops: Sequence[int], value: int) -> int:
    low, high = 0, len(tops)
    while low < high:
        middle = (low + high) // 2
        if tops[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


def _unique(lines: Sequence[str]) -> dict[str, int]:
    seen: dict[str, int] = {}
    again: set[str] = set()
    for at, line in enumerate(lines):
        if line in seen:
            again.add(line)
        seen[line] = at
    return {line: at for line, at in seen.items() if line not in again}


def _mark(
    left: Sequence[str],
    right: Sequence[str],
    old_at: int,
    new_at: int,
    gone: list[bool],
    come: list[bool],
) -> None:
    """Mark the lines of a stretch that are not common to both."""
    if len(left) * len(right) > _CELLS:
        gone[old_at : old_at + len(left)] = [True] * len(left)
        come[new_at : new_at + len(right)] = [True] * len(right)
        return
    for edit in LCSseq.editops(left, right):
        if edit.tag == "delete":
            gone[old_at + edit.src_pos] = True
        else:
            come[new_at + edit.dest_pos] = True


def _compact(lines: Sequence[str], changed: list[bool], other: list[bool]) -> None:
    """Slide every group of changed lines down over equal lines, joining groups it meets, unless on
    its way it can stand beside a group of the other side (git's xdl_change_compact)."""
    at = other_at = 0
    while at < len(lines):
        if not changed[at]:
            at += 1
            other_at = _next_kept(other, other_at) + 1
            continue
        at, other_at = _slide(lines, changed, other, at, other_at)


def _slide(
    lines: Sequence[str], changed: list[bool], other: list[bool], start: int, other_at: int
) -> tuple[int, int]:
    """Place one group; where it ends, and where the other side stands then."""
    end = start
    while end < len(lines) and changed[end]:
        end += 1
    size = -1
    beside: int | None = None
    while end - start != size:
        size = end - start
        start, end, other_at = _slide_up(lines, changed, other, (start, end, other_at))
        beside = end if _group_at(other, other_at) else None
        while end < len(lines) and lines[start] == lines[end]:
            changed[start], changed[end] = False, True
            start, end = start + 1, end + 1
            while end < len(lines) and changed[end]:
                end += 1
            other_at = _next_kept(other, other_at) + 1
            beside = end if _group_at(other, other_at) else beside
    while beside is not None and end > beside and not _group_at(other, other_at):
        start, end = start - 1, end - 1
        changed[start], changed[end] = True, False
        other_at = _previous_group(other, other_at)
    return end, other_at


def _slide_up(
    lines: Sequence[str], changed: list[bool], other: list[bool], at: tuple[int, int, int]
) -> tuple[int, int, int]:
    """The group moved up as far as it will go, with the groups above that it met."""
    start, end, other_at = at
    while start > 0 and lines[start - 1] == lines[end - 1]:
        start, end = start - 1, end - 1
        changed[start], changed[end] = True, False
        while start > 0 and changed[start - 1]:
            start -= 1
        other_at = _previous_group(other, other_at)
    return start, end, other_at


def _group_at(other: list[bool], at: int) -> bool:
    return at < len(other) and other[at]


def _next_kept(other: list[bool], at: int) -> int:
    """The kept line of the other side that ends the group beginning at ``at``."""
    while at < len(other) and other[at]:
        at += 1
    return at


def _previous_group(other: list[bool], at: int) -> int:
    """Where the group before the kept line above ``at`` begins."""
    at -= 1
    while at > 0 and other[at - 1]:
        at -= 1
    return max(at, 0)


def _paired(gone: Sequence[bool], come: Sequence[bool]) -> list[_Change]:
    changes = []
    old = new = 0
    while old < len(gone) or new < len(come):
        start, new_start = old, new
        while old < len(gone) and gone[old]:
            old += 1
        while new < len(come) and come[new]:
            new += 1
        if (old, new) != (start, new_start):
            changes.append(_Change(start, old, new_start, new))
        old, new = old + 1, new + 1
    return changes
