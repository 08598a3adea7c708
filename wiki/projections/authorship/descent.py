"""Which commits descend from which, cheaply for histories that are mostly straight lines."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

COLUMNS = {"parents": "i", "parents_end": "i", "line_start": "i", "depth": "i", "leap": "i"}
"""What is known of each commit, and the item types."""

_KEPT = 2_000_000_000
"""So many bits are kept in sets of ancestors; others are found again."""


class Descent:
    """Commits numbered from 0, parents before children."""

    def __init__(self) -> None:
        # The parents, and for every commit where its own end.
        self.parents: Any = array("i")
        self.parents_end: Any = array("i")
        # The first commit of the straight line each is on.
        self.line_start: Any = array("i")
        # How many first parents it has above it; one of them, so chosen that few leaps go far.
        self.depth: Any = array("i")
        self.leap: Any = array("i")
        self._above: OrderedDict[int, int] = OrderedDict()
        self._bits = 0
        self._read: tuple[array[int], array[int], array[int]] | None = None

    def __len__(self) -> int:
        return len(self.parents_end)

    def above(self, n: int) -> Sequence[int]:
        """The parents of a commit."""
        found: Sequence[int] = self.parents[
            self.parents_end[n - 1] if n else 0 : self.parents_end[n]
        ]
        return found

    def add(self, parents: Sequence[int]) -> int:
        """A new commit; its number."""
        n = len(self)
        straight = len(parents) == 1 and parents[0] == n - 1
        self.parents.extend(parents)
        self.parents_end.append(len(self.parents))
        self.line_start.append(self.line_start[n - 1] if straight else n)
        if parents:
            first = parents[0]
            leap = self.leap[first]
            far = self.leap[leap]
            even = self.depth[first] - self.depth[leap] == self.depth[leap] - self.depth[far]
            self.depth.append(self.depth[first] + 1)
            self.leap.append(far if even else first)
        else:
            self.depth.append(0)
            self.leap.append(n)
        return n

    def first_with(
        self, needed: Sequence[int], at: int, is_ancestor: Callable[[int, int], bool]
    ) -> int:
        """The first commit on the line of first parents down to ``at`` that descends from all these."""
        while above := self.above(at):
            for higher in (self.leap[at], above[0]):
                if higher != at and all(is_ancestor(each, higher) for each in needed):
                    at = higher
                    break
            else:
                return at
        return at

    def start(self, n: int) -> int:
        """The first commit of the straight line that a commit is on."""
        return int(self.line_start[n])

    def is_ancestor(self, old: int, new: int) -> bool:
        """Whether ``old`` is ``new`` or one of its ancestors."""
        start = self.line_start[new]
        if old >= start:
            return bool(old <= new)
        above = self._above.get(start)
        if above is None:
            above = self._ancestors(start)
        return bool(above >> old & 1)

    def reach(self, commits: Iterable[int], last: int) -> Callable[[int, int], bool]:
        """``is_ancestor`` for questions about these commits only, up to ``last``: one walk answers them
        all, where sets of all ancestors would each need one."""
        parents, ends, starts = self._at_hand(last)
        wanted: dict[int, list[tuple[int, int]]] = {}
        for place, each in enumerate({each for each in commits if each <= last}):
            wanted.setdefault(starts[each], []).append((each, 1 << place))
        bit = {each: mask for line in wanted.values() for each, mask in line}
        above: dict[int, int] = {}
        lowest = min(bit, default=last)
        lines = np.array(starts[lowest : last + 1])
        for start in np.flatnonzero(lines == np.arange(lowest, lowest + len(lines))).tolist():
            start += lowest
            found = 0
            for each in parents[ends[start - 1] : ends[start]] if start else ():
                line = starts[each]
                found |= above.get(line, 0)
                if line in wanted:
                    for commit, mask in wanted[line]:
                        found |= mask if commit <= each else 0
            if found:
                above[start] = found

        def is_ancestor(old: int, new: int) -> bool:
            start = starts[new]
            return old <= new if old >= start else bool(above.get(start, 0) & bit.get(old, 0))

        return is_ancestor

    def know_all(self, head: int) -> None:
        """All commits are known to be ancestors of this one, or it."""
        start = self.line_start[head]
        self._keep(start, (1 << start) - 1)

    def _keep(self, start: int, ancestors: int) -> None:
        self._above[start] = ancestors
        self._bits += start
        while self._bits > _KEPT and len(self._above) > 1:
            self._bits -= self._above.popitem(last=False)[0]

    def _ancestors(self, start: int) -> int:
        """The ancestors of the first commit of a line, as a set of bits."""
        found = 0
        parents, ends, starts = self._at_hand(start)
        # How far each line was followed: what lies above its beginning was then followed too.
        reached: dict[int, int] = {}
        pending = list(self.above(start))
        while pending:
            each = pending.pop()
            first = starts[each]
            before = reached.get(first, -1)
            if each > before:
                reached[first] = each
            if before >= 0:
                continue
            known = self._above.get(first)
            if known is not None:
                found |= known
            elif first:
                pending.extend(parents[ends[first - 1] : ends[first]])
        bits = bytearray(start + 1)
        for first, last in reached.items():
            bits[first : last + 1] = b"\1" * (last + 1 - first)
        found |= int.from_bytes(
            np.packbits(np.frombuffer(bits, np.uint8), bitorder="little"), "little"
        )
        self._keep(start, found)
        return found

    def _at_hand(self, n: int) -> tuple[array[int], array[int], array[int]]:
        """The parents, their ends and the lines' beginnings of all commits up to ``n``, to be looked at
        many times."""
        if isinstance(self.parents, array):
            return self.parents, self.parents_end, self.line_start
        if self._read is None or len(self._read[1]) <= n:
            self._read = self.parents[:], self.parents_end[:], self.line_start[:]
        return self._read
