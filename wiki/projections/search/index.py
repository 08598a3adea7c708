"""The search index of one space: it follows the space's pages, and it answers."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from wiki.errors import EXHAUSTED, Overloaded, QueryRefused, SearchNotReady
from wiki.model import RepositoryReader, TreeEntry, is_page_path
from wiki.projections.projection import Follows, Progress
from wiki.projections.search import writing
from wiki.projections.search.evaluate import Evaluation
from wiki.projections.search.parsing import parse_query
from wiki.projections.search.query import Filter, Query
from wiki.projections.search.ranking import rank
from wiki.projections.search.reading import Segment, Snapshot, open_snapshot
from wiki.projections.search.schema import PageText, read_page
from wiki.projections.search.snippets import Piece, Snippets
from wiki.projections.search.spelling import correction
from wiki.projections.search.store import IndexDamaged, Manifest, Store

log = logging.getLogger(__name__)

FOLDER = "search"
CACHED_RESULTS = 128
OPEN_ATTEMPTS = 20
"""So often a state may be replaced by a newer one while it is being opened."""
FILE_MODES = frozenset({0o100644, 0o100755, 0o100664})


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that was found; ``path`` is its file's."""

    path: str
    title: tuple[Piece, ...]
    snippet: tuple[Piece, ...]
    tags: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a query found. ``total`` counts all pages that match, ``hits`` are those asked for.

    ``suggestion`` is a query with corrected words ("" if there is none); ``loosened`` says that no
    page has all the words, so those with some are given; ``cut`` that a prefix was too common to
    look for all its words. ``position`` is the commit that the index shows.
    """

    total: int
    hits: tuple[Hit, ...]
    suggestion: str
    loosened: bool
    cut: bool
    position: str


class SearchIndex:
    """A projection of a space's pages. One process writes at a time; any may search meanwhile."""

    name = "search"
    version = 1
    follows: Follows = "trees"

    def __init__(self, folder: Path) -> None:
        self._store = Store(folder / FOLDER, self.version)
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._segments: dict[str, Segment] = {}
        self._signature: tuple[int, int, int] | None = None
        self._generation = ""
        self._results: OrderedDict[tuple[str, str, int, int], SearchResult] = OrderedDict()

    # -- following -------------------------------------------------------------------------------

    def position(self) -> str | None:
        """The commit the index shows; None if there is none or it must be made anew."""
        manifest = self._store.manifest()
        if manifest is None:
            return None
        try:
            self._store.check(manifest)
        except (OSError, IndexDamaged):
            if self._store.manifest() != manifest:  # a follower was faster, and tidied up
                return self.position()
            log.warning("search index in %s is damaged; it will be rebuilt", self._store.folder)
            return None
        return manifest.position

    def advance(self, reader: RepositoryReader, old: str, new: str) -> None:
        """Take in what differs between two commits. Doing it again changes nothing."""
        manifest = self._store.manifest()
        if manifest is None:
            raise SearchNotReady(self._store.folder.parent.name)
        self._store.discard_unpublished(manifest)
        gone: set[str] = set()
        entries: list[TreeEntry] = []
        for difference in reader.diff_trees(old, new):
            gone.add(difference.path)
            if difference.new is not None:
                entries.append(difference.new)
        entries = [entry for entry in entries if _is_page(entry)]
        toc, files = manifest.toc, manifest.files
        removed = self._refresh().among(gone) if gone else []
        if removed or entries:
            folder = self._store.generation_folder(manifest)
            toc, files = writing.change(folder, removed, _read_pages(reader, entries), files)
        pages = manifest.pages - len(removed) + len(entries)
        self._store.publish(Manifest(self.version, manifest.generation, toc, new, pages, files))

    def rebuild(self, reader: RepositoryReader, head: str, progress: Progress) -> None:
        """Make the index anew beside the old one, then put it in its place."""
        entries = [entry for entry in reader.tree(head) if _is_page(entry)] if head else []
        folder = self._store.new_generation()
        pages = _counting(_read_pages(reader, entries), len(entries), progress)
        try:
            toc, files = writing.fill(folder, pages)
        except BaseException:
            self._store.abandon(folder)
            raise
        self._store.publish(Manifest(self.version, folder.name, toc, head, len(entries), files))

    def close(self) -> None:
        """Let go of the open files."""
        with self._lock:
            self._snapshot, self._segments, self._signature = None, {}, None
            self._results.clear()

    # -- answering -------------------------------------------------------------------------------

    def search(
        self,
        query: Query,
        offset: int = 0,
        limit: int = 10,
        expired: Callable[[], bool] = lambda: False,
        outside: Mapping[Filter, Collection[str]] | None = None,
    ) -> SearchResult:
        """The pages that match, best first.

        ``expired`` is asked between steps whether the time is up; ``outside`` gives the paths that
        each of ``query.outside()`` lets through.

        Raises:
            SearchNotReady: there is no index yet, or it is damaged; it is made by the next follow.
            QueryRefused: the time is up.
        """
        failure: Exception | None = None
        for _ in range(OPEN_ATTEMPTS):
            snapshot = self._refresh()
            key = (snapshot.stamp, query.text, offset, limit)
            cached = self._results.get(key) if not outside else None
            if cached is not None:
                return cached
            try:
                result = _answer(snapshot, query, offset, limit, expired, outside or {})
            except (QueryRefused, MemoryError):
                raise
            except Exception as error:  # noqa: BLE001 - a damaged file can make Whoosh raise anything
                failure = error
                if self._refresh() is snapshot:
                    break
                continue  # a newer state took this one's files away before all were open
            if not outside:
                self._keep(key, result)
            return result
        raise self._damaged(failure) from failure

    def stamp(self) -> str:
        """Changes whenever the answers may.

        Raises:
            SearchNotReady: there is no index.
        """
        return self._refresh().stamp

    def shows(self, commit: str) -> bool:
        """Whether the answers are those of this commit's tree; looks at one small file."""
        try:
            return self._refresh().position == commit
        except SearchNotReady:
            return False

    def page_count(self) -> int:
        """How many pages can be found; 0 without an index."""
        manifest = self._store.manifest()
        return manifest.pages if manifest else 0

    def dump(self) -> Iterator[tuple[str, str, str, float, bytes]]:
        """All the index says, in no order; equal for equal pages, however they came in."""
        return self._refresh().dump()

    def _refresh(self) -> Snapshot:
        """The newest state, opened if it is not the one held."""
        signature = self._store.signature()
        snapshot = self._snapshot
        if snapshot is not None and signature is not None and signature == self._signature:
            return snapshot
        with self._lock:
            return self._open()

    def _open(self) -> Snapshot:
        failure: Exception | None = None
        for _ in range(OPEN_ATTEMPTS):
            signature, manifest = self._store.signature(), self._store.manifest()
            if manifest is None or signature is None:
                self._snapshot = None
                raise SearchNotReady(self._store.folder.parent.name)
            if self._snapshot is not None and self._snapshot.stamp == manifest.stamp:
                self._signature = signature
                return self._snapshot
            try:
                return self._open_state(manifest, signature)
            except FileNotFoundError as error:
                failure = error
                if self._store.signature() == signature:
                    break  # gone, and not because a newer state replaced this one
            except OSError as error:
                if error.errno in EXHAUSTED:  # says nothing against the index
                    raise Overloaded(error.strerror or "") from error
                failure = error
                break
            except Exception as error:  # noqa: BLE001 - a damaged file can make Whoosh raise anything
                failure = error
                break
        raise self._damaged(failure) from failure

    def _open_state(self, manifest: Manifest, signature: tuple[int, int, int]) -> Snapshot:
        self._store.check(manifest)
        known = self._segments if manifest.generation == self._generation else {}
        self._snapshot, self._segments = open_snapshot(
            self._store.generation_folder(manifest),
            manifest.toc,
            manifest.stamp,
            manifest.position,
            known,
        )
        self._generation, self._signature = manifest.generation, signature
        return self._snapshot

    def _damaged(self, error: Exception | None) -> SearchNotReady:
        log.warning("search index in %s cannot be read: %r", self._store.folder, error)
        manifest = self._store.manifest()
        if manifest is not None:
            self._store.report_damage(manifest.generation)
        self._snapshot, self._segments, self._signature = None, {}, None
        return SearchNotReady(self._store.folder.parent.name)

    def _keep(self, key: tuple[str, str, int, int], result: SearchResult) -> None:
        with self._lock:
            self._results[key] = result
            while len(self._results) > CACHED_RESULTS:
                self._results.popitem(last=False)


def _answer(
    snapshot: Snapshot,
    query: Query,
    offset: int,
    limit: int,
    expired: Callable[[], bool],
    outside: Mapping[Filter, Collection[str]],
) -> SearchResult:
    evaluation = Evaluation(snapshot, outside, expired)
    scores = evaluation.scores(query.root)
    suggestion, loosened = "", False
    if not scores:
        suggestion = _suggestion(evaluation, snapshot, query)
        looser = query.loosened()
        if looser is not None:
            scores, loosened = evaluation.scores(looser.root), True
    ranked = rank(evaluation, snapshot, query, scores, offset + limit)[offset:]
    snippets = Snippets(query)
    hits = tuple(_hit(snapshot, number, scores[number], snippets) for number in ranked)
    return SearchResult(
        len(scores), hits, suggestion, loosened and bool(scores), evaluation.cut, snapshot.position
    )


def _suggestion(evaluation: Evaluation, snapshot: Snapshot, query: Query) -> str:
    """A correction that finds something."""
    text = correction(snapshot, query)
    if not text:
        return ""
    try:
        better = parse_query(text)
    except QueryRefused:
        return ""
    return text if evaluation.scores(better.root) else ""


def _hit(snapshot: Snapshot, number: int, score: float, snippets: Snippets) -> Hit:
    stored = snapshot.stored(number)
    return Hit(
        snapshot.path(number),
        snippets.title(stored.title),
        snippets.text(stored.text, stored.title),
        stored.tags,
        score,
    )


def _is_page(entry: TreeEntry) -> bool:
    """Regular files only: a symbolic link is never followed, a submodule is no page."""
    return entry.mode in FILE_MODES and is_page_path(entry.path)


def _read_pages(reader: RepositoryReader, entries: Iterable[TreeEntry]) -> Iterator[PageText]:
    """Pages as the index takes them; a missing or damaged file is found by its name alone."""
    entries = list(entries)
    contents = reader.read_blobs(entry.oid for entry in entries)
    for entry, (_, content) in zip(entries, contents, strict=True):
        yield read_page(entry.path, content or b"")


def _counting(pages: Iterator[PageText], total: int, progress: Progress) -> Iterator[PageText]:
    for done, page in enumerate(pages):
        if done % 200 == 0:
            progress("indexing pages", done, total)
        yield page
    progress("indexing pages", total, total)
