"""Writing commits into the history, oldest first. Rows once written never change."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from wiki.errors import RepositoryDamaged
from wiki.model import Author, Commit, FileChange, RepositoryReader, is_page_path
from wiki.model.pushing import PushRecord
from wiki.projections.folders import above
from wiki.projections.history.ancestry import Ancestry
from wiki.projections.history.bringing import Bringing, bringing
from wiki.projections.history.facts import (
    is_content,
    place_of,
    says_revert,
)
from wiki.projections.history.lineage import Lineage, Rank, Revision, Touch
from wiki.projections.history.memory import HistoryMemory
from wiki.projections.projection import Progress
from wiki.projections.store import clean, stored
from wiki.projections.stretches import Logged, in_stretches, length_of

log = logging.getLogger(__name__)

_BATCH = 200
_MESSAGE = 20_000
_TRAILERS = 50


def record(
    db: sqlite3.Connection, reader: RepositoryReader, old: str, new: str, progress: Progress
) -> None:
    """Write every commit of ``new`` that is not in ``old`` ("": nothing is there yet).

    A repository that cannot be read to the end is recorded as far as it goes, with a note.
    """
    recorder = Recorder(db, reader, old)
    exclude = [old] if old else []
    # Counting costs a git process: worth it only where there is somebody to watch a rebuild.
    total = 0 if old else length_of(reader, new)
    done = 0
    try:
        for batch in in_stretches(reader.log(new, exclude), _BATCH):
            recorder.write(batch)
            done += len(batch)
            progress("changes", done, total)
    except RepositoryDamaged as error:
        db.execute("UPDATE notes SET partial = ?", (clean(error.detail)[:500],))
    recorder.settle(old, new)


@dataclass(frozen=True, slots=True)
class _Known:
    """A commit already recorded: its number and place."""

    n: int
    place: int


class Recorder:
    """Records commits into one open transaction."""

    def __init__(self, db: sqlite3.Connection, reader: RepositoryReader, old: str) -> None:
        self._db, self._reader = db, reader
        self._memory = HistoryMemory(db, fresh=not old)
        known = db.execute("SELECT count(*) FROM commits").fetchone()[0]
        self._ancestry = Ancestry(known, lambda: db.execute("SELECT child, parent FROM edges"))
        self._lineage = Lineage(self._memory, self._ancestry)
        self._commits: dict[str, _Known] = {}
        self._authors: dict[Author, int] = {}
        self._sizes: dict[str, int] = {}
        head = self._known(old) if old else None
        if head is not None:
            self._ancestry.keep(head.n, self._ancestry.all())

    def write(self, batch: Sequence[Logged]) -> None:
        """Record commits whose parents are recorded, or come before them."""
        self._measure(change for _, changes in batch for change in changes)
        records = self._records([commit.oid for commit, _ in batch])
        for commit, changes in batch:
            if self._known(commit.oid) is None:
                self._write_commit(commit, changes, bringing(commit, records.get(commit.oid)))

    def _records(self, commits: Sequence[str]) -> Mapping[str, PushRecord]:
        try:
            return self._reader.pushes(commits)
        except RepositoryDamaged:
            # Who wrote and what is still told; who brought it is told by a rebuild once that is mended.
            log.exception("the log of pushes cannot be read")
            return {}

    def _known(self, oid: str) -> _Known | None:
        found = self._commits.get(oid)
        if found is None:
            query = "SELECT n, place FROM commits WHERE oid = ?"
            row = self._db.execute(query, (oid,)).fetchone()
            if row is not None:
                found = self._commits[oid] = _Known(*row)
        return found

    # -- commits ----------------------------------------------------------------------------

    def _write_commit(
        self, commit: Commit, changes: Sequence[FileChange], brought: Bringing
    ) -> None:
        parents = [known for oid in commit.parents if (known := self._known(oid)) is not None]
        numbers = [known.n for known in parents]
        ancestors = self._ancestry.with_ancestors(numbers)
        n = self._ancestry.add(numbers)
        self._ancestry.keep(n, ancestors | 1 << n)
        place = place_of(commit, (known.place for known in parents))
        self._commits[commit.oid] = _Known(n, place)
        self._db.executemany("INSERT OR IGNORE INTO edges VALUES (?, ?)", ((n, p) for p in numbers))
        self._insert_commit(n, place, commit, changes, brought)
        self._credit(n, place, brought)
        if len(numbers) > 1:
            self._lineage.meet(numbers)
        self._write_changes(n, (place, commit.oid), ancestors, commit, changes)

    def _insert_commit(
        self,
        n: int,
        place: int,
        commit: Commit,
        changes: Sequence[FileChange],
        brought: Bringing,
    ) -> None:
        others = [(clean(who.name), clean(who.email)) for who in brought.others]
        trailers = [(clean(k), clean(v)[:1000]) for k, v in brought.trailers[:_TRAILERS]]
        pusher = self._author(brought.pusher) if brought.pusher else None
        row = (
            *(n, commit.oid, place, " ".join(commit.parents)),
            *(self._author(brought.author), commit.author_time, commit.author_offset),
            *(self._author(commit.committer), commit.commit_time),
            *(clean(commit.message[:_MESSAGE]), json.dumps(trailers)),
            *(brought.door, json.dumps(others)),
            *(pusher, self._author(brought.credited[0]), clean(brought.account)),
            *(len(brought.credited) > len(others), brought.pushed_at),
            *(len(changes), sum(is_page_path(change.path) for change in changes)),
        )
        marks = ",".join("?" * len(row))
        self._db.execute(f"INSERT INTO commits VALUES ({marks})", row)  # noqa: S608 - marks only

    def _author(self, author: Author) -> int:
        found = self._authors.get(author)
        if found is None:
            values = (clean(author.name), clean(author.email))
            self._db.execute("INSERT OR IGNORE INTO authors (name, email) VALUES (?, ?)", values)
            query = "SELECT id FROM authors WHERE name = ? AND email = ?"
            found = self._authors[author] = int(self._db.execute(query, values).fetchone()[0])
        return found

    def _credit(self, n: int, place: int, brought: Bringing) -> None:
        credited = {self._author(who) for who in brought.credited}
        self._db.executemany(
            "INSERT INTO credits VALUES (?, ?, ?)", ((who, place, n) for who in credited)
        )

    # -- changes ----------------------------------------------------------------------------

    def _write_changes(
        self,
        n: int,
        rank: Rank,
        ancestors: int,
        commit: Commit,
        changes: Sequence[FileChange],
    ) -> None:
        merge, reverted = commit.is_merge, says_revert(commit)
        folders: set[str] = set()
        rows = []
        for change in changes:
            page = self._lineage.page_of(change, rank, ancestors, merge=merge)
            revert = not merge and (reverted or self._brings_back(page, change, ancestors))
            left = _left(change, merge=merge)
            rows.append(self._row(n, rank[0], change, left, page, revert))
            self._remember(n, rank, change, left, page)
            for path in {change.path, left or change.path}:
                folders.update(above(stored(path)))
        self._db.executemany(
            "INSERT INTO changes VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        folders.discard("")
        self._db.executemany(
            "INSERT INTO scopes VALUES (?, ?, ?)", ((folder, rank[0], n) for folder in folders)
        )

    def _brings_back(self, page: int, change: FileChange, ancestors: int) -> bool:
        if not change.new_oid or change.kind == "copied" or not is_content(change):
            return False
        return self._lineage.is_revert(page, change.new_oid, ancestors)

    def _row(
        self, n: int, place: int, change: FileChange, left: str | None, page: int, revert: bool
    ) -> tuple[object, ...]:
        size = self._size(change.path, change.new_oid)
        before = self._size(change.old_path, change.old_oid)
        grown = size if change.kind == "copied" else size - before
        return (
            *(n, place, stored(change.path), stored(change.old_path)),
            *(None if left is None else stored(left), change.kind, page),
            *(is_page_path(change.path), is_content(change), revert),
            *(bytes.fromhex(change.old_oid), bytes.fromhex(change.new_oid), size, grown),
            *(change.lines_added, change.lines_removed),
        )

    def _remember(
        self, n: int, rank: Rank, change: FileChange, left: str | None, page: int
    ) -> None:
        how: Literal["gone", "held"] = "gone" if change.kind == "deleted" else "held"
        self._memory.touch(change.path, Touch(rank, n, page, how))
        if left is not None:
            self._memory.touch(left, Touch(rank, n, page, "left"))
        if change.new_oid and is_content(change):
            self._memory.revise(page, Revision(rank, n, change.new_oid))

    # -- sizes ------------------------------------------------------------------------------

    def _measure(self, changes: Iterable[FileChange]) -> None:
        """Find the sizes of pages' texts; other files can be large, and nobody asks for theirs."""
        wanted = {
            oid
            for change in changes
            for path, oid in ((change.old_path, change.old_oid), (change.path, change.new_oid))
            if oid and is_page_path(path) and oid not in self._sizes
        }
        for oid, content in self._reader.read_blobs(sorted(wanted)):
            self._sizes[oid] = len(content or b"")

    def _size(self, path: str, oid: str) -> int:
        # The same bytes may lie under another name too, and have been measured for that.
        return self._sizes.get(oid, 0) if is_page_path(path) else 0

    # -- the tree at the head ---------------------------------------------------------------

    def settle(self, old: str, new: str) -> None:
        """Write down which page each path of the head's tree is."""
        present = self._present(old, new)
        everything = self._ancestry.all()
        for path, oid in present.items():
            page = self._lineage.holder(path, everything, join=False) if oid else None
            if page is None:
                self._db.execute("DELETE FROM live WHERE path = ?", (stored(path),))
            else:
                values = (stored(path), page, bytes.fromhex(oid))
                self._db.execute("INSERT OR REPLACE INTO live VALUES (?, ?, ?)", values)

    def _present(self, old: str, new: str) -> dict[str, str]:
        """Paths whose page may have changed, and their text in the head's tree ("": not there)."""
        if not old:
            return {entry.path: entry.oid for entry in self._reader.tree(new)}
        present = {path: self._text_of(path) for path in self._memory.touched_paths()}
        for change in self._reader.diff_trees(old, new):
            present[change.path] = change.new.oid if change.new else ""
        return present

    def _text_of(self, path: str) -> str:
        query = "SELECT oid FROM live WHERE path = ?"
        row = self._db.execute(query, (stored(path),)).fetchone()
        return row[0].hex() if row else ""


def _left(change: FileChange, *, merge: bool) -> str | None:
    """The path a page was taken away from by this change."""
    if change.kind != "renamed" or change.old_path == change.path or merge:
        return None
    return change.old_path
