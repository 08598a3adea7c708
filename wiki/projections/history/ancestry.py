"""Which commits are ancestors of which, as sets of small numbers held in the bits of integers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

_KEPT = 256
"""So many sets are kept (each a bit per commit); others are found again from the parents."""

_MARKED = 64
"""One set in so many is kept for good, so it is never far to one that is known."""


class Ancestry:
    """The graph of commits numbered from 0, parents before children."""

    def __init__(
        self, known: int = 0, edges: Callable[[], Iterable[tuple[int, int]]] = tuple
    ) -> None:
        """``known`` commits are there already; ``edges`` (child, parent) of them are read if needed."""
        self._parents: list[tuple[int, ...]] = [()] * known
        self._known, self._edges = known, edges
        self._sets: OrderedDict[int, int] = OrderedDict()
        self._marks: dict[int, int] = {}

    def all(self) -> int:
        """The set of all commits."""
        return (1 << len(self._parents)) - 1

    def __len__(self) -> int:
        return len(self._parents)

    def add(self, parents: Sequence[int]) -> int:
        """A new commit; its number."""
        self._parents.append(tuple(parents))
        return len(self._parents) - 1

    def with_ancestors(self, numbers: Iterable[int]) -> int:
        """The set of these commits and all their ancestors."""
        found = 0
        for number in numbers:
            found |= self._closed(number)
        return found

    def _closed(self, number: int) -> int:
        kept = self._sets.get(number)
        if kept is not None:
            self._sets.move_to_end(number)
            return kept
        self._read_edges()
        found, pending = 0, [number]
        while pending:
            each = pending.pop()
            if found >> each & 1:
                continue
            kept = self._marks.get(each) or self._sets.get(each)
            if kept is not None:
                found |= kept
            else:
                found |= 1 << each
                pending.extend(self._parents[each])
        self.keep(number, found)
        return found

    def _read_edges(self) -> None:
        if self._known:
            self._known = 0
            for child, parent in self._edges():
                self._parents[child] += (parent,)

    def keep(self, number: int, ancestors: int) -> None:
        """Remember the set of a commit and its ancestors."""
        if number % _MARKED == 0:
            self._marks[number] = ancestors
        self._sets[number] = ancestors
        if len(self._sets) > _KEPT:
            self._sets.popitem(last=False)
