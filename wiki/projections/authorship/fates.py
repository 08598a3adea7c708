"""What became of every token: who removed it last, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wiki.projections.authorship.runs import MOST, SHIFT, Line
from wiki.projections.authorship.state import State

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Fates:
    """Runs of neighbouring tokens of one edit with one fate: how many, the version that removed them
    last (-1: none), the path where they stand (-1: nowhere)."""

    count: Ints
    removed: Ints
    place: Ints


def ranks(state: State) -> NDArray[np.int64]:
    """The order of versions: by commit, then path."""
    places, oids = state.places, state.oids
    commits = sorted(range(len(oids)), key=lambda n: (places[n], oids[n]))
    of_commit = np.empty(len(oids), np.int64)
    of_commit[commits] = np.arange(len(oids))
    paths = sorted(range(len(state.paths)), key=state.paths.__getitem__)
    of_path = np.empty(len(paths), np.int64)
    of_path[paths] = np.arange(len(paths))
    commit = np.frombuffer(state.commit, np.int32)
    path = np.frombuffer(state.path, np.int32)
    return of_commit[commit] * (len(paths) + 1) + of_path[path]


def fates_of(state: State, live: dict[int, int]) -> Fates:
    """The fates of all tokens, given the version that stands at each path of the head's tree."""
    total = state.tokens
    removed = np.full(total, -1, np.int32)
    place = np.full(total, -1, np.int32)
    if not total:
        return Fates(removed, removed, removed)
    runs = np.array(state.gone, np.int64)
    ends = np.array(state.gone_end, np.int64)
    version = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    order = np.argsort(ranks(state)[version], kind="stable")
    _assign(removed, runs[order], version[order])
    paths = sorted(live, key=state.paths.__getitem__, reverse=True)
    flat: list[int] = []
    sizes = []
    for path in paths:
        before = len(flat)
        _flatten(state.lines(live[path]), flat)
        sizes.append(len(flat) - before)
    _assign(place, np.array(flat, np.int64), np.repeat(np.array(paths, np.int64), sizes))
    return _compressed(state, removed, place)


def _flatten(lines: list[Line], flat: list[int]) -> None:
    for line in lines:
        if type(line) is int:
            flat.append(line)
        else:
            flat.extend(line)  # type: ignore[arg-type]


def _assign(to: Ints, runs: NDArray[np.int64], values: NDArray[np.int64]) -> None:
    """Give the tokens of runs their run's value; later runs win."""
    if not len(runs):
        return
    first, count = runs >> SHIFT, runs & MOST
    begin = np.cumsum(count) - count
    index = np.repeat(first - begin, count) + np.arange(int(count.sum()))
    to[index] = np.repeat(values, count)


def _compressed(state: State, removed: Ints, place: Ints) -> Fates:
    starts = np.zeros(len(removed), np.bool_)
    starts[0] = True
    starts[1:] = (removed[1:] != removed[:-1]) | (place[1:] != place[:-1])
    base = np.frombuffer(state.base, np.int64)
    starts[base[base < len(removed)]] = True
    at = np.flatnonzero(starts)
    count = np.diff(at, append=len(removed)).astype(np.int32)
    return Fates(count, removed[at], place[at])
