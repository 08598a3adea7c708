"""Fixtures shared by all rooms."""

from __future__ import annotations

import gc
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

import argon2
import hypothesis
import pytest

from wiki.config import Settings
from wiki.config.settings import WikiSettings
from wiki.git import create
from wiki.model import Author, Edit, FileWrite, Role, Saved, Viewer
from wiki.services import render_processes
from wiki.services.passwords import Hasher
from wiki.services.space import Space
from wiki.services.wiki import Wiki

ALL_DATA = bool(os.environ.get("STRATA_ALL_DATA"))
"""Whether the real repositories that take longest are asked, too."""

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


MEMORY_DISK = Path("/dev/shm")
ROOMY = 8 << 30
"""Bytes; a whole run fills one of them."""


def pytest_configure() -> None:
    """Have wikis made in memory where there is room: thousands of them, each with its syncs.

    Examples are the same in every run, or new ones with STRATA_ALL_DATA; none is held to a clock.
    """
    hypothesis.settings.register_profile("wiki", deadline=None, derandomize=not ALL_DATA)
    hypothesis.settings.load_profile("wiki")
    usable = MEMORY_DISK.is_dir() and os.access(MEMORY_DISK, os.W_OK)
    if usable and shutil.disk_usage(MEMORY_DISK).free >= ROOMY:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY_DISK))


def pytest_collection_finish() -> None:
    """Look for garbage less often: four thousand tests and what they import are none.

    A tenth of all the time would go into looking through them again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real repositories and conflicts; tests that need it are skipped elsewhere."""
    if not SHARED.is_dir():
        pytest.skip("no real repositories beside this checkout (../shared/data)")
    return SHARED


class RenderPool:
    """Render processes that outlive the wiki they were started for, and serve the next one."""

    def __init__(self) -> None:
        self._start = render_processes._RenderProcess
        self._idle: list[render_processes._RenderProcess] = []
        self._pid = os.getpid()

    def take(self) -> render_processes._RenderProcess:
        """One that waits, or a new one."""
        while self._idle and self._pid == os.getpid():
            process = self._idle.pop()
            if process.alive():
                return process
            process.kill()
        return self._start()

    def give_back(self, processes: render_processes.RenderProcesses) -> None:
        """Instead of ``RenderProcesses.close``."""
        if processes._pid == self._pid == os.getpid():
            with processes._lock:
                free, processes._free = processes._free, []
            self._idle += free

    def close(self) -> None:
        for process in self._idle:
            process.kill()


@pytest.fixture(scope="session")
def render_pool() -> Iterator[RenderPool]:
    pool = RenderPool()
    yield pool
    pool.close()


@pytest.fixture(autouse=True)
def shared_renderers(render_pool: RenderPool) -> Iterator[None]:
    """Starting a render process takes longer than most tests; tests of these processes override this."""

    def give_back(processes: render_processes.RenderProcesses) -> None:
        render_pool.give_back(processes)

    start, close = render_processes._RenderProcess, render_processes.RenderProcesses.close
    render_processes._RenderProcess = render_pool.take  # type: ignore[assignment,misc]
    render_processes.RenderProcesses.close = give_back  # type: ignore[method-assign]
    yield
    render_processes._RenderProcess = start  # type: ignore[misc]
    render_processes.RenderProcesses.close = close  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[Callable[[Hasher], None]]:
    """Hashed as always but with less work; what is yielded makes a hasher as it is in service."""
    thorough = Hasher.__init__

    def quick(hasher: Hasher) -> None:
        hasher._argon2 = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)

    Hasher.__init__ = quick  # type: ignore[method-assign]
    yield thorough
    Hasher.__init__ = thorough  # type: ignore[method-assign]


@pytest.fixture
def thorough_passwords(
    quick_passwords: Callable[[Hasher], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For tests of what hashing costs."""
    monkeypatch.setattr(Hasher, "__init__", quick_passwords)


ADA = Author("Ada Lovelace", "ada@example.org")
EDITOR = Viewer("ada", Role.EDITOR, ADA)
GRACE = Viewer("grace", Role.EDITOR, Author("Grace Hopper", "grace@example.org"))


class MakeWiki(Protocol):
    """Makes a wiki in a folder of its own; ``pages`` (path → text) are one commit of one space."""

    def __call__(self, pages: Mapping[str, str | bytes], space: str = "handbook") -> Wiki: ...


@pytest.fixture
def make_wiki(tmp_path: Path) -> Iterator[MakeWiki]:
    """A factory of wikis over real repositories; all are closed at the end."""
    made: list[Wiki] = []

    def make(pages: Mapping[str, str | bytes], space: str = "handbook") -> Wiki:
        root = tmp_path / f"wiki{len(made)}"
        places = WikiSettings(
            content=root / "content", search_index=root / "search_index", instance=root / "instance"
        )
        for folder in (places.content, places.search_index, places.instance):
            folder.mkdir(parents=True)
        wiki = Wiki(Settings(wiki=places))
        made.append(wiki)
        create(wiki.repository_path(space))
        if pages:
            add_pages(wiki, space, pages)
        catch_up(wiki, space)
        return wiki

    yield make
    for wiki in made:
        wiki.close()


def add_pages(wiki: Wiki, space: str, pages: Mapping[str, str | bytes]) -> Saved:
    """Commit files as they are, as a push would bring them, without following."""
    files = tuple(
        FileWrite(path, text.encode() if isinstance(text, str) else text, "")
        for path, text in pages.items()
    )
    edit = Edit(files, ADA, "Begin", "push", "", author_time=1_700_000_000)
    return wiki.open(space).repository.save(edit)


def catch_up(wiki: Wiki, space: str = "handbook") -> Space:
    """Wait until every projection is at the head (a save follows in the background)."""
    opened = wiki.open(space)
    for _ in range(3000):
        if opened.follower.follow():
            return opened
        time.sleep(0.02)
    raise AssertionError(f"projections of {space} do not catch up: {opened.follower.state()}")
