"""A state of the index held open for reading: postings as plain lists, pages as they were stored.

Whoosh's matchers step from posting to posting; here whole lists are taken from its blocks at once,
which is what makes exact totals affordable. A segment's files never change, so what was opened
for one state serves the next, and files that were removed meanwhile stay readable.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.index import TOC
from whoosh.reading import SegmentReader, TermNotFound

from wiki.projections.search.schema import StoredPage, make_schema
from wiki.projections.search.words import fold
from wiki.projections.search.writing import INDEX_NAME, WORDS_ENDING, open_storage, read_words

CACHED_POSTINGS = 150_000
"""How many postings of recent queries are kept unpacked, some 100 bytes each."""


class Segment:
    """One segment's files and what is read from them once."""

    def __init__(self, folder: Path, storage: Any, segment: Any) -> None:
        schema = make_schema()
        self._reader = SegmentReader(storage, schema, segment)
        self._terms = self._reader._terms
        self._formats = {name: field.format for name, field in schema.items()}
        self._words_file = folder / f"{segment.segment_id()}.{WORDS_ENDING}"
        self.size: int = segment.doc_count_all()
        column = self._reader.column_reader("path")
        self.paths = [
            column[number].decode("utf-8", "surrogateescape") for number in range(self.size)
        ]
        lengths = self._reader.column_reader("length")
        self.lengths = array("I", (lengths[number] for number in range(self.size)))

    @cached_property
    def folded_paths(self) -> list[str]:
        return [fold(path) for path in self.paths]

    @cached_property
    def words(self) -> tuple[list[str], array[int]]:
        """Its words in the order of their bytes, and in how many pages each stands."""
        return read_words(self._words_file)

    def postings(self, field: str, word: str) -> tuple[Sequence[int], Sequence[float]]:
        """Numbers of the documents with the word, rising, and its weight in each."""
        matcher = self._matcher(field, word)
        numbers: array[int] = array("I")
        weights: array[float] = array("f")
        for block in _blocks(matcher):
            block._read_ids()
            block._read_weights()
            numbers.extend(block._ids)
            weights.extend(block._weights)
        return numbers, weights

    def places(self, field: str, word: str, wanted: Collection[int]) -> dict[int, bytes]:
        """Where the word stands in each of the wanted documents that has it."""
        found: dict[int, bytes] = {}
        for block in _blocks(self._matcher(field, word)):
            block._read_ids()
            if not any(number in wanted for number in block._ids):
                continue
            block._read_values()
            pairs = zip(block._ids, block._values, strict=True)
            found.update(pair for pair in pairs if pair[0] in wanted)
        return found

    def stored(self, number: int) -> StoredPage:
        title, tags, text = self._reader.stored_fields(number)["page"]
        return StoredPage(title, tuple(tags), text)

    def terms(self) -> Iterator[tuple[str, str, int, float, bytes]]:
        """Every posting: (field, word, document, weight, places)."""
        for field, text in self._reader.all_terms():
            numbers, weights = self.postings(field, text.decode())
            places = (
                self.places(field, text.decode(), numbers) if field in {"words", "title"} else {}
            )
            for number, weight in zip(numbers, weights, strict=True):
                yield field, text.decode(), number, weight, places.get(number, b"")

    def close(self) -> None:
        with suppress(Exception):  # a damaged segment may fail to close as well
            self._reader.close()

    def __del__(self) -> None:
        self.close()

    def _matcher(self, field: str, word: str) -> Any:
        """The raw list of a term: the reader's own would hide what *its* state has deleted."""
        try:
            return self._terms.matcher(field, word.encode(), self._formats[field])
        except TermNotFound:
            return None


def _blocks(matcher: Any) -> Iterator[W3LeafMatcher]:
    """Each block of a posting list in turn, not yet unpacked."""
    while matcher is not None and matcher.is_active():
        yield matcher
        matcher._next_block()


@dataclass(frozen=True, slots=True)
class _Part:
    """A segment as a state sees it: from which number on, and without which documents."""

    base: int
    segment: Segment
    deleted: frozenset[int]


class Snapshot:
    """One state of the index; documents are numbered through all its segments. Thread-safe."""

    def __init__(self, stamp: str, position: str, parts: Sequence[_Part]) -> None:
        self.stamp = stamp
        self.position = position
        self._parts = parts
        self._bases = [part.base for part in parts]
        self._lock = threading.Lock()
        self._cache: OrderedDict[tuple[str, str], dict[int, float]] = OrderedDict()
        self._cached = 0
        lengths: array[int] = array("I")
        for part in parts:
            lengths.extend(part.segment.lengths)
        self.lengths = lengths
        """Words of each document, by number."""
        self.live = [
            part.base + number
            for part in parts
            for number in range(part.segment.size)
            if number not in part.deleted
        ]
        """The numbers of all documents that are not deleted."""
        self.average_length = sum(map(lengths.__getitem__, self.live)) / (len(self.live) or 1)

    def postings(self, field: str, word: str) -> dict[int, float]:
        """Document → weight of the word in it; shared, not to be changed."""
        key = (field, word)
        with self._lock:
            found = self._cache.get(key)
            if found is None:
                found = self._read_postings(field, word)
                self._remember(key, found)
            else:
                self._cache.move_to_end(key)
        return found

    def places(self, field: str, word: str, wanted: Collection[int]) -> dict[int, bytes]:
        """Document → where the word stands in it, for those wanted."""
        found: dict[int, bytes] = {}
        with self._lock:
            for part in self._parts:
                base, end = part.base, part.base + part.segment.size
                local = {number - base for number in wanted if base <= number < end}
                if local:
                    places = part.segment.places(field, word, local)
                    found.update((number + base, where) for number, where in places.items())
        return found

    def path(self, number: int) -> str:
        part = self._part(number)
        path: str = part.segment.paths[number - part.base]
        return path

    def stored(self, number: int) -> StoredPage:
        part = self._part(number)
        with self._lock:
            return part.segment.stored(number - part.base)

    def under(self, place: str) -> list[int]:
        """Documents whose path begins with ``place`` or has it as a whole part (folded)."""
        start, inside, last = place, f"/{place}/", f"/{place}."
        found = []
        for part in self._parts:
            for number, path in enumerate(part.segment.folded_paths):
                here = path.startswith(start) or inside in path or last in path
                if here and number not in part.deleted:
                    found.append(part.base + number)
        return found

    def among(self, paths: Collection[str]) -> list[int]:
        """Documents with one of these paths."""
        return [
            part.base + number
            for part in self._parts
            for number, path in enumerate(part.segment.paths)
            if path in paths and number not in part.deleted
        ]

    def words_with_prefix(self, prefix: str) -> dict[str, int]:
        """Words that begin so, with (about) the number of pages each stands in."""
        found: dict[str, int] = {}
        for part in self._parts:
            words, counts = part.segment.words
            at = bisect_left(words, prefix)
            while at < len(words) and words[at].startswith(prefix):
                found[words[at]] = found.get(words[at], 0) + counts[at]
                at += 1
        return found

    def vocabularies(self) -> Iterator[tuple[list[str], array[int]]]:
        """Each segment's words and counts."""
        for part in self._parts:
            yield part.segment.words

    def dump(self) -> Iterator[tuple[str, str, str, float, bytes]]:
        """Every posting as (path, field, word, weight, places): what the index says, whatever its
        segments are; stored values and lengths as postings of the fields ``page`` and ``length``.
        """
        for part in self._parts:
            segment = part.segment
            for field, word, number, weight, places in segment.terms():
                if number not in part.deleted:
                    yield segment.paths[number], field, word, weight, places
            for number in range(segment.size):
                if number not in part.deleted:
                    path = segment.paths[number]
                    yield path, "length", "", float(segment.lengths[number]), b""
                    yield path, "page", repr(segment.stored(number)), 0.0, b""

    def segments(self) -> set[Segment]:
        return {part.segment for part in self._parts}

    def _part(self, number: int) -> _Part:
        return self._parts[bisect_right(self._bases, number) - 1]

    def _read_postings(self, field: str, word: str) -> dict[int, float]:
        found: dict[int, float] = {}
        for part in self._parts:
            numbers, weights = part.segment.postings(field, word)
            if part.base:
                numbers = [number + part.base for number in numbers]
            found.update(zip(numbers, weights, strict=True))
            for number in part.deleted:
                found.pop(number + part.base, None)
        return found

    def _remember(self, key: tuple[str, str], found: dict[int, float]) -> None:
        self._cache[key] = found
        self._cached += len(found) + 16
        while self._cached > CACHED_POSTINGS and len(self._cache) > 1:
            _, dropped = self._cache.popitem(last=False)
            self._cached -= len(dropped) + 16


def open_snapshot(
    folder: Path, toc: int, stamp: str, position: str, known: dict[str, Segment]
) -> tuple[Snapshot, dict[str, Segment]]:
    """Open a state of a generation; segments of ``known`` that it still has are taken over.

    Returns the state and its segments by id. Raises whatever Whoosh makes of damaged files.
    """
    storage = open_storage(folder)
    parts: list[_Part] = []
    segments: dict[str, Segment] = {}
    base = 0
    for found in TOC.read(storage, INDEX_NAME, gen=toc, schema=make_schema()).segments:
        name = found.segment_id()
        segments[name] = known.get(name) or Segment(folder, storage, found)
        parts.append(_Part(base, segments[name], frozenset(found.deleted_docs())))
        base += segments[name].size
    return Snapshot(stamp, position, parts), segments
