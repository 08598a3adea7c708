"""Comparing whole texts where git's patch does not do: at merges, stated moves, and past damage."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from rapidfuzz.distance import LCSseq

from wiki.projections.authorship.alignment import Stretch, Vocabulary, kept
from wiki.projections.authorship.cutting import made
from wiki.projections.authorship.hunks import Hunk, Words, split_lines
from wiki.projections.authorship.runs import Line, tokens_of

_MOST_PAIRS = 500_000_000


def equal_lines(old: Sequence[bytes], new: Sequence[bytes]) -> list[Stretch]:
    """Stretches of equal lines in order."""
    if not old or not new:
        return []
    ends = _equal_ends(old, new)
    start, end = ends
    one = [zlib.crc32(line) for line in old[start : len(old) - end]]
    other = [zlib.crc32(line) for line in new[start : len(new) - end]]
    found = [(0, start, 0, start)] if start else []
    if one and other and len(one) * len(other) <= _MOST_PAIRS:
        found += [
            (op.src_start + start, op.src_end + start, op.dest_start + start, op.dest_end + start)
            for op in LCSseq.opcodes(one, other)
            if op.tag == "equal"
        ]
    if end:
        found.append((len(old) - end, len(old), len(new) - end, len(new)))
    return found


def _equal_ends(old: Sequence[bytes], new: Sequence[bytes]) -> tuple[int, int]:
    most = min(len(old), len(new))
    start = 0
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end


def combined(hunks: Sequence[bytes], parents: int) -> list[list[Stretch]]:
    """For each parent the stretches of lines that git's combined hunks say it shares with the merge; the
    last of each goes on to the end of both texts (-1)."""
    found: list[list[Stretch]] = [[] for _ in range(parents)]
    at = [0] * parents
    to = 0
    for hunk in hunks:
        head, _, body = hunk.partition(b"\n")
        start = int(head.split(b" +", 1)[1].split(b",")[0].split(b" ")[0]) - 1
        for side, stretches in enumerate(found):
            _share(stretches, at[side], to, start - to)
            at[side] += start - to
        to = start
        for line in body.split(b"\n"):
            signs = line[:parents]
            if len(signs) < parents or signs[:1] == b"\\":
                continue
            stands = b"-" not in signs
            for side, stretches in enumerate(found):
                if stands and signs[side] == 32:
                    _share(stretches, at[side], to, 1)
                at[side] += signs[side] == (32 if stands else 45)
            to += stands
    for side, stretches in enumerate(found):
        stretches.append((at[side], -1, to, -1))
    return found


def _share(stretches: list[Stretch], at: int, to: int, length: int) -> None:
    if stretches and stretches[-1][1] == at and stretches[-1][3] == to:
        old, _, new, _ = stretches.pop()
        stretches.append((old, at + length, new, to + length))
    elif length > 0:
        stretches.append((at, at + length, to, to + length))


def _closed(
    stretches: list[Stretch] | None, old: Sequence[bytes], new: Sequence[bytes]
) -> list[Stretch]:
    """What git said the texts share; what comparing them says where git said nothing that fits."""
    if stretches:
        at, _, to, _ = stretches[-1]
        if len(old) - at == len(new) - to >= 0:
            return [*stretches[:-1], (at, len(old), to, len(new))]
    return equal_lines(old, new)


def compared(
    lines: list[Line], before: bytes, after: bytes, how: Words, vocabulary: Vocabulary
) -> list[Hunk]:
    """The hunks between two whole texts; ``lines`` are those of the first."""
    old, new = split_lines(before), split_lines(after)
    if len(old) != len(lines):
        # What was there cannot be read (any more): all that is there now is new.
        plus = b"\n".join(b"+" + line for line in new)
        return [made(0, lines, b"", plus, how, vocabulary)] if lines or new else []
    hunks = []
    at = to = 0
    for start, end, begin, until in [
        *equal_lines(old, new),
        (len(old), len(old), len(new), len(new)),
    ]:
        if start > at or begin > to:
            minus = b"\n".join(b"-" + line for line in old[at:start])
            plus = b"\n".join(b"+" + line for line in new[to:begin])
            hunks.append(made(at, lines[at:start], minus, plus, how, vocabulary))
        at, to = end, until
    return hunks


def origins_of(
    sides: Sequence[tuple[list[Line], bytes]],
    text: bytes,
    how: Words,
    vocabulary: Vocabulary,
    told: Sequence[list[Stretch] | None],
) -> list[int]:
    """The old number of every token of a merged text (-1: new), given its parents' lines and texts, and
    what git told of the lines each shares with it."""
    new = split_lines(text)
    signed = b"\n".join(b"+" + line for line in new)
    ends = [0, *np.cumsum(how.sizes(signed)).tolist()] if new else [0]
    origins = [-1] * ends[-1]
    gaps: list[list[Stretch]] = []
    for (lines, before), stretches in zip(sides, told, strict=True):
        old = split_lines(before)
        gaps.append([])
        if len(old) != len(lines):
            continue
        at = to = 0
        for start, end, begin, until in [
            *_closed(stretches, old, new),
            (len(old), len(old), len(new), len(new)),
        ]:
            if start > at and begin > to:
                gaps[-1].append((at, start, to, begin))
            at, to = end, until
            _fill(origins, ends[begin], ends[until], tokens_of(lines[start:end]))
    if how.aligned:
        numbers = vocabulary.numbers(how.words(signed))
        for (lines, before), places in zip(sides, gaps, strict=True):
            old = split_lines(before)
            for start, end, begin, until in places:
                _align(origins, numbers, ends[begin], ends[until], lines[start:end],
                       old[start:end], how, vocabulary)  # fmt: skip
    return origins


def _fill(origins: list[int], start: int, end: int, tokens: list[int]) -> None:
    if len(tokens) != end - start:
        return
    for index, token in enumerate(tokens, start):
        if origins[index] < 0:
            origins[index] = token


def _align(
    origins: list[int], numbers: list[int], start: int, end: int, lines: list[Line],
    old: list[bytes], how: Words, vocabulary: Vocabulary,
) -> None:  # fmt: skip
    tokens = tokens_of(lines)
    before = vocabulary.numbers(how.words(b"\n".join(b"-" + line for line in old)))
    if len(before) != len(tokens):
        return
    for one, until, to, last in kept(before, numbers[start:end]):
        _fill(origins, start + to, start + last, tokens[one:until])
