"""The state in a database, and back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiki.projections.authorship.columns import (
    ROWS,
    Column,
    Source,
    TextColumn,
    packed,
    read_column,
    write_chunk,
    write_column,
)
from wiki.projections.authorship.state import State
from wiki.projections.store import stored, told


def write_state(db: sqlite3.Connection, state: State) -> None:
    """Write a state that is not in the database at all."""
    width = len(state.oids[0]) if state.oids else 40
    db.execute("UPDATE notes SET width = ?", (width,))
    for owner, name, _ in state.owners():
        column = getattr(owner, name)
        write_column(db, name, column.tobytes(), column.itemsize)
    write_column(db, "oids", packed(state.oids, width), width)
    write_column(db, "blobs", packed(state.blob, width), width)
    _write_paths(db, state.paths, 0)


def write_more(db: sqlite3.Connection, state: State) -> None:
    """Write what was added to a state since it was opened."""
    for owner, name, _ in state.owners():
        getattr(owner, name).write()
    state.oids.write()
    state.blob.write()
    if added := state.paths.added():
        _write_paths(db, added, len(state.paths) - len(added))


def open_state(db: sqlite3.Connection) -> State:
    """The state in a database, its columns to be read where they are looked at."""
    state, source = State(), Source(db)
    width = db.execute("SELECT width FROM notes").fetchone()[0]
    for owner, name, kind in state.owners():
        setattr(owner, name, Column(source, name, kind))
    state.source = source
    state.oids, state.blob = TextColumn(source, "oids", width), TextColumn(source, "blobs", width)
    state.paths = StoredPaths(read_column(db, "paths"))
    state.stored = len(state.commit)
    state.losses.know_stored()
    last = state.stored - 1
    state.tokens = state.base[last] + state.added[last] if state.stored else 0
    if len(state.descent):
        state.descent.know_all(len(state.descent) - 1)
    return state


def _write_paths(db: sqlite3.Connection, paths: Iterable[str], first: int) -> None:
    lines = (stored(path).replace("\\", "\\\\").replace("\n", "\\n") for path in paths)
    data = "".join(f"{line}\n" for line in lines).encode()
    # Rows are of a first path's number on; they need not be of one size.
    write_chunk(db, "paths", first, data)


class StoredPaths(Sequence[str]):
    """The paths in a database by number, and those added since."""

    def __init__(self, raw: bytes) -> None:
        self._raw = b"\n" + raw
        self._count = raw.count(b"\n")
        self._lines: list[bytes] | None = None
        self._new: list[str] = []

    def __len__(self) -> int:
        return self._count + len(self._new)

    def __getitem__(self, number: Any) -> Any:
        if number >= self._count:
            return self._new[number - self._count]
        if self._lines is None:
            self._lines = self._raw.split(b"\n")
        return _path(self._lines[number + 1].decode())

    def append(self, path: str) -> None:
        """Add a path."""
        self._new.append(path)

    def number(self, path: str) -> int | None:
        """The number of a path that is in the database."""
        line = stored(path).replace("\\", "\\\\").replace("\n", "\\n")
        at = self._raw.find(f"\n{line}\n".encode())
        return self._raw.count(b"\n", 0, at) if at >= 0 else None

    def added(self) -> list[str]:
        """The paths that are not in the database."""
        return self._new


def read_paths(db: sqlite3.Connection) -> list[str]:
    """All paths by number."""
    return [_path(line) for line in read_column(db, "paths").decode().split("\n")[:-1]]


def _path(line: str) -> str:
    if "\\" not in line and "\0" not in line:
        return line
    return told("\\".join(part.replace("\\n", "\n") for part in line.split("\\\\")))


def write_standing(db: sqlite3.Connection, live: NDArray[np.int32], before: bytes = b"") -> None:
    """Write the version that stands at each path (-1: none), which were ``before``."""
    data = live.tobytes()
    step = ROWS * live.itemsize
    for number, at in enumerate(range(0, len(data), step)):
        if data[at : at + step] != before[at : at + step]:
            write_column(db, "live", data[at : at + step], live.itemsize, number)


def read_live(db: sqlite3.Connection) -> NDArray[np.int32]:
    """The version that stands at each path of the head's tree (-1: none)."""
    return np.frombuffer(read_column(db, "live"), np.int32)
