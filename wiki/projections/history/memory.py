"""What recording remembers of paths and pages: read from the database once, then kept."""

from __future__ import annotations

import sqlite3
from bisect import insort
from collections.abc import Iterable

from wiki.projections.history.lineage import Rank, Revision, Touch, Touches
from wiki.projections.store import stored, told


class HistoryMemory:
    """The lineage's memory over a database. ``fresh``: there is nothing in it yet to be read."""

    def __init__(self, db: sqlite3.Connection, *, fresh: bool) -> None:
        self._db, self._fresh = db, fresh
        self._touches: dict[str, Touches] = {}
        self._revisions: dict[int, list[Revision]] = {}
        self._roots: dict[int, int] = {}
        self._paths: dict[int, list[str]] = {}
        self._since: int = db.execute("SELECT count(*) FROM commits").fetchone()[0]
        self._next: int = db.execute("SELECT count(*) FROM pages").fetchone()[0]

    def touch(self, path: str, touch: Touch) -> None:
        """Something more happened to a path."""
        self.touches(path).add(touch)
        self._paths.setdefault(touch.n, []).append(path)

    def touched(self, commits: int) -> Iterable[str]:
        """The paths at which commits (a set, in bits) left something, each once."""
        found: dict[str, None] = {}
        while commits:
            n = commits.bit_length() - 1
            commits ^= 1 << n
            found.update(
                dict.fromkeys(self._paths.get(n, ()) if n >= self._since else self._read_paths(n))
            )
        return found

    def _read_paths(self, n: int) -> Iterable[str]:
        query = "SELECT path FROM changes WHERE n = ?"
        return [told(path) for (path,) in self._db.execute(query, (n,))]

    def touches(self, path: str) -> Touches:
        """Everything that ever happened to a path."""
        found = self._touches.get(path)
        if found is None:
            found = self._touches[path] = Touches(() if self._fresh else self._read(path))
        return found

    def touched_paths(self) -> set[str]:
        """Every path asked for since this memory began."""
        return set(self._touches)

    def _read(self, path: str) -> Iterable[Touch]:
        query = """
            SELECT changes.place, oid, n, page, kind = 'deleted', 0 FROM changes
              JOIN commits USING (n) WHERE path = ?
            UNION ALL SELECT changes.place, oid, n, page, 0, 1 FROM changes
              JOIN commits USING (n) WHERE left_path = ?
        """
        for place, oid, n, page, gone, left in self._db.execute(query, (stored(path),) * 2):
            yield Touch((place, oid), n, page, "left" if left else "gone" if gone else "held")

    def revisions(self, page: int) -> Iterable[Revision]:
        """Every text of a page, highest rank first."""
        return reversed(self._texts(page))

    def revise(self, page: int, revision: Revision) -> None:
        """A page got another text."""
        insort(self._texts(page), revision, key=_rank)

    def _texts(self, page: int) -> list[Revision]:
        found = self._revisions.get(page)
        if found is None:
            query = """
                SELECT changes.place, oid, n, new_oid FROM changes JOIN commits USING (n)
                WHERE page = ? AND content AND new_oid <> x''
            """
            rows = () if self._fresh else self._db.execute(query, (page,))
            found = [Revision((place, oid), n, text.hex()) for place, oid, n, text in rows]
            found.sort(key=_rank)
            self._revisions[page] = found
        return found

    def born(self, rank: Rank, path: str) -> int:
        """A new page."""
        page, self._next = self._next, self._next + 1
        self._db.execute(
            "INSERT INTO pages VALUES (?, ?, ?, ?, ?)", (page, page, *rank, stored(path))
        )
        return page

    def join(self, pages: Iterable[int]) -> None:
        """These pages are one: all get the eldest of their roots."""
        roots = {self._root(page) for page in pages}
        if len(roots) < 2:
            return
        marks = ",".join("?" * len(roots))
        query = f"SELECT id FROM pages WHERE id IN ({marks}) ORDER BY place, oid, path"  # noqa: S608 - marks only
        eldest, *others = [row[0] for row in self._db.execute(query, list(roots))]
        for other in others:
            self._db.execute("UPDATE pages SET root = ? WHERE root = ?", (eldest, other))
        self._roots.clear()

    def _root(self, page: int) -> int:
        if page not in self._roots:
            row = self._db.execute("SELECT root FROM pages WHERE id = ?", (page,)).fetchone()
            self._roots[page] = row[0]
        return self._roots[page]


def _rank(revision: Revision) -> Rank:
    return revision.rank
