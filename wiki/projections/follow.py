"""Bringing a space's projections to the branch's head, however the commits came.

Each projection has a lock file, held by whoever follows it and released by the system when that
process dies. Whoever finds a projection locked goes away without waiting: the one that holds the
lock looks at the branch once more after letting go, so nothing that was committed meanwhile is
left behind.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from wiki.errors import RepositoryDamaged
from wiki.model import RepositoryReader
from wiki.projections.projection import Progress, Projection, ProjectionState, no_progress

log = logging.getLogger(__name__)

_ROUNDS = 20
"""So often a branch that moves all the time is chased in one call."""


class Follower:
    """Keeps the projections of one space at the head of its branch. Safe between threads."""

    def __init__(
        self, repository: RepositoryReader, projections: Sequence[Projection], folder: Path
    ) -> None:
        self._repository, self._projections, self._folder = repository, tuple(projections), folder
        self._wanted = threading.Event()
        self._thread: threading.Thread | None = None
        self._thread_owner = 0
        self._closing = False
        self._starting = threading.Lock()

    def follow(self, *, rebuild: bool = True, progress: Progress = no_progress) -> bool:
        """Bring every projection to the branch's head; whether all of them are there now.

        Never raises and never waits for another follower: what fails is logged, kept for the health
        page, and tried again by the next follow. With ``rebuild`` False a projection that must be
        made anew is left to the background (see ``follow_soon``).
        """
        done = [self._follow(each, rebuild, progress) for each in self._projections]
        return all(done)

    def rebuild(self, names: Sequence[str] | None = None, progress: Progress = no_progress) -> None:
        """Make projections anew (all, or those named), waiting for whoever follows them.

        Raises:
            RepositoryDamaged, IndexNotReady, OSError: it could not be done; the old ones stand.
        """
        for each in self._projections:
            if names is None or each.name in names:
                with self._locked(each, wait=True):
                    self._make(each, self._head(), progress)

    def follow_soon(self) -> None:
        """Follow in the background; calls made meanwhile are one call."""
        self._wanted.set()
        with self._starting:
            if self._closing or (self._thread_owner == os.getpid() and self._thread is not None):
                return
            self._thread_owner = os.getpid()
            self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
            self._thread.start()

    def state(self) -> list[ProjectionState]:
        """How each projection stands, for the health page; asks git how far it is behind."""
        return [self._state(each) for each in self._projections]

    def close(self) -> None:
        """Stop the background; a rebuild it is in the middle of is left unfinished."""
        self._closing = True
        self._wanted.set()

    # -- one projection ---------------------------------------------------------------------

    def _follow(self, each: Projection, rebuild: bool, progress: Progress) -> bool:
        for _ in range(_ROUNDS):
            try:
                head = self._head()
                if each.position() == head:
                    self._note(each, "")
                    return True
                with self._locked(each) as locked:
                    if not locked:
                        return False
                    if not self._advance(each, rebuild, progress):
                        return False
            except Exception as error:
                log.exception("projection %s could not follow", each.name)
                self._note(each, f"{type(error).__name__}: {error}")
                return False
        return False

    def _advance(self, each: Projection, rebuild: bool, progress: Progress) -> bool:
        """One step to the head, under the lock; False if it is left to the background."""
        head, old = self._head(), each.position()
        if old == head:
            return True
        if old and head and self._leads_on(each, old, head):
            try:
                each.advance(self._repository, old, head)
            except Exception:
                log.exception("projection %s could not follow; it is made anew", each.name)
            else:
                self._note(each, "")
                return True
        if not rebuild:
            self.follow_soon()
            return False
        self._make(each, head, progress)
        return True

    def _make(self, each: Projection, head: str, progress: Progress) -> None:
        each.rebuild(self._repository, head, progress)
        self._note(each, "")

    def _leads_on(self, each: Projection, old: str, head: str) -> bool:
        try:
            if each.follows == "trees":
                return self._repository.has_commit(old)
            return self._repository.has_commit(old) and self._repository.is_ancestor(old, head)
        except RepositoryDamaged:
            return False

    def _head(self) -> str:
        return self._repository.head() or ""

    # -- lock and notes ---------------------------------------------------------------------

    @contextmanager
    def _locked(self, each: Projection, *, wait: bool = False) -> Iterator[bool]:
        """Hold the projection's lock; False if another thread or process holds it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._folder / f"{each.name}.lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            yield _flock(handle, wait=wait)
        finally:
            os.close(handle)

    def _note(self, each: Projection, error: str) -> None:
        """Keep what went wrong where every process's health page finds it."""
        file = self._folder / f"{each.name}.error"
        try:
            if error:
                file.write_text(error[:2000], errors="replace")
            elif file.exists():
                file.unlink(missing_ok=True)
        except OSError:
            log.warning("cannot note the state of projection %s", each.name)

    def _state(self, each: Projection) -> ProjectionState:
        try:
            error = (self._folder / f"{each.name}.error").read_text(errors="replace")
        except OSError:
            error = ""
        position = each.position()
        return ProjectionState(each.name, position, each.version, self._behind(position), error)

    def _behind(self, position: str | None) -> int | None:
        try:
            head = self._head()
            if position == head:
                return 0
            known = position and self._repository.has_commit(position)
            return self._repository.commit_count(head, [position] if known and position else [])
        except RepositoryDamaged:
            return None

    # -- background -------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._closing:
            self._wanted.wait()
            self._wanted.clear()
            if not self._closing:
                self.follow()


def _flock(handle: int, *, wait: bool) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
