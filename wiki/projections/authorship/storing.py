"""The state in a database, and back."""

from __future__ import annotations

import sqlite3
from array import array

import numpy as np

from wiki.projections.authorship.columns import drop_column_end, read_column, write_column
from wiki.projections.authorship.fates import Fates
from wiki.projections.authorship.state import State
from wiki.projections.store import stored, told

ARRAYS = {
    "commit": "i", "path": "i", "parent": "i", "page": "i", "kind": "b", "added": "i", "removed": "i",
    "restored": "i", "base": "q", "steps": "q", "steps_end": "q", "gone": "q", "gone_end": "q",
    "back": "i", "back_removed": "i", "back_run": "q", "lost_key": "q", "lost_version": "i",
    "lost_line": "q", "lost_runs": "q",
}  # fmt: skip
"""The columns of ``State`` that are arrays, and their item types."""


def write_state(db: sqlite3.Connection, state: State, before: dict[str, int]) -> None:
    """Write what was added to the columns since they had the lengths (bytes) of ``before``."""
    for name, data in _columns(state):
        write_column(db, name, data, before.get(name, 0))


def lengths(state: State) -> dict[str, int]:
    """How long each column is, in bytes."""
    return {name: len(data) for name, data in _columns(state)}


def _columns(state: State) -> list[tuple[str, bytes]]:
    found = [(name, getattr(state, name).tobytes()) for name in ARRAYS]
    parents = array("i")
    for above in state.descent.parents:
        parents.append(len(above))
        parents.extend(above)
    return [
        *found,
        ("oids", "".join(f"{oid}\n" for oid in state.oids).encode()),
        ("places", array("q", state.places).tobytes()),
        ("parents", parents.tobytes()),
        ("paths", "".join(f"{path}\n" for path in _lines(state.paths)).encode()),
        ("blobs", b"".join(blob + b"\n" for blob in state.blob)),
    ]


def _lines(paths: list[str]) -> list[str]:
    return [stored(path).replace("\\", "\\\\").replace("\n", "\\n") for path in paths]


def read_state(db: sqlite3.Connection) -> State:
    """All of the state."""
    state = State()
    for name in ARRAYS:
        getattr(state, name).frombytes(read_column(db, name))
    state.oids = read_column(db, "oids").decode().split("\n")[:-1]
    state.places = read_array(db, "places", "q").tolist()
    parents = read_array(db, "parents", "i")
    at = 0
    while at < len(parents):
        count = parents[at]
        state.descent.add(parents[at + 1 : at + 1 + count])
        at += 1 + count
    state.paths = read_paths(db)
    state.blob = read_column(db, "blobs").split(b"\n")[:-1]
    state.tokens = state.base[-1] + state.added[-1] if state.base else 0
    state.recall_everything()
    return state


def read_array(db: sqlite3.Connection, name: str, kind: str) -> array[int]:
    """A column of numbers."""
    found: array[int] = array(kind)
    found.frombytes(read_column(db, name))
    return found


def read_paths(db: sqlite3.Connection) -> list[str]:
    """All paths by number."""
    lines = read_column(db, "paths").decode().split("\n")[:-1]
    # There are tens of thousands, and hardly one is written in a special way.
    return [told(_unescaped(line)) if "\\" in line or "\0" in line else line for line in lines]


def _unescaped(line: str) -> str:
    if "\\" not in line:
        return line
    return "\\".join(part.replace("\\n", "\n") for part in line.split("\\\\"))


def write_fates(db: sqlite3.Connection, fates: Fates, live: dict[int, int]) -> None:
    """Write what became of the tokens, and which version stands at each path."""
    table = array("i", [number for pair in sorted(live.items()) for number in pair])
    columns = {
        "fate_count": fates.count.tobytes(), "fate_removed": fates.removed.tobytes(),
        "fate_place": fates.place.tobytes(), "live": table.tobytes(),
    }  # fmt: skip
    for name, data in columns.items():
        write_column(db, name, data)
        drop_column_end(db, name, len(data))


def read_live(db: sqlite3.Connection) -> dict[int, int]:
    """The version that stands at each path of the head's tree."""
    table = np.frombuffer(read_column(db, "live"), np.int32)
    return dict(zip(table[0::2].tolist(), table[1::2].tolist(), strict=True))
