"""The structure of a space: links and tags of every version of every page."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from wiki.model import RepositoryReader
from wiki.projections.projection import Follows, Progress, no_progress
from wiki.projections.store import Store
from wiki.projections.stretches import length_of
from wiki.projections.structure.columns import (
    NUMBERS,
    TEXTS,
    Columns,
    joined,
    packed,
    rows,
    unpacked,
)
from wiki.projections.structure.recording import (
    Known,
    Recorder,
    settle_all,
    settle_changed,
    settled,
)
from wiki.projections.structure.schema import COLUMNS, SCHEMA

_DUMPED = ("known", "lasts", "settled")


class Structure:
    """Links and tags through time. Safe between threads; readers never wait.

    Every question raises ``IndexNotReady`` while there is no readable structure.
    """

    name = "structure"
    version = SCHEMA.version
    follows: Follows = "commits"

    def __init__(self, folder: Path) -> None:
        self._store = Store(folder, self.name, SCHEMA)

    def position(self) -> str | None:
        """The commit it stands at; None if it must be made anew."""
        return self._store.position()

    def advance(self, reader: RepositoryReader, old: str, new: str) -> None:
        """Record the commits of ``new`` that are not in ``old``, its ancestor."""
        with self._store.writing(new) as db:
            known = Known(db, fresh=False)
            recorder = Recorder(known, reader)
            recorder.read(new, [old] if old else [], no_progress, 0)
            if old:
                settle_changed(known, reader, old, new)
            else:
                settle_all(known, reader, new)
            known.write()
            _append(db, recorder.built.columns())

    def rebuild(self, reader: RepositoryReader, head: str, progress: Progress) -> None:
        """Record everything anew; nothing if ``head`` is ""."""
        with self._store.rebuilding(head) as db:
            if not head:
                return
            known = Known(db, fresh=True)
            recorder = Recorder(known, reader)
            recorder.read(head, [], progress, length_of(reader, head))
            settle_all(known, reader, head)
            known.write()
            _append(db, recorder.built.columns())

    def close(self) -> None:
        """Let go of open files."""
        self._store.close()

    def columns(self) -> Columns:
        """Every version of every file, those of one commit's parents before its own.

        Files that the head has otherwise than the last commit that touched them left them (a merge
        may decide so) come at the end, as if the head had changed them.
        """
        with self._store.reading() as db:
            position: str = db.execute("SELECT position FROM meta").fetchone()[0]
            return joined([*_segments(db), settled(db, position)])

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """All of its state in a canonical form; equal dumps mean equal structures."""
        with self._store.reading() as db:
            found = {name: sorted(db.execute(f"SELECT * FROM {name}")) for name in _DUMPED}  # noqa: S608 - our names
            return {**found, "versions": rows(joined(_segments(db)))}


def _segments(db: sqlite3.Connection) -> list[Columns]:
    query = f"SELECT {COLUMNS} FROM segments ORDER BY id"  # noqa: S608 - our columns
    return [unpacked(row) for row in db.execute(query)]


def _append(db: sqlite3.Connection, columns: Columns) -> None:
    """Add versions at the end; a segment is always more than twice as long as the one after it."""
    if not len(columns):
        return
    while True:
        last = db.execute("SELECT id, versions FROM segments ORDER BY id DESC LIMIT 1").fetchone()
        if last is None or last[1] > 2 * len(columns):
            break
        query = f"SELECT {COLUMNS} FROM segments WHERE id = ?"  # noqa: S608 - our columns
        before = unpacked(db.execute(query, (last[0],)).fetchone())
        columns = joined([before, columns])
        db.execute("DELETE FROM segments WHERE id = ?", (last[0],))
    marks = ",".join("?" * (len(TEXTS) + len(NUMBERS)))
    query = f"INSERT INTO segments (versions, {COLUMNS}) VALUES (?, {marks})"  # noqa: S608 - our columns
    db.execute(query, (len(columns), *packed(columns)))
