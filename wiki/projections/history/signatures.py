"""Which accounts the wiki wrote into its own changes: what ties an address to an account."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from wiki.model import Author

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


def signatures(db: sqlite3.Connection) -> list[Signature]:
    """One entry for each author, committer and account that occur together, in no order."""
    query = """
        SELECT a.name, a.email, c.name, c.email, t.trailers, t.co_authors, t.first FROM (
          SELECT author, committer, trailers, co_authors, min(commit_time) AS first FROM commits
          GROUP BY author, committer, trailers, co_authors
        ) t JOIN authors a ON a.id = t.author JOIN authors c ON c.id = t.committer
    """
    found: dict[tuple[Author, Author, str], int] = {}
    for name, email, committer, address, trailers, others, first in db.execute(query):
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
