"""R007, R015: whatever happens to the files of an index, it is noticed and made anew."""

from __future__ import annotations

import gc
import random
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.projections.search.conftest import Shelf
from wiki.errors import SearchNotReady
from wiki.projections.projection import no_progress
from wiki.projections.search import SearchIndex, parse_query

QUERIES = ("common", "rare OR common", '"common word"', "comm*", "commno", "tag:x", "path:p")


@pytest.fixture
def kept(shelf: Shelf) -> Shelf:
    shelf.write({f"p/{n}.md": f"---\ntags: [x]\n---\n# Page {n}\n\ncommon word" for n in range(12)})
    shelf.write({"p/3.md": "# Rare\n\nrare word"})
    shelf.index.close()
    return shelf


def files(shelf: Shelf) -> list[Path]:
    folder = shelf.folder / "index" / "handbook" / "search"
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)


def ask_all(index: SearchIndex) -> bool:
    """Every kind of query; whether all were answered. Nothing but SearchNotReady may come."""
    try:
        for text in QUERIES:
            assert index.search(parse_query(text)).total >= 0
    except SearchNotReady:
        return False
    return True


def flip(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def cut(path: Path, chance: random.Random) -> None:
    with path.open("r+b") as file:
        file.truncate(chance.randrange(path.stat().st_size))


def empty(path: Path, _: random.Random) -> None:
    path.write_bytes(b"")


def remove(path: Path, _: random.Random) -> None:
    path.unlink()


def fill_with_zeros(path: Path, _: random.Random) -> None:
    path.write_bytes(bytes(path.stat().st_size))


@pytest.mark.parametrize("harm", [flip, cut, empty, remove, fill_with_zeros])
def test_r015_a_harmed_file_is_noticed_and_the_index_rebuilt(
    kept: Shelf, harm: Callable[[Path, random.Random], None]
) -> None:
    whole = kept.folder / "whole"
    folder = kept.folder / "index" / "handbook"
    shutil.copytree(folder, whole)
    for seed in range(5 if harm in {flip, cut} else 1):
        for number in range(len(files(kept))):
            path = files(kept)[number]
            if path.name.endswith("LOCK"):
                continue
            harm(path, random.Random(seed))
            index = SearchIndex(folder)
            asked = ask_all(index)
            assert index.position() is None or (asked and path.name == "damaged")
            healed = Shelf(kept.folder, kept.repository, SearchIndex(folder), kept.head)
            if seed == 0:
                healed.follow()
                assert healed.search("common").total == 11
            index.close()
            healed.index.close()
            shutil.rmtree(folder)
            shutil.copytree(whole, folder)


@pytest.mark.parametrize("harm", [flip, cut, empty, remove, fill_with_zeros])
def test_r015_a_file_harmed_while_it_is_open_never_fails_otherwise(
    kept: Shelf, harm: Callable[[Path, random.Random], None]
) -> None:
    for seed in range(8):
        kept.follow()
        index = SearchIndex(kept.folder / "index" / "handbook")
        index._refresh()
        for path in files(kept):
            if not path.name.endswith("LOCK"):
                harm(path, random.Random(seed))
        ask_all(index)
        assert index.position() is None
        index.close()
        kept.follow()
        assert kept.search("common").total == 11


def test_r015_damage_that_a_reader_meets_is_told_to_the_writer(kept: Shelf) -> None:
    index = SearchIndex(kept.folder / "index" / "handbook")
    index._refresh()
    index._damaged(ValueError("met while reading"))
    with pytest.raises(SearchNotReady):
        index.search(parse_query("common"))
    assert kept.index.position() is None
    kept.follow()
    assert ask_all(index)
    index.close()


def test_r015_a_deleted_folder_is_made_anew(kept: Shelf) -> None:
    index = SearchIndex(kept.folder / "index" / "handbook")
    assert ask_all(index)
    shutil.rmtree(kept.folder / "index")
    assert not ask_all(index)
    assert index.position() is None
    kept.follow()
    assert ask_all(index)
    index.close()


def test_r015_a_lock_file_left_behind_locks_nobody_out(kept: Shelf) -> None:
    for path in kept.folder.rglob("*LOCK"):
        path.write_bytes(b"12345")
    kept.write({"p/3.md": "common again"})
    assert kept.search("common").total == 12


def test_r015_an_index_that_cannot_be_written_can_be_read(kept: Shelf) -> None:
    folder = kept.folder / "index" / "handbook" / "search"
    for path in (*folder.rglob("*"), folder):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert ask_all(kept.index)
    finally:
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755)


def test_r007_files_that_were_never_synced_are_noticed(kept: Shelf) -> None:
    """After a power cut the newest files have their length but not their bytes."""
    newest = max(files(kept), key=lambda path: (path.suffix == ".seg", path.stat().st_mtime_ns))
    newest.write_bytes(bytes(newest.stat().st_size))
    assert SearchIndex(kept.folder / "index" / "handbook").position() is None


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """No file can become longer than so many bytes, as on a disk without space."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh's files
@pytest.mark.parametrize("room", [10, 200, 600, 1500, 4000])
def test_r008_a_full_disk_leaves_the_old_index_and_heals(kept: Shelf, room: int) -> None:
    old = kept.head
    kept.put({"p/new.md": "zebra " + "word " * 2000})
    with full_disk(room), suppress(OSError):
        kept.index.rebuild(kept.repository, kept.head, no_progress)
    with full_disk(room), suppress(Exception):
        kept.follow()
    gc.collect()
    assert kept.index.position() in {old, kept.head}
    assert kept.search("common").total == 11
    kept.follow()
    assert kept.found("zebra") == ["p/new.md"]
    folder = kept.folder / "index" / "handbook" / "search"
    assert len([path for path in folder.iterdir() if path.is_dir()]) == 1
