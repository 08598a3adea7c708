"""Columns in a database: cut into chunks of rows, read where they are looked at, written at their end."""

from __future__ import annotations

import sqlite3
import zlib
from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROWS = 1 << 14
"""Rows of a column in one chunk."""


class Source:
    """The connection to read with; it may be another one for every question."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db


class Column:
    """Numbers in a database, and those added since."""

    def __init__(self, source: Source, name: str, kind: str) -> None:
        self._source, self._name, self.typecode = source, name, kind
        self._size = array(kind).itemsize
        self._chunks: dict[int, array[int]] = {}
        self._new: array[int] = array(kind)
        query = "SELECT chunk, length(data) FROM columns WHERE name = ? ORDER BY chunk DESC LIMIT 1"
        last = source.db.execute(query, (name,)).fetchone()
        self._stored = last[0] * ROWS + last[1] // self._size if last else 0
        self._all: NDArray[Any] | None = None

    def __len__(self) -> int:
        return self._stored + len(self._new)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return self._slice(index.start or 0, len(self) if index.stop is None else index.stop)
        if index < 0:
            index += len(self)
        if index >= self._stored:
            return self._new[index - self._stored]
        return self._chunk(index // ROWS)[index % ROWS]

    def _slice(self, start: int, stop: int) -> array[int]:
        found: array[int] = array(self.typecode)
        while start < min(stop, self._stored):
            number, first = divmod(start, ROWS)
            until = min(stop, self._stored, (number + 1) * ROWS)
            found.extend(self._chunk(number)[first : first + until - start])
            start = until
        if stop > self._stored:
            found.extend(self._new[max(start - self._stored, 0) : stop - self._stored])
        return found

    def _chunk(self, number: int) -> array[int]:
        found = self._chunks.get(number)
        if found is None:
            found = self._chunks[number] = array(self.typecode)
            found.frombytes(read_chunk(self._source.db, self._name, number))
        return found

    def append(self, value: int) -> None:
        """Add a row."""
        self._new.append(value)

    def extend(self, values: Iterable[int]) -> None:
        """Add rows."""
        self._new.extend(values)

    def stored(self) -> NDArray[Any]:
        """All rows that are in the database."""
        if self._all is None:
            data = read_column(self._source.db, self._name)
            self._all = np.frombuffer(data, self.typecode)[: self._stored]
        return self._all

    def everything(self) -> NDArray[Any]:
        """All rows."""
        if not self._new:
            return self.stored()
        return np.concatenate((self.stored(), np.array(self._new)))

    def write(self) -> None:
        """Write what was added."""
        if not self._new:
            return
        number, rows = divmod(self._stored, ROWS)
        begun = self._chunk(number)[:rows].tobytes() if rows else b""
        write_column(self._source.db, self._name, begun + self._new.tobytes(), self._size, number)


class TextColumn:
    """Texts of one width in a database, and those added since; "" is written as zeros."""

    def __init__(self, source: Source, name: str, width: int) -> None:
        self._source, self._name, self._width = source, name, width
        query = "SELECT chunk, length(data) FROM columns WHERE name = ? ORDER BY chunk DESC LIMIT 1"
        last = source.db.execute(query, (name,)).fetchone()
        self._stored = last[0] * ROWS + last[1] // width if last else 0
        self._chunks: dict[int, bytes] = {}
        self._new: list[bytes] = []

    def __len__(self) -> int:
        return self._stored + len(self._new)

    def __getitem__(self, index: int) -> bytes:
        if index >= self._stored:
            return self._new[index - self._stored]
        number, row = divmod(index, ROWS)
        found = self._chunks.get(number)
        if found is None:
            found = self._chunks[number] = read_chunk(self._source.db, self._name, number)
        text = found[row * self._width : (row + 1) * self._width]
        return text if text.strip(b"0") else b""

    def append(self, text: bytes) -> None:
        """Add a row."""
        self._new.append(text)

    def index(self, text: bytes) -> int | None:
        """The row of a text that is in the database."""
        for number in range(-(-self._stored // ROWS)):
            chunk = self._chunks.get(number)
            if chunk is None:
                chunk = self._chunks[number] = read_chunk(self._source.db, self._name, number)
            at = chunk.find(text)
            while at >= 0 and at % self._width:
                at = chunk.find(text, at + 1)
            if at >= 0:
                return number * ROWS + at // self._width
        return None

    def write(self) -> None:
        """Write what was added."""
        if not self._new:
            return
        number, rows = divmod(self._stored, ROWS)
        begun = read_chunk(self._source.db, self._name, number) if rows else b""
        data = begun + packed(self._new, self._width)
        write_column(self._source.db, self._name, data, self._width, number)


def whole(column: array[int] | Column) -> NDArray[Any]:
    """All rows of a column, wherever they are, as an array."""
    return np.array(column) if isinstance(column, array) else column.everything()


def packed(texts: Iterable[bytes], width: int) -> bytes:
    """Texts of one width, one after another."""
    nothing = b"0" * width
    return b"".join(text or nothing for text in texts)


def write_column(db: sqlite3.Connection, name: str, data: bytes, size: int, first: int = 0) -> None:
    """Write rows of so many bytes, beginning with a chunk."""
    step = ROWS * size
    for number, at in enumerate(range(0, len(data), step), first):
        write_chunk(db, name, number, data[at : at + step])


def write_chunk(db: sqlite3.Connection, name: str, number: int, data: bytes) -> None:
    """Write one chunk, in place of the one there was."""
    row = (name, number, _sum(name, number, data), data)
    db.execute("INSERT OR REPLACE INTO columns VALUES (?, ?, ?, ?)", row)


def read_chunk(db: sqlite3.Connection, name: str, number: int) -> bytes:
    """One chunk; b"" if it is not there.

    Raises:
        sqlite3.DatabaseError: it is not what was written.
    """
    query = "SELECT chunk, sum, data FROM columns WHERE name = ? AND chunk = ?"
    return b"".join(_sound(name, db.execute(query, (name, number))))


def read_chunks(db: sqlite3.Connection, name: str) -> list[bytes]:
    """All chunks of a column, in order.

    Raises:
        sqlite3.DatabaseError: one of them is not what was written.
    """
    query = "SELECT chunk, sum, data FROM columns WHERE name = ? ORDER BY chunk"
    return _sound(name, db.execute(query, (name,)))


def read_column(db: sqlite3.Connection, name: str) -> bytes:
    """A whole column; fails as ``read_chunks`` does."""
    return b"".join(read_chunks(db, name))


def _sound(name: str, rows: Iterable[tuple[int, int, bytes]]) -> list[bytes]:
    """The chunks as they were written: a bit that turned on the disk would tell of other words."""
    found = []
    for number, known, data in rows:
        if not isinstance(data, bytes) or _sum(name, number, data) != known:
            raise sqlite3.DatabaseError(f"chunk {number} of {name} is not what was written")
        found.append(data)
    return found


def _sum(name: str, number: int, data: bytes) -> int:
    return zlib.crc32(data, zlib.crc32(f"{name} {number}".encode()))
