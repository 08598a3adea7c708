"""The history's state without the numbers it gave in order of arrival."""

from __future__ import annotations

import sqlite3

_QUERIES = {
    "commits": """
        SELECT oid, place, parents, a.name, a.email, author_time, author_offset, c.name, c.email,
          commit_time, message, trailers, door, co_authors, files, pages, p.name, p.email, w.name,
          w.email, account, shared, pushed_at
        FROM commits JOIN authors a ON a.id = author JOIN authors c ON c.id = committer
          JOIN authors w ON w.id = credit LEFT JOIN authors p ON p.id = pusher""",
    "edges": """
        SELECT child.oid, parent.oid FROM edges JOIN commits child ON child.n = edges.child
          JOIN commits parent ON parent.n = edges.parent""",
    "credits": """
        SELECT name, email, credits.place, oid FROM credits JOIN commits USING (n)
          JOIN authors ON authors.id = credits.author""",
    "scopes": "SELECT folder, scopes.place, oid FROM scopes JOIN commits USING (n)",
    "changes": """
        SELECT commits.oid, changes.place, changes.path, old_path, left_path, kind, is_page,
          content, revert, hex(old_oid), hex(new_oid), size, grown, added, removed,
          pages.oid, pages.path, root.oid, root.path
        FROM changes JOIN commits USING (n) JOIN pages ON pages.id = page
          JOIN pages root ON root.id = pages.root""",
    "live": """
        SELECT live.path, hex(live.oid), pages.oid, pages.path, root.oid, root.path FROM live
          JOIN pages ON pages.id = page JOIN pages root ON root.id = pages.root""",
    "pages": """
        SELECT pages.oid, pages.path, pages.place, root.oid, root.path FROM pages
          JOIN pages root ON root.id = pages.root""",
    "notes": "SELECT partial FROM notes",
}


def dump(db: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every table as sorted rows of lasting values."""
    return {name: sorted(db.execute(query), key=repr) for name, query in _QUERIES.items()}
