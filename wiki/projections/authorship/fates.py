"""What became of every token: which version removed it last, and at which path it stands."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from wiki.projections.authorship.columns import read_chunk
from wiki.projections.authorship.runs import MOST, SHIFT, Line, tokens_of
from wiki.projections.authorship.state import State

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

TOKENS = 1 << 16
"""The fates of so many tokens are kept in one row."""


def all_fates(state: State, live: Mapping[int, int]) -> tuple[Ints, Ints, set[int]]:
    """For every token the version that removed it last (-1: none) and the first path, by name, where it
    stands (-1: nowhere); and the paths with tokens that stand at several."""
    removed = np.full(state.tokens, -1, np.int32)
    place = np.full(state.tokens, -1, np.int32)
    runs = np.array(state.gone, np.int64)
    ends = np.array(state.gone_end, np.int64)
    version = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    order = np.argsort(_ranks(state)[version], kind="stable")
    index, values = _spread(runs[order], version[order])
    removed[index] = values
    paths = sorted(live, key=state.paths.__getitem__, reverse=True)
    flat: list[int] = []
    sizes = []
    for path in paths:
        before = len(flat)
        _flatten(state.lines(live[path]), flat)
        sizes.append(len(flat) - before)
    index, values = _spread(np.array(flat, np.int64), np.repeat(np.array(paths, np.int64), sizes))
    place[index] = values
    double = place[index] != values
    twice = {*values[double].tolist(), *place[index][double].tolist()}
    return removed, place, twice


def _ranks(state: State) -> Longs:
    """The order of versions: by commit, then path."""
    places, oids = state.places, state.oids
    commits = sorted(range(len(oids)), key=lambda n: (places[n], oids[n]))
    of_commit = np.empty(len(oids), np.int64)
    of_commit[commits] = np.arange(len(oids))
    paths = sorted(range(len(state.paths)), key=state.paths.__getitem__)
    of_path = np.empty(len(paths), np.int64)
    of_path[paths] = np.arange(len(paths))
    commit, path = np.array(state.commit, np.int64), np.array(state.path, np.int64)
    return of_commit[commit] * (len(paths) + 1) + of_path[path]


def _flatten(lines: list[Line], flat: list[int]) -> None:
    if tuple not in set(map(type, lines)):
        flat.extend(lines)  # type: ignore[arg-type]
        return
    for line in lines:
        if type(line) is int:
            flat.append(line)
        else:
            flat.extend(line)  # type: ignore[arg-type]


def _spread(runs: Longs, values: Longs) -> tuple[Longs, Longs]:
    """The tokens of runs, and for each its run's value."""
    first, count = runs >> SHIFT, runs & MOST
    begin = np.cumsum(count) - count
    index = np.repeat(first - begin, count) + np.arange(int(count.sum()))
    return index, np.repeat(values, count)


def write_fates(db: sqlite3.Connection, state: State, removed: Ints, place: Ints) -> None:
    """Write the fates of all tokens."""
    base = np.array(state.base, np.int64)
    for number in range(-(-len(removed) // TOKENS)):
        part = slice(number * TOKENS, (number + 1) * TOKENS)
        _write(db, number, removed[part], place[part], base)


def _write(db: sqlite3.Connection, number: int, removed: Ints, place: Ints, base: Longs) -> None:
    """A row: how many runs of one edit's tokens with one fate, their lengths, removers and places."""
    opens = np.zeros(len(removed), np.bool_)
    opens[0] = True
    opens[1:] = (removed[1:] != removed[:-1]) | (place[1:] != place[:-1])
    start = number * TOKENS
    inside = base[np.searchsorted(base, start) : np.searchsorted(base, start + len(removed))]
    opens[inside - start] = True
    at = np.flatnonzero(opens)
    count = np.diff(at, append=len(removed)).astype(np.int32)
    data = np.concatenate(([len(at)], count, removed[at], place[at])).astype(np.int32).tobytes()
    db.execute("INSERT OR REPLACE INTO columns VALUES ('fates', ?, ?)", (number, data))


def read_fates(db: sqlite3.Connection) -> tuple[Ints, Ints, Ints]:
    """Runs of all tokens in order: how many, the version that removed them last, the path where they
    stand."""
    query = "SELECT data FROM columns WHERE name = 'fates' ORDER BY chunk"
    chunks = [np.frombuffer(row[0], np.int32) for row in db.execute(query)]
    parts = [chunk[1:].reshape(3, -1) for chunk in chunks]
    if not parts:
        nothing = np.zeros(0, np.int32)
        return nothing, nothing, nothing
    count, removed, place = np.concatenate(parts, axis=1)
    return count, removed, place


class FateBook:
    """The fates in a database, changed a few at a time."""

    def __init__(self, db: sqlite3.Connection, state: State) -> None:
        self._db, self._state = db, state
        self._open: dict[int, tuple[Ints, Ints]] = {}

    def remove(self, version: int) -> None:
        """A version removed tokens: the highest ranking counts."""
        state = self._state
        rank = state.rank(version)
        for token in tokens_of(state.gone_of(version)):
            removed, _ = self._at(token)
            before = int(removed[token % TOKENS])
            if before < 0 or state.rank(before) < rank:
                removed[token % TOKENS] = version

    def move(self, path: int, before: int, after: int, live: Ints, twice: set[int]) -> None:
        """Another version stands at a path (-1: none)."""
        state = self._state
        old = set(tokens_of(state.lines(before))) if before >= 0 else set()
        new = set(tokens_of(state.lines(after))) if after >= 0 else set()
        self._leave(path, old - new, live, twice)
        name = state.paths[path]
        for token in new - old:
            _, place = self._at(token)
            where = int(place[token % TOKENS])
            if where >= 0 and where != path:
                twice.update((where, path))
            if where < 0 or name < state.paths[where]:
                place[token % TOKENS] = path

    def _leave(self, path: int, tokens: Iterable[int], live: Ints, twice: set[int]) -> None:
        """Tokens do not stand at a path any more; they may do so elsewhere."""
        state = self._state
        left = set()
        for token in tokens:
            _, place = self._at(token)
            if place[token % TOKENS] == path:
                place[token % TOKENS] = -1
                left.add(token)
        if path not in twice or not left:
            return
        for other in sorted(twice, key=state.paths.__getitem__, reverse=True):
            if other != path and live[other] >= 0:
                for token in left.intersection(tokens_of(state.lines(int(live[other])))):
                    self._at(token)[1][token % TOKENS] = other

    def _at(self, token: int) -> tuple[Ints, Ints]:
        number = token // TOKENS
        found = self._open.get(number)
        if found is None:
            found = self._open[number] = self._read(number)
        return found

    def _read(self, number: int) -> tuple[Ints, Ints]:
        size = min(self._state.tokens - number * TOKENS, TOKENS)
        removed, place = np.full(size, -1, np.int32), np.full(size, -1, np.int32)
        data = read_chunk(self._db, "fates", number)
        if data:
            count, by, where = np.frombuffer(data, np.int32)[1:].reshape(3, -1)
            known = int(count.sum())
            removed[:known] = np.repeat(by, count)
            place[:known] = np.repeat(where, count)
        return removed, place

    def write(self) -> None:
        """Write what has changed."""
        for version in range(self._state.stored, len(self._state.commit)):
            if self._state.added[version]:
                first = self._state.base[version]
                for token in range(first, first + self._state.added[version], TOKENS):
                    self._at(token)
                self._at(first + self._state.added[version] - 1)
        base = self._state.column("base")
        for number, (removed, place) in self._open.items():
            _write(self._db, number, removed, place, base)
