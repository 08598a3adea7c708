"""The state in a database, and back."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable

import numpy as np

from wiki.projections.authorship import descent
from wiki.projections.authorship.columns import (
    Column,
    Source,
    TextColumn,
    packed,
    read_column,
    write_column,
)
from wiki.projections.authorship.state import COLUMNS, State
from wiki.projections.store import stored, told


def write_state(db: sqlite3.Connection, state: State) -> None:
    """Write a state that is not in the database at all."""
    width = len(state.oids[0]) if state.oids else 40
    db.execute("UPDATE notes SET width = ?", (width,))
    for owner, columns in ((state, COLUMNS), (state.descent, descent.COLUMNS)):
        for name in columns:
            column = getattr(owner, name)
            write_column(db, name, column.tobytes(), column.itemsize)
    write_column(db, "oids", packed(state.oids, width), width)
    write_column(db, "blobs", packed(state.blob, width), width)
    _write_paths(db, state.paths, 0)


def write_more(db: sqlite3.Connection, state: State, paths: int) -> None:
    """Write what was added to a state since it was opened with so many paths."""
    for owner, columns in ((state, COLUMNS), (state.descent, descent.COLUMNS)):
        for name in columns:
            getattr(owner, name).write()
    state.oids.write()
    state.blob.write()
    if len(state.paths) > paths:
        _write_paths(db, state.paths[paths:], paths)


def open_state(db: sqlite3.Connection) -> State:
    """The state in a database, its columns to be read where they are looked at."""
    state, source = State(), Source(db)
    width = db.execute("SELECT width FROM notes").fetchone()[0]
    for owner, columns in ((state, COLUMNS), (state.descent, descent.COLUMNS)):
        for name, kind in columns.items():
            setattr(owner, name, Column(source, name, kind))
    state.source = source
    state.oids, state.blob = TextColumn(source, "oids", width), TextColumn(source, "blobs", width)
    state.paths = read_paths(db)
    state.stored = len(state.commit)
    state.stored_losses, state.stored_comebacks = len(state.lost_key), len(state.back)
    last = state.stored - 1
    state.tokens = state.base[last] + state.added[last] if state.stored else 0
    if len(state.descent):
        state.descent.know_all(len(state.descent) - 1)
    return state


def _write_paths(db: sqlite3.Connection, paths: list[str], first: int) -> None:
    lines = (stored(path).replace("\\", "\\\\").replace("\n", "\\n") for path in paths)
    data = "".join(f"{line}\n" for line in lines).encode()
    # Rows are of a first path's number on; they need not be of one size.
    db.execute("INSERT INTO columns VALUES ('paths', ?, ?)", (first, data))


def read_paths(db: sqlite3.Connection) -> list[str]:
    """All paths by number."""
    lines = read_column(db, "paths").decode().split("\n")[:-1]
    return [told(_unescaped(line)) if "\\" in line or "\0" in line else line for line in lines]


def _unescaped(line: str) -> str:
    return "\\".join(part.replace("\\n", "\n") for part in line.split("\\\\"))


def write_standing(db: sqlite3.Connection, live: dict[int, int], twice: Iterable[int]) -> None:
    """Write which version stands at each path, and the paths whose tokens stand elsewhere too."""
    table = np.array(sorted(live.items()), np.int32).tobytes()
    for name, data in (("live", table), ("twice", array("i", sorted(twice)).tobytes())):
        db.execute("DELETE FROM columns WHERE name = ?", (name,))
        write_column(db, name, data, 8 if name == "live" else 4)


def read_live(db: sqlite3.Connection) -> dict[int, int]:
    """The version that stands at each path of the head's tree."""
    table = np.frombuffer(read_column(db, "live"), np.int32)
    return dict(zip(table[0::2].tolist(), table[1::2].tolist(), strict=True))


def read_twice(db: sqlite3.Connection) -> set[int]:
    """The paths with tokens that stand at other paths too."""
    return set(np.frombuffer(read_column(db, "twice"), np.int32).tolist())
