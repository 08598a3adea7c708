"""What a push would change, before anything is changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wiki.model.people import Author

NO_AUTHOR = Author("", "")


@dataclass(frozen=True, slots=True)
class RefUpdate:
    """One reference from one commit to another; "" where there is none (made, or removed)."""

    ref: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Push:
    """What git asks about: the references to move, and the folder in which the new objects wait.

    ``quarantine`` is git's own object folder of this push: nothing else sees what is in it before
    the push passes, and it is gone if it does not.
    """

    updates: tuple[RefUpdate, ...]
    quarantine: Path


@dataclass(frozen=True, slots=True)
class PushedCommit:
    """A commit that a push brings, by its header. ``size`` and ``message`` count bytes; of a commit too
    large to be looked at nothing but its ``size`` is known. Times are UTC seconds, None where none can
    be read. ``flaws`` say what no program that keeps to git's rules writes."""

    oid: str
    parents: tuple[str, ...]
    size: int
    message: int = 0
    author: Author = NO_AUTHOR
    author_time: int | None = None
    committer: Author = NO_AUTHOR
    commit_time: int | None = None
    flaws: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PushedEntry:
    """A name that a pushed commit sets or takes away, as none of its parents has it.

    ``mode`` is git's (0: taken away), ``size`` the file's bytes (None for what is no file), and ``is_new``
    says that no parent has anything of this name. Bytes of ``path`` that are no UTF-8 are surrogates.
    """

    commit: str
    path: str
    mode: int
    oid: str
    is_new: bool
    size: int | None = None


@dataclass(frozen=True, slots=True)
class FolderAtTip:
    """A folder as a push would leave it, with the ``names`` in it and those ``new`` among them."""

    path: str
    names: tuple[str, ...]
    new: frozenset[str]


@dataclass(frozen=True, slots=True)
class FileAtTip:
    """A file as a push would leave it, where that differs from the branch now."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PushRecord:
    """Who brought a commit in, as the space's log of pushes tells it.

    ``account`` is the account's user name, ``pusher`` its name and address at that time, ``at`` UTC seconds.
    ``trusted``: the account administered the space, so that it is believed whose work it brought.
    ``proposed``: the push was to a proposal, which an editor took in later. What the wiki itself fetched from
    another repository has no ``account``; the ``pusher`` is that repository.
    """

    account: str
    pusher: Author
    at: int
    trusted: bool = False
    proposed: bool = False
