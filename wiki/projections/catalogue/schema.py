"""The catalogue's tables. Every row is a function of the tree at the position."""

from wiki.projections.store import Schema

SCHEMA = Schema(
    version=2,
    tables="""
CREATE TABLE files (
  path TEXT PRIMARY KEY, folder TEXT NOT NULL, oid TEXT NOT NULL, is_page INTEGER NOT NULL,
  name TEXT NOT NULL, title TEXT NOT NULL, size INTEGER NOT NULL, tags TEXT NOT NULL,
  owner TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE folders (
  path TEXT PRIMARY KEY, parent TEXT, pages INTEGER NOT NULL, own_pages INTEGER NOT NULL,
  own_files INTEGER NOT NULL, files INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE names (key TEXT, path TEXT, PRIMARY KEY (key, path)) WITHOUT ROWID;
CREATE TABLE links (
  source TEXT, number INTEGER, kind TEXT NOT NULL, target TEXT NOT NULL, candidates TEXT NOT NULL,
  PRIMARY KEY (source, number)
) WITHOUT ROWID;
CREATE TABLE leads (key TEXT, source TEXT, number INTEGER, PRIMARY KEY (key, source, number))
  WITHOUT ROWID;
CREATE TABLE tags (key TEXT, path TEXT, tag TEXT NOT NULL, PRIMARY KEY (key, path)) WITHOUT ROWID;
CREATE TABLE words (word TEXT, path TEXT, PRIMARY KEY (word, path)) WITHOUT ROWID;
CREATE TABLE starts (start TEXT, path TEXT, PRIMARY KEY (start, path)) WITHOUT ROWID;
""",
    indexes="""
CREATE INDEX files_by_folder ON files (folder, is_page, name);
CREATE INDEX folders_by_parent ON folders (parent);
CREATE INDEX leads_by_source ON leads (source, number);
""",
)
"""``names``: ``name_key`` of every page's name, every file's path and every folder (its path ends
with "/"). ``leads``: ``name_key`` of every candidate of every link. ``starts``: folded titles and
last parts of names, from their beginning."""
