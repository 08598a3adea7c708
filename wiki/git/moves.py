"""Renames that a commit states itself.

git guesses renames from likeness. A short page whose own links were mended when it moved may look
like another page; so the wiki says in a trailer what it moved, and the log believes it where the
commit indeed removed the one file and added the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from wiki.model import Commit, FileChange

MOVED = "Strata-Moved"


def moved_trailers(moved: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Trailers for (old path, new path) pairs; odd characters in them are written as escapes."""
    return [
        (MOVED, json.dumps(pair, ensure_ascii=not all(path.isprintable() for path in pair)))
        for pair in moved
    ]


def join_moves(commit: Commit, changes: Sequence[FileChange]) -> tuple[FileChange, ...]:
    """The changes, with each stated move as one rename instead of a removal and an addition."""
    stated = dict(_stated(commit))
    if not stated:
        return tuple(changes)
    removed = {change.path: change for change in changes if change.kind == "deleted"}
    taken: set[str] = set()
    joined = []
    for change in changes:
        old = removed.get(stated.get(change.path, ""))
        if change.kind == "added" and old is not None and old.path not in taken:
            taken.add(old.path)
            change = replace(change, kind="renamed", old_path=old.path, old_oid=old.old_oid)
        joined.append(change)
    return tuple(change for change in joined if change.path not in taken)


def _stated(commit: Commit) -> Iterable[tuple[str, str]]:
    """(new path, old path) of every well-formed trailer; a trailer may be anybody's text."""
    for key, value in commit.trailers:
        if key != MOVED:
            continue
        try:
            pair = json.loads(value)
        except (ValueError, RecursionError):
            continue
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(p, str) for p in pair):
            yield pair[1], pair[0]
