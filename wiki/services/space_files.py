"""The small files in which a space says something of itself: ``.mailmap`` and those in ``.strata``.

They lie in the space's repository, so that each change of them is a version with its author and its
time, and so that they go along with every clone.
"""

from __future__ import annotations

from dataclasses import dataclass

from wiki.errors import RepositoryDamaged
from wiki.git import Repository
from wiki.services.space import Space

MAX_BYTES = 1_000_000
"""What lies beyond is not read."""

_KIND = 0o170000
_FILE = 0o100000


@dataclass(frozen=True, slots=True)
class SpaceFile:
    """A file at the branch's head: ``oid`` is its blob ("" without one), ``text`` what it says."""

    oid: str = ""
    text: str = ""


def space_file(space: Space, path: str) -> SpaceFile:
    """The file at the head; empty where there is none, where it is no plain file, or damaged."""
    try:
        head = space.repository.head()
    except RepositoryDamaged:
        return SpaceFile()
    return file_at(space.repository, head or "", path)


def file_at(repository: Repository, head: str, path: str) -> SpaceFile:
    """The same at a version of any repository ("": it has none)."""
    try:
        entry = repository.entry(head, path) if head else None
        if entry is None or entry.mode & _KIND != _FILE:
            return SpaceFile()
        return SpaceFile(entry.oid, _text(repository, entry.oid))
    except RepositoryDamaged:
        return SpaceFile()


def _text(repository: Repository, oid: str) -> str:
    return repository.read_blob(oid)[:MAX_BYTES].decode("utf-8", "replace")
