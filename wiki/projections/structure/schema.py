"""The tables of the structure."""

from wiki.projections.store import Schema
from wiki.projections.structure.columns import NUMBERS, TEXTS

COLUMNS = ", ".join(f'"{name}"' for name in (*TEXTS, *NUMBERS))

SCHEMA = Schema(
    version=1,
    tables=f"""
CREATE TABLE segments (
  id INTEGER PRIMARY KEY, versions INTEGER NOT NULL,
  {", ".join(f'"{name}" BLOB NOT NULL' for name in (*TEXTS, *NUMBERS))}
);
CREATE TABLE known (oid TEXT PRIMARY KEY, place INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE lasts (
  path TEXT PRIMARY KEY, place INTEGER NOT NULL, oid TEXT NOT NULL, content TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE settled (
  path TEXT PRIMARY KEY, content TEXT NOT NULL, marks TEXT NOT NULL
) WITHOUT ROWID;
""",
)
"""``segments`` hold the versions in columns, in order of arrival; small ones are put together as they
grow many. ``known`` are the commits with their places in the order of the history. ``lasts`` is what
the last commit (in that order) that touched a file left there ("": nothing), and ``settled`` what is
at the head where that is something else, as a merge may decide."""
