"""Columns in a database: a column is cut into chunks, so that its end can be written again cheaply."""

from __future__ import annotations

import sqlite3

CHUNK = 1 << 17
"""Bytes of a column in one row."""


def write_column(db: sqlite3.Connection, name: str, data: bytes | memoryview, start: int = 0) -> None:
    """Write a column from the byte ``start`` on; what stood before is as it was."""
    first = start // CHUNK
    view = memoryview(data)
    rows = (
        (name, number, bytes(view[number * CHUNK : (number + 1) * CHUNK]))
        for number in range(first, -(-len(view) // CHUNK))
    )
    db.executemany("INSERT OR REPLACE INTO columns VALUES (?, ?, ?)", rows)


def drop_column_end(db: sqlite3.Connection, name: str, length: int) -> None:
    """Forget the chunks behind the end of a column of so many bytes."""
    db.execute("DELETE FROM columns WHERE name = ? AND chunk >= ?", (name, -(-length // CHUNK)))


def read_column(db: sqlite3.Connection, name: str) -> bytes:
    """A whole column."""
    rows = db.execute("SELECT data FROM columns WHERE name = ? ORDER BY chunk", (name,))
    return b"".join(row[0] for row in rows)
