"""The rows of a history sorted into what is counted as whose.

METRICS § 0: an *edit* is one non-merge commit's change to the content of one page; bots, bulk
commits, merges and pure renames are counted in rows of their own and never mixed into people's
figures. The ledger is the same whatever the order of the rows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from wiki.model import PageChange, Window

Sort = Literal["people", "bots", "bulk", "merges", "renames"]

SORTS: tuple[Sort, ...] = ("people", "bots", "bulk", "merges", "renames")


@dataclass(frozen=True, slots=True)
class Ledger:
    """All rows by time, and people's edits by person.

    ``sorts`` holds each sort's rows in order of time; ``times`` each person's edits as sorted UTC
    seconds, an edit of several authors under each of them.
    """

    changes: tuple[PageChange, ...]
    sorts: Mapping[Sort, tuple[PageChange, ...]]
    times: Mapping[str, tuple[int, ...]]

    @property
    def edits(self) -> tuple[PageChange, ...]:
        """People's edits, in order of time."""
        return self.sorts["people"]

    @property
    def first(self) -> int | None:
        """When the history begins."""
        return self.changes[0].at if self.changes else None

    @property
    def last(self) -> int | None:
        """When a person last edited anything."""
        return self.edits[-1].at if self.edits else None

    def within(self, window: Window) -> Counter[str]:
        """How many edits each person made in the window; only those who made any."""
        found = {person: count_in(times, window) for person, times in self.times.items()}
        return Counter({person: count for person, count in found.items() if count})

    def slice(self, window: Window, sort: Sort = "people") -> Sequence[PageChange]:
        """The rows of a sort in the window, in order of time."""
        return slice_of(self.sorts[sort], window)

    def covers(self, window: Window) -> bool:
        """Whether the history goes back to a window's first day, so that one may compare with it."""
        return self.first is not None and self.first < window.since + 86400


def keep(changes: Iterable[PageChange]) -> Ledger:
    """Sort rows into a ledger."""
    ordered = sorted(changes, key=_order)
    sorts: dict[Sort, list[PageChange]] = {sort: [] for sort in SORTS}
    times: dict[str, list[int]] = defaultdict(list)
    for change in ordered:
        sort = sort_of(change)
        sorts[sort].append(change)
        if sort == "people":
            for person in people_of(change):
                times[person].append(change.at)
    return Ledger(
        tuple(ordered),
        {sort: tuple(rows) for sort, rows in sorts.items()},
        {person: tuple(found) for person, found in times.items()},
    )


def people_of(change: PageChange) -> tuple[str, ...]:
    """The people to whom an edit is credited, each once: author and co-authors, no machines."""
    if not change.co_authors:
        return () if change.person.is_bot else (change.person.key,)
    everyone = (change.person, *change.co_authors)
    return tuple(dict.fromkeys(person.key for person in everyone if not person.is_bot))


def sort_of(change: PageChange) -> Sort:
    """Under which heading a row is counted."""
    if change.merge:
        return "merges"
    if not change.content:
        return "renames"
    if change.person.is_bot and not people_of(change):
        return "bots"
    return "bulk" if change.bulk or change.door == "import" else "people"


def count_in(times: Sequence[int], window: Window) -> int:
    """How many of some sorted times lie in a window."""
    return bisect_left(times, window.until) - bisect_left(times, window.since)


def slice_of(changes: Sequence[PageChange], window: Window) -> Sequence[PageChange]:
    """The part of rows in order of time that lies in a window."""
    begin = bisect_left(changes, window.since, key=_time)
    return changes[begin : bisect_left(changes, window.until, key=_time)]


def _time(change: PageChange) -> int:
    return change.at


def _order(change: PageChange) -> tuple[int, str, str]:
    return change.at, change.commit, change.path
