"""The authorship's state without the numbers it gave in order of arrival."""

from __future__ import annotations

import sqlite3

import numpy as np

from wiki.projections.authorship import reading
from wiki.projections.authorship.runs import MOST, SHIFT
from wiki.projections.authorship.state import DELETED
from wiki.projections.authorship.storing import read_live, read_state


def dump(db: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Versions, fates and comebacks as sorted rows of lasting values."""
    state, live = read_state(db), read_live(db)

    def name(version: int) -> tuple[str, str]:
        if version < 0:
            return ("", "")
        return state.oids[state.commit[version]], state.paths[state.path[version]]

    base = np.array(state.base, np.int64)

    def token(number: int) -> tuple[str, str, int]:
        born = int(np.searchsorted(base, number, "right")) - 1
        return (*name(born), number - int(base[born]))

    versions = [
        (*name(v), name(state.parent[v]), name(state.page[v]), state.kind[v], state.blob[v],
         state.added[v], state.removed[v], state.restored[v],
         () if state.kind[v] == DELETED else reading.page_version(state, v).runs)
        for v in range(len(state.commit))
    ]  # fmt: skip
    fates = []
    at = 0
    count, removed, place = (
        np.frombuffer(reading.read_column(db, f"fate_{each}"), np.int32)
        for each in ("count", "removed", "place")
    )
    for size, by, where in zip(count.tolist(), removed.tolist(), place.tolist(), strict=True):
        fates.append((*token(at), size, name(by), state.paths[where] if where >= 0 else ""))
        at += size
    comebacks = [
        (*name(back), name(by), token(t))
        for back, by, run in zip(state.back, state.back_removed, state.back_run, strict=True)
        for t in range(run >> SHIFT, (run >> SHIFT) + (run & MOST))
    ]
    gone = [
        (*name(v), *token(t))
        for v in range(len(state.commit))
        for run in state.gone_of(v)
        for t in range(run >> SHIFT, (run >> SHIFT) + (run & MOST))
    ]
    return {
        "gone": sorted(gone),
        "versions": sorted(versions, key=repr),
        "fates": sorted(fates, key=repr),
        "comebacks": sorted(comebacks, key=repr),
        "live": sorted(((state.paths[path], name(version)) for path, version in live.items()), key=repr),
        "notes": [tuple(row) for row in db.execute("SELECT partial FROM notes")],
    }
