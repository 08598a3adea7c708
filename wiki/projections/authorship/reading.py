"""Answers from the authorship's database."""

from __future__ import annotations

import sqlite3

import numpy as np
from numpy.typing import NDArray

from wiki.projections.authorship.columns import read_column
from wiki.projections.authorship.rows import PageVersion, TokenRun, WordLedger
from wiki.projections.authorship.runs import MOST, SHIFT
from wiki.projections.authorship.state import DELETED, State
from wiki.projections.authorship.storing import read_paths

Ints = NDArray[np.int32]


def ledger(db: sqlite3.Connection) -> WordLedger:
    """Every edit's words and what became of them."""
    oids = read_column(db, "oids")
    width = oids.find(b"\n") + 1
    names = (
        np.frombuffer(oids, f"S{width}").astype(f"S{width - 1}") if width else np.array([], "S40")
    )
    commit, kind = _ints(db, "commit"), np.frombuffer(read_column(db, "kind"), np.int8)
    count, removed, place = (_ints(db, f"fate_{name}") for name in ("count", "removed", "place"))
    base = np.frombuffer(read_column(db, "base"), np.int64)
    starts = np.cumsum(count, dtype=np.int64) - count
    born = (np.searchsorted(base, starts, "right") - 1).astype(np.int32)
    stands = place >= 0
    # Words that no edit removed and that do not stand were left out by a merge.
    ended = np.where(removed >= 0, removed, born)
    died = np.where(stands, -1, ended).astype(np.int32)
    path = _ints(db, "path")
    back = _comebacks(db, commit, base)
    return WordLedger(
        paths=tuple(read_paths(db)),
        commit=names[commit],
        path=path,
        added=_ints(db, "added"),
        removed=_ints(db, "removed"),
        restored=_ints(db, "restored"),
        born=born,
        died=died,
        place=np.where(stands, place, path[ended]).astype(np.int32),
        whole=~stands & (kind[ended] == DELETED),
        count=count,
        back=back[0],
        back_removed=back[1],
        back_born=back[2],
        back_count=back[3],
    )


def _comebacks(
    db: sqlite3.Connection, commit: Ints, base: NDArray[np.int64]
) -> tuple[Ints, Ints, Ints, Ints]:
    """Comebacks proper: neither passages moved by one commit nor those nobody is known to have removed."""
    back, removed = _ints(db, "back"), _ints(db, "back_removed")
    runs = np.frombuffer(read_column(db, "back_run"), np.int64)
    real = (removed >= 0) & (commit[back] != commit[removed])
    back, removed, runs = back[real], removed[real], runs[real]
    born = np.searchsorted(base, runs >> SHIFT, "right") - 1
    return back, removed, born.astype(np.int32), (runs & MOST).astype(np.int32)


def _ints(db: sqlite3.Connection, name: str) -> Ints:
    return np.frombuffer(read_column(db, name), np.int32)


def page_version(state: State, version: int) -> PageVersion:
    """Who wrote a version's text."""
    base = np.frombuffer(state.base, np.int64)
    runs: list[TokenRun] = []
    for first, count in _joined(state, version):
        born = int(np.searchsorted(base, first, "right")) - 1
        commit, path = state.oids[state.commit[born]], state.paths[state.path[born]]
        runs.append(TokenRun(commit, path, first - int(base[born]), count))
    return PageVersion(
        state.oids[state.commit[version]],
        state.paths[state.path[version]],
        state.blob[version].decode(),
        tuple(runs),
    )


def _joined(state: State, version: int) -> list[tuple[int, int]]:
    """Runs of tokens (first, count), each as long as it can be within one edit.

    Tokens that neighbouring edits wrote may be neighbours by number and in the text: a line of both
    is then one run, which is parted here.
    """
    runs: list[tuple[int, int]] = []
    base = np.frombuffer(state.base, np.int64)
    last = end = -1
    for line in state.lines(version):
        for run in (line,) if type(line) is int else line:  # type: ignore[union-attr]
            first, count = run >> SHIFT, run & MOST
            while count:
                if first != end or first >= last:
                    runs.append((first, 0))
                    following = int(np.searchsorted(base, first, "right"))
                    last = int(base[following]) if following < len(base) else 1 << 62
                part = min(count, last - first)
                runs[-1] = (runs[-1][0], runs[-1][1] + part)
                first, count = first + part, count - part
                end = first
    return runs


def versions_of(state: State, version: int) -> list[int]:
    """A page's versions that led to this one, newest first."""
    found = []
    each = version
    while each >= 0:
        found.append(each)
        each = state.parent[each] if state.page[each] == state.page[version] else -1
    return found
