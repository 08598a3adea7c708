"""A log taken in stretches, so that what belongs together can be asked of git at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from wiki.errors import RepositoryDamaged
from wiki.model import Commit, FileChange, RepositoryReader

Logged = tuple[Commit, tuple[FileChange, ...]]


def in_stretches(log: Iterator[Logged], size: int) -> Iterator[list[Logged]]:
    """So many commits at a time; what was read before the log broke off is handed out first.

    Raises:
        RepositoryDamaged: the log broke off.
    """
    while True:
        stretch: list[Logged] = []
        try:
            stretch.extend(islice(log, size))
        except RepositoryDamaged:
            if stretch:
                yield stretch
            raise
        if not stretch:
            return
        yield stretch


def length_of(reader: RepositoryReader, head: str) -> int:
    """How many commits there are to take, for whoever watches; 0 where it cannot be told."""
    try:
        return reader.commit_count(head)
    except RepositoryDamaged:
        return 0
