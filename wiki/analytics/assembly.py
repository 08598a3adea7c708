"""Rows of the log made into what reports are computed from: whose they are, when, and which are bulk.

Fed by anything that tells a history in this shape; the history projection does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from wiki.model import Author, Identity, PageChange
from wiki.model.history import ChangeKind, Door

EARLIEST = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp())
"""Nobody wrote with git before; an older date is a clock that was wrong."""

TOLERANCE = 86400
"""Clocks a day ahead are believed: time zones and impatience explain them."""


class LoggedCommit(Protocol):
    """A commit as recorded, its times and offset too; ``pages`` is how many pages it touched."""

    @property
    def oid(self) -> str: ...
    @property
    def author(self) -> Author: ...
    @property
    def co_authors(self) -> tuple[Author, ...]: ...
    @property
    def author_time(self) -> int: ...
    @property
    def author_offset(self) -> int: ...
    @property
    def commit_time(self) -> int: ...
    @property
    def merge(self) -> bool: ...
    @property
    def pages(self) -> int: ...
    @property
    def door(self) -> Door: ...
    @property
    def summary(self) -> str: ...


LoggedChange = tuple[int, str, str, ChangeKind, int, int, int, int, int]
"""A change to a page: the position of its commit, the page's lasting identity, its path afterwards,
the kind, whether content changed, whether it is a revert, bytes afterwards, lines added, removed."""


@dataclass(frozen=True, slots=True)
class Misdated:
    """A commit whose author's date cannot be; ``placed_at`` is where it is counted (UTC seconds)."""

    commit: str
    author_time: int
    placed_at: int


@dataclass(frozen=True, slots=True)
class Assembly:
    """Rows fit for reports, and what was wrong with dates."""

    changes: tuple[PageChange, ...]
    misdated: tuple[Misdated, ...]


def authors_of(commits: Iterable[LoggedCommit]) -> set[Author]:
    """Everybody who wrote or co-wrote."""
    found: set[Author] = set()
    for commit in commits:
        found.add(commit.author)
        found.update(commit.co_authors)
    return found


def assemble(
    commits: Sequence[LoggedCommit],
    changes: Iterable[LoggedChange],
    people: Mapping[Author, Identity],
    *,
    now: int,
    bulk_pages: int = 50,
) -> Assembly:
    """Resolve, date and classify changes; ``people`` must know every author of ``authors_of``.

    ``commits`` in the log's order, parents before children. One that touches more than
    ``bulk_pages`` pages is bulk. ``now`` in UTC seconds: no author wrote later.
    """
    misdated: list[Misdated] = []
    heads = []
    for commit in commits:
        at = _time(commit, now)
        if at != commit.author_time:
            misdated.append(Misdated(commit.oid, commit.author_time, at))
        person = people[commit.author]
        others = dict.fromkeys(people[each] for each in commit.co_authors)
        others.pop(person, None)
        bulk = commit.door == "import" or commit.pages > bulk_pages
        heads.append((commit, person, tuple(others), at, bulk))
    return Assembly(tuple(_rows(heads, changes)), tuple(misdated))


_Head = tuple[LoggedCommit, Identity, tuple[Identity, ...], int, bool]


def _rows(heads: Sequence[_Head], changes: Iterable[LoggedChange]) -> Iterable[PageChange]:
    """One value a change; by position, for there may be hundreds of thousands."""
    for order, page, path, kind, content, revert, size, added, removed in changes:
        commit, person, others, at, bulk = heads[order]
        yield PageChange(
            commit.oid,
            page,
            path,
            person,
            others,
            at,
            commit.author_offset,
            kind,
            content != 0,
            commit.merge,
            revert != 0,
            bulk,
            commit.door,
            size,
            added,
            removed,
            commit.summary,
            order,
        )


def _time(commit: LoggedCommit, now: int) -> int:
    """The author's time; the commit's where that cannot be."""
    if EARLIEST <= commit.author_time <= now + TOLERANCE:
        return commit.author_time
    return min(max(commit.commit_time, EARLIEST), now)
