"""The history of a space: every commit and what it changed, pages followed through renames."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from wiki.model import Author, RepositoryReader
from wiki.projections.history import listing, reading, selecting
from wiki.projections.history.column_file import read_file, write_file
from wiki.projections.history.columns import HistoryColumns, database_of, read_columns
from wiki.projections.history.dumping import dump
from wiki.projections.history.recording import record
from wiki.projections.history.rows import (
    ChangeRow,
    CommitRow,
    HistoryRow,
    Scope,
    Totals,
)
from wiki.projections.history.schema import SCHEMA
from wiki.projections.history.signatures import Signature, Signed, signatures, signed
from wiki.projections.projection import Follows, Progress, no_progress
from wiki.projections.store import Store, stored, told

EVERYTHING = Scope()
Shown = Callable[[CommitRow], CommitRow]
WORTH_KEEPING = 500
"""So many commits more than the kept columns have make them worth keeping anew."""
_CURSOR = re.compile(r"-?\d{1,18}-(?:[0-9a-f]{40}|[0-9a-f]{64})")


def as_recorded(commit: CommitRow) -> CommitRow:
    """A commit with everything that git recorded of it."""
    return commit


class History:
    """All commits reachable from the branch's head. Safe between threads; readers never wait.

    Lists are ordered by a commit's place: its time, but never before its parents', whatever the
    clock said that wrote them. Every question raises ``IndexNotReady`` while there is no readable
    history.
    """

    name = "history"
    version = SCHEMA.version
    follows: Follows = "commits"

    def __init__(self, folder: Path, shown: Shown = as_recorded) -> None:
        """``shown`` makes of every commit that is answered what readers may see of it."""
        self._folder, self._shown = folder, shown
        self._store = Store(folder, self.name, SCHEMA)

    # -- following --------------------------------------------------------------------------

    def position(self) -> str | None:
        """The commit it stands at; None if it must be made anew."""
        return self._store.position()

    def advance(self, reader: RepositoryReader, old: str, new: str) -> None:
        """Record the commits of ``new`` that are not in ``old``, its ancestor."""
        with self._store.writing(new) as db:
            record(db, reader, old, new, no_progress)

    def rebuild(self, reader: RepositoryReader, head: str, progress: Progress) -> None:
        """Record everything anew; nothing if ``head`` is ""."""
        with self._store.rebuilding(head) as db:
            if head:
                record(db, reader, "", head, progress)

    def close(self) -> None:
        """Let go of open files."""
        self._store.close()

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """All of its state in a canonical form; equal dumps mean equal histories."""
        with self._store.reading() as db:
            return dump(db)

    # -- lists ------------------------------------------------------------------------------

    def changes(
        self, scope: Scope = EVERYTHING, *, before: str = "", limit: int = 50
    ) -> list[HistoryRow]:
        """Commits that touched a page, a folder or anything, newest first.

        ``before`` is the ``cursor`` of the last commit already seen; anything else gives nothing.
        """
        if before and not _CURSOR.fullmatch(before):
            return []
        with self._store.reading() as db:
            commits = listing.list_commits(db, scope, before, limit)
            return self._rows(listing.with_changes(db, commits, scope))

    def page_history(self, path: str, *, before: str = "", limit: int = 50) -> list[HistoryRow]:
        """The changes of the page that is (or was last) at a path, through renames."""
        return self.changes(Scope(page=path), before=before, limit=limit)

    def count(self, scope: Scope) -> int:
        """How many commits a scope has."""
        with self._store.reading() as db:
            return listing.count_commits(db, scope)

    # -- one page ---------------------------------------------------------------------------

    def last_change(self, path: str) -> HistoryRow | None:
        """The change that made a page's text what it is now."""
        with self._store.reading() as db:
            return self._row(reading.last_change(db, path))

    def last_changes(self, paths: Iterable[str]) -> dict[str, HistoryRow]:
        """``last_change`` of many pages; those never recorded are left out."""
        with self._store.reading() as db:
            found = {p: self._row(reading.last_change(db, p)) for p in paths}
        return {path: row for path, row in found.items() if row is not None}

    def written_by(self, authors: Iterable[Author]) -> set[str]:
        """Paths of the pages now there whose text one of these people changed."""
        with self._store.reading() as db:
            return selecting.written_by(db, authors)

    def changed_since(self, since: int) -> set[str]:
        """Paths of the pages now there whose text was changed at or after a time (UTC seconds)."""
        with self._store.reading() as db:
            return selecting.changed_since(db, since)

    def created(self, path: str) -> HistoryRow | None:
        """The first change of a page: its birth, under whatever name."""
        with self._store.reading() as db:
            return self._row(reading.first_change(db, path))

    def redirect(self, path: str) -> str | None:
        """Where the page is now that was at this path before; None if it is nowhere or never was.

        None also if something is at the path now.
        """
        with self._store.reading() as db:
            if db.execute("SELECT 1 FROM live WHERE path = ?", (stored(path),)).fetchone():
                return None
            query = """
                SELECT live.path FROM live JOIN pages ON pages.id = live.page
                WHERE root = (SELECT root FROM pages WHERE id = ?) ORDER BY live.path LIMIT 1
            """
            page = reading.page_at(db, path)
            row = db.execute(query, (page,)).fetchone() if page is not None else None
            return told(row[0]) if row else None

    def deleted(self, path: str) -> CommitRow | None:
        """The commit that deleted the page last at this path; None if it lives or never was."""
        with self._store.reading() as db:
            if db.execute("SELECT 1 FROM live WHERE path = ?", (stored(path),)).fetchone():
                return None
            touch = reading.last_touch(db, path)
            if touch is None or touch[2] != "deleted":
                return None
            found = reading.find_commit(db, touch[1])
            return self._shown(found[1]) if found else None

    def deleted_pages(self, limit: int = 100) -> list[HistoryRow]:
        """Pages that were deleted and are nowhere now, those deleted last first."""
        with self._store.reading() as db:
            return self._rows(reading.deleted_pages(db, limit))

    # -- one commit -------------------------------------------------------------------------

    def commit(self, oid: str) -> CommitRow | None:
        """A commit of the branch by its full id; None if it is not reachable from the head."""
        with self._store.reading() as db:
            found = reading.find_commit(db, oid)
            return self._shown(found[1]) if found else None

    def find(self, prefix: str) -> CommitRow | None:
        """The one commit whose id begins with at least 7 hex digits; None if there is not one."""
        if not re.fullmatch(r"[0-9a-f]{7,64}", prefix):
            return None
        with self._store.reading() as db:
            found = reading.find_prefix(db, prefix)
            return self._shown(found) if found else None

    def changes_of(self, oids: Sequence[str]) -> list[HistoryRow]:
        """Commits by full id with the first of their changes, in the order asked."""
        with self._store.reading() as db:
            found = (reading.find_commit(db, oid) for oid in oids)
            rows = listing.with_changes(db, [row for row in found if row], EVERYTHING)
            return self._rows(rows)

    def versions(self, path: str, *, limit: int = 1000) -> list[tuple[str, str]]:
        """Commits that touched the page at a path and where each left it, newest first."""
        with self._store.reading() as db:
            return reading.versions(db, path, limit)

    def commit_files(self, oid: str, *, offset: int = 0, limit: int = 1000) -> list[ChangeRow]:
        """A commit's changes by path; none for a merge that only joined what others wrote."""
        with self._store.reading() as db:
            found = reading.find_commit(db, oid)
            return reading.changes_of(db, found[0], oid, offset, limit) if found else []

    def change(self, oid: str, path: str) -> ChangeRow | None:
        """One commit's change to the file it left at (or deleted from) this path."""
        with self._store.reading() as db:
            return reading.change_at(db, oid, path)

    # -- everything -------------------------------------------------------------------------

    def columns(self, known: HistoryColumns | None = None) -> HistoryColumns:
        """The whole history in columns, for reports; what is ``known`` already is not read again.

        A new process knows what another one kept in a file. It is kept anew when that has become old.
        """
        with self._store.reading() as db:
            if known is None:
                known = read_file(self._folder, database_of(db))
            found = read_columns(db, known)
        recorded = known.mark.commits if known else 0
        if found.mark.commits - recorded >= WORTH_KEEPING:
            write_file(self._folder, found)
        return found

    def authors(self) -> list[Author]:
        """Every name and address that wrote something or is named as co-author."""
        query = "SELECT name, email FROM authors WHERE id IN (SELECT author FROM credits)"
        with self._store.reading() as db:
            return sorted(
                (Author(*row) for row in db.execute(query)), key=lambda who: (who.email, who.name)
            )

    def signed(self, known: Signed | None = None) -> Signed:
        """Every author with each account of the wiki that wrote under it; what is ``known`` is not read
        again."""
        with self._store.reading() as db:
            return signed(db, known)

    def signatures(self) -> list[Signature]:
        """Which accounts the wiki wrote into whose changes."""
        with self._store.reading() as db:
            return signatures(db)

    def totals(self) -> Totals:
        """How much history there is, and whether it is all there."""
        query = """
            SELECT (SELECT count(*) FROM commits), (SELECT count(*) FROM changes),
              (SELECT count(DISTINCT author) FROM commits), partial FROM notes
        """
        with self._store.reading() as db:
            return Totals(*db.execute(query).fetchone())

    # -- inside -----------------------------------------------------------------------------

    def _row(self, row: HistoryRow | None) -> HistoryRow | None:
        return replace(row, commit=self._shown(row.commit)) if row is not None else None

    def _rows(self, rows: Iterable[HistoryRow]) -> list[HistoryRow]:
        return [replace(row, commit=self._shown(row.commit)) for row in rows]
