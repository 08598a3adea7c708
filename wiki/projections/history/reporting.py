"""The history's rows for reports."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from wiki.model import Author
from wiki.projections.history.rows import RawPageChange
from wiki.projections.store import told


def raw_rows(db: sqlite3.Connection) -> Iterator[RawPageChange]:
    """Every change to a page, oldest first."""
    query = """
        SELECT commits.oid, born.oid, born.path, changes.path, a.name, a.email, co_authors,
          author_time, author_offset, commit_time, kind, content, instr(parents, ' ') > 0, revert,
          commits.pages, door, size, ifnull(added, 0), ifnull(removed, 0), message
        FROM changes JOIN commits USING (n) JOIN authors a ON a.id = author
          JOIN pages ON pages.id = page JOIN pages born ON born.id = pages.root
        WHERE is_page ORDER BY changes.place, commits.oid, changes.path
    """
    for row in db.execute(query):
        oid, birth, born_path, path, name, email, others, *times = row[:10]
        kind, content, merge, revert, pages, door, size, added, removed, message = row[10:]
        yield RawPageChange(
            commit=oid,
            page=f"{birth}:{told(born_path)}",
            path=told(path),
            author=Author(name, email),
            co_authors=() if others == "[]" else tuple(Author(*w) for w in json.loads(others)),
            author_time=times[0],
            author_offset=times[1],
            commit_time=times[2],
            kind=kind,
            content=bool(content),
            merge=bool(merge),
            revert=bool(revert),
            pages=pages,
            door=door,
            size=size,
            lines_added=added,
            lines_removed=removed,
            summary=message.strip().split("\n", 1)[0].strip(),
        )
