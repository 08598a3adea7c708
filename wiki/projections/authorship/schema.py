"""The authorship's tables: columns of numbers, cut into chunks of so many rows."""

from wiki.projections.store import Schema

SCHEMA = Schema(
    version=7,
    tables="""
CREATE TABLE columns (
  name TEXT NOT NULL, chunk INTEGER NOT NULL, sum INTEGER NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (name, chunk)
);
CREATE TABLE notes (partial TEXT NOT NULL, width INTEGER NOT NULL);
INSERT INTO notes VALUES ('', 40);
""",
)
