"""A write on its way into a space, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wiki.model.people import Author, Door

Met = Literal["", "merged", "looked", "resolved"]
"""How a save met another's edit: not at all, merged silently, a proposal taken after one look, or
settled by hand."""


@dataclass(frozen=True, slots=True)
class FileWrite:
    """One file of an edit. ``content`` None deletes it; ``base`` is the id of the blob the writer
    had read ("" if the file did not exist then). ``mergeable`` files are text: if others changed
    them meanwhile, both changes are merged by line; other files must be unchanged since ``base``.
    """

    path: str
    content: bytes | None
    base: str
    mergeable: bool = True


@dataclass(frozen=True, slots=True)
class Edit:
    """All that one save changes: one commit. ``author_time`` in UTC seconds, ``offset`` minutes.

    ``moved`` tells (old path, new path) of files that were changed while they moved, so that the
    log knows them for the same; ``met`` how a person settled a meeting with others' edits before.
    """

    files: tuple[FileWrite, ...]
    author: Author
    message: str
    door: Door
    account: str
    author_time: int
    author_offset: int = 0
    moved: tuple[tuple[str, str], ...] = ()
    met: Met = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """A durable commit. ``merged`` names the files that were merged with others' changes."""

    commit: str
    parent: str
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConflictHunk:
    """A stretch of a three-way merge, as lines with their ends.

    ``kind`` "same": all agree or only one side changed (``result`` is the merged text); "conflict":
    both changed the same lines differently, and ``base``, ``mine``, ``theirs`` hold the three texts;
    ``proposal`` both people's changes put together word by word, where that is certain.
    """

    kind: str
    result: str = ""
    base: str = ""
    mine: str = ""
    theirs: str = ""
    proposal: str | None = None


@dataclass(frozen=True, slots=True)
class Collision:
    """One file whose lines two people changed. ``theirs``/``base`` are None if deleted / new there.

    ``theirs_oid`` is the blob now at the head: the base of the next try.
    """

    path: str
    base: str | None
    mine: str | None
    theirs: str | None
    theirs_oid: str
    hunks: tuple[ConflictHunk, ...]
