"""The history in columns, for reports: read once, then only what was recorded since.

Commits and changes once recorded never change, so what is known of them is only added to. Which
pages are one, and which are there now, is read anew where it may have changed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from wiki.model import Author, Met, is_page_path
from wiki.model.history import ChangeKind
from wiki.model.people import Door
from wiki.projections.store import told

DOORS: tuple[Door, ...] = ("web", "push", "api", "proposal", "import", "mcp")
MEETS: tuple[Met, ...] = ("", "merged", "looked", "resolved")
KINDS: tuple[ChangeKind, ...] = ("added", "modified", "deleted", "renamed", "copied")

MET_TRAILER = "Strata-Met"
"""In which the wiki says how a save met others' edits."""

_COMMITS = """
    SELECT oid, place, credit, author_time, commit_time, author_offset, door,
      instr(parents, ' ') > 0, pages,
      CASE WHEN instr(trailers, '"Strata-Met"') THEN trailers ELSE '' END
    FROM commits WHERE n >= ? ORDER BY n
"""
_COMMIT_TYPES: tuple[DTypeLike, ...] = (
    np.bytes_, np.int64, np.int32, np.int64, np.int64, np.int32, np.int8, np.bool_, np.int64, np.int8
)  # fmt: skip
_CHANGES = """
    SELECT n, page, path, kind, content, revert, size, ifnull(added, 0), ifnull(removed, 0), id
    FROM changes WHERE id > ? AND is_page ORDER BY id
"""
_CHANGE_TYPES: tuple[DTypeLike, ...] = (
    np.int32, np.int32, np.int32, np.int8, np.bool_, np.bool_, np.int64, np.int32, np.int32
)  # fmt: skip


_SIZES = """
    SELECT changes.path, new_oid, size FROM live JOIN changes
      ON changes.path = live.path AND changes.new_oid = live.oid WHERE is_page
"""

_MANY = 2000
"""From so many paths on, one walk through everything is faster than looking each of them up."""

Columns: TypeAlias = tuple[NDArray[Any], ...]
LiveRow: TypeAlias = tuple[str, int, bytes]
"""A path as stored, the page there, and its blob."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a database was read: its file, and the highest numbers seen."""

    file: str = ""
    commits: int = 0
    change: int = 0
    author: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class HistoryColumns:
    """Everything recorded of commits and of changes to pages, in order of arrival.

    ``commits``: id, place, whom it is credited to, author's time, commit time, offset, door (in ``DOORS``), whether a
    merge, how many pages it touched, how it met others' edits (in ``MEETS``); all as recorded. ``credits``: a commit and a co-author of it whom it counts for.
    ``changes``: commit, page, path (in ``paths``), kind (in ``KINDS``), content, revert, size, lines
    added, lines removed. ``authors`` by their numbers. ``roots``: the page that each recorded page is
    now part of, ``births`` the commit and path of each one's birth. ``live``: for each path (in
    ``paths``) the page there now (-1: none), its bytes, and its blob. ``mark`` says what was read so
    far.
    """

    mark: Mark
    position: str
    partial: str
    authors: Mapping[int, Author]
    commits: Columns
    credits: tuple[NDArray[np.int32], NDArray[np.int32]]
    changes: Columns
    paths: tuple[str, ...]
    births: tuple[str, ...]
    roots: NDArray[np.int32]
    live: tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.bytes_]]


def read_columns(db: sqlite3.Connection, known: HistoryColumns | None = None) -> HistoryColumns:
    """Everything, or ``known`` with what was recorded since."""
    db.execute("BEGIN")
    try:
        file = database_of(db)
        if known is not None and known.mark.file != file:
            known = None
        (position,) = db.execute("SELECT position FROM meta").fetchone()
        if known is not None and known.position == position:
            return known
        return _Reading(db, known, file, position).columns()
    finally:
        db.execute("COMMIT")


def _met(trailers: str) -> int:
    """What the trailers say of a meeting; the last of several, which is the one the wiki wrote."""
    said = [value for key, value in json.loads(trailers) if key == MET_TRAILER]
    return MEETS.index(said[-1]) if said and said[-1] in MEETS else 0


def database_of(db: sqlite3.Connection) -> str:
    """The name of a connection's database file; another one after every rebuild."""
    return Path(db.execute("PRAGMA database_list").fetchone()[2]).name


class _Reading:
    """One reading, within one transaction."""

    def __init__(
        self, db: sqlite3.Connection, known: HistoryColumns | None, file: str, position: str
    ) -> None:
        self.db, self.known, self.file, self.position = db, known, file, position
        self.mark = known.mark if known else Mark()
        self.paths = list(known.paths) if known else []
        self.places = dict(zip(self.paths, range(len(self.paths)), strict=True))

    def columns(self) -> HistoryColumns:
        authors, author = self._authors()
        commits, is_joined = self._commits()
        credited = self._credits(authors)
        changes, change = self._changes()
        births, roots = self._pages()
        live = self._live(is_joined=is_joined)
        if self.known is not None:
            commits = _appended(self.known.commits, commits)
            credited = _appended(self.known.credits, credited)
            changes = _appended(self.known.changes, changes)
        (partial,) = self.db.execute("SELECT partial FROM notes").fetchone()
        return HistoryColumns(
            Mark(self.file, len(commits[0]), change, author),
            self.position,
            partial,
            authors,
            commits,
            (credited[0], credited[1]),
            changes,
            tuple(self.paths),
            births,
            roots,
            live,
        )

    def _authors(self) -> tuple[Mapping[int, Author], int]:
        query = "SELECT id, name, email FROM authors WHERE id > ?"
        rows = self.db.execute(query, (self.mark.author,))
        new = {n: Author(name, email) for n, name, email in rows}
        known = self.known.authors if self.known else {}
        return {**known, **new} if new else known, max(new, default=self.mark.author)

    def _commits(self) -> tuple[Columns, bool]:
        rows = self.db.execute(_COMMITS, (self.mark.commits,)).fetchall()
        doors = {door: code for code, door in enumerate(DOORS)}
        columns = _columns(rows, len(_COMMIT_TYPES))
        columns[0] = [oid.encode() for oid in columns[0]]
        columns[6] = [doors[door] for door in columns[6]]
        columns[9] = [_met(trailers) if trailers else 0 for trailers in columns[9]]
        return _arrays(columns, _COMMIT_TYPES), any(columns[7])

    def _credits(self, authors: Mapping[int, Author]) -> Columns:
        query = "SELECT n, co_authors FROM commits WHERE n >= ? AND shared AND co_authors <> '[]'"
        rows = self.db.execute(query, (self.mark.commits,)).fetchall()
        numbers = {author: n for n, author in authors.items()} if rows else {}
        pairs = [(n, numbers[Author(*who)]) for n, others in rows for who in json.loads(others)]
        return _arrays(_columns(pairs, 2), (np.int32, np.int32))

    def _changes(self) -> tuple[Columns, int]:
        rows = self.db.execute(_CHANGES, (self.mark.change,)).fetchall()
        kinds = {kind: code for code, kind in enumerate(KINDS)}
        columns = _columns(rows, len(_CHANGE_TYPES) + 1)
        columns[2] = self._placed(columns[2])
        columns[3] = [kinds[kind] for kind in columns[3]]
        last = columns.pop()
        return _arrays(columns, _CHANGE_TYPES), max(last, default=self.mark.change)

    def _placed(self, stored_paths: Iterable[str]) -> list[int]:
        """The positions of paths as stored, those never met among them."""
        places, found = self.places, []
        for path in stored_paths:
            path = told(path) if "\0" in path else path
            place = places.get(path)
            if place is None:
                place = places[path] = len(self.paths)
                self.paths.append(path)
            found.append(place)
        return found

    def _pages(self) -> tuple[tuple[str, ...], NDArray[np.int32]]:
        known = self.known.births if self.known else ()
        query = "SELECT oid, path FROM pages WHERE id >= ? ORDER BY id"
        new = [f"{oid}:{told(path)}" for oid, path in self.db.execute(query, (len(known),))]
        births = (*known, *new) if new else known
        roots = np.arange(len(births), dtype=np.int32)
        for page, root in self.db.execute("SELECT id, root FROM pages WHERE root <> id"):
            roots[page] = root
        return births, roots

    # -- what is there now ------------------------------------------------------------------

    def _live(
        self, *, is_joined: bool
    ) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.bytes_]]:
        """Where no lines of history were joined, only paths that new commits touched can differ."""
        everything = self.known is None or is_joined
        rows = self._all_live() if everything else self._live_at(self._touched())
        places = self._placed(row[0] for row in rows)
        page, size, oid = self._known_live()
        if not everything:
            page[self._placed(self._touched())] = -1
        else:
            page[:] = -1
        blobs = np.array([row[2] for row in rows] or [b""], oid.dtype)[: len(rows)]
        changed = np.flatnonzero(oid[places] != blobs).tolist()
        page[places] = [row[1] for row in rows]
        oid[places] = blobs
        self._measure(rows, places, changed, size, page)
        return page, size, oid

    def _known_live(self) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.bytes_]]:
        """What was there before, one entry a path known by now."""
        old = self.known.live if self.known else None
        width = self.db.execute("SELECT max(length(oid)) FROM (SELECT oid FROM live LIMIT 9)")
        page = np.full(len(self.paths), -1, np.int32)
        size = np.zeros(len(self.paths), np.int64)
        oid = np.zeros(len(self.paths), f"S{max(20, width.fetchone()[0] or 0)}")
        if old is not None:
            count = len(old[0])
            page[:count], size[:count], oid[:count] = old
        return page, size, oid

    def _all_live(self) -> list[LiveRow]:
        return self.db.execute("SELECT path, page, oid FROM live").fetchall()

    def _live_at(self, stored_paths: Sequence[str]) -> list[LiveRow]:
        query = "SELECT path, page, oid FROM live WHERE path IN ({})"
        rows: list[LiveRow] = []
        for part, marks in _parts(stored_paths):
            rows += self.db.execute(query.format(marks), part)
        return rows

    def _measure(
        self,
        rows: Sequence[LiveRow],
        places: Sequence[int],
        changed: Sequence[int],
        size: NDArray[np.int64],
        page: NDArray[np.int32],
    ) -> None:
        """Put down the bytes of the pages with another text, and forget what is no page."""
        query = """
            SELECT path, new_oid, max(size) FROM changes WHERE is_page AND path IN ({})
            GROUP BY path, new_oid
        """
        if len(changed) > _MANY:
            found = {(path, oid): size for path, oid, size in self.db.execute(_SIZES)}
        else:
            found = {}
            for part, marks in _parts([rows[i][0] for i in changed]):
                for path, oid, known in self.db.execute(query.format(marks), part):
                    found[path, oid] = known
        for i in changed:
            path, _, oid = rows[i]
            known = found.get((path, oid))
            # A page whose text no change is known to have made is still a page.
            size[places[i]] = known if known is not None else 0 if is_page_path(told(path)) else -1
        nothing = size[list(places)] < 0
        page[np.array(places, np.int64)[nothing]] = -1

    def _touched(self) -> list[str]:
        """The paths of pages, as stored, that new changes left or came to."""
        query = """
            SELECT path FROM changes WHERE id > ?1 AND is_page
            UNION SELECT left_path FROM changes WHERE id > ?1 AND left_path IS NOT NULL
        """
        return [path for (path,) in self.db.execute(query, (self.mark.change,))]


def _parts(values: Sequence[str]) -> Iterator[tuple[Sequence[str], str]]:
    """Values in stretches that one query can take, each with its marks."""
    for start in range(0, len(values), 500):
        part = values[start : start + 500]
        yield part, ",".join("?" * len(part))


def _columns(rows: Sequence[tuple[object, ...]], count: int) -> list[list[Any]]:
    return (
        [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(count)]
    )


def _arrays(columns: list[list[Any]], types: tuple[DTypeLike, ...]) -> Columns:
    return tuple(np.array(column, kind) for column, kind in zip(columns, types, strict=True))


def _appended(old: Columns, new: Columns) -> Columns:
    if not len(new[0]):
        return old
    return tuple(np.concatenate(pair) for pair in zip(old, new, strict=True))
