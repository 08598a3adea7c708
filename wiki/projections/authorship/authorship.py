"""Who wrote every word of every page, over the whole history."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wiki.model import RepositoryReader
from wiki.projections.authorship import reading
from wiki.projections.authorship.dumping import dump
from wiki.projections.authorship.recording import record
from wiki.projections.authorship.rows import PageVersion, VersionRuns, WordLedger
from wiki.projections.authorship.schema import SCHEMA
from wiki.projections.authorship.state import State
from wiki.projections.authorship.storing import open_state, read_live
from wiki.projections.authorship.versions import DELETED
from wiki.projections.projection import Follows, Progress, no_progress
from wiki.projections.store import Store


class Authorship:
    """The origin and the end of every word. Safe between threads; readers never wait.

    Every question raises ``IndexNotReady`` while there is no readable authorship.
    """

    name = "authorship"
    version = SCHEMA.version
    follows: Follows = "commits"

    def __init__(self, folder: Path) -> None:
        self._store = Store(folder, self.name, SCHEMA)
        self._kept: tuple[object, State, NDArray[np.int32]] | None = None
        self._lock = threading.Lock()

    # -- following --------------------------------------------------------------------------

    def position(self) -> str | None:
        """The commit it stands at; None if it must be made anew."""
        return self._store.position()

    def advance(self, reader: RepositoryReader, old: str, new: str) -> None:
        """Take the commits of ``new`` that are not in ``old``, its ancestor."""
        with self._store.writing(new) as db:
            record(db, reader, old, new, no_progress)

    def rebuild(self, reader: RepositoryReader, head: str, progress: Progress) -> None:
        """Take everything anew; nothing if ``head`` is ""."""
        with self._store.rebuilding(head) as db:
            if head:
                record(db, reader, "", head, progress)

    def close(self) -> None:
        """Let go of open files and of what was kept."""
        self._kept = None
        self._store.close()

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """All of its state in a canonical form; equal dumps mean equal authorship."""
        with self._asked() as db:
            return dump(db)

    # -- questions --------------------------------------------------------------------------

    def ledger(self) -> WordLedger:
        """Every edit's words and what became of them."""
        with self._asked() as db:
            return reading.ledger(db)

    def partial(self) -> str:
        """What of the history could not be read; "" if all of it was."""
        with self._asked() as db:
            return str(db.execute("SELECT partial FROM notes").fetchone()[0])

    def page(self, path: str) -> PageVersion | None:
        """Who wrote the page that stands at a path; None if there is none."""
        with self._lock, self._asked() as db:
            state, live = self._state(db)
            place = state.known_path(path)
            version = -1 if place is None else int(live[place])
            return None if version < 0 else reading.page_version(state, version)

    def text(self, commit: str, path: str) -> PageVersion | None:
        """Who wrote the text that a commit left at a path; None if it did not change that page."""
        with self._lock, self._asked() as db:
            state, _ = self._state(db)
            number, place = state.number(commit), state.known_path(path)
            if number is None or place is None:
                return None
            version = state.version_at(number, place)
            return None if version is None else reading.page_version(state, version)

    def runs(self, left: Iterable[tuple[str, str]]) -> tuple[list[VersionRuns | None], list[str]]:
        """Who wrote the texts that commits left at paths, many at once (None as for ``text``), and
        the writers' commits."""
        found: list[VersionRuns | None] = []
        with self._lock, self._asked() as db:
            state, _ = self._state(db)
            for commit, path in left:
                number, place = state.number(commit), state.known_path(path)
                known = None if number is None or place is None else state.version_at(number, place)
                found.append(None if known is None else reading.version_runs(state, known))
            dense, writers = reading.numbered_anew(found)
            return dense, [state.oid(state.commit[born]) for born in writers]

    def versions(self, path: str, limit: int = 1000) -> list[PageVersion]:
        """The last versions of the page that is (or was last) at a path, oldest first."""
        with self._lock, self._asked() as db:
            state, live = self._state(db)
            place = state.known_path(path)
            if place is None:
                return []
            latest = int(live[place])
            if latest < 0:
                latest = state.last_at(place)
            found = [v for v in reading.versions_of(state, latest) if state.kind[v] != DELETED]
            return [reading.page_version(state, each) for each in reversed(found[:limit])]

    @contextmanager
    def _asked(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state of the database, whatever is followed meanwhile."""
        with self._store.reading() as db:
            db.execute("BEGIN")
            try:
                yield db
            finally:
                if db.in_transaction:
                    db.rollback()

    def _state(self, db: sqlite3.Connection) -> tuple[State, NDArray[np.int32]]:
        """The state as stored, read once per version of it."""
        # A database made anew is another file.
        file = db.execute("PRAGMA database_list").fetchone()[2]
        key = (file, db.execute("SELECT position FROM meta").fetchone()[0])
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, open_state(db), read_live(db))
        source = self._kept[1].source
        assert source is not None
        source.db = db
        return self._kept[1], self._kept[2]
