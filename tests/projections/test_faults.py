"""Faults: damaged databases, several followers, killed followers. Pages are never concerned."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from tests.projections.histories import COMMITTER, RandomHistory
from wiki.errors import IndexNotReady
from wiki.git import Repository
from wiki.projections import Follower
from wiki.projections.catalogue import Catalogue
from wiki.projections.history import History


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RandomHistory]:
    """A repository that no test changes."""
    made = RandomHistory(tmp_path_factory.mktemp("settled") / "r.git", 8)
    for _ in range(15):
        made.grow()
    yield made
    made.repository.close()


@pytest.fixture
def history(tmp_path: Path) -> Iterator[RandomHistory]:
    made = RandomHistory(tmp_path / "r.git", 7)
    for _ in range(10):
        made.grow()
    yield made
    made.repository.close()


def opened(
    history: RandomHistory, folder: Path | None = None
) -> tuple[Catalogue, History, Follower]:
    folder = folder or history.path.parent / "index"
    catalogue, log = Catalogue(folder), History(folder)
    return catalogue, log, Follower(history.repository, (catalogue, log), folder)


def ask_everything(catalogue: Catalogue, log: History) -> None:
    """Every kind of question; each may be refused as not ready, and nothing else."""
    questions: list[Any] = [
        lambda: catalogue.page("Home"),
        lambda: catalogue.pages(recursive=True),
        lambda: catalogue.folder(""),
        lambda: catalogue.backlinks("a.md"),
        catalogue.wanted,
        catalogue.tags,
        lambda: catalogue.suggest("ho"),
        log.changes,
        lambda: log.page_history("Home.md"),
        lambda: log.last_change("Home.md"),
        log.authors,
        log.totals,
        log.deleted_pages,
    ]
    for question in questions:
        with suppress(IndexNotReady):
            question()


def damage(path: Path, seed: int) -> None:
    """Cut a database short, turn bits in it, empty it, or take it away."""
    chance = random.Random(seed)
    if seed % 10 == 0:
        return path.unlink()
    if seed % 10 == 1:
        return path.write_bytes(b"")
    content = bytearray(path.read_bytes())
    if seed % 10 == 2:
        return path.write_bytes(content[: chance.randrange(len(content))])
    for _ in range(chance.choice([1, 8, 200])):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    return None


@pytest.mark.parametrize("seed", range(50))
def test_r015_a_damaged_database_heals(settled: RandomHistory, tmp_path: Path, seed: int) -> None:
    name = ("catalogue", "history")[seed // 10 % 2]
    catalogue, log, follower = opened(settled, tmp_path)
    assert follower.follow()
    expected = (catalogue.dump(), log.dump())
    catalogue.close()
    log.close()
    damage(next(tmp_path.glob(f"{name}-*.sqlite")), seed)

    # Another process starts: it may be refused answers, but it never fails otherwise.
    catalogue, log, follower = opened(settled, tmp_path)
    ask_everything(catalogue, log)
    assert follower.follow()
    ask_everything(catalogue, log)
    again = (catalogue.dump(), log.dump())
    if again != expected:
        # A turned bit within a text cannot be known; a rebuild puts it right.
        follower.rebuild([name])
        assert (catalogue.dump(), log.dump()) == expected
    catalogue.close()
    log.close()


def test_r015_a_database_damaged_while_open_heals(history: RandomHistory) -> None:
    catalogue, log, follower = opened(history)
    assert follower.follow()
    expected = log.dump()
    file = next((history.path.parent / "index").glob("history-*.sqlite"))
    with file.open("r+b") as handle:
        for page in range(1, file.stat().st_size // 4096):
            handle.seek(page * 4096)
            handle.write(b"\xff" * 100)
    ask_everything(catalogue, log)
    fresh = History(history.path.parent / "index")
    assert fresh.position() is None
    assert follower.follow()
    assert log.dump() == fresh.dump() == expected
    for each in (catalogue, log, fresh):
        each.close()


@pytest.mark.parametrize("lost", ["history.current", "*.sqlite", "*"])
def test_r015_a_deleted_index_heals(history: RandomHistory, lost: str) -> None:
    catalogue, log, follower = opened(history)
    assert follower.follow()
    expected = log.dump()
    for file in (history.path.parent / "index").glob(lost):
        file.unlink()
    assert follower.follow()
    assert log.dump() == expected
    catalogue.close()
    log.close()


@pytest.mark.parametrize("written", [b"history-12\x00f.sqlite", b"history-../../x", b"\xff", b""])
def test_r015_a_pointer_to_no_database_heals(
    settled: RandomHistory, tmp_path: Path, written: bytes
) -> None:
    catalogue, log, follower = opened(settled, tmp_path)
    assert follower.follow()
    expected = log.dump()
    (tmp_path / "history.current").write_bytes(written)
    ask_everything(catalogue, log)
    assert follower.follow()
    assert log.dump() == expected
    catalogue.close()
    log.close()


def _read_with_few_files(index: Path, spare: int) -> None:
    log = History(index)
    highest = max(int(handle.name) for handle in Path("/proc/self/fd").iterdir())
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 8, hard))
    held = []
    with suppress(OSError):
        while True:
            held.append(os.open(os.devnull, os.O_RDONLY))
    for handle in held[-spare:]:
        os.close(handle)
    with suppress(IndexNotReady):
        log.changes()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    os._exit(0 if log.changes() else 1)


@pytest.mark.parametrize("spare", [1, 2, 3, 4])
def test_r036_too_few_files_to_open_a_database_is_no_damage(
    settled: RandomHistory, tmp_path: Path, spare: int
) -> None:
    catalogue, log, follower = opened(settled, tmp_path)
    assert follower.follow()
    catalogue.close()
    log.close()
    reader = multiprocessing.get_context("fork").Process(
        target=_read_with_few_files, args=(tmp_path, spare)
    )
    reader.start()
    reader.join(300)
    assert reader.exitcode == 0
    assert not list(tmp_path.glob("*.damaged"))


def test_another_version_is_rebuilt(history: RandomHistory) -> None:
    catalogue, log, follower = opened(history)
    assert follower.follow()
    log.close()
    file = next((history.path.parent / "index").glob("history-*.sqlite"))
    db = sqlite3.connect(file)
    db.execute("UPDATE meta SET version = version - 1")
    db.commit()
    db.close()
    assert log.position() is None
    assert follower.follow()
    assert log.position() == history.head
    catalogue.close()
    log.close()


def test_readers_notice_a_swap_and_never_wait(history: RandomHistory) -> None:
    catalogue, log, follower = opened(history)
    assert follower.follow()
    stop = threading.Event()
    failures: list[BaseException] = []
    meanwhile: list[object] = []
    beside = History(history.path.parent / "index")

    def read() -> None:
        reader = History(history.path.parent / "index")
        while not stop.is_set():
            try:
                assert reader.changes(limit=5)
            except BaseException as error:
                failures.append(error)
        reader.close()

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        # In the middle of it, by the very thread that would have to go on first.
        follower.rebuild(progress=lambda *_: meanwhile.append(beside.changes(limit=5)))
        history.grow()
        follower.follow()
    stop.set()
    for thread in threads:
        thread.join()
    assert not failures
    assert meanwhile
    assert all(meanwhile)
    beside.close()
    catalogue.close()
    log.close()


def _follow_in_a_process(path: Path, times: int) -> None:
    repository = Repository(path, name="r", committer=COMMITTER)
    index = path.parent / "index"
    log = History(index)
    follower = Follower(repository, (Catalogue(index), log), index)
    for _ in range(times):
        follower.follow()
        time.sleep(0.002)
    repository.close()


def _start(history: RandomHistory, times: int) -> BaseProcess:
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_follow_in_a_process, args=(history.path, times))
    process.start()
    return process


def test_two_followers_at_once_do_each_commit_once(history: RandomHistory) -> None:
    catalogue, log, follower = opened(history)
    process = _start(history, 150)
    for _ in range(15):
        history.grow()
        follower.follow()
        time.sleep(0.01)
    process.join(300)
    assert process.exitcode == 0
    assert follower.follow()
    expected = log.dump()
    follower.rebuild()
    assert log.dump() == expected
    assert log.totals().commits == history.repository.commit_count(history.head)
    catalogue.close()
    log.close()


def test_r029_a_follower_killed_at_any_moment_leaves_no_harm(history: RandomHistory) -> None:
    catalogue, log, follower = opened(history)
    for delay in (0.25, 0.35, 0.45, 0.55):
        process = _start(history, 100_000)
        until = time.monotonic() + delay
        while time.monotonic() < until:
            history.grow()
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join(300)
        # The lock went with the process; the next one goes on.
        assert follower.follow()
    expected = (catalogue.dump(), log.dump())
    follower.rebuild()
    assert (catalogue.dump(), log.dump()) == expected
    catalogue.close()
    log.close()


def test_a_follow_while_another_holds_the_lock_goes_away(history: RandomHistory) -> None:
    catalogue, log, follower = opened(history)
    with follower._locked(log) as locked:
        assert locked
        assert not follower.follow()
        assert catalogue.position() == history.head
    assert follower.follow()
    catalogue.close()
    log.close()


def test_what_fails_is_noted_and_tried_again(history: RandomHistory) -> None:
    catalogue, log, follower = opened(history)
    assert follower.follow()
    head = history.head
    broken = "0" * 39 + "1"
    reference = history.path / "refs/heads/main"
    reference.write_text(broken + "\n")
    assert not follower.follow()
    assert all(state.error for state in follower.state())
    assert log.position() == head  # what was there still stands
    reference.write_text(head + "\n")
    history.grow()
    assert follower.follow()
    assert not any(state.error for state in follower.state())
    catalogue.close()
    log.close()
