"""Lists of commits: of a page, a folder, everything; of a person or of anybody."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from wiki.projections.history.reading import (
    CHANGE,
    author_ids,
    change_row,
    marks,
    page_ids,
    read_commits,
)
from wiki.projections.history.rows import ChangeRow, CommitRow, HistoryRow, Scope
from wiki.projections.store import end_of, stored

_SHOWN = 50

_WRITTEN = """(CASE WHEN commits.author_time BETWEEN 631152000 AND ? + 86400 THEN commits.author_time
  ELSE min(max(commits.commit_time, 631152000), ?) END)"""
"""When a commit was written, by a clock that can be believed; takes the present time twice."""


@dataclass(frozen=True, slots=True)
class _Source:
    """The tables and conditions that pick a scope's commits; ``place`` is the column of order."""

    tables: str
    place: str
    conditions: tuple[str, ...] = ()
    values: tuple[object, ...] = ()

    @property
    def where(self) -> str:
        return f"WHERE {' AND '.join(self.conditions)}" if self.conditions else ""

    def and_also(self, condition: str, *values: object) -> _Source:
        conditions = (*self.conditions, condition)
        return _Source(self.tables, self.place, conditions, self.values + values)


def _source(db: sqlite3.Connection, scope: Scope) -> _Source:
    people = author_ids(db, scope.authors)
    if scope.page:
        ids = page_ids(db, scope.page)
        within = (f"changes.page IN ({marks(ids)})",)
        source = _Source("changes JOIN commits USING (n)", "changes.place", within, tuple(ids))
    elif scope.folder:
        within, values = ("folder = ?",), (stored(scope.folder),)
        source = _Source("scopes JOIN commits USING (n)", "scopes.place", within, values)
    elif scope.authors:
        within = (f"credits.author IN ({marks(people)})",)
        source = _Source("credits JOIN commits USING (n)", "credits.place", within, tuple(people))
    else:
        source = _Source("commits", "commits.place")
    if scope.since is not None:
        source = source.and_also(f"{_WRITTEN} >= ?", scope.now, scope.now, scope.since)
    if scope.until is not None:
        source = source.and_also(f"{_WRITTEN} < ?", scope.now, scope.now, scope.until)
    if not (scope.page or scope.folder) and scope.changing:
        source = source.and_also("commits.files > 0")
    if not scope.authors or not (scope.page or scope.folder):
        return source
    credited = f"SELECT 1 FROM credits WHERE author IN ({marks(people)})"  # noqa: S608 - marks only
    same = f"credits.place = {source.place} AND credits.n = commits.n"
    return source.and_also(f"EXISTS ({credited} AND {same})", *people)


def list_commits(
    db: sqlite3.Connection, scope: Scope, before: str, limit: int
) -> list[tuple[int, CommitRow]]:
    """Commits of a scope with their numbers, newest first, after a cursor."""
    source = _source(db, scope)
    if before:
        at, oid = int(before.rpartition("-")[0]), before.rpartition("-")[2]
        later = f"({source.place} < ? OR ({source.place} = ? AND commits.oid < ?))"
        source = source.and_also(f"{source.place} <= ?", at).and_also(later, at, at, oid)
    query = (
        f"SELECT DISTINCT {source.place}, commits.oid, commits.n FROM {source.tables} {source.where}"  # noqa: S608
        f" ORDER BY {source.place} DESC, commits.oid DESC LIMIT ?"
    )
    rows = db.execute(query, (*source.values, limit)).fetchall()
    return read_commits(db, [row[2] for row in rows])


def count_commits(db: sqlite3.Connection, scope: Scope) -> int:
    """How many commits a scope has."""
    source = _source(db, scope)
    query = f"SELECT count(DISTINCT commits.n) FROM {source.tables} {source.where}"  # noqa: S608
    return int(db.execute(query, source.values).fetchone()[0])


def with_changes(
    db: sqlite3.Connection, commits: Sequence[tuple[int, CommitRow]], scope: Scope
) -> list[HistoryRow]:
    """Commits with those of their changes that lie in the scope."""
    ids = page_ids(db, scope.page) if scope.page else []
    return [_history_row(db, n, commit, scope, ids) for n, commit in commits]


def _history_row(
    db: sqlite3.Connection, n: int, commit: CommitRow, scope: Scope, ids: Sequence[int]
) -> HistoryRow:
    if scope.page:
        changes, total = _picked(db, n, commit, f"page IN ({marks(ids)})", ids)
    elif scope.folder:
        start = stored(scope.folder) + "/"
        around = (start, end_of(start))
        changes, total = _picked(db, n, commit, "path >= ? AND path < ?", around)
        if not changes:
            # It only took files away from here.
            changes, total = _picked(db, n, commit, "left_path >= ? AND left_path < ?", around)
    else:
        changes, total = _picked(db, n, commit, "1", ())[0], commit.files
    return HistoryRow(commit, changes, total)


def _picked(
    db: sqlite3.Connection, n: int, commit: CommitRow, condition: str, values: Sequence[object]
) -> tuple[tuple[ChangeRow, ...], int]:
    """The first of a commit's changes that meet a condition, and how many do."""
    query = f"SELECT {CHANGE} FROM changes WHERE n = ? AND {condition} ORDER BY path LIMIT ?"  # noqa: S608
    rows = db.execute(query, (n, *values, _SHOWN)).fetchall()
    total = len(rows)
    if total == _SHOWN:
        counting = f"SELECT count(*) FROM changes WHERE n = ? AND {condition}"  # noqa: S608
        total = db.execute(counting, (n, *values)).fetchone()[0]
    return tuple(change_row(commit.oid, row) for row in rows), total
