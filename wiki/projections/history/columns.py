"""The history in columns, for reports: read once, then only what was recorded since.

Commits and changes once recorded never change, so what is known of them is only added to. Which
pages are one, and which are there now, is read anew where it may have changed.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from wiki.model import Author, is_page_path
from wiki.model.history import ChangeKind, Door
from wiki.projections.store import told

DOORS: tuple[Door, ...] = ("web", "push", "api", "proposal", "import", "mcp")
KINDS: tuple[ChangeKind, ...] = ("added", "modified", "deleted", "renamed", "copied")

_COMMITS = """
    SELECT oid, place, author, author_time, commit_time, author_offset, door,
      instr(parents, ' ') > 0, pages FROM commits WHERE n >= ? ORDER BY n
"""
_COMMIT_TYPES: tuple[DTypeLike, ...] = (
    np.bytes_, np.int64, np.int32, np.int64, np.int64, np.int32, np.int8, np.bool_, np.int64
)  # fmt: skip
_CHANGES = """
    SELECT n, page, path, kind, content, revert, size, ifnull(added, 0), ifnull(removed, 0), id
    FROM changes WHERE id > ? AND is_page ORDER BY id
"""
_CHANGE_TYPES: tuple[DTypeLike, ...] = (
    np.int32, np.int32, np.int32, np.int8, np.bool_, np.bool_, np.int64, np.int32, np.int32
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class HistoryColumns:
    """Everything recorded of commits and of changes to pages, in order of arrival.

    ``commits``: id, place, author, author's time, commit time, offset, door (in ``DOORS``), whether a
    merge, how many pages it touched; all as recorded. ``credits``: a commit and a co-author of it.
    ``changes``: commit, page, path (in ``paths``), kind (in ``KINDS``), content, revert, size, lines
    added, lines removed. ``authors`` by their numbers. ``roots``: the page that each recorded page is
    now part of, ``births`` the commit and path of each one's birth. ``live``: for each path (in
    ``paths``) the page there now (-1: none) and its bytes. ``mark`` says what was read so far.
    """

    mark: Mark
    position: str
    partial: str
    authors: dict[int, Author]
    commits: tuple[NDArray[Any], ...]
    credits: tuple[NDArray[np.int32], NDArray[np.int32]]
    changes: tuple[NDArray[Any], ...]
    paths: tuple[str, ...]
    births: tuple[str, ...]
    roots: NDArray[np.int32]
    live: tuple[NDArray[np.int32], NDArray[np.int64]]
    places: dict[str, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a database was read: its file, and the highest numbers seen."""

    file: str = ""
    commits: int = 0
    change: int = 0
    author: int = 0


def read_columns(db: sqlite3.Connection, known: HistoryColumns | None = None) -> HistoryColumns:
    """Everything, or ``known`` with what was recorded since."""
    db.execute("BEGIN")
    try:
        file = str(db.execute("PRAGMA database_list").fetchone()[2])
        if known is not None and known.mark.file != file:
            known = None
        (position,) = db.execute("SELECT position FROM meta").fetchone()
        if known is not None and known.position == position:
            return known
        return _Reading(db, known, file, position).columns()
    finally:
        db.execute("COMMIT")


class _Reading:
    """One reading, within one transaction."""

    def __init__(
        self, db: sqlite3.Connection, known: HistoryColumns | None, file: str, position: str
    ) -> None:
        self.db, self.known, self.file, self.position = db, known, file, position
        self.mark = known.mark if known else Mark()
        self.places = dict(known.places) if known else {}
        self.paths = list(known.paths) if known else []

    def columns(self) -> HistoryColumns:
        authors, author = self._authors()
        commits, is_joined = self._commits()
        credited = self._credits(authors)
        changes, change = self._changes()
        if self.known is not None:
            old = self.known
            commits = _appended(old.commits, commits)
            credited = (
                np.concatenate((old.credits[0], credited[0])),
                np.concatenate((old.credits[1], credited[1])),
            )
        births, roots = self._pages()
        live = self._live(is_joined=is_joined)
        if self.known is not None:
            changes = _appended(self.known.changes, changes)
        (partial,) = self.db.execute("SELECT partial FROM notes").fetchone()
        mark = Mark(self.file, len(commits[0]), change, author)
        return HistoryColumns(
            mark,
            self.position,
            partial,
            authors,
            commits,
            credited,
            changes,
            tuple(self.paths),
            births,
            roots,
            live,
            self.places,
        )

    def _authors(self) -> tuple[dict[int, Author], int]:
        query = "SELECT id, name, email FROM authors WHERE id > ?"
        new = {
            n: Author(name, email) for n, name, email in self.db.execute(query, (self.mark.author,))
        }
        known = self.known.authors if self.known else {}
        return known | new if new else known, max(new, default=self.mark.author)

    def _commits(self) -> tuple[tuple[NDArray[Any], ...], bool]:
        rows = self.db.execute(_COMMITS, (self.mark.commits,)).fetchall()
        doors = {door: code for code, door in enumerate(DOORS)}
        columns = _columns(rows, len(_COMMIT_TYPES))
        columns[0] = [oid.encode() for oid in columns[0]]
        columns[6] = [doors[door] for door in columns[6]]
        return _arrays(columns, _COMMIT_TYPES), any(columns[7])

    def _credits(self, authors: dict[int, Author]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        query = "SELECT n, co_authors FROM commits WHERE n >= ? AND co_authors <> '[]'"
        rows = self.db.execute(query, (self.mark.commits,)).fetchall()
        numbers = {author: n for n, author in authors.items()} if rows else {}
        pairs = [(n, numbers[Author(*who)]) for n, others in rows for who in json.loads(others)]
        return (
            np.array([n for n, _ in pairs], np.int32),
            np.array([author for _, author in pairs], np.int32),
        )

    def _changes(self) -> tuple[tuple[NDArray[Any], ...], int]:
        rows = self.db.execute(_CHANGES, (self.mark.change,)).fetchall()
        kinds = {kind: code for code, kind in enumerate(KINDS)}
        columns = _columns(rows, len(_CHANGE_TYPES) + 1)
        columns[2] = self._places(columns[2])
        columns[3] = [kinds[kind] for kind in columns[3]]
        last = columns.pop()
        return _arrays(columns, _CHANGE_TYPES), max(last, default=self.mark.change)

    def _places(self, paths: list[str]) -> list[int]:
        """The positions of paths as stored, those never met among them."""
        places, found = self.places, []
        for path in paths:
            place = places.get(path)
            if place is None:
                place = places[path] = len(self.paths)
                self.paths.append(told(path) if "\0" in path else path)
            found.append(place)
        return found

    def _pages(self) -> tuple[tuple[str, ...], NDArray[np.int32]]:
        known = self.known.births if self.known else ()
        query = "SELECT id, oid, path FROM pages WHERE id >= ? ORDER BY id"
        new = [
            f"{oid}:{told(path) if chr(0) in path else path}"
            for _, oid, path in self.db.execute(query, (len(known),))
        ]
        births = (*known, *new) if new else known
        roots = np.arange(len(births), dtype=np.int32)
        for page, root in self.db.execute("SELECT id, root FROM pages WHERE root <> id"):
            roots[page] = root
        return births, roots

    def _live(self, *, is_joined: bool) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Where no lines of history were joined, only paths that new commits touched can differ."""
        query = """
            SELECT path, page, (SELECT size FROM changes
              WHERE changes.path = live.path AND new_oid = live.oid AND is_page LIMIT 1) FROM live
        """
        touched: list[int] = []
        rows: list[tuple[str, int, int | None]] = []
        if self.known is None or is_joined:
            rows = self.db.execute(query).fetchall()
        else:
            names = self._touched()
            touched = self._places(names)
            for start in range(0, len(names), 500):
                part = names[start : start + 500]
                marks = ",".join("?" * len(part))
                rows += self.db.execute(f"{query} WHERE path IN ({marks})", part)
        # A page whose text no change is known to have made is still a page.
        rows = [row for row in rows if row[2] is not None or is_page_path(told(row[0]))]
        places = self._places([row[0] for row in rows])
        page = np.full(len(self.paths), -1, np.int32)
        size = np.zeros(len(self.paths), np.int64)
        if self.known is not None and not is_joined:
            page[: len(self.known.live[0])] = self.known.live[0]
            size[: len(self.known.live[1])] = self.known.live[1]
            page[touched], size[touched] = -1, 0
        page[places] = [row[1] for row in rows]
        size[places] = [row[2] or 0 for row in rows]
        return page, size

    def _touched(self) -> list[str]:
        """The paths of pages, as stored, that new changes left or came to."""
        query = """
            SELECT path FROM changes WHERE id > ?1 AND is_page
            UNION SELECT left_path FROM changes WHERE id > ?1 AND left_path IS NOT NULL
        """
        return [path for (path,) in self.db.execute(query, (self.mark.change,))]


def _columns(rows: list[tuple[object, ...]], count: int) -> list[list[Any]]:
    return (
        [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(count)]
    )


def _arrays(columns: list[list[Any]], types: tuple[DTypeLike, ...]) -> tuple[NDArray[Any], ...]:
    return tuple(np.array(column, kind) for column, kind in zip(columns, types, strict=True))


def _appended(
    old: tuple[NDArray[Any], ...], new: tuple[NDArray[Any], ...]
) -> tuple[NDArray[Any], ...]:
    if not len(new[0]):
        return old
    return tuple(np.concatenate(pair) for pair in zip(old, new, strict=True))
