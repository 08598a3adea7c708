"""The tables of the history. Numbers are given in order of arrival and mean nothing by themselves."""

from wiki.projections.store import Schema

SCHEMA = Schema(
    version=5,
    tables="""
CREATE TABLE commits (
  n INTEGER PRIMARY KEY, oid TEXT NOT NULL UNIQUE, place INTEGER NOT NULL, parents TEXT NOT NULL,
  author INTEGER NOT NULL, author_time INTEGER NOT NULL, author_offset INTEGER NOT NULL,
  committer INTEGER NOT NULL, commit_time INTEGER NOT NULL, message TEXT NOT NULL,
  trailers TEXT NOT NULL, door TEXT NOT NULL, co_authors TEXT NOT NULL,
  pusher INTEGER, credit INTEGER NOT NULL, account TEXT NOT NULL,
  shared INTEGER NOT NULL, pushed_at INTEGER,
  files INTEGER NOT NULL, pages INTEGER NOT NULL
);
CREATE TABLE edges (child INTEGER, parent INTEGER, PRIMARY KEY (child, parent)) WITHOUT ROWID;
CREATE TABLE authors (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, UNIQUE (name, email)
);
CREATE TABLE credits (
  author INTEGER, place INTEGER, n INTEGER, PRIMARY KEY (author, place, n)
) WITHOUT ROWID;
CREATE TABLE scopes (
  folder TEXT, place INTEGER, n INTEGER, PRIMARY KEY (folder, place, n)
) WITHOUT ROWID;
CREATE TABLE pages (
  id INTEGER PRIMARY KEY, root INTEGER NOT NULL, place INTEGER NOT NULL, oid TEXT NOT NULL,
  path TEXT NOT NULL
);
CREATE TABLE changes (
  id INTEGER PRIMARY KEY, n INTEGER NOT NULL, place INTEGER NOT NULL, path TEXT NOT NULL,
  old_path TEXT NOT NULL, left_path TEXT, kind TEXT NOT NULL, page INTEGER NOT NULL,
  is_page INTEGER NOT NULL, content INTEGER NOT NULL, revert INTEGER NOT NULL,
  old_oid BLOB NOT NULL, new_oid BLOB NOT NULL, size INTEGER NOT NULL, grown INTEGER NOT NULL,
  added INTEGER, removed INTEGER
);
CREATE TABLE live (path TEXT PRIMARY KEY, page INTEGER NOT NULL, oid BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE notes (partial TEXT NOT NULL);
INSERT INTO notes VALUES ('');
CREATE INDEX changes_by_path ON changes (path);
CREATE INDEX changes_by_left_path ON changes (left_path) WHERE left_path IS NOT NULL;
CREATE INDEX changes_by_page ON changes (page, place);
""",
    indexes="""
CREATE INDEX changes_by_commit ON changes (n, path);
CREATE INDEX commits_by_place ON commits (place, oid);
CREATE INDEX pages_by_root ON pages (root);
CREATE INDEX live_by_page ON live (page);
""",
)
"""``place`` orders commits: the commit's time, but always later than its parents'; ties are broken
by id. It depends on a commit's ancestors only. ``left_path`` is the path a rename took a page away
from. ``author`` is who is shown, ``pusher`` who brought it if somebody else did (else NULL), ``credit`` whom it
counts for, under which ``account`` ("": none), and ``shared`` whether it counts for its co-authors, too; ``pushed_at`` when the log of pushes says that it came (else NULL).
``pages`` are the lasting identities of files; those that turned out to be one by a merge share
a ``root``, the eldest of them. ``live`` says which page each path of
the head's tree is, and its text."""
