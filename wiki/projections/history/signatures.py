"""Which accounts the wiki wrote into its own changes: what ties an address to an account."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from wiki.model import Author
from wiki.projections.history.columns import database_of


@dataclass(frozen=True, slots=True)
class Signature:
    """The changes credited to an author that bear one account (or none: "") and were put in by one committer.
    ``first`` is the time of the earliest in UTC seconds, as recorded. Whoever is named as co-author has
    one without an account. ``logged``: the log of pushes tells account and time, nothing in the changes."""

    author: Author
    committer: Author
    account: str
    first: int
    logged: bool = False


@dataclass(frozen=True, slots=True)
class Signed:
    """Every author with each account that wrote under it ("": changes without one), among the first
    ``commits`` recorded in the database ``file``."""

    pairs: frozenset[tuple[Author, str]]
    file: str = ""
    commits: int = 0


def signed(db: sqlite3.Connection, known: Signed | None = None) -> Signed:
    """All of them, or ``known`` with what was recorded since."""
    file = database_of(db)
    if known is None or known.file != file:
        known = Signed(frozenset())
    (commits,) = db.execute("SELECT count(*) FROM commits").fetchone()
    if commits == known.commits:
        return Signed(known.pairs, file, commits)
    new = {(each.author, each.account) for each in signatures(db, known.commits)}
    return Signed(known.pairs if new <= known.pairs else known.pairs | new, file, commits)


def signatures(db: sqlite3.Connection, since: int = 0) -> list[Signature]:
    """One entry for each author, committer and account that occur together, in no order, in the commits
    recorded after the first ``since``."""
    query = """
        SELECT a.name, a.email, c.name, c.email, t.account, t.logged, t.others, t.first FROM (
          SELECT credit, committer, account, pushed_at IS NOT NULL AS logged,
            iif(shared, co_authors, '[]') AS others, min(ifnull(pushed_at, commit_time)) AS first
          FROM commits WHERE n >= ? GROUP BY credit, committer, account, logged, others
        ) t JOIN authors a ON a.id = t.credit JOIN authors c ON c.id = t.committer
    """
    found: dict[tuple[Author, Author, str, bool], int] = {}
    for row in db.execute(query, (since,)):
        name, email, committer, address, account, logged, others, first = row
        by = Author(committer, address)
        keys = [(Author(name, email), by, account, bool(logged))]
        if others != "[]":
            keys += [(Author(*who), by, "", bool(logged)) for who in json.loads(others)]
        for key in keys:
            found[key] = min(first, found.get(key, first))
    return [
        Signature(author, by, account, first, logged)
        for (author, by, account, logged), first in found.items()
    ]
