"""Which page or file a name means. Exact names first, then names equal but for capitals."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from wiki.model import is_page_path, name_key, page_name
from wiki.model.names import FOLDER_PAGES
from wiki.projections.catalogue.facts import suffix_rank
from wiki.projections.store import stored, told

Names = Mapping[str, Sequence[str]]
"""Every path known under a ``name_key``; folders end with "/"."""

_CHUNK = 500


def lookup(db: sqlite3.Connection, candidates: Iterable[str]) -> Names:
    """What is known under the keys of all candidates."""
    keys = list({name_key(stored(candidate)) for candidate in candidates})
    found: dict[str, list[str]] = defaultdict(list)
    for start in range(0, len(keys), _CHUNK):
        part = keys[start : start + _CHUNK]
        marks = ",".join("?" * len(part))
        rows = db.execute(f"SELECT key, path FROM names WHERE key IN ({marks})", part)  # noqa: S608 - marks only
        for key, path in rows:
            found[key].append(told(path))
    return found


def choose(names: Names, candidates: Sequence[str]) -> str | None:
    """The path that the first candidate with any meaning means; a folder's ends with "/"."""
    for candidate in candidates:
        paths = names.get(name_key(stored(candidate)))
        if paths:
            return min(paths, key=lambda path: _strangeness(path, candidate))
    return None


def _strangeness(path: str, candidate: str) -> tuple[int, int, str]:
    """How far a path is from what was asked for; the smallest counts."""
    if path == candidate:
        return 0, 0, path
    if is_page_path(path) and page_name(path) == candidate:
        return 1, suffix_rank(path), path
    if path == candidate + "/":
        return 2, 0, path
    return 4 if path.endswith("/") else 3, suffix_rank(path), path


def folder_page(paths: Iterable[str]) -> str | None:
    """Which of a folder's pages stands for it: README, index or Home; None if none of them."""

    def rank(path: str) -> tuple[int, int, str]:
        stem = page_name(path).rpartition("/")[2].casefold()
        return FOLDER_PAGES.index(stem), suffix_rank(path), path

    fitting = (
        path for path in paths if page_name(path).rpartition("/")[2].casefold() in FOLDER_PAGES
    )
    return min(fitting, key=rank, default=None)
