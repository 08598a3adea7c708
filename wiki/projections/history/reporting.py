"""The history's rows for reports: as few objects as can be, for there are very many."""

from __future__ import annotations

import json
import sqlite3

from wiki.model import Author, is_page_path
from wiki.projections.history.rows import RawChange, RawCommit, RawHistory
from wiki.projections.store import told


def raw_history(db: sqlite3.Connection) -> RawHistory:
    """Every commit, and every change to a page, oldest first."""
    authors = {
        n: Author(name, email)
        for n, name, email in db.execute("SELECT id, name, email FROM authors")
    }
    commits: list[RawCommit] = []
    positions: dict[int, int] = {}
    query = """
        SELECT n, oid, author, co_authors, author_time, author_offset, commit_time,
          instr(parents, ' ') > 0, pages, door, message FROM commits ORDER BY place, oid
    """
    for n, oid, author, others, at, offset, committed, merge, pages, door, message in db.execute(
        query
    ):
        positions[n] = len(commits)
        co_authors = () if others == "[]" else tuple(Author(*who) for who in json.loads(others))
        subject = message.strip().split("\n", 1)[0].strip()
        commits.append(
            RawCommit(
                oid,
                authors[author],
                co_authors,
                at,
                offset,
                committed,
                bool(merge),
                pages,
                door,
                subject,
            )
        )
    births = _births(db)
    changes = _changes(db, positions, births)
    living = _living(db, births)
    (partial,) = db.execute("SELECT partial FROM notes").fetchone()
    return RawHistory(tuple(commits), changes, living, partial)


def _living(db: sqlite3.Connection, births: dict[int, str]) -> dict[str, int]:
    """The bytes of each page that is there now."""
    query = """
        SELECT page, path, (SELECT size FROM changes
          WHERE changes.path = live.path AND new_oid = live.oid AND is_page LIMIT 1) FROM live
    """
    found: dict[str, int] = {}
    for page, path, size in db.execute(query):
        # A page whose text no change is known to have made is still a page.
        if size is not None or is_page_path(path):
            found[births[page]] = found.get(births[page], 0) + (size or 0)
    return found


def _births(db: sqlite3.Connection) -> dict[int, str]:
    """Each page's lasting identity: where its eldest part was born."""
    query = (
        "SELECT pages.id, born.oid, born.path FROM pages JOIN pages born ON born.id = pages.root"
    )
    return {page: f"{oid}:{told(path)}" for page, oid, path in db.execute(query)}


def _changes(
    db: sqlite3.Connection, positions: dict[int, int], births: dict[int, str]
) -> tuple[RawChange, ...]:
    query = """
        SELECT n, page, path, kind, content, revert, size, ifnull(added, 0), ifnull(removed, 0)
        FROM changes WHERE is_page
    """
    return tuple(
        (positions[n], births[page], path if "\0" not in path else told(path), *rest)
        for n, page, path, *rest in db.execute(query)
    )
