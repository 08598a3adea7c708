"""Filling the catalogue, whole or by what differs between two trees."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from wiki.model import RepositoryReader, TreeEntry, is_hidden, is_page_path, name_key, page_name
from wiki.projections.catalogue.facts import PageFacts, fold, last_part, page_words, read_page
from wiki.projections.folders import above, folder_of
from wiki.projections.projection import Progress
from wiki.projections.store import clean, stored

_BATCH = 500
_REGULAR = 0o100000
_START_LENGTH = 60


def is_listed(entry: TreeEntry) -> bool:
    """Whether a file is shown: a regular file outside hidden folders. Links are never followed."""
    return entry.mode & 0o170000 == _REGULAR and not is_hidden(entry.path)


def fill(
    db: sqlite3.Connection,
    reader: RepositoryReader,
    entries: Iterable[TreeEntry],
    progress: Progress,
) -> None:
    """Write all files of a tree into empty tables."""
    listed = [entry for entry in entries if is_listed(entry)]
    done = 0
    for batch in _batches(listed):
        add(db, reader, batch)
        done += len(batch)
        progress("pages", done, len(listed))


def change(
    db: sqlite3.Connection,
    reader: RepositoryReader,
    gone: Sequence[TreeEntry],
    come: Sequence[TreeEntry],
) -> None:
    """Take out what is gone (or was otherwise), then put in what has come."""
    remove(db, [entry.path for entry in gone if is_listed(entry)])
    for batch in _batches([entry for entry in come if is_listed(entry)]):
        add(db, reader, batch)


def _batches(entries: Iterable[TreeEntry]) -> Iterator[list[TreeEntry]]:
    iterator = iter(entries)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


# -- coming ----------------------------------------------------------------------------------


def add(db: sqlite3.Connection, reader: RepositoryReader, entries: Sequence[TreeEntry]) -> None:
    """Write files that are not there yet."""
    pages = [entry for entry in entries if is_page_path(entry.path)]
    contents = dict(reader.read_blobs(dict.fromkeys(entry.oid for entry in pages)))
    for entry in entries:
        if is_page_path(entry.path):
            _add_page(db, entry, read_page(entry.path, contents.get(entry.oid)))
        else:
            _add_file(db, entry)
    _count(db, ((entry.path, 1) for entry in entries))


def _add_file(db: sqlite3.Connection, entry: TreeEntry) -> None:
    path = stored(entry.path)
    _insert_file(db, path, entry.oid, 0, path, PageFacts("", 0, (), "", ()))
    db.execute("INSERT OR IGNORE INTO names VALUES (?, ?)", (name_key(path), path))


def _insert_file(
    db: sqlite3.Connection, path: str, oid: str, is_page: int, name: str, facts: PageFacts
) -> None:
    tags = json.dumps(facts.tags) if facts.tags else "[]"
    row = (path, folder_of(path), oid, is_page, name, clean(facts.title), facts.size, tags)
    db.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, clean(facts.owner)))


def _add_page(db: sqlite3.Connection, entry: TreeEntry, facts: PageFacts) -> None:
    path, name = stored(entry.path), stored(page_name(entry.path))
    _insert_file(db, path, entry.oid, 1, name, facts)
    keys = {name_key(path), name_key(name)}
    db.executemany("INSERT OR IGNORE INTO names VALUES (?, ?)", ((key, path) for key in keys))
    db.executemany(
        "INSERT OR IGNORE INTO tags VALUES (?, ?, ?)",
        ((fold(tag), path, clean(tag)) for tag in facts.tags),
    )
    title = clean(facts.title)
    db.executemany(
        "INSERT OR IGNORE INTO words VALUES (?, ?)", ((w, path) for w in page_words(path, title))
    )
    starts = {fold(text)[:_START_LENGTH] for text in (title, last_part(path))}
    db.executemany("INSERT OR IGNORE INTO starts VALUES (?, ?)", ((s, path) for s in starts))
    for number, link in enumerate(facts.links):
        leads = [stored(candidate) for candidate in link.candidates]
        db.execute(
            "INSERT INTO links VALUES (?, ?, ?, ?, ?)",
            (path, number, link.kind, stored(link.target), json.dumps(leads)),
        )
        db.executemany(
            "INSERT OR IGNORE INTO leads VALUES (?, ?, ?)",
            ((name_key(lead), path, number) for lead in leads),
        )


# -- going -----------------------------------------------------------------------------------


def remove(db: sqlite3.Connection, paths: Iterable[str]) -> None:
    """Take files out, with all that was known of them."""
    gone: list[str] = []
    for raw in paths:
        path = stored(raw)
        found = "SELECT name, title, tags FROM files WHERE path = ?"
        row = db.execute(found, (path,)).fetchone()
        if row is not None:
            gone.append(raw)
            _remove(db, path, *row)
    _count(db, ((path, -1) for path in gone))


def _remove(db: sqlite3.Connection, path: str, name: str, title: str, tags: str) -> None:
    db.execute("DELETE FROM files WHERE path = ?", (path,))
    for tag in json.loads(tags):
        db.execute("DELETE FROM tags WHERE key = ? AND path = ?", (fold(tag), path))
    for key in {name_key(path), name_key(name)}:
        db.execute("DELETE FROM names WHERE key = ? AND path = ?", (key, path))
    for word in page_words(path, title):
        db.execute("DELETE FROM words WHERE word = ? AND path = ?", (word, path))
    for start in {fold(text)[:_START_LENGTH] for text in (title, last_part(path))}:
        db.execute("DELETE FROM starts WHERE start = ? AND path = ?", (start, path))
    rows = db.execute("SELECT number, candidates FROM links WHERE source = ?", (path,)).fetchall()
    for number, leads in rows:
        for lead in json.loads(leads):
            parameters = (name_key(lead), path, number)
            db.execute("DELETE FROM leads WHERE key = ? AND source = ? AND number = ?", parameters)
    db.execute("DELETE FROM links WHERE source = ?", (path,))


# -- folders ---------------------------------------------------------------------------------


def _count(db: sqlite3.Connection, changes: Iterable[tuple[str, int]]) -> None:
    """Add files to (or take them from) the counts of the folders around them."""
    pages, own_pages = Counter[str](), Counter[str]()
    files, own_files = Counter[str](), Counter[str]()
    for raw, sign in changes:
        path = stored(raw)
        under, own = (pages, own_pages) if is_page_path(raw) else (files, own_files)
        own[folder_of(path)] += sign
        for folder in above(path):
            under[folder] += sign
    for folder in {*pages, *files}:
        counts = (pages[folder], own_pages[folder], own_files[folder], files[folder])
        _count_folder(db, folder, counts)


def _count_folder(db: sqlite3.Connection, folder: str, counts: tuple[int, ...]) -> None:
    parent = folder_of(folder) if folder else None
    db.execute("INSERT OR IGNORE INTO folders VALUES (?, ?, 0, 0, 0, 0)", (folder, parent))
    db.execute(
        "UPDATE folders SET pages = pages + ?, own_pages = own_pages + ?,"
        " own_files = own_files + ?, files = files + ? WHERE path = ?",
        (*counts, folder),
    )
    empty = db.execute("DELETE FROM folders WHERE path = ? AND pages + files = 0", (folder,))
    if folder:
        key, name = name_key(folder), folder + "/"
        if empty.rowcount:
            db.execute("DELETE FROM names WHERE key = ? AND path = ?", (key, name))
        else:
            db.execute("INSERT OR IGNORE INTO names VALUES (?, ?)", (key, name))
