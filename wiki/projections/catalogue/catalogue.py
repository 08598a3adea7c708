"""The catalogue of a space: pages, folders, files, links, tags, and type-ahead."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from wiki.model import RepositoryReader, is_page_path, name_key, page_name
from wiki.model.names import FOLDER_PAGES
from wiki.projections.catalogue import resolving, writing
from wiki.projections.catalogue.facts import fold
from wiki.projections.catalogue.rows import (
    FileRow,
    FolderListing,
    FolderRow,
    PageRow,
    TagRow,
    WantedRow,
)
from wiki.projections.catalogue.schema import SCHEMA
from wiki.projections.catalogue.suggesting import suggest_paths
from wiki.projections.folders import above
from wiki.projections.projection import Follows, Progress
from wiki.projections.store import Store, end_of, stored, told

_PAGE = "path, name, title, folder, oid, size, tags, owner"
_TABLES = ("files", "folders", "names", "links", "leads", "tags", "words", "starts")


class Catalogue:
    """What is in the tree at the branch's head. Safe between threads; readers never wait.

    Every question raises ``IndexNotReady`` while there is no readable catalogue.
    """

    name = "catalogue"
    version = SCHEMA.version
    follows: Follows = "trees"

    def __init__(self, folder: Path) -> None:
        self._store = Store(folder, self.name, SCHEMA)
        self._wanted: tuple[object, tuple[WantedRow, ...]] | None = None

    # -- following --------------------------------------------------------------------------

    def position(self) -> str | None:
        """The commit it stands at; None if it must be made anew."""
        return self._store.position()

    def advance(self, reader: RepositoryReader, old: str, new: str) -> None:
        """Go from one commit's tree to another's."""
        changes = list(reader.diff_trees(old, new))
        gone = [change.old for change in changes if change.old is not None]
        come = [change.new for change in changes if change.new is not None]
        with self._store.writing(new) as db:
            writing.change(db, reader, gone, come)

    def rebuild(self, reader: RepositoryReader, head: str, progress: Progress) -> None:
        """Make it anew from a commit's tree; from nothing if ``head`` is ""."""
        with self._store.rebuilding(head) as db:
            writing.fill(db, reader, reader.tree(head) if head else (), progress)

    def close(self) -> None:
        """Let go of open files."""
        self._store.close()

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """All of its state in a canonical order; equal dumps mean equal catalogues."""
        with self._store.reading() as db:
            tables = {name: db.execute(f"SELECT * FROM {name}") for name in _TABLES}  # noqa: S608 - our names
            return {name: sorted(rows, key=repr) for name, rows in tables.items()}

    # -- pages ------------------------------------------------------------------------------

    def page(self, name_or_path: str) -> PageRow | None:
        """The page of this name or path; else the one whose name differs only in capitals."""
        with self._store.reading() as db:
            names = resolving.lookup(db, [name_or_path])
            paths = [path for found in names.values() for path in found if is_page_path(path)]
            path = resolving.choose({name_key(stored(name_or_path)): paths}, [name_or_path])
            return _page(db, path) if path else None

    def pages(
        self, folder: str = "", *, recursive: bool = False, offset: int = 0, limit: int = 100
    ) -> list[PageRow]:
        """Pages of a folder by name; with ``recursive`` those of its folders too, by path."""
        query, values = f"SELECT {_PAGE} FROM files WHERE is_page = 1", []  # noqa: S608 - our columns
        if recursive and folder:
            query += " AND path >= ? AND path < ?"
            values = [stored(folder) + "/", end_of(stored(folder) + "/")]
        elif not recursive:
            query += " AND folder = ?"
            values = [stored(folder)]
        query += f" ORDER BY {'path' if recursive else 'name'} LIMIT ? OFFSET ?"
        with self._store.reading() as db:
            return [_page_row(row) for row in db.execute(query, [*values, limit, offset])]

    def count(self) -> int:
        """How many pages there are."""
        with self._store.reading() as db:
            row = db.execute("SELECT pages FROM folders WHERE path = ''").fetchone()
            return row[0] if row else 0

    def folder(self, path: str = "", *, offset: int = 0, limit: int = 1000) -> FolderListing | None:
        """One level of the tree; None if there is no such folder (the root always is)."""
        with self._store.reading() as db:
            row = db.execute("SELECT own_pages FROM folders WHERE path = ?", (stored(path),))
            counts = row.fetchone()
            if counts is None and path:
                return None
            return _listing(db, path, counts[0] if counts else 0, offset, limit)

    def files(self, folder: str = "", *, limit: int = 1000) -> list[FileRow]:
        """Files of a folder that are no pages, by name."""
        with self._store.reading() as db:
            return list(_files(db, folder, limit))

    def file(self, path: str) -> FileRow | None:
        """The file of exactly this path, if it is there and no page."""
        with self._store.reading() as db:
            query = "SELECT path, folder, oid FROM files WHERE is_page = 0 AND path = ?"
            row = db.execute(query, (stored(path),)).fetchone()
            return FileRow(told(row[0]), told(row[1]), row[2]) if row else None

    def collision(self, path: str) -> str | None:
        """An existing path that a new file of this path would be confused with; None if free.

        Equal but for capitals or the spelling of letters: of the file itself, of the page's name
        (whatever the ending), or of a folder on the way to it.
        """
        own = [path, page_name(path)] if is_page_path(path) else [path]
        folders = [told(folder) for folder in above(stored(path)) if folder]
        with self._store.reading() as db:
            names = resolving.lookup(db, [*own, *folders])
        for candidate in own:
            for found in sorted(names.get(name_key(stored(candidate)), ())):
                if is_page_path(path) == is_page_path(found) or found.rstrip("/") == path:
                    return found
        for folder in folders:
            for found in sorted(names.get(name_key(stored(folder)), ())):
                if found != folder + "/" and not is_page_path(found):
                    return found
        return None

    # -- links ------------------------------------------------------------------------------

    def resolve(self, candidates: Sequence[str]) -> str | None:
        """The path that a link's candidates lead to; None if to nothing.

        A folder is answered by its page's path, or by its own path with "/" if it has none.
        """
        return self.resolve_many([candidates])[0]

    def resolve_many(self, links: Sequence[Sequence[str]]) -> list[str | None]:
        """``resolve`` for all links of a page at once."""
        with self._store.reading() as db:
            return _resolve(db, links)

    def backlinks(self, path: str) -> list[PageRow]:
        """Pages with a link that leads to this page or file, by name."""
        with self._store.reading() as db:
            sources = [told(source) for source in _sources(db, path) if told(source) != path]
            rows = (_page(db, source) for source in sources)
            return sorted((row for row in rows if row), key=lambda row: row.name)

    def wanted(self) -> tuple[WantedRow, ...]:
        """Names that pages link to and that are not there, those wanted by most pages first."""
        with self._store.reading() as db:
            key = (self._store.stamp(), db.execute("SELECT position FROM meta").fetchone())
            if self._wanted is None or self._wanted[0] != key:
                self._wanted = (key, _wanted(db))
            return self._wanted[1]

    # -- tags and type-ahead ----------------------------------------------------------------

    def tags(self) -> list[TagRow]:
        """All tags by name; one tag whatever its capitals."""
        query = "SELECT min(tag), count(*) FROM tags GROUP BY key ORDER BY key"
        with self._store.reading() as db:
            return [TagRow(tag, pages) for tag, pages in db.execute(query)]

    def tagged(self, tag: str) -> list[PageRow]:
        """Pages that bear a tag, by name."""
        query = f"SELECT {_PAGE} FROM files JOIN tags USING (path) WHERE key = ? ORDER BY name"  # noqa: S608
        with self._store.reading() as db:
            return [_page_row(row) for row in db.execute(query, (fold(tag),))]

    def suggest(self, prefix: str, limit: int = 10) -> list[PageRow]:
        """Pages whose title or name begins with, or has words that begin with, what was typed."""
        with self._store.reading() as db:
            paths = suggest_paths(db, prefix[:200], limit)
            rows = (_page(db, told(path)) for path in paths)
            return [row for row in rows if row]


def _page(db: sqlite3.Connection, path: str) -> PageRow | None:
    query = f"SELECT {_PAGE} FROM files WHERE is_page = 1 AND path = ?"  # noqa: S608 - our columns
    row = db.execute(query, (stored(path),)).fetchone()
    return _page_row(row) if row else None


def _page_row(row: tuple[str, str, str, str, str, int, str, str]) -> PageRow:
    path, name, title, folder, oid, size, tags, owner = row
    labels = tuple(json.loads(tags)) if tags != "[]" else ()
    return PageRow(told(path), told(name), title, told(folder), oid, size, labels, owner)


def _files(db: sqlite3.Connection, folder: str, limit: int) -> Iterable[FileRow]:
    query = "SELECT path, oid FROM files WHERE is_page = 0 AND folder = ? ORDER BY path LIMIT ?"
    for path, oid in db.execute(query, (stored(folder), limit)):
        yield FileRow(told(path), folder, oid)


def _listing(
    db: sqlite3.Connection, path: str, total: int, offset: int, limit: int
) -> FolderListing:
    inside = "SELECT path, pages, own_pages FROM folders WHERE parent = ? ORDER BY path"
    level = (
        f"SELECT {_PAGE} FROM files WHERE folder = ? AND is_page = 1"  # noqa: S608 - our columns
        " ORDER BY name LIMIT ? OFFSET ?"
    )
    folder = stored(path)
    return FolderListing(
        path=path,
        page=_folder_page(db, path),
        folders=tuple(FolderRow(told(row[0]), *row[1:]) for row in db.execute(inside, (folder,))),
        pages=tuple(_page_row(row) for row in db.execute(level, (folder, limit, offset))),
        files=tuple(_files(db, path, limit)),
        total=total,
    )


def _folder_page(db: sqlite3.Connection, folder: str) -> PageRow | None:
    base = f"{folder}/" if folder else ""
    stems = [base + stem for stem in FOLDER_PAGES]
    found = chain.from_iterable(resolving.lookup(db, stems).values())
    path = resolving.folder_page(
        path for path in found if is_page_path(path) and path.rpartition("/")[0] == folder
    )
    return _page(db, path) if path else None


def _resolve(db: sqlite3.Connection, links: Sequence[Sequence[str]]) -> list[str | None]:
    names = resolving.lookup(db, chain.from_iterable(links))
    found = (resolving.choose(names, candidates) for candidates in links)
    return [_inside(db, path) if path and path.endswith("/") else path for path in found]


def _inside(db: sqlite3.Connection, folder: str) -> str:
    page = _folder_page(db, folder.rstrip("/"))
    return page.path if page else folder


def _sources(db: sqlite3.Connection, path: str) -> list[str]:
    """Stored paths of the pages with a link that leads to ``path``."""
    keys = {name_key(stored(path))}
    if is_page_path(path):
        keys.add(name_key(stored(page_name(path))))
        folder = path.rpartition("/")[0]
        stands = _folder_page(db, folder)
        if folder and stands and stands.path == path:
            keys.add(name_key(stored(folder)))
    marks = ",".join("?" * len(keys))
    query = (
        "SELECT DISTINCT source, number, candidates FROM leads JOIN links USING (source, number)"  # noqa: S608
        f" WHERE key IN ({marks})"
    )
    rows = db.execute(query, list(keys)).fetchall()
    links = [[told(lead) for lead in json.loads(leads)] for _, _, leads in rows]
    reached = _resolve(db, links)
    return sorted({row[0] for row, target in zip(rows, reached, strict=True) if target == path})


def _wanted(db: sqlite3.Connection) -> tuple[WantedRow, ...]:
    query = """
        SELECT links.source, links.candidates FROM links
        WHERE kind <> 'image' AND candidates <> '[]' AND NOT EXISTS (
          SELECT 1 FROM leads JOIN names USING (key)
          WHERE leads.source = links.source AND leads.number = links.number)
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    spelling: dict[str, str] = {}
    for source, leads in db.execute(query):
        name = min((page_name(told(lead)) for lead in json.loads(leads)[:1]), default="")
        key = name_key(stored(name))
        wanted[key].add(told(source))
        spelling[key] = min(name, spelling.get(key, name))
    rows = (WantedRow(spelling[key], tuple(sorted(who))) for key, who in wanted.items())
    return tuple(sorted(rows, key=lambda row: (-len(row.sources), row.name)))
