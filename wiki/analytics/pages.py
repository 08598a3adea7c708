"""The lives of pages: when each was there and how large it was.

Of one page's changes the log's order decides what it is now; clocks only say when. A change dated
before its predecessor is taken to have happened together with it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wiki.model import PageChange, Window


@dataclass(frozen=True, slots=True)
class PageLife:
    """One page's states: ``times`` never fall; ``sizes`` are bytes from then on, -1 while deleted."""

    page: str
    times: tuple[int, ...]
    sizes: tuple[int, ...]

    @property
    def born(self) -> int:
        return self.times[0]

    def size_before(self, at: int) -> int:
        """Bytes just before a time; -1 if the page was not there."""
        position = bisect_left(self.times, at)
        return self.sizes[position - 1] if position else -1


@dataclass(frozen=True, slots=True)
class Stock:
    """How many pages came, went and stood, and their size, at the end of a span."""

    pages: int
    born: int
    restored: int
    deleted: int
    size: int


def lives(changes: Iterable[PageChange], living: Mapping[str, int] | None = None) -> list[PageLife]:
    """The life of every page, by name.

    ``living``: the pages that are there now and their bytes, if known. Where lines of history ran side
    by side their changes alone may leave a page dead or alive or of a wrong size; what is there now
    decides.
    """
    rows: dict[str, list[PageChange]] = defaultdict(list)
    for change in changes:
        rows[change.page].append(change)
    return [_life(page, rows[page], living) for page in sorted(rows)]


def _life(page: str, rows: list[PageChange], living: Mapping[str, int] | None) -> PageLife:
    if len(rows) > 1:
        rows.sort(key=_place)
    times: list[int] = []
    sizes: list[int] = []
    latest = rows[0].at
    for row in rows:
        latest = max(latest, row.at)
        times.append(latest)
        sizes.append(-1 if row.kind == "deleted" else row.size)
    if living is not None:
        now = living.get(page, -1)
        if now < 0 <= sizes[-1]:
            times.append(latest)
            sizes.append(-1)
        else:
            sizes[-1] = now
    return PageLife(page, tuple(times), tuple(sizes))


def _place(row: PageChange) -> tuple[int, int, str, str]:
    return row.order, row.at, row.commit, row.path


def stocks(pages: Sequence[PageLife], ends: Sequence[int], begin: int) -> list[Stock]:
    """The stock at each of some rising times, with what happened since the time before it.

    ``begin`` opens the first span.
    """
    flows = [[0, 0, 0, 0] for _ in ends]
    edges = (begin, *ends)
    for life in pages:
        _add_flows(life, edges, flows)
    alive = [size for life in pages if (size := life.size_before(begin)) >= 0]
    count, size = len(alive), sum(alive)
    found = []
    for born, restored, deleted, grown in flows:
        count += born + restored - deleted
        size += grown
        found.append(Stock(count, born, restored, deleted, size))
    return found


def _add_flows(life: PageLife, edges: Sequence[int], flows: list[list[int]]) -> None:
    """Add one page's births, restorations, deletions and growth to the spans between ``edges``."""
    first = bisect_left(life.times, edges[0])
    last = bisect_left(life.times, edges[-1])
    before = life.sizes[first - 1] if first else -1
    for position in range(first, last):
        now = life.sizes[position]
        flow = flows[_span(edges, life.times[position])]
        if before < 0 <= now:
            flow[0 if position == 0 else 1] += 1
        elif now < 0 <= before:
            flow[2] += 1
        flow[3] += max(now, 0) - max(before, 0)
        before = now


def _span(edges: Sequence[int], at: int) -> int:
    position = bisect_left(edges, at)
    return position if position < len(edges) and edges[position] == at else position - 1


def stock_of(pages: Sequence[PageLife], window: Window) -> Stock:
    """The stock at a window's end, with what happened in it."""
    return stocks(pages, (window.until,), window.since)[0]
