"""The one writer of an index: fill a generation, or take a change into it.

A change becomes a small segment; segments of like size are merged eight at a time, so that a commit
stays cheap and the number of segments grows with the logarithm of the number of changes.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from wiki.projections.search.schema import PageText, document, make_schema
from wiki.projections.search.store import FileSeal, seal

INDEX_NAME = "MAIN"
MERGE_COUNT = 8
MEMORY_MEGABYTES = 96
"""How much text a writer gathers before it sorts it on disk."""
BLOCK = 512
"""Postings that are packed together; a query reads whole lists, so few large blocks are best."""
SMALL_FILE = 4_000_000
WORDS_ENDING = "words"


class _Writer(SegmentWriter):  # type: ignore[misc] # Whoosh has no types
    """Whoosh's writer, but old files stay until the manifest no longer names them."""

    def _commit_toc(self, segments: list[Any]) -> None:
        TOC(self.schema, segments, self.generation).write(self.storage, self.indexname)
        self.written = segments


def _codec() -> W3Codec:
    codec = W3Codec(blocklimit=BLOCK)
    codec.length_stats = False  # ours are in a column; looking for Whoosh's costs a stat a posting
    return codec


class _Storage(FileStorage):  # type: ignore[misc] # Whoosh has no types
    """Files are read, not mapped: one cut short from outside must not kill the process.

    Small ones are taken into memory at once, so that merging them does not read byte by byte.
    """

    def open_file(self, name: str, **options: Any) -> Any:
        path = Path(self._fpath(name))
        if path.stat().st_size > SMALL_FILE:
            return super().open_file(name, **options)
        return BufferFile(path.read_bytes(), name=name)


def open_storage(folder: Path) -> FileStorage:
    """Whoosh's view of a generation's folder."""
    return _Storage(str(folder), supports_mmap=False)


def fill(folder: Path, pages: Iterable[PageText]) -> tuple[int, dict[str, FileSeal]]:
    """Write an index of all pages into an empty folder; returns its toc and its files."""
    storage = open_storage(folder)
    TOC.create(storage, make_schema(), INDEX_NAME)
    return _write(folder, storage, (), pages, {}, compound=False)


def change(
    folder: Path,
    removed: Sequence[int],
    pages: Iterable[PageText],
    known: dict[str, FileSeal],
) -> tuple[int, dict[str, FileSeal]]:
    """Take documents out by number and put pages in; returns the new toc and all its files."""
    return _write(folder, open_storage(folder), removed, pages, known)


def _write(
    folder: Path,
    storage: FileStorage,
    removed: Sequence[int],
    pages: Iterable[PageText],
    known: dict[str, FileSeal],
    *,
    compound: bool = True,
) -> tuple[int, dict[str, FileSeal]]:
    writer = _Writer(
        FileIndex(storage, indexname=INDEX_NAME),
        codec=_codec(),
        compound=compound,
        limitmb=MEMORY_MEGABYTES,
    )
    try:
        for number in removed:
            writer.delete_document(number)
        for page in pages:
            writer.add_document(**document(page))
        writer.commit(mergetype=_merge)
    except BaseException:
        _give_up(writer)
        raise
    names = [f"_{INDEX_NAME}_{writer.generation}.toc"]
    for segment in writer.written:
        names += _segment_files(folder, storage, segment)
    return writer.generation, seal(folder, names, known)


def _give_up(writer: _Writer) -> None:
    """Let go of lock and files, however far the writer came (the disk may be full)."""
    with suppress(Exception):
        writer.cancel()
    if not writer.is_closed:
        with suppress(Exception):
            writer.writelock.release()


def _merge(writer: _Writer, segments: list[Any]) -> list[Any]:
    """Whoosh's merge policy: which segments stay as they are; the others go into the new one."""
    live = [segment for segment in segments if segment.doc_count()]
    tiers: dict[int, list[Any]] = {}
    for segment in live:
        tiers.setdefault(_tier(segment), []).append(segment)
    merged: list[Any] = []
    # A tier that overflows takes those below it along: one merge instead of a cascade.
    for tier in sorted(tiers):
        if len(tiers[tier]) + (tier > 0 and bool(merged)) >= MERGE_COUNT:
            merged += [segment for segment in live if _tier(segment) <= tier]
    merged = [segment for segment in live if segment in merged or _is_hollow(segment)]
    for segment in merged:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in live if segment not in merged]


def _tier(segment: Any) -> int:
    """Segments of one tier have sizes within a factor of eight."""
    count: int = segment.doc_count()
    return (max(1, count).bit_length() - 1) // 3


def _is_hollow(segment: Any) -> bool:
    """Most of it was replaced since: writing the rest again costs less than carrying it."""
    return bool(segment.deleted_count() > 32 and segment.deleted_count() > segment.doc_count())


def _segment_files(folder: Path, storage: FileStorage, segment: Any) -> list[str]:
    """A segment's files; beside Whoosh's there is a list of its words with their frequencies."""
    prefix = f"{segment.segment_id()}."
    words = folder / f"{prefix}{WORDS_ENDING}"
    if not words.exists():
        _write_words(words, storage, segment)
    return sorted(path.name for path in folder.iterdir() if path.name.startswith(prefix))


def _write_words(path: Path, storage: FileStorage, segment: Any) -> None:
    reader = SegmentReader(storage, make_schema(), segment)
    words: list[str] = []
    counts: array[int] = array("I")
    for (field, text), info in reader.iter_from("words", b""):
        if field != "words":
            break
        words.append(text.decode())
        counts.append(info.doc_frequency())
    reader.close()
    path.write_bytes(b"%d\n" % len(words) + counts.tobytes() + "\n".join(words).encode())


def read_words(path: Path) -> tuple[list[str], array[int]]:
    """A segment's words in the order of their UTF-8 bytes, and in how many pages each stands."""
    raw = path.read_bytes()
    number, rest = raw.split(b"\n", 1)
    counts: array[int] = array("I")
    size = int(number) * counts.itemsize
    counts.frombytes(rest[:size])
    text = rest[size:].decode()
    return (text.split("\n") if text else []), counts
