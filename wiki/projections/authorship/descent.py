"""Which commits descend from which, cheaply for histories that are mostly straight lines."""

from __future__ import annotations

from collections.abc import Sequence



class Descent:
    """Commits numbered from 0, parents before children; only where lines begin is a set kept."""

    def __init__(self) -> None:
        self.parents: list[tuple[int, ...]] = []
        self._starts: list[int] = []
        self._above: dict[int, int] = {}
        # For every commit one of its ancestors by first parents, so chosen that few leaps go far.
        self._depth: list[int] = []
        self._leap: list[int] = []

    def __len__(self) -> int:
        return len(self.parents)

    def add(self, parents: Sequence[int]) -> int:
        """A new commit; its number."""
        n = len(self.parents)
        straight = len(parents) == 1 and parents[0] == n - 1
        self.parents.append(tuple(parents))
        self._starts.append(self._starts[-1] if straight else n)
        if parents:
            first = parents[0]
            leap = self._leap[first]
            far = self._leap[leap]
            even = self._depth[first] - self._depth[leap] == self._depth[leap] - self._depth[far]
            self._depth.append(self._depth[first] + 1)
            self._leap.append(far if even else first)
        else:
            self._depth.append(0)
            self._leap.append(n)
        return n

    def first_with(self, needed: Sequence[int], at: int) -> int:
        """The first commit on the line of first parents down to ``at`` that descends from all these."""
        while self.parents[at]:
            for higher in (self._leap[at], self.parents[at][0]):
                if higher != at and all(self.is_ancestor(each, higher) for each in needed):
                    at = higher
                    break
            else:
                return at
        return at

    def start(self, n: int) -> int:
        """The first commit of the straight line that a commit is on."""
        return self._starts[n]

    def is_ancestor(self, old: int, new: int) -> bool:
        """Whether ``old`` is ``new`` or one of its ancestors."""
        start = self._starts[new]
        if old >= start:
            return old <= new
        return bool(self._ancestors(start) >> old & 1)

    def _ancestors(self, start: int) -> int:
        """The ancestors of the first commit of a line, as a set of bits."""
        found = self._above.get(start)
        if found is not None:
            return found
        pending = [start]
        while pending:
            line = pending[-1]
            missing = [
                self._starts[p] for p in self.parents[line] if self._starts[p] not in self._above
            ]
            if missing:
                pending.extend(missing)
                continue
            result = 0
            for parent in self.parents[line]:
                first = self._starts[parent]
                result |= self._above[first] | ((1 << (parent + 1)) - (1 << first))
            self._above[line] = result
            pending.pop()
        return self._above[start]
