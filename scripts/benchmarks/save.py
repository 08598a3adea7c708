"""A durable save against git's plumbing commands, in a huge space and in a tiny one.

Promised: at most a quarter of the plumbing's time, and in a folder of thousands of pages at most twice
the time of the tiny space. Both sides write a new page and an edit in turn, on the same disk, each
commit synced before the next begins.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from wiki.git import Repository, create, fsck, import_repository
from wiki.model import Author, Edit, FileWrite

ROUNDS = 30
_ANN = Author("Ann Lee", "ann@example.org")
_FSYNC = "core.fsync=committed,reference"


def run(data: Path) -> list[str]:
    """Measure and compare."""
    with tempfile.TemporaryDirectory(dir=_disk()) as place:
        huge, tiny = Path(place, "huge.git"), Path(place, "tiny.git")
        import_repository(str(data / "repositories" / "tldr-pages.bundle"), huge, lambda *_: None)
        create(tiny)
        _commit(tiny, "pages/common/first.md", 0)
        measured = {}
        for name, path in (("tldr-pages", huge), ("tiny", tiny)):
            ours, plumbing = _measure(path)
            measured[name] = (ours, plumbing)
        faults = [*fsck(huge, quick=True), *fsck(tiny)]
    lines = [
        f"{name:>10}: save p50 {_ms(ours, 50)}  p95 {_ms(ours, 95)}   plumbing p50 "
        f"{_ms(plumbing, 50)}   ratio {_ratio(ours, plumbing):.3f} (promised: at most 0.25)"
        for name, (ours, plumbing) in measured.items()
    ]
    growth = _ratio(measured["tldr-pages"][0], measured["tiny"][0])
    lines.append(f"tldr-pages / tiny: {growth:.2f} (promised: at most 2)")
    lines.append(f"git fsck afterwards: {'clean' if not faults else faults[:3]}")
    return lines


def _measure(path: Path) -> tuple[list[float], list[float]]:
    """Seconds of each save by the wiki and by plumbing, taken in turn."""
    repository = Repository(path, name="bench", committer=Author("Strata", "wiki@example.org"))
    ours, plumbing = [], []
    for number in range(-3, ROUNDS):
        for edit in (False, True):
            name = f"pages/common/zz-bench-{number}.md"
            begun = time.perf_counter()
            _save(repository, name, edit)
            between = time.perf_counter()
            _commit(path, f"pages/common/zz-plumbing-{number}.md", int(edit))
            if number >= 0:
                ours.append(between - begun)
                plumbing.append(time.perf_counter() - between)
    repository.close()
    return ours, plumbing


def _save(repository: Repository, path: str, edit: bool) -> None:
    head = repository.head()
    entry = repository.entry(head, path) if head and edit else None
    write = FileWrite(path, f"text {edit}\n".encode(), entry.oid if entry else "")
    repository.save(Edit((write,), _ANN, "A change", "web", "ann", int(time.time())))


def _commit(path: Path, page: str, number: int) -> None:
    """The same commit by the commands a script would use."""
    index = {**os.environ, "GIT_INDEX_FILE": str(path / "bench.index"), "GIT_DIR": str(path)}
    people = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", "Ann"), ("EMAIL", "ann@example.org"))
    }

    def git(*arguments: str, stdin: str = "", check: bool = True) -> str:
        command = ["git", "-c", _FSYNC, *arguments]
        done = subprocess.run(
            command, input=stdin, text=True, capture_output=True, env=index | people, check=check
        )
        return done.stdout.strip()

    head = git("rev-parse", "--verify", "-q", "HEAD", check=False)
    blob = git("hash-object", "-w", "--stdin", stdin=f"plumbing {number}\n")
    git("read-tree", head or "--empty")
    git("update-index", "--add", "--cacheinfo", f"100644,{blob},{page}")
    tree = git("write-tree")
    parent = ["-p", head] if head else []
    new = git("commit-tree", tree, *parent, "-m", "A change")
    git("update-ref", "HEAD", new, head)


def _disk() -> Path | None:
    """Beside the checkout: the folder for temporary files is often no disk at all."""
    place = Path(__file__).resolve().parents[2] / ".bench"
    place.mkdir(exist_ok=True)
    return place


def _ms(seconds: list[float], percent: int) -> str:
    value = statistics.quantiles(seconds, n=100)[percent - 1]
    return f"{value * 1000:6.1f} ms"


def _ratio(one: list[float], other: list[float]) -> float:
    return statistics.median(one) / statistics.median(other)
