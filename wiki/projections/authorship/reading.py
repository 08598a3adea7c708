"""Answers from the authorship's database."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wiki.projections.authorship.columns import read_column, whole
from wiki.projections.authorship.copies import cut, read_copies
from wiki.projections.authorship.fates import read_fates
from wiki.projections.authorship.rows import PageVersion, TokenRun, VersionRuns, WordLedger
from wiki.projections.authorship.runs import MOST, SHIFT
from wiki.projections.authorship.state import State
from wiki.projections.authorship.storing import read_paths
from wiki.projections.authorship.versions import DELETED

Ints = NDArray[np.int32]


def ledger(db: sqlite3.Connection) -> WordLedger:
    """Every edit's words and what became of them."""
    width = db.execute("SELECT width FROM notes").fetchone()[0]
    names = np.frombuffer(read_column(db, "oids"), f"S{width}")
    commit, kind = _ints(db, "commit"), np.frombuffer(read_column(db, "kind"), np.int8)
    count, removed, place = read_fates(db)
    base = np.frombuffer(read_column(db, "base"), np.int64)
    starts = np.cumsum(count, dtype=np.int64) - count
    born = (np.searchsorted(base, starts, "right") - 1).astype(np.int32)
    stands = place >= 0
    # Where history could not be read, words may be gone of which no edit is known to have removed them.
    ended = np.where(removed >= 0, removed, born)
    died = np.where(stands, -1, ended).astype(np.int32)
    path = _ints(db, "path")
    back = _comebacks(db, commit, base)
    also = cut(read_copies(db), starts)
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
        also_life=(np.searchsorted(starts, also[:, 1], "right") - 1).astype(np.int32),
        also_group=np.unique(also[:, 1], return_inverse=True)[1].astype(np.int32),
        also_place=also[:, 0].astype(np.int32),
        also_count=also[:, 2].astype(np.int32),
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
    runs: list[TokenRun] = []
    names: dict[int, tuple[str, str, int]] = {}
    joined = version_runs(state, version)
    columns = (joined.first.tolist(), joined.count.tolist(), joined.writer.tolist())
    for first, count, born in zip(*columns, strict=True):
        name = names.get(born)
        if name is None:
            commit, path = state.oid(state.commit[born]), state.paths[state.path[born]]
            name = names[born] = (commit, path, state.base[born])
        runs.append(TokenRun(name[0], name[1], first - name[2], count))
    return PageVersion(
        state.oid(state.commit[version]),
        state.paths[state.path[version]],
        state.blob[version].decode(),
        tuple(runs),
    )


def version_runs(state: State, version: int) -> VersionRuns:
    """Runs of a version's tokens, each as long as it can be within one edit; writers are versions."""
    packed: list[int] = []
    for line in state.lines(version):
        if type(line) is int:
            packed.append(line)
        else:
            packed.extend(line)  # type: ignore[arg-type]
    runs = np.array(packed, np.int64)
    runs = runs[(runs & MOST) > 0]
    if not len(runs):
        return VersionRuns(runs, runs, runs)
    base = whole(state.base)
    first, count = _parted(runs >> SHIFT, runs & MOST, base)
    born = np.searchsorted(base, first, "right") - 1
    opens = np.ones(len(first), np.bool_)
    opens[1:] = (first[1:] != (first + count)[:-1]) | (born[1:] != born[:-1])
    starts = np.flatnonzero(opens)
    return VersionRuns(first[starts], np.add.reduceat(count, starts), born[starts])


def numbered_anew(
    versions: Sequence[VersionRuns | None],
) -> tuple[list[VersionRuns | None], list[int]]:
    """The same with tokens and writers numbered from 0 on, and the writers as they were."""
    known = [version for version in versions if version is not None]
    if not known:
        return list(versions), []
    first = np.concatenate([version.first for version in known])
    count = np.concatenate([version.count for version in known])
    writers, writer = np.unique(
        np.concatenate([version.writer for version in known]), return_inverse=True
    )
    low = np.full(len(writers), np.iinfo(np.int64).max)
    high = np.zeros(len(writers), np.int64)
    np.minimum.at(low, writer, first)
    np.maximum.at(high, writer, first + count)
    base = np.cumsum(high - low) - (high - low) - low
    ends = np.cumsum([len(version.first) for version in known])[:-1]
    parts = zip(np.split(first + base[writer], ends), np.split(writer, ends), strict=True)
    anew = iter(
        [
            VersionRuns(begins, version.count, by)
            for version, (begins, by) in zip(known, parts, strict=True)
        ]
    )
    return [None if version is None else next(anew) for version in versions], writers.tolist()


def _parted(
    first: NDArray[np.int64], count: NDArray[np.int64], base: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Runs parted where an edit's tokens end: words of two edits may stand side by side in a text and
    bear neighbouring numbers."""
    low = np.searchsorted(base, first, "right")
    high = np.searchsorted(base, first + count, "left")
    crossing = np.flatnonzero(high > low).tolist()
    if not crossing:
        return first, count
    cuts = [np.unique(base[low[each] : high[each]]) for each in crossing]
    behind = np.repeat(np.array(crossing) + 1, [len(each) for each in cuts])
    starts = np.insert(first, behind, np.concatenate(cuts))
    of_run = np.insert(np.arange(len(first)), behind, behind - 1)
    stops = (first + count)[of_run]
    inside = of_run[1:] == of_run[:-1]
    stops[:-1][inside] = starts[1:][inside]
    return starts, stops - starts


def versions_of(state: State, version: int) -> list[int]:
    """A page's versions that led to this one, newest first."""
    found = []
    each = version
    while each >= 0 and state.page[each] == state.page[version]:
        found.append(each)
        if state.parent[each] >= each:
            raise ValueError(f"version {each} comes before its parent")
        each = state.parent[each]
    return found
