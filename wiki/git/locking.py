"""Who may write to a repository now, and clearing away what a killed git left in the way.

The wiki's own lock is an ``flock``: it disappears with the process that held it. Git's locks are
files that stay behind when git is killed and then block everybody for ever; under the wiki's lock they
are removed once they are too old to belong to anybody.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wiki.errors import SpaceBusy

LOCK_FILE = "strata.lock"
STALE_SECONDS = 5.0
"""Git holds the lock of a reference for milliseconds; one this old has lost its owner."""

LEFTOVER_SECONDS = 6 * 3600.0
"""Unfinished objects and quarantines this old belong to nobody."""

_LOCKS = (
    "HEAD.lock",
    "packed-refs.lock",
    "config.lock",
    "index.lock",
    "shallow.lock",
    "objects/maintenance.lock",
    "objects/info/commit-graph.lock",
)
_UNFINISHED = (
    "obj????????",
    "tmp_obj_*",
    "[0-9a-f][0-9a-f]/tmp_obj_*",
    "pack/tmp_pack_*",
    "pack/tmp_idx_*",
    "pack/.tmp-*",
)
_LOOKS = 100
_QUARANTINES = ("incoming-*", "tmp_objdir-*")
_log = logging.getLogger(__name__)


class SpaceLock:
    """Exclusive between threads and processes; waits up to ``seconds``."""

    def __init__(
        self, repository: Path, name: str, seconds: float, *, file: str = LOCK_FILE
    ) -> None:
        self._file = repository / file
        self._name, self._seconds = name, seconds
        self._threads = threading.Lock()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the lock.

        Raises:
            SpaceBusy: others held it all the time.
            OSError: the lock file cannot be made.
        """
        deadline = time.monotonic() + self._seconds
        if not self._threads.acquire(timeout=self._seconds):
            raise SpaceBusy(self._name)
        try:
            handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                self._wait_for(handle, deadline)
                yield
            finally:
                os.close(handle)
        finally:
            self._threads.release()

    def _wait_for(self, handle: int, deadline: float) -> None:
        pause = 0.001
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise SpaceBusy(self._name) from None
                time.sleep(pause)
                pause = min(pause * 1.5, 0.02)
            else:
                return


def git_locks(repository: Path) -> Iterator[Path]:
    """The lock files of git's that would keep a reference from being moved, of whatever age."""
    for name in _LOCKS:
        if (repository / name).exists():
            yield repository / name
    yield from _found(repository / "refs", "**/*.lock")


def clear_stale_locks(
    repository: Path, reference: str, clock: Callable[[], float], *, everywhere: bool = False
) -> bool:
    """Remove git's lock files that nobody can own any more; call it only under the space's lock.

    Returns:
        Whether no lock is left: a young one belongs to a git that is at work, so wait and ask again.
    """
    names = [*_LOCKS, f"{reference}.lock"]
    found = [repository / name for name in names if (repository / name).exists()]
    if everywhere:
        found += [*_found(repository / "refs", "**/*.lock")]
        found += [*_found(repository / "logs", "**/*.lock")]
    free = True
    for lock in found:
        free = _remove_if_older(lock, STALE_SECONDS, clock()) and free
    return free


def clear_leftovers(repository: Path, clock: Callable[[], float]) -> None:
    """Remove unfinished objects, packs and quarantines that killed writers left; call it only under
    the space's lock."""
    for pattern in _UNFINISHED:
        for file in _found(repository / "objects", pattern):
            _remove_if_older(file, LEFTOVER_SECONDS, clock())
    for pattern in _QUARANTINES:
        for folder in _found(repository / "objects", pattern):
            for file in _found(folder, "**/*"):
                if not file.is_dir():
                    _remove_if_older(file, LEFTOVER_SECONDS, clock())
            _remove_empty(folder)


def _found(folder: Path, pattern: str) -> list[Path]:
    """The files of a pattern. A git that packs removes empty folders while one looks: then one looks again."""
    for _ in range(_LOOKS):
        with suppress(FileNotFoundError):
            return list(folder.glob(pattern))
    return []


def _remove_empty(folder: Path) -> None:
    """Remove a folder in which nothing but folders is left."""
    inside = [path for path in _found(folder, "**/*") if path.is_dir()]
    with suppress(OSError):
        for path in [*sorted(inside, reverse=True), folder]:
            path.rmdir()


def _remove_if_older(file: Path, seconds: float, now: float) -> bool:
    with suppress(FileNotFoundError):
        age = now - file.stat().st_mtime
        # A file from the future was written under a wrong clock, and would never grow old.
        if -seconds < age < seconds:
            return False
        file.unlink()
        _log.warning("recovered: removed %s, left behind %.0f seconds ago", file, age)
    return True
