"""What the history answers with."""

from __future__ import annotations

from dataclasses import dataclass, field

from wiki.model import Author
from wiki.model.history import ChangeKind
from wiki.model.people import Door


@dataclass(frozen=True, slots=True)
class CommitRow:
    """A commit as recorded. Times are UTC seconds as git has them, even if impossible; offsets are
    minutes east of UTC. ``files`` and ``pages`` count what it touched. Long messages are cut.
    ``pusher`` brought in what the author wrote; None where that was the author, or nobody knows.
    """

    oid: str
    parents: tuple[str, ...]
    author: Author
    author_time: int
    author_offset: int
    committer: Author
    commit_time: int
    message: str
    door: Door
    co_authors: tuple[Author, ...]
    files: int
    pages: int
    place: int
    trailers: tuple[tuple[str, str], ...] = ()
    pusher: Author | None = None

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.strip().split("\n", 1)[0].strip()

    @property
    def said_by(self) -> str:
        """The author's name, and who brought it in if that was somebody of another name."""
        pusher = self.pusher.name if self.pusher else ""
        is_other = pusher and pusher != self.author.name
        return f"{self.author.name}, pushed by {pusher}" if is_other else self.author.name

    @property
    def is_merge(self) -> bool:
        return len(self.parents) > 1

    @property
    def cursor(self) -> str:
        """Where a list that ended with this commit goes on."""
        return f"{self.place}-{self.oid}"


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One commit's change to one file. ``page`` numbers the file's lasting identity (within this
    database only). ``size`` is a page's bytes after the change, ``grown`` how many more than
    before. Object ids are "" where the file is not there; counts of lines None for binary files.
    """

    commit: str
    path: str
    old_path: str
    kind: ChangeKind
    page: int
    is_page: bool
    content: bool
    revert: bool
    old_oid: str
    new_oid: str
    size: int
    grown: int
    lines_added: int | None
    lines_removed: int | None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One commit and those of its changes that were asked about; at most 50 of them (``total``)."""

    commit: CommitRow
    changes: tuple[ChangeRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Totals:
    """How much history there is. ``partial`` says why it is incomplete; "" if it is not."""

    commits: int
    changes: int
    authors: int
    partial: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What part of the history is asked for: of one page (by its path, now or formerly), of a
    folder, or all; and of whom (every name and address of the person), or of anybody. With
    ``changing`` a list of all leaves out commits that changed no file: merges that only joined.

    ``since`` and ``until`` (UTC seconds, half-open) keep to when the authors' clocks say that it was
    written, and where they say what cannot be (before 1990, after ``now``) to when it arrived: as
    reports count."""

    page: str = ""
    folder: str = ""
    authors: tuple[Author, ...] = field(default=())
    changing: bool = False
    since: int | None = None
    until: int | None = None
    now: int = 1 << 60
