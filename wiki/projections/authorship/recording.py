"""Taking commits from a repository into the authorship's database."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from wiki.errors import RepositoryDamaged
from wiki.model import RepositoryReader, is_page_path
from wiki.projections.authorship.fates import fates_of
from wiki.projections.authorship.hunks import Words, WordsOfText
from wiki.projections.authorship.state import State
from wiki.projections.authorship.storing import (
    lengths,
    read_state,
    write_fates,
    write_state,
)
from wiki.projections.authorship.weaving import Weaver
from wiki.projections.projection import Progress
from wiki.projections.store import clean

_BATCH = 200


def record(
    db: sqlite3.Connection, reader: RepositoryReader, old: str, new: str, progress: Progress
) -> None:
    """Take every commit of ``new`` that is not in ``old`` ("": nothing is there yet).

    A repository that cannot be read to the end is taken as far as it goes, with a note.
    """
    with _undisturbed():
        state = read_state(db) if old else State()
        before = lengths(state) if old else {}
        partial = weave(state, WordsOfText(), reader, old, new, progress)
        if partial:
            db.execute("UPDATE notes SET partial = ?", (clean(partial)[:500],))
        live = standing(state, reader, new)
        write_state(db, state, before)
        write_fates(db, fates_of(state, live), live)


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
    merges = _Merges(reader, new, exclude)
    total = 0 if old else _count(reader, new)
    try:
        for done, commit in enumerate(reader.patches(new, exclude)):
            if commit.oid not in state.numbers:
                weaver.weave(commit, merges.of(commit.oid) if len(commit.parents) > 1 else ())
            if not done % _BATCH:
                progress("authorship", done, total)
    except RepositoryDamaged as error:
        return error.detail
    return ""


class _Merges:
    """What merges made of pages, asked of git when the first merge comes by."""

    def __init__(self, reader: RepositoryReader, new: str, exclude: list[str]) -> None:
        self._ask = (reader, new, exclude)
        self._known: dict[str, list] | None = None  # type: ignore[type-arg]

    def of(self, oid: str) -> list:  # type: ignore[type-arg]
        if self._known is None:
            reader, new, exclude = self._ask
            self._known = reader.merges(new, exclude)
        return self._known.get(oid, [])


def standing(state: State, reader: RepositoryReader, head: str) -> dict[int, int]:
    """The version of every page of the head's tree, by path."""
    at = state.numbers.get(head, -1)
    live = {}
    try:
        for entry in reader.tree(head):
            number = state.path_ids.get(entry.path)
            if number is None or not is_page_path(entry.path) or at < 0:
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


def _count(reader: RepositoryReader, new: str) -> int:
    try:
        return reader.commit_count(new)
    except RepositoryDamaged:
        return 0


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
