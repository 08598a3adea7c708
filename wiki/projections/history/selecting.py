"""Which of the pages now there meet a condition on their history: for the filters of the search."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from wiki.model import Author
from wiki.projections.history.reading import author_ids
from wiki.projections.store import told

_LIVE = """
    SELECT live.path FROM live JOIN pages ON pages.id = live.page WHERE pages.root IN (
      SELECT pages.root FROM {commits} JOIN changes USING (n) JOIN pages ON pages.id = changes.page
      WHERE {condition} AND changes.is_page AND changes.content
    )
"""


def written_by(db: sqlite3.Connection, authors: Iterable[Author]) -> set[str]:
    """Pages whose text one of these names and addresses changed (also as co-author)."""
    found: set[str] = set()
    query = _LIVE.format(commits="credits", condition="credits.author = ?")
    for author in author_ids(db, authors):
        found.update(told(row[0]) for row in db.execute(query, (author,)))
    return found


def changed_since(db: sqlite3.Connection, since: int) -> set[str]:
    """Pages whose text was changed at or after a time."""
    query = _LIVE.format(commits="commits", condition="commits.place >= ?")
    return {told(row[0]) for row in db.execute(query, (since,))}
