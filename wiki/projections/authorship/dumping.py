"""The authorship's state without the numbers it gave in order of arrival."""

from __future__ import annotations

import sqlite3

import numpy as np

from wiki.projections.authorship import reading
from wiki.projections.authorship.columns import whole
from wiki.projections.authorship.copies import read_copies, spread
from wiki.projections.authorship.fates import read_fates
from wiki.projections.authorship.runs import MOST, SHIFT
from wiki.projections.authorship.storing import open_state, read_live
from wiki.projections.authorship.versions import DELETED


def dump(db: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Versions, fates and comebacks as sorted rows of lasting values."""
    state, live = open_state(db), read_live(db)

    def name(version: int) -> tuple[str, str]:
        if version < 0:
            return ("", "")
        return state.oid(state.commit[version]), state.paths[state.path[version]]

    base = whole(state.base)

    def token(number: int) -> tuple[str, str, int]:
        born = int(np.searchsorted(base, number, "right")) - 1
        return (*name(born), number - int(base[born]))

    versions = [
        (*name(v), name(state.parent[v]), name(state.page[v]), state.kind[v], state.blob[v],
         state.added[v], state.removed[v], state.restored[v],
         () if state.kind[v] == DELETED else reading.page_version(state, v).runs)
        for v in range(len(state.commit))
    ]  # fmt: skip
    fates: list[tuple[object, ...]] = []
    at = 0
    for size, by, where in zip(*(each.tolist() for each in read_fates(db)), strict=True):
        fate = name(by), state.paths[where] if where >= 0 else ""
        fates.extend((*token(number), *fate) for number in range(at, at + size))
        at += size
    copies = [
        (state.paths[path], *token(number))
        for path, number in zip(*(each.tolist() for each in spread(read_copies(db))), strict=True)
    ]
    lost = state.losses
    comebacks = [
        (*name(back), name(by), token(t))
        for back, by, run in zip(
            *(whole(each).tolist() for each in (lost.back, lost.back_removed, lost.back_run)),
            strict=True,
        )
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
        "copies": sorted(copies, key=repr),
        "comebacks": sorted(comebacks, key=repr),
        "live": sorted(
            (
                (state.paths[path], name(version))
                for path, version in enumerate(live.tolist())
                if version >= 0
            ),
            key=repr,
        ),
        "notes": [tuple(row) for row in db.execute("SELECT partial FROM notes")],
    }
