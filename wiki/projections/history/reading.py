"""Asking the history's tables. Paths are as given and told, not as stored."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from wiki.model import Author
from wiki.projections.history.rows import ChangeRow, CommitRow, HistoryRow
from wiki.projections.store import clean, stored, told

COMMIT = """commits.n, commits.oid, commits.parents, a.name, a.email, commits.author_time,
  commits.author_offset, c.name, c.email, commits.commit_time, commits.message, commits.door,
  commits.co_authors, commits.files, commits.pages, commits.place, commits.trailers, p.name, p.email"""
PEOPLE = """JOIN authors a ON a.id = commits.author JOIN authors c ON c.id = commits.committer
  LEFT JOIN authors p ON p.id = commits.pusher"""
CHANGE = """path, old_path, kind, page, is_page, content, revert, old_oid, new_oid, size, grown,
  added, removed"""
_CHUNK = 500


def commit_row(row: Sequence[object]) -> CommitRow:
    """A commit from the columns of ``COMMIT``."""
    _, oid, parents, name, email, at, offset, committer, address, committed = row[:10]
    message, door, others, files, pages, place, trailers, pusher, pusher_email = row[10:19]
    co_authors = () if others == "[]" else tuple(Author(*who) for who in json.loads(str(others)))
    return CommitRow(
        oid=oid,  # type: ignore[arg-type]
        parents=tuple(str(parents).split()),
        author=Author(str(name), str(email)),
        author_time=at,  # type: ignore[arg-type]
        author_offset=offset,  # type: ignore[arg-type]
        committer=Author(str(committer), str(address)),
        commit_time=committed,  # type: ignore[arg-type]
        message=message,  # type: ignore[arg-type]
        door=door,  # type: ignore[arg-type]
        co_authors=co_authors,
        files=files,  # type: ignore[arg-type]
        pages=pages,  # type: ignore[arg-type]
        place=place,  # type: ignore[arg-type]
        trailers=tuple((key, value) for key, value in json.loads(str(trailers))),
        pusher=None if pusher is None else Author(str(pusher), str(pusher_email)),
    )


def change_row(commit: str, row: tuple[object, ...]) -> ChangeRow:
    """A change from the columns of ``CHANGE``."""
    path, old_path, kind, page, is_page, content, revert, old, new, *counts = row
    return ChangeRow(
        commit,
        told(str(path)),
        told(str(old_path)),
        kind,  # type: ignore[arg-type]
        page,  # type: ignore[arg-type]
        bool(is_page),
        bool(content),
        bool(revert),
        old.hex(),  # type: ignore[attr-defined]
        new.hex(),  # type: ignore[attr-defined]
        *counts,  # type: ignore[arg-type]
    )


# -- pages -----------------------------------------------------------------------------------


def page_ids(db: sqlite3.Connection, path: str) -> list[int]:
    """All numbers of the page that is at a path, or was there last; none if nothing ever was."""
    page = page_at(db, path)
    if page is None:
        return []
    query = "SELECT id FROM pages WHERE root = (SELECT root FROM pages WHERE id = ?)"
    return [row[0] for row in db.execute(query, (page,))]


def page_at(db: sqlite3.Connection, path: str) -> int | None:
    """The number of the page that is at a path, or was there last."""
    row = db.execute("SELECT page FROM live WHERE path = ?", (stored(path),)).fetchone()
    row = row or last_touch(db, path)
    return int(row[0]) if row else None


def last_touch(db: sqlite3.Connection, path: str) -> tuple[int, str, str] | None:
    """Page, commit and kind of what last happened to a path ("renamed" if it was renamed away)."""
    query = """
        SELECT page, oid, kind, changes.place FROM changes JOIN commits USING (n) WHERE path = ?
        UNION ALL
        SELECT page, oid, 'renamed', changes.place FROM changes JOIN commits USING (n)
          WHERE left_path = ?
        ORDER BY 4 DESC, 2 DESC LIMIT 1
    """
    row = db.execute(query, (stored(path),) * 2).fetchone()
    return (row[0], row[1], row[2]) if row else None


def marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def read_commits(db: sqlite3.Connection, numbers: Sequence[int]) -> list[tuple[int, CommitRow]]:
    """Commits by number, in the order asked."""
    found: dict[int, CommitRow] = {}
    for start in range(0, len(numbers), _CHUNK):
        part = numbers[start : start + _CHUNK]
        query = f"SELECT {COMMIT} FROM commits {PEOPLE} WHERE commits.n IN ({marks(part)})"  # noqa: S608
        found.update((row[0], commit_row(row)) for row in db.execute(query, part))
    return [(number, found[number]) for number in numbers if number in found]


def find_commit(db: sqlite3.Connection, oid: str) -> tuple[int, CommitRow] | None:
    """A commit by its full id."""
    query = f"SELECT {COMMIT} FROM commits {PEOPLE} WHERE commits.oid = ?"  # noqa: S608
    row = db.execute(query, (oid,)).fetchone()
    return (row[0], commit_row(row)) if row else None


def author_ids(db: sqlite3.Connection, authors: Iterable[Author]) -> list[int]:
    """Numbers of names and addresses, as far as they occur."""
    query = "SELECT id FROM authors WHERE name = ? AND email = ?"
    rows = (db.execute(query, (clean(who.name), clean(who.email))).fetchone() for who in authors)
    return [row[0] for row in rows if row]


def changes_of(
    db: sqlite3.Connection, n: int, commit: str, offset: int, limit: int
) -> list[ChangeRow]:
    """A commit's changes by path."""
    query = f"SELECT {CHANGE} FROM changes WHERE n = ? ORDER BY path LIMIT ? OFFSET ?"  # noqa: S608
    return [change_row(commit, row) for row in db.execute(query, (n, limit, offset))]


def first_change(db: sqlite3.Connection, path: str) -> HistoryRow | None:
    """The first change of the page at a path."""
    ids = page_ids(db, path)
    order = "changes.place, commits.oid"
    return _one_change(db, f"page IN ({marks(ids)})", order, ids) if ids else None


def last_change(db: sqlite3.Connection, path: str) -> HistoryRow | None:
    """The last change of the text that the page at a path has now.

    Not simply its last change: a merge may have decided for another, older text.
    """
    ids = page_ids(db, path)
    if not ids:
        return None
    row = db.execute("SELECT oid FROM live WHERE path = ?", (stored(path),)).fetchone()
    text = row[0] if row else b""
    order = "new_oid = ? DESC, changes.place DESC, commits.oid DESC"
    return _one_change(db, f"page IN ({marks(ids)}) AND content", order, [*ids, text])


def _one_change(
    db: sqlite3.Connection, condition: str, order: str, values: Sequence[object]
) -> HistoryRow | None:
    query = (
        f"SELECT commits.n, commits.oid, {CHANGE} FROM changes JOIN commits USING (n)"  # noqa: S608
        f" WHERE {condition} ORDER BY {order} LIMIT 1"
    )
    row = db.execute(query, values).fetchone()
    if row is None:
        return None
    ((_, commit),) = read_commits(db, [row[0]])
    return HistoryRow(commit, (change_row(row[1], row[2:]),), 1)


def change_at(db: sqlite3.Connection, commit: str, path: str) -> ChangeRow | None:
    """A commit's change to the file it left at, or deleted from, a path."""
    query = (
        f"SELECT {CHANGE} FROM changes WHERE path = ? AND n = (SELECT n FROM commits WHERE oid = ?)"  # noqa: S608
    )
    row = db.execute(query, (stored(path), commit)).fetchone()
    return change_row(commit, row) if row else None


def find_prefix(db: sqlite3.Connection, prefix: str) -> CommitRow | None:
    """The one commit whose id begins so; None if there are several."""
    query = "SELECT oid FROM commits WHERE oid >= ? AND oid < ? LIMIT 2"
    found = db.execute(query, (prefix, prefix + "g")).fetchall()
    commit = find_commit(db, found[0][0]) if len(found) == 1 else None
    return commit[1] if commit else None


def deleted_pages(db: sqlite3.Connection, limit: int) -> list[HistoryRow]:
    """The deletions of pages that are nowhere now, newest first."""
    query = f"""
        SELECT commits.n, commits.oid, {CHANGE} FROM changes JOIN commits USING (n)
        WHERE kind = 'deleted' AND is_page
          AND NOT EXISTS (SELECT 1 FROM live JOIN pages alive ON alive.id = live.page
            JOIN pages gone ON gone.id = changes.page WHERE alive.root = gone.root)
          AND path NOT IN (SELECT path FROM live)
        GROUP BY path HAVING changes.place = max(changes.place)
        ORDER BY changes.place DESC, commits.oid DESC LIMIT ?
    """  # noqa: S608 - our columns
    rows = db.execute(query, (limit,)).fetchall()
    commits = dict(read_commits(db, list(dict.fromkeys(row[0] for row in rows))))
    return [HistoryRow(commits[row[0]], (change_row(row[1], row[2:]),), 1) for row in rows]


def versions(db: sqlite3.Connection, path: str, limit: int) -> list[tuple[str, str]]:
    """Commits that touched a page and the path of it in each, newest first."""
    ids = page_ids(db, path)
    query = (
        f"SELECT commits.oid, path FROM changes JOIN commits USING (n) WHERE page IN ({marks(ids)})"  # noqa: S608
        " ORDER BY changes.place DESC, commits.oid DESC LIMIT ?"
    )
    return [(oid, told(where)) for oid, where in db.execute(query, [*ids, limit])]
