"""Which accounts the wiki wrote into its own changes: what ties an address to an account."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from wiki.model import Author
from wiki.projections.history.columns import database_of

_TRAILER = "strata-account"


@dataclass(frozen=True, slots=True)
class Signature:
    """An author's changes that bear one account (or none: "") and were put in by one committer.
    ``first`` is the commit time of the earliest, in UTC seconds as recorded. Whoever is named as
    co-author has one without an account."""

    author: Author
    committer: Author
    account: str
    first: int


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
        SELECT a.name, a.email, c.name, c.email, t.trailers, t.co_authors, t.first FROM (
          SELECT author, committer, trailers, co_authors, min(commit_time) AS first FROM commits
          WHERE n >= ? GROUP BY author, committer, trailers, co_authors
        ) t JOIN authors a ON a.id = t.author JOIN authors c ON c.id = t.committer
    """
    found: dict[tuple[Author, Author, str], int] = {}
    for name, email, committer, address, trailers, others, first in db.execute(query, (since,)):
        by = Author(committer, address)
        keys = [(Author(name, email), by, _account(trailers))]
        if others != "[]":
            keys += [(Author(*who), by, "") for who in json.loads(others)]
        for key in keys:
            found[key] = min(first, found.get(key, first))
    return [Signature(*key, first) for key, first in found.items()]


def _account(trailers: str) -> str:
    """The account that trailers name; the last of several, which is the one the wiki wrote."""
    if trailers == "[]":
        return ""
    named = [value.strip() for key, value in json.loads(trailers) if key.lower() == _TRAILER]
    return named[-1] if named else ""
