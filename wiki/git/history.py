"""Reading the log from git, checking that it was read to the end, and going on past damage.

Git may die half way and leave a plausible, wrong history. So its exit status is checked, the commits
are counted by a second command, and the commit that was being printed when git died is not believed.
What follows then is slower and gentler: the same commits one stretch after another, those that
cannot be compared in full told with less.
"""

from __future__ import annotations

import heapq
import subprocess
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from wiki.errors import GitFailed, RepositoryDamaged
from wiki.git import process
from wiki.git.commitformat import read_commit
from wiki.git.log import (
    COMMITS_ONLY,
    DETAILED,
    FILES_ONLY,
    Logged,
    parse_log,
    read_tokens,
)
from wiki.git.objects import ObjectStore

_GENTLE_AFTER = 200
"""So many commits without readable contents, and the rest is told without contents at once."""


class HistoryReader:
    """The commits of one repository, parents before children."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._path = store.path

    def count(self, new: str, exclude: Sequence[str] = ()) -> int:
        """How many commits lie in ``new`` and not in ``exclude``.

        Raises:
            RepositoryDamaged: git cannot read all of them.
        """
        try:
            done = process.run(
                ["rev-list", "--count", "--stdin"], self._path, stdin=_revisions(new, exclude)
            )
            return int(done.output)
        except (GitFailed, ValueError) as error:
            raise RepositoryDamaged(self._store.name, f"commits are missing: {error}") from None

    def check_depth(self, exclude: Sequence[str]) -> None:
        """Refuse to call a history whole whose beginning was never fetched.

        Raises:
            RepositoryDamaged: the repository is a shallow clone.
        """
        if not exclude and (self._path / "shallow").exists():
            raise RepositoryDamaged(self._store.name, "its older history is not here")

    def broken_edges(self, tips: Sequence[str]) -> tuple[set[str], int]:
        """The commits reachable from ``tips`` with a parent missing, and how many are missing."""
        parents, missing = self._walk(tips, {})
        edges = {oid for oid, above in parents.items() if any(p not in parents for p in above)}
        return edges, missing

    def log(
        self, new: str, exclude: Sequence[str] = (), *, detailed: bool = True
    ) -> Iterator[Logged]:
        """See ``RepositoryReader.log``."""
        wanted = _revisions(new, exclude)
        told: set[str] = set()
        run = _Run(self._path, (DETAILED if detailed else FILES_ONLY).walking(), wanted)
        for logged in run:
            told.add(logged[0].oid)
            yield logged
        if run.complete and len(told) == self.count(new, exclude):
            self.check_depth(exclude)
            return
        yield from self._rest(new, exclude, told)

    def _rest(self, new: str, exclude: Sequence[str], told: set[str]) -> Iterator[Logged]:
        """The commits that the first reading did not reach, then the refusal that says so."""
        listed, missing = self._listing(new, exclude)
        rest = [oid for oid in listed if oid not in told]
        blind = 0
        while rest:
            depth = DETAILED if blind < _GENTLE_AFTER else FILES_ONLY
            reached = 0
            for logged in _Run(self._path, depth.listed(), _lines(rest)):
                reached += 1
                yield logged
            if reached < len(rest):
                yield self._gently(rest[reached])
                reached, blind = reached + 1, blind + 1
            rest = rest[reached:]
        if not missing and not blind:
            return  # git was killed, nothing is broken, and now all has been told
        detail = f"{missing} commits are missing" if missing else f"{blind} commits read in part"
        raise RepositoryDamaged(self._store.name, detail)

    def _gently(self, oid: str) -> Logged:
        """One commit with as much about its files as can be told."""
        for depth in (FILES_ONLY, COMMITS_ONLY):
            found = list(_Run(self._path, depth.listed(), _lines([oid])))
            if found:
                return found[0]
        return read_commit(oid, self._store.read(oid, "commit")), ()

    def _listing(self, new: str, exclude: Sequence[str]) -> tuple[list[str], int]:
        """Every readable commit in topological order, and how many are missing."""
        walk = ["rev-list", "--topo-order", "--reverse", "--stdin"]
        try:
            done = process.run(walk, self._path, stdin=_revisions(new, exclude))
            return done.output.decode("ascii").split(), 0
        except GitFailed:
            old, _ = self._walk(exclude, {})
            parents, missing = self._walk([new], old)
            return _sorted_by_descent(parents), missing

    def _walk(
        self, tips: Sequence[str], known: dict[str, tuple[str, ...]]
    ) -> tuple[dict[str, tuple[str, ...]], int]:
        """The parents of every commit that can be reached, without those known."""
        parents: dict[str, tuple[str, ...]] = {}
        missing: set[str] = set()
        pending = list(tips)
        while pending:
            oid = pending.pop()
            if oid in parents or oid in known or oid in missing:
                continue
            found = self._store.find(oid)
            if found is None or found[0] != "commit":
                missing.add(oid)
                continue
            parents[oid] = read_commit(oid, found[1]).parents
            pending.extend(parents[oid])
        return parents, len(missing)


class _Run:
    """One ``git log``; what it printed of a commit when it died is not handed on."""

    def __init__(self, path: Path, command: list[str], revisions: bytes) -> None:
        self._path, self._command, self._revisions = path, command, revisions
        self.complete = False

    def __iter__(self) -> Iterator[Logged]:
        git = process.start(self._command, self._path)
        feeder = threading.Thread(target=_feed, args=(git, self._revisions), daemon=True)
        feeder.start()
        held: Logged | None = None
        try:
            for logged in parse_log(read_tokens(cast("BinaryIO", git.stdout))):
                if held is not None:
                    yield held
                held = logged
            feeder.join()
            self.complete = git.wait() == 0
            if self.complete and held is not None:
                yield held
        finally:
            process.stop(git)


def _feed(git: subprocess.Popen[bytes], text: bytes) -> None:
    assert git.stdin is not None
    try:
        git.stdin.write(text)
        git.stdin.close()
    except (OSError, ValueError):
        return  # git died first, which its exit status tells


def _revisions(new: str, exclude: Sequence[str]) -> bytes:
    return _lines([new, *("^" + process.full_id(oid) for oid in exclude)])


def _lines(oids: Sequence[str]) -> bytes:
    for oid in oids:
        process.full_id(oid.removeprefix("^"))
    return "".join(f"{oid}\n" for oid in oids).encode()


def _sorted_by_descent(parents: dict[str, tuple[str, ...]]) -> list[str]:
    """Parents before children; the same order whatever order the commits came in."""
    waiting = {oid: sum(p in parents for p in set(ps)) for oid, ps in parents.items()}
    children: defaultdict[str, list[str]] = defaultdict(list)
    for oid, ps in parents.items():
        for parent in set(ps):
            children[parent].append(oid)
    ready = [oid for oid, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    result = []
    while ready:
        oid = heapq.heappop(ready)
        result.append(oid)
        for child in children[oid]:
            waiting[child] -= 1
            if waiting[child] == 0:
                heapq.heappush(ready, child)
    return result
