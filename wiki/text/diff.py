"""Two versions of a page compared by line, with the changed words of a line marked.

Always answers within a bounded time: stretches too long to align are shown as replaced, and more
than ``MAX_ROWS`` rows of change, or texts beyond ``MAX_TEXT``, are not shown at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from rapidfuzz.distance import Indel
from rapidfuzz.fuzz import ratio

from wiki.text.align import Opcode, align

RowKind = Literal["same", "added", "removed", "changed"]

MAX_TEXT = 8_000_000
MAX_ROWS = 5_000
_MAX_LINE = 10_000
_MAX_TOKENS = 2_000
_MAX_PAIRING = 400
_ALIKE = 45.0
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a line; ``changed`` if the other version has something else there."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the old text beside its counterpart in the new; numbers count from 1.

    ``old_number``/``new_number`` are None, and the spans empty, where there is no counterpart.
    """

    kind: RowKind
    old_number: int | None
    new_number: int | None
    old_spans: tuple[Span, ...]
    new_spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """Stretches of rows with unchanged lines around them.

    ``added``/``removed`` count lines. ``too_large``: the change cannot be shown whole and ``hunks``
    holds only its beginning, or nothing. ``final_newline``: "added" or "removed" if only the line
    end at the end of the file came or went.
    """

    hunks: tuple[tuple[Row, ...], ...]
    added: int = 0
    removed: int = 0
    too_large: bool = False
    final_newline: Literal["", "added", "removed"] = ""


def diff_lines(old: str, new: str, context: int = 3) -> Diff:
    """How ``new`` differs from ``old``, with ``context`` unchanged lines around each change."""
    if len(old) + len(new) > MAX_TEXT:
        return Diff((), new.count("\n"), old.count("\n"), too_large=old != new)
    before, after = _lines(old), _lines(new)
    codes = align(before, after)
    added = sum(j2 - j1 for tag, _, _, j1, j2 in codes if tag != "equal")
    removed = sum(i2 - i1 for tag, i1, i2, _, _ in codes if tag != "equal")
    hunks: list[tuple[Row, ...]] = []
    room = MAX_ROWS
    for group in _groups(codes, context):
        rows = tuple(row for code in group for row in _rows(code, before, after, room))
        hunks.append(rows[:room])
        room -= len(rows)
        if room <= 0:
            break
    return Diff(tuple(hunks), added, removed, room <= 0, _final_newline(old, new))


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def _final_newline(old: str, new: str) -> Literal["", "added", "removed"]:
    if old.endswith("\n") == new.endswith("\n") or not old or not new:
        return ""
    return "added" if new.endswith("\n") else "removed"


def _groups(codes: Sequence[Opcode], context: int) -> Iterator[list[Opcode]]:
    """The changes with their surroundings; those close to each other in one group."""
    group: list[Opcode] = []
    for index, (tag, i1, i2, j1, j2) in enumerate(codes):
        if tag != "equal":
            group.append((tag, i1, i2, j1, j2))
            continue
        first, last = index == 0, index == len(codes) - 1
        if not first:
            length = i2 - i1
            if not last and length <= 2 * context:
                group.append((tag, i1, i2, j1, j2))
                continue
            keep = min(length, context)
            yield [*group, (tag, i1, i1 + keep, j1, j1 + keep)] if keep else group
        keep = min(i2 - i1, context)
        group = [(tag, i2 - keep, i2, j2 - keep, j2)] if keep and not last else []
    if any(code[0] != "equal" for code in group):
        yield group


def _rows(code: Opcode, old: Sequence[str], new: Sequence[str], room: int) -> Iterator[Row]:
    tag, i1, i2, j1, j2 = code
    i2, j2 = min(i2, i1 + room), min(j2, j1 + room)
    if tag == "equal":
        for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
            line = (Span(_shown(old[i])),)
            yield Row("same", i + 1, j + 1, line, line)
        return
    for left, right in _pairs(old[i1:i2], new[j1:j2]):
        yield _row(
            old, new, None if left is None else i1 + left, None if right is None else j1 + right
        )


def _row(old: Sequence[str], new: Sequence[str], i: int | None, j: int | None) -> Row:
    if i is None and j is not None:
        return Row("added", None, j + 1, (), (Span(_shown(new[j])),))
    if j is None and i is not None:
        return Row("removed", i + 1, None, (Span(_shown(old[i])),), ())
    assert i is not None
    assert j is not None
    before, after = mark_words(old[i], new[j])
    return Row("changed", i + 1, j + 1, before, after)


def _shown(line: str) -> str:
    line = line.removesuffix("\r")
    return line if len(line) <= _MAX_LINE else f"{line[:_MAX_LINE]} …"


Pair = tuple[int | None, int | None]


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Which old line became which new one: like goes with like, in order."""
    if not old or not new or len(old) * len(new) > _MAX_PAIRING:
        if len(old) == len(new):
            return [pair for i in range(len(old)) for pair in _pair(old, new, i, i)]
        return [(i, None) for i in range(len(old))] + [(None, j) for j in range(len(new))]
    likeness = [[_likeness(a, b) for b in new] for a in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], likeness[i][j] + best[i + 1][j + 1])
    return _traced(best, likeness)


def _traced(best: list[list[float]], likeness: list[list[float]]) -> list[Pair]:
    pairs: list[Pair] = []
    rows, columns = len(likeness), len(likeness[0])
    i = j = 0
    while i < rows and j < columns:
        if likeness[i][j] > 0 and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    pairs += ((rest, None) for rest in range(i, rows))
    pairs += ((None, rest) for rest in range(j, columns))
    return pairs


def _pair(old: Sequence[str], new: Sequence[str], i: int, j: int) -> list[Pair]:
    return [(i, j)] if _likeness(old[i], new[j]) > 0 else [(i, None), (None, j)]


def _likeness(old: str, new: str) -> float:
    """How alike two lines are, 0 for those with nothing to show side by side."""
    likeness = ratio(old[:2000].strip(), new[:2000].strip(), score_cutoff=_ALIKE)
    return likeness if old.strip() or new.strip() else 100.0


def mark_words(old: str, new: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Two lines as spans, those that differ marked by whole words."""
    old, new = _shown(old), _shown(new)
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(before) > _MAX_TOKENS or len(after) > _MAX_TOKENS:
        return (Span(old, changed=True),), (Span(new, changed=True),)
    left: list[tuple[bool, str]] = []
    right: list[tuple[bool, str]] = []
    for code in Indel.opcodes(before, after):
        changed = code.tag != "equal"
        left.append((changed, "".join(before[code.src_start : code.src_end])))
        right.append((changed, "".join(after[code.dest_start : code.dest_end])))
    return _spans(left), _spans(right)


def _spans(parts: list[tuple[bool, str]]) -> tuple[Span, ...]:
    """Joins neighbours of one kind; a single space between changes counts as changed."""
    parts = [part for part in parts if part[1]]
    joined: list[tuple[bool, str]] = []
    for index, ((changed, text), following) in enumerate(zip_longest(parts, parts[1:])):
        if not changed and index and following and text.isspace() and following[0]:
            changed = joined[-1][0]
        if joined and joined[-1][0] == changed:
            joined[-1] = (changed, joined[-1][1] + text)
        else:
            joined.append((changed, text))
    return tuple(Span(text, changed) for changed, text in joined)
