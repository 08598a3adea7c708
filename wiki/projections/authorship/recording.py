"""Taking commits from a repository into the authorship's database."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from wiki.errors import RepositoryDamaged
from wiki.model import RepositoryReader, is_page_path
from wiki.model.patches import PatchedCommit
from wiki.projections.authorship.copies import write_copies
from wiki.projections.authorship.fates import FateBook, all_fates, write_fates
from wiki.projections.authorship.hunks import Words, WordsOfText
from wiki.projections.authorship.state import State
from wiki.projections.authorship.storing import (
    open_state,
    read_live,
    write_more,
    write_standing,
    write_state,
)
from wiki.projections.authorship.weaving import Weaver
from wiki.projections.projection import Progress, no_progress
from wiki.projections.store import clean
from wiki.projections.stretches import length_of

_BATCH = 500_000
"""So many bytes of patches are looked at together."""

_ONE = 400
"""What a commit without any counts as."""


def record(
    db: sqlite3.Connection, reader: RepositoryReader, old: str, new: str, progress: Progress
) -> None:
    """Take every commit of ``new`` that is not in ``old`` ("": nothing is there yet).

    A repository that cannot be read to the end is taken as far as it goes, with a note.
    """
    with _undisturbed():
        if old:
            _record_more(db, reader, old, new)
        else:
            _record_all(db, reader, new, progress)


def _record_all(
    db: sqlite3.Connection, reader: RepositoryReader, new: str, progress: Progress
) -> None:
    state = State()
    _note(db, weave(state, WordsOfText(), reader, "", new, progress))
    live = standing(state, reader, new)
    write_state(db, state)
    removed, place, copies = all_fates(state, live)
    write_fates(db, state, removed, place)
    write_copies(db, copies)
    table = np.full(len(state.paths), -1, np.int32)
    table[list(live)] = list(live.values())
    write_standing(db, table)


def _record_more(db: sqlite3.Connection, reader: RepositoryReader, old: str, new: str) -> None:
    state = open_state(db)
    before = read_live(db)
    _note(db, weave(state, WordsOfText(), reader, old, new, no_progress))
    live = np.full(len(state.paths), -1, np.int32)
    live[: len(before)] = before
    book = FateBook(db, state, live)
    for version in range(state.stored, len(state.commit)):
        book.remove(version)
    for path, version in _moved(state, reader, old, new, live).items():
        if live[path] != version:
            book.move(path, version)
    book.write()
    write_more(db, state)
    write_standing(db, live, before.tobytes())


def _note(db: sqlite3.Connection, partial: str) -> None:
    if partial:
        db.execute("UPDATE notes SET partial = ?", (clean(partial)[:500],))


def _moved(
    state: State, reader: RepositoryReader, old: str, new: str, live: NDArray[np.int32]
) -> dict[int, int]:
    """The version that stands at each path that may hold another now (-1: none).

    Those are the paths that differ between the two trees, and those that new versions came to: a text
    that stayed may have come in once more, by an elder line of history.
    """
    at = state.number(new)
    moved: dict[int, int] = {}
    for change in reader.diff_trees(old, new):
        path = state.known_path(change.path)
        if path is not None and at is not None and is_page_path(change.path):
            blob = change.new.oid.encode() if change.new else b""
            found = state.find(path, blob, at) if blob else None
            moved[path] = -1 if found is None else found
    for path in {state.path[version] for version in range(state.stored, len(state.commit))}:
        standing_now = int(live[path])
        if path not in moved and at is not None and standing_now >= 0:
            found = state.find(path, state.blob[standing_now], at)
            moved[path] = standing_now if found is None else found
    return moved


def weave(
    state: State,
    how: Words,
    reader: RepositoryReader,
    old: str,
    new: str,
    progress: Progress,
    *,
    remembers: bool = True,
) -> str:
    """Weave commits into the state; what could not be read, or ""."""
    weaver = Weaver(state, how, lambda oid: _read(reader, oid), remembers=remembers)
    exclude = [old] if old else []
    # Nobody watches many a pass, and counting walks the whole history.
    total = 0 if old or progress is no_progress else length_of(reader, new)
    done = 0
    try:
        for commits in _batches(reader.patches(new, exclude)):
            weaver.weave(commits)
            done += len(commits)
            progress("authorship", done, total)
    except RepositoryDamaged as error:
        return error.detail
    return ""


def _batches(commits: Iterator[PatchedCommit]) -> Iterator[list[PatchedCommit]]:
    """As many commits at once as have so much text between them."""
    batch: list[PatchedCommit] = []
    size = 0
    try:
        for commit in commits:
            batch.append(commit)
            size += _ONE + sum(len(patch.hunks or b"") for patch in commit.patches)
            if size > _BATCH:
                yield batch
                batch, size = [], 0
    except RepositoryDamaged:
        yield batch
        raise
    yield batch


def standing(state: State, reader: RepositoryReader, head: str) -> dict[int, int]:
    """The version of every page of the head's tree, by path."""
    at = state.number(head)
    live: dict[int, int] = {}
    try:
        for entry in reader.tree(head):
            number = state.known_path(entry.path)
            if number is None or at is None or not is_page_path(entry.path):
                continue
            version = state.find(number, entry.oid.encode(), at)
            if version is not None:
                live[number] = version
    except RepositoryDamaged:
        return live
    return live


def _read(reader: RepositoryReader, oid: bytes) -> bytes | None:
    try:
        return reader.read_blob(oid.decode())
    except RepositoryDamaged:
        return None


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without the collector of cycles: there are none, and it would look at millions of lists."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
