"""Who wrote every word of whole histories: time and memory beside ``git log -p``, and one more commit."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from wiki.git import Repository
from wiki.model import Author, Edit, FileWrite
from wiki.projections.authorship import Authorship

BUNDLES = ("ikiwiki", "tldr-pages")
SAVES = 20
ROUNDS = 3

_WHOLE = """
import sys
from pathlib import Path
from wiki.git import Repository
from wiki.model import Author
from wiki.projections.authorship import Authorship
from wiki.projections.projection import no_progress
repository = Repository(Path(sys.argv[1]), name="r", committer=Author("Wiki", "w@example.org"))
Authorship(Path(sys.argv[2])).rebuild(repository, repository.head(), no_progress)
"""


def run(data: Path) -> list[str]:
    """Figures on the two largest histories; nothing where the data is not there."""
    lines: list[str] = []
    for name in BUNDLES:
        bundle = data / "repositories" / f"{name}.bundle"
        if not bundle.exists():
            lines.append(f"no {bundle}")
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "r.git"
            subprocess.run(["git", "clone", "-q", "--bare", str(bundle), str(path)], check=True)
            lines += [f"{name}: {line}" for line in _whole(path, Path(folder))]
            lines += [f"{name}: {line}" for line in _more(path, Path(folder) / "index")]
    return lines


def _whole(path: Path, folder: Path) -> list[str]:
    """Whole processes, start and storing included, in turns with git: the best of each counts."""
    git, ours = [], []
    log = ["git", "-C", str(path), "log", "-p"]
    for _ in range(ROUNDS):
        git.append(_measured(log))
        ours.append(_measured([sys.executable, "-c", _WHOLE, str(path), str(folder / "index")]))
    wall, cpu = min(each[0] for each in git), min(each[1] for each in git)
    our_wall, our_cpu = min(each[0] for each in ours), min(each[1] for each in ours)
    memory = max(each[2] for each in ours)
    return [
        f"git log -p        wall {wall:5.2f} s  CPU {cpu:5.2f} s",
        f"every word's life wall {our_wall:5.2f} s  CPU {our_cpu:5.2f} s (git's included)",
        f"ratio: wall {our_wall / wall:4.2f} (at most 1.5), CPU {our_cpu / cpu:4.2f} (at most 2.2)",
        f"peak memory of the larger of the two processes {memory} MB (at most 600)",
    ]


_METER = """
import json, resource, subprocess, sys, time
begun = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
wall = time.perf_counter() - begun
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([wall, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024]))
"""


def _measured(command: list[str]) -> tuple[float, float, int]:
    """Seconds on the clock, of the processors (children's too), and megabytes at most."""
    meter = [sys.executable, "-c", _METER, *command]
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        meter, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": path}
    )
    wall, cpu, memory = json.loads(done.stdout)
    return wall, cpu, memory


def _more(path: Path, index: Path) -> list[str]:
    repository = Repository(path, name="r", committer=Author("Wiki", "w@example.org"))
    authorship = Authorship(index)
    try:
        ledger = [_timed(authorship.ledger) for _ in range(5)]
        head = repository.head()
        assert head is not None
        pages = [entry.path for entry in repository.tree(head) if entry.path.endswith(".md")]
        pages = pages or [e.path for e in repository.tree(head) if e.path.endswith(".mdwn")]
        chosen = random.Random(1).sample(pages, SAVES)
        follow = [_saved(repository, authorship, page) for page in chosen]
        cold = _timed(lambda: Authorship(index).page(chosen[0]))
        read = [_timed(lambda page=page: authorship.page(page)) for page in chosen]
        return [
            f"one more commit p50 {_at(follow, 0.5):.0f} ms, p95 {_at(follow, 0.95):.0f} ms (at most 50)",
            f"ledger {min(ledger):.0f} ms (at most 100)",
            f"page {_at(read, 0.5):.1f} ms, the first {cold:.0f} ms",
        ]
    finally:
        authorship.close()
        repository.close()


def _saved(repository: Repository, authorship: Authorship, page: str) -> float:
    head = repository.head()
    assert head is not None
    entry = repository.entry(head, page)
    assert entry is not None
    text = (
        repository.read_blob(entry.oid).replace(b" the ", b" every ", 1)
        + b"\nOne more line of words.\n"
    )
    write, author = FileWrite(page, text, entry.oid), Author("Ada", "a@example.org")
    edit = Edit((write,), author, "Edit", "web", "ada", author_time=1_790_000_000)
    repository.save(edit)
    new = repository.head()
    assert new is not None
    return _timed(lambda: authorship.advance(repository, head, new))


def _timed(ask) -> float:  # type: ignore[no-untyped-def]
    begun = time.perf_counter()
    ask()
    return (time.perf_counter() - begun) * 1000


def _at(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]
