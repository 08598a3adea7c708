"""Projections on 38,000 pages: a rebuild of all, what questions cost, following one save."""

from __future__ import annotations

import random
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from wiki.git import Repository
from wiki.model import Author, Edit, FileWrite
from wiki.projections import Follower
from wiki.projections.catalogue import Catalogue
from wiki.projections.history import History, Scope
from wiki.projections.search import SearchIndex
from wiki.projections.structure import Structure

BUNDLE = "repositories/tldr-pages.bundle"
SAVES = 20


def run(data: Path) -> list[str]:
    """Figures on ``tldr-pages``; nothing where the data is not there."""
    if not (data / BUNDLE).exists():
        return [f"no {data / BUNDLE}"]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        clone = ["git", "clone", "-q", "--bare", str(data / BUNDLE), str(root / "r.git")]
        subprocess.run(clone, check=True)
        repository = Repository(root / "r.git", name="tldr", committer=Author("Wiki", "w@x.org"))
        catalogue, history = Catalogue(root / "i"), History(root / "i")
        search, structure = SearchIndex(root / "i"), Structure(root / "i")
        try:
            lines = _rebuilds(repository, [catalogue, history, search, structure], root / "i")
            lines += _questions(catalogue, history)
            lines.append(
                _question("links of all time", lambda _: structure.columns(), range(20), 50)
            )
            fast = Follower(repository, [catalogue, history], root / "i")
            lines.append(_following(repository, fast, "catalogue and history"))
            lines.append(
                _following(repository, Follower(repository, [structure], root / "i"), "structure")
            )
            everything = Follower(repository, [catalogue, history, search, structure], root / "i")
            lines.append(_following(repository, everything, "all four"))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            return [*lines, f"peak memory of this process, rebuilds included: {peak} MB"]
        finally:
            for each in (catalogue, history, search, structure, repository):
                each.close()


def _rebuilds(repository: Repository, projections: list[Any], folder: Path) -> list[str]:
    lines, total = [], 0.0
    for projection in projections:
        begun = time.perf_counter()
        assert Follower(repository, [projection], folder).follow()
        took = time.perf_counter() - begun
        total += took
        lines.append(f"rebuild {projection.name:<12} {took:6.1f} s")
    return [*lines, f"rebuild of all       {total:6.1f} s   (at most 180 s)"]


def _questions(catalogue: Catalogue, history: History) -> list[str]:
    chance = random.Random(1)
    pages = catalogue.pages(recursive=True, limit=100_000)
    some = chance.sample(pages, 200)
    folders = sorted({page.folder for page in pages})
    authors = chance.sample(history.authors(), 100)
    typed = [page.title.lower()[:length] for page in some for length in (1, 2, 3, 5)]
    asked: list[tuple[str, Callable[[Any], object], Iterable[Any], int]] = [
        ("folder page", catalogue.folder, folders, 100),
        ("tree level", lambda f: catalogue.folder(f, limit=60), folders, 100),
        ("backlinks", lambda p: catalogue.backlinks(p.path), some, 100),
        ("recent changes", lambda _: history.changes(), range(50), 100),
        ("folder's changes", lambda f: history.changes(Scope(folder=f)), folders, 100),
        ("person's changes", lambda a: history.changes(Scope(authors=(a,))), authors, 100),
        ("page history", lambda p: history.page_history(p.path), some, 100),
        ("last change", lambda p: history.last_change(p.path), some, 100),
        ("type-ahead", catalogue.suggest, typed, 30),
    ]
    return [_question(*each) for each in asked]


def _question(name: str, ask: Callable[[Any], object], about: Iterable[object], limit: int) -> str:
    times = []
    for each in about:
        begun = time.perf_counter()
        ask(each)
        times.append((time.perf_counter() - begun) * 1000)
    median, slow = _at(times, 0.5), _at(times, 0.95)
    return f"{name:<18} p50 {median:6.2f} ms  p95 {slow:6.2f} ms   (at most {limit} ms)"


def _following(repository: Repository, follower: Follower, what: str) -> str:
    follower.follow()
    times = []
    for number in range(SAVES):
        head = repository.head()
        assert head is not None
        path = f"pages/common/{'tar' if number % 2 else 'ls'}.md"
        entry = repository.entry(head, path)
        assert entry is not None
        text = repository.read_blob(entry.oid) + b"\nOne more line.\n"
        write = FileWrite(path, text, entry.oid)
        author = Author("Ada", "ada@example.org")
        repository.save(Edit((write,), author, "Edit", "web", "ada", 1_790_000_000 + number))
        begun = time.perf_counter()
        assert follower.follow()
        times.append((time.perf_counter() - begun) * 1000)
    return (
        f"one save followed by {what}: p50 {_at(times, 0.5):.0f} ms, p95 {_at(times, 0.95):.0f} ms"
    )


def _at(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]
