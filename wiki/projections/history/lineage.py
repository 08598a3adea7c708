"""The lasting identity of files: which page a change is a change of.

A file is the same page before and after a rename, after being deleted and brought back, and when it
was changed in two places and merged. What a change belongs to depends on the commit's ancestors
only, never on the order in which commits became known, so nothing already recorded ever changes:

- A change to a file that is there belongs to the page that held the path last, among the ancestors.
- A rename takes its page along; a copy is a new page.
- A file that comes to a path is a new page, unless the page that was there last was deleted: then it
  is that page, restored. (A page that was renamed away lives on elsewhere.)
- If a path was born twice, in two lines of history, the merge of these lines shows that they are one
  page, even if it had to change nothing there.

"Last" is by ``Rank``: the commit's place, then its id.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from wiki.model import FileChange

Rank = tuple[int, str]
"""A commit's place and id. A commit ranks above all its ancestors."""

RADIUS = 15
"""A change that brings back one of so many earlier texts of its page is a revert."""


@dataclass(frozen=True, slots=True)
class Touch:
    """What one commit (number ``n``) did to one path: a page "held" it after, was "left" from it by
    a rename, or was deleted from it ("gone")."""

    rank: Rank
    n: int
    page: int
    how: Literal["held", "left", "gone"]


@dataclass(frozen=True, slots=True)
class Revision:
    """A text that a page had."""

    rank: Rank
    n: int
    oid: str


class Touches:
    """Everything that happened to one path."""

    def __init__(self, touches: Iterable[Touch] = ()) -> None:
        self._rising = sorted(touches, key=_order)
        self.pages = {touch.page for touch in self._rising if touch.how == "held"}

    def add(self, touch: Touch) -> None:
        insort(self._rising, touch, key=_order)
        if touch.how == "held":
            self.pages.add(touch.page)

    def __iter__(self) -> Iterator[Touch]:
        """Highest rank first; of one commit's touches that which holds."""
        return reversed(self._rising)


def _order(touch: Touch) -> tuple[Rank, bool]:
    return touch.rank, touch.how == "held"


class Memory(Protocol):
    """What is remembered of paths and pages so far."""

    def touches(self, path: str) -> Touches:
        """Everything that ever happened to a path."""

    def touched(self, commits: int) -> Iterable[str]:
        """The paths at which commits (a set, in bits) left something."""

    def revisions(self, page: int) -> Iterable[Revision]:
        """Every text of a page, highest rank first."""

    def born(self, rank: Rank, path: str) -> int:
        """A new page."""

    def join(self, pages: Iterable[int]) -> None:
        """These pages are one."""


class Graph(Protocol):
    def with_ancestors(self, numbers: Iterable[int]) -> int:
        """The set (bits) of these commits and their ancestors."""


class Lineage:
    """Says which page each change belongs to."""

    def __init__(self, memory: Memory, graph: Graph) -> None:
        self._memory, self._graph = memory, graph

    def page_of(self, change: FileChange, rank: Rank, ancestors: int, *, merge: bool) -> int:
        """The page that a change made by a commit with these ancestors belongs to."""
        if change.kind == "copied":
            return self._memory.born(rank, change.path)
        if change.kind == "added":
            restored = self._restored(change.path, ancestors)
            return self._memory.born(rank, change.path) if restored is None else restored
        paths = [change.old_path] if change.kind == "renamed" else [change.path]
        if merge:
            # What the first parent calls it counts only if no parent has it under this name.
            paths = [change.path, change.old_path]
        for path in paths:
            page = self.holder(path, ancestors)
            if page is not None:
                return page
        # Its beginning is not in the part of the history that could be read.
        return self._memory.born(rank, change.path)

    def meet(self, parents: Sequence[int]) -> None:
        """Where lines of history come together, the pages that they hold at one path become one."""
        merged = 0
        for side in (self._graph.with_ancestors([number]) for number in parents):
            together = merged | side
            # Whatever meets only here was changed in both lines: looking through the shorter is enough.
            shorter = min(merged & ~side, side & ~merged, key=int.bit_count)
            for path in self._memory.touched(shorter):
                touches = self._memory.touches(path)
                if len(touches.pages) > 1:
                    self._memory.join(self._met(touches, together))
            merged = together

    def holder(self, path: str, ancestors: int, *, join: bool = True) -> int | None:
        """The page that a path held last; None if none did.

        With ``join`` pages that met at the path become one.
        """
        touches = self._memory.touches(path)
        if join and len(touches.pages) > 1:
            self._memory.join(self._met(touches, ancestors))
        for touch in touches:
            if touch.how == "held" and ancestors >> touch.n & 1:
                return touch.page
        return None

    def _restored(self, path: str, ancestors: int) -> int | None:
        """The page to which a file coming to ``path`` belongs because it was deleted there."""
        for touch in self._memory.touches(path):
            if touch.how != "held" and ancestors >> touch.n & 1:
                return touch.page if touch.how == "gone" else None
        return None

    def _met(self, touches: Touches, ancestors: int) -> set[int]:
        """The pages that hold the path in lines of history none of which follows the other."""
        pages: set[int] = set()
        covered = 0
        for touch in touches:
            if ancestors >> touch.n & 1 and not covered >> touch.n & 1:
                covered |= self._graph.with_ancestors([touch.n])
                if touch.how == "held":
                    pages.add(touch.page)
        return pages

    def is_revert(self, page: int, oid: str, ancestors: int) -> bool:
        """Whether a text is one of the last that the page had, among the ancestors."""
        seen = 0
        for revision in self._memory.revisions(page):
            if ancestors >> revision.n & 1:
                if revision.oid == oid:
                    return True
                seen += 1
                if seen == RADIUS:
                    return False
        return False
