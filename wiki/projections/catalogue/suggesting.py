"""Type-ahead: pages whose title or name begins with what was typed, or has words that do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from wiki.projections.catalogue.facts import fold, words
from wiki.projections.store import end_of

_SCANNED = 300
"""So many entries of the word list are looked at; ranked among these."""


def suggest_paths(db: sqlite3.Connection, typed: str, limit: int) -> list[str]:
    """Stored paths of pages, best first: beginnings of titles and names, then words.

    Every word typed must begin a word of the page.
    """
    wanted = words(typed)
    if not wanted:
        return []
    found: dict[str, None] = {}
    for path in _starting(db, " ".join(fold(typed).split()), limit):
        found[path] = None
    if len(found) < limit:
        for path in _with_words(db, wanted):
            found[path] = None
            if len(found) >= limit:
                break
    return list(found)[:limit]


def _starting(db: sqlite3.Connection, start: str, limit: int) -> list[str]:
    rows = db.execute(
        "SELECT start, path FROM starts WHERE start >= ? AND start < ? ORDER BY start LIMIT ?",
        (start, end_of(start), max(limit * 4, 40)),
    ).fetchall()
    ranked = sorted({(len(found), path.count("/"), path) for found, path in rows})
    return [path for _, _, path in ranked]


def _with_words(db: sqlite3.Connection, wanted: list[str]) -> Iterator[str]:
    """Pages in which every word wanted begins a word, nearest words first."""
    first, *others = sorted(wanted, key=len, reverse=True)
    limit = _SCANNED if not others else _SCANNED * 10
    rows = db.execute(
        "SELECT word, path FROM words WHERE word >= ? AND word < ? ORDER BY word, path LIMIT ?",
        (first, end_of(first), limit),
    ).fetchall()
    ranked = sorted({(len(word), path.count("/"), len(path), path) for word, path in rows})
    for _, _, _, path in ranked:
        if all(_has_word(db, path, other) for other in others):
            yield path


def _has_word(db: sqlite3.Connection, path: str, start: str) -> bool:
    """A look at each word that begins so would be slow; the page's own title and name are few."""
    row = db.execute("SELECT title FROM files WHERE path = ?", (path,)).fetchone()
    return row is not None and any(word.startswith(start) for word in words(f"{row[0]} {path}"))
