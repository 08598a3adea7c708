"""Reading commits into columns, and what the head makes of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from wiki.errors import RepositoryDamaged
from wiki.model import Commit, FileChange, RepositoryReader, is_hidden, is_page_path
from wiki.projections.catalogue.writing import is_listed
from wiki.projections.history.facts import place_of
from wiki.projections.projection import Progress
from wiki.projections.store import stored, told
from wiki.projections.stretches import in_stretches
from wiki.projections.structure.columns import GONE, Builder, Columns
from wiki.projections.structure.reading import NONE, Marks, leads, read_marks

Rank = tuple[int, str]

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Last:
    """What the last commit that touched a file left there ("": nothing)."""

    rank: Rank
    content: str


NEVER = Last((0, ""), "")


@dataclass(slots=True)
class Known:
    """What was recorded before, read when it is asked for; what is new is kept until it is written."""

    db: sqlite3.Connection
    fresh: bool
    places: dict[str, int] = field(default_factory=dict)
    lasts: dict[str, Last] = field(default_factory=dict)

    def place(self, oid: str) -> int | None:
        """Where a commit stands in the order of the history; None if it is not recorded."""
        if self.fresh or oid in self.places:
            return self.places.get(oid)
        row = self.db.execute("SELECT place FROM known WHERE oid = ?", (oid,)).fetchone()
        return row[0] if row else None

    def last(self, path: str) -> Last:
        """The last recorded state of a file."""
        return self.lasts.get(path) or self.before(path)

    def before(self, path: str) -> Last:
        """The state of a file that was last before this recording began."""
        if self.fresh:
            return NEVER
        query = "SELECT place, oid, content FROM lasts WHERE path = ?"
        row = self.db.execute(query, (stored(path),)).fetchone()
        return Last((row[0], row[1]), row[2]) if row else NEVER

    def write(self) -> None:
        """Write what is new."""
        self.db.executemany("INSERT INTO known VALUES (?, ?)", self.places.items())
        self.db.executemany(
            "INSERT OR REPLACE INTO lasts VALUES (?, ?, ?, ?)",
            ((stored(path), *last.rank, last.content) for path, last in self.lasts.items()),
        )


class Recorder:
    """Reads versions in the order of the log."""

    def __init__(self, known: Known, reader: RepositoryReader) -> None:
        self._known, self._reader = known, reader
        self._texts: dict[str, Marks] = {}
        self._empty: int | None = None
        self.built = Builder()

    def read(self, new: str, exclude: Sequence[str], progress: Progress, total: int) -> None:
        """Every commit of ``new`` that is not in ``exclude``; as far as they can be read."""
        done = 0
        try:
            for batch in in_stretches(self._reader.log(new, exclude, detailed=False), _BATCH):
                self._look(change for _, changes in batch for change in changes)
                for commit, changes in batch:
                    self._add(commit, changes)
                done += len(batch)
                progress("links", done, total)
        except RepositoryDamaged:
            return  # the head's tree, which is read next, says what there is now

    def _look(self, changes: Iterable[FileChange]) -> None:
        wanted = dict.fromkeys(
            change.new_oid
            for change in changes
            if change.new_oid and change.new_oid not in self._texts and is_page_path(change.path)
        )
        for oid, content in self._reader.read_blobs(wanted):
            self._texts[oid] = read_marks(content)

    def _add(self, commit: Commit, changes: Iterable[FileChange]) -> None:
        if self._known.place(commit.oid) is not None:
            return
        parents = (self._known.place(oid) for oid in commit.parents)
        place = place_of(commit, (parent for parent in parents if parent is not None))
        self._known.places[commit.oid] = place
        for change in changes:
            if change.kind == "renamed" and change.old_path != change.path and not commit.is_merge:
                self._leave((place, commit.oid), change.old_path, "")
            self._leave((place, commit.oid), change.path, change.new_oid)

    def _leave(self, rank: Rank, path: str, content: str) -> None:
        if is_hidden(path):
            return
        self.built.add(rank[1], path, self.marks(path, content))
        if rank >= self._known.last(path).rank:
            self._known.lasts[path] = Last(rank, content)

    def marks(self, path: str, content: str) -> int:
        """The number of the marks of a file with this content."""
        if not content:
            return GONE
        found = self._texts.get(content, NONE) if is_page_path(path) else NONE
        if found is not NONE:
            return self.built.marks(leads(found.links, path), found.tags)
        if self._empty is None:
            self._empty = self.built.marks((), ())
        return self._empty


# -- the head --------------------------------------------------------------------------------


def settle_all(known: Known, reader: RepositoryReader, head: str) -> None:
    """Write down which files the head has otherwise than the last that touched them left them."""
    present = {entry.path: entry.oid for entry in reader.tree(head) if is_listed(entry)}
    _settle(known, reader, {path: present.get(path, "") for path in {*present, *known.lasts}})


def settle_changed(known: Known, reader: RepositoryReader, old: str, new: str) -> None:
    """The same for what may have changed from one head to the next."""
    present = {path: _content_at_head(known, path) for path in known.lasts}
    for change in reader.diff_trees(old, new):
        if not is_hidden(change.path):
            there = change.new if change.new is not None and is_listed(change.new) else None
            present[change.path] = there.oid if there else ""
    _settle(known, reader, present)


def _content_at_head(known: Known, path: str) -> str:
    """What the head recorded before has at a path."""
    query = "SELECT content FROM settled WHERE path = ?"
    row = known.db.execute(query, (stored(path),)).fetchone()
    return str(row[0]) if row else known.before(path).content


def _settle(known: Known, reader: RepositoryReader, present: Mapping[str, str]) -> None:
    other = {path: oid for path, oid in present.items() if oid != known.last(path).content}
    if not known.fresh:
        same = ((stored(path),) for path in present if path not in other)
        known.db.executemany("DELETE FROM settled WHERE path = ?", same)
    pages = dict.fromkeys(oid for path, oid in other.items() if oid and is_page_path(path))
    texts = {oid: read_marks(content) for oid, content in reader.read_blobs(pages)}
    for path, oid in other.items():
        marks = texts.get(oid, NONE) if is_page_path(path) else NONE
        told_marks = json.dumps([leads(marks.links, path), marks.tags])
        known.db.execute(
            "INSERT OR REPLACE INTO settled VALUES (?, ?, ?)", (stored(path), oid, told_marks)
        )


def settled(db: sqlite3.Connection, head: str) -> Columns:
    """What the head has otherwise, as versions that it made."""
    built = Builder()
    for path, content, marks in db.execute("SELECT * FROM settled ORDER BY path"):
        found, tags = json.loads(marks)
        built.add(head, told(path), built.marks(map(tuple, found), tags) if content else GONE)
    return built.columns()
