"""What became of every token: which version removed it last, and at which path it counts."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from wiki.projections.authorship.columns import read_chunk, read_chunks, whole, write_chunk
from wiki.projections.authorship.copies import as_rows, read_copies, write_copies
from wiki.projections.authorship.runs import MOST, SHIFT, Line, tokens_of
from wiki.projections.authorship.state import State

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

TOKENS = 1 << 16
"""The fates of so many tokens are kept in one row."""


def all_fates(state: State, live: Mapping[int, int]) -> tuple[Ints, Ints, Longs]:
    """For every token the version that removed it last (-1: none) and the path where it counts (-1: it
    stands nowhere); and the other paths where tokens stand (rows of ``copies``).

    A token counts on the page that it was written for if it stands there, else on the first by name.
    """
    removed = np.full(state.tokens, -1, np.int32)
    runs = np.array(state.gone, np.int64)
    ends = np.array(state.gone_end, np.int64)
    version = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    order = np.argsort(_ranks(state)[version], kind="stable")
    index, values = _spread(runs[order], version[order])
    removed[index] = values
    place, copies = _places(state, live)
    return removed, place, copies


def _places(state: State, live: Mapping[int, int]) -> tuple[Ints, Longs]:
    """Where each token counts, and where else tokens stand."""
    place = np.full(state.tokens, -1, np.int32)
    paths = sorted(live, key=state.paths.__getitem__, reverse=True)
    flat: list[int] = []
    sizes = []
    for path in paths:
        before = len(flat)
        _flatten(state.lines(live[path]), flat)
        sizes.append(len(flat) - before)
    token, at = _spread(np.array(flat, np.int64), np.repeat(np.array(paths, np.int64), sizes))
    # Of several values for one place numpy keeps the last: the first by name.
    place[token] = at
    several = np.zeros(state.tokens, np.bool_)
    several[token[place[token] != at]] = True
    twice = several[token]
    token, at = token[twice], at[twice]
    base, page = np.array(state.base, np.int64), np.array(state.page, np.int64)
    page_at = np.full(len(state.paths), -1, np.int64)
    page_at[list(live)] = page[list(live.values())]
    home = page_at[at] == page[np.searchsorted(base, token, "right") - 1]
    place[token[home]] = at[home]
    other = place[token] != at
    return place, as_rows(at[other], token[other], base)


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
    write_chunk(db, "fates", number, data)


def read_fates(db: sqlite3.Connection) -> tuple[Ints, Ints, Ints]:
    """Runs of all tokens in order: how many, the version that removed them last, the path where they
    stand."""
    chunks = [np.frombuffer(chunk, np.int32) for chunk in read_chunks(db, "fates")]
    parts = [chunk[1:].reshape(3, -1) for chunk in chunks]
    if not parts:
        nothing = np.zeros(0, np.int32)
        return nothing, nothing, nothing
    count, removed, place = np.concatenate(parts, axis=1)
    return count, removed, place


class FateBook:
    """The fates in a database, changed a few at a time; ``live`` is the version that stands at each path,
    to be kept up with what moves."""

    def __init__(self, db: sqlite3.Connection, state: State, live: Ints) -> None:
        self._db, self._state, self._live = db, state, live
        self._open: dict[int, tuple[Ints, Ints]] = {}
        self._base: Longs = whole(state.base).astype(np.int64)
        self._copies: defaultdict[int, set[int]] = defaultdict(set)
        self._touched = False
        for path, first, count in read_copies(db).tolist():
            self._copies[path].update(range(first, first + count))

    def remove(self, version: int) -> None:
        """A version removed tokens: the highest ranking counts."""
        state = self._state
        rank = state.rank(version)
        for token in tokens_of(state.gone_of(version)):
            removed, _ = self._at(token)
            before = int(removed[token % TOKENS])
            if before < 0 or state.rank(before) < rank:
                removed[token % TOKENS] = version

    def move(self, path: int, after: int) -> None:
        """Another version stands at a path (-1: none)."""
        state, before = self._state, int(self._live[path])
        old = set(tokens_of(state.lines(before))) if before >= 0 else set()
        new = set(tokens_of(state.lines(after))) if after >= 0 else set()
        kept = old & new
        if kept and state.page[before] != state.page[after]:
            # Another page stands there now: what it has in common with the last one counts anew.
            kept = set()
        self._leave(path, old - kept)
        self._live[path] = after
        self._enter(path, new - kept)

    def _enter(self, path: int, tokens: Iterable[int]) -> None:
        for token in tokens:
            _, place = self._at(token)
            where = int(place[token % TOKENS])
            if where < 0:
                place[token % TOKENS] = path
            elif where != path:
                self._touched = True
                first, second = sorted((where, path), key=lambda each: self._rank(each, token))
                place[token % TOKENS] = first
                self._copies[first].discard(token)
                self._copies[second].add(token)

    def _leave(self, path: int, tokens: set[int]) -> None:
        """Tokens do not stand at a path any more; they may do so elsewhere."""
        if not self._copies[path].isdisjoint(tokens):
            self._touched = True
            self._copies[path] -= tokens
        left = set()
        for token in tokens:
            _, place = self._at(token)
            if place[token % TOKENS] == path:
                place[token % TOKENS] = -1
                left.add(token)
        elsewhere: defaultdict[int, list[int]] = defaultdict(list)
        for other, there in self._copies.items():
            for token in left & there:
                elsewhere[token].append(other)
        for token, others in elsewhere.items():
            self._touched = True
            best = min(others, key=lambda each: self._rank(each, token))
            self._at(token)[1][token % TOKENS] = best
            self._copies[best].discard(token)

    def _rank(self, path: int, token: int) -> tuple[bool, str]:
        """Where a token counts before other paths: on its own page, else by name."""
        state = self._state
        born = int(np.searchsorted(self._base, token, "right")) - 1
        return state.page[int(self._live[path])] != state.page[born], state.paths[path]

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
        for number, (removed, place) in self._open.items():
            _write(self._db, number, removed, place, self._base)
        if self._touched:
            write_copies(self._db, self._rows())

    def _rows(self) -> Longs:
        pairs = [(path, token) for path, there in self._copies.items() for token in there]
        path, token = np.array(pairs, np.int64).reshape(-1, 2).T
        return as_rows(path, token, self._base)
