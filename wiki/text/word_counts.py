"""How many words the lines of long texts have, without looking at each line for itself."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from wiki.text.tokens import classes, tokens

_HERE = bytes(2 if c == 10 else int(c < 128 and chr(c).isalnum()) for c in range(256))
_BEFORE = bytes(2 if c < 128 and chr(c).isalnum() else 3 for c in range(256))
"""A byte in the one table and the byte before it in the other have a bit in common where a word begins
(1) and at line ends (2)."""

_OTHER, _LETTER, _MARK, _SINGLE, _END, _BEYOND = range(6)

Counts = NDArray[np.int64]


def line_sizes(text: bytes) -> Counts:
    """How many words each line of a text in UTF-8 has (they end with LF); the words are those of
    ``tokens``."""
    here = np.frombuffer(text.translate(_HERE) + b"\2", np.uint8)
    before = np.frombuffer(b"\3" + text.translate(_BEFORE), np.uint8)
    counts = _between(here & before)
    if not text.isascii():
        raw = np.frombuffer(text + b"\n", np.uint8)
        ends = np.flatnonzero(here == 2)
        starts = np.append(0, ends[:-1] + 1)
        odd = np.bitwise_or.reduceat(raw, starts) > 127
        inside = np.repeat(odd, ends + 1 - starts)
        counts[odd] = _sizes_of_any(raw[inside].tobytes())
    return counts


def _between(events: NDArray[np.uint8]) -> Counts:
    """How many events of kind 1 come before each of kind 2."""
    at = np.flatnonzero(events != 0)
    return np.diff(np.flatnonzero(events[at] == 2), prepend=-1) - 1


def _sizes_of_any(text: bytes) -> Counts:
    """The same of lines in any script, the last ended, too."""
    decoded = text.decode("utf-8", "surrogateescape")
    points = np.frombuffer(decoded.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = _kinds()[np.minimum(points, 0xFFFF)]
    events = np.zeros(len(kinds), np.uint8)
    events[kinds == _SINGLE] = 1
    events[kinds == _END] = 2
    letter = np.flatnonzero(kinds == _LETTER)
    # A letter begins a word unless there are only letters and marks between it and the one before.
    broken = np.cumsum((kinds != _LETTER) & (kinds != _MARK), dtype=np.int32)[letter]
    events[letter[np.diff(broken, prepend=-1) != 0]] = 1
    counts = _between(events)
    beyond = np.flatnonzero(kinds == _BEYOND)
    if len(beyond):
        lines = decoded.split("\n")
        ends = np.flatnonzero(kinds == _END)
        for number in np.unique(np.searchsorted(ends, beyond)).tolist():
            counts[number] = len(tokens(lines[number]))
    return counts


@cache
def _kinds() -> NDArray[np.uint8]:
    """What each of the first 65,536 code points is; the last stands for all beyond them."""
    kinds = np.full(0x10000, _OTHER, np.uint8)
    for kind, spans in zip((_LETTER, _MARK, _SINGLE), classes(), strict=True):
        for start, end in spans:
            kinds[start:end] = kind
    kinds[10], kinds[-1] = _END, _BEYOND
    return kinds
