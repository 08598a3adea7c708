"""Where else tokens stand: of text that stands on several pages, all but the one where it is counted.

Rows are (path, first token, how many), each of tokens that one edit wrote, sorted.
"""

from __future__ import annotations

import sqlite3

import numpy as np
from numpy.typing import NDArray

from wiki.projections.authorship.columns import read_column, write_column

Longs = NDArray[np.int64]

_NAME = "copies"


def as_rows(path: Longs, token: Longs, base: Longs) -> Longs:
    """Rows of pairs of a path and a token, which may come several times; ``base`` gives the first
    token of every version."""
    order = np.lexsort((token, path))
    path, token = path[order], token[order]
    new = np.ones(len(path), np.bool_)
    new[1:] = (path[1:] != path[:-1]) | (token[1:] != token[:-1])
    path, token = path[new], token[new]
    born = np.searchsorted(base, token, "right")
    opens = np.ones(len(path), np.bool_)
    opens[1:] = (path[1:] != path[:-1]) | (token[1:] != token[:-1] + 1) | (born[1:] != born[:-1])
    at = np.flatnonzero(opens)
    return np.stack((path[at], token[at], np.diff(at, append=len(token))), axis=1)


def spread(rows: Longs) -> tuple[Longs, Longs]:
    """Pairs of a path and a token."""
    path, first, count = rows.T
    of, token = _ranges(first, first + count)
    return path[of], token


def cut(rows: Longs, starts: Longs) -> Longs:
    """The same rows, cut so that those with one first token are the same tokens and that none goes
    beyond one of ``starts``, which are sorted."""
    path, first, count = rows.T
    inside = np.searchsorted(starts, first), np.searchsorted(starts, first + count)
    cuts = np.unique(np.concatenate((first, first + count, starts[_ranges(*inside)[1]])))
    of, place = _ranges(np.searchsorted(cuts, first), np.searchsorted(cuts, first + count))
    return np.stack((path[of], cuts[place], cuts[place + 1] - cuts[place]), axis=1)


def _ranges(low: Longs, high: Longs) -> tuple[Longs, Longs]:
    """The numbers from each low up to its high, and of which pair each is."""
    size = high - low
    of = np.repeat(np.arange(len(low)), size)
    return of, np.arange(len(of)) + (low - (np.cumsum(size) - size))[of]


def read_copies(db: sqlite3.Connection) -> Longs:
    """All rows."""
    return np.frombuffer(read_column(db, _NAME), np.int64).reshape(-1, 3)


def write_copies(db: sqlite3.Connection, rows: Longs) -> None:
    """Write all rows in place of those there were."""
    db.execute("DELETE FROM columns WHERE name = ?", (_NAME,))
    write_column(db, _NAME, rows.astype(np.int64).tobytes(), 24)
