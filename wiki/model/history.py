"""Commits and what they changed, as the log tells them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from wiki.model.people import Author

Door = Literal["web", "push", "api", "proposal", "import", "mcp"]
ChangeKind = Literal["added", "modified", "deleted", "renamed", "copied"]


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. Times are seconds since 1970 UTC; offsets are minutes east of UTC.

    ``author_time`` is as recorded, even if impossible; ``trailers`` are (key, value) in order.
    """

    oid: str
    parents: tuple[str, ...]
    author: Author
    author_time: int
    author_offset: int
    committer: Author
    commit_time: int
    message: str
    trailers: tuple[tuple[str, str], ...] = ()

    @property
    def subject(self) -> str:
        return self.message.split("\n", 1)[0].strip()

    @property
    def is_merge(self) -> bool:
        return len(self.parents) > 1


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file touched by one commit (against its parent; for merges, against all parents).

    ``lines_added``/``lines_removed`` are None for binary files. Object ids are "" where the file is
    not there.
    """

    commit: str
    path: str
    old_path: str
    kind: ChangeKind
    old_oid: str
    new_oid: str
    lines_added: int | None
    lines_removed: int | None


@dataclass(frozen=True, slots=True)
class Identity:
    """A person after identity resolution (METRICS § 8); ``key`` is stable within a repository."""

    key: str
    name: str
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class PageChange:
    """One row of the history projection: a commit's change to one page, its author resolved.

    This is what reports are computed from. ``page`` is the page's lasting identity through renames;
    ``path`` its path after this change. ``at`` is the author's time in UTC seconds (the commit's time
    where the author's is impossible), ``offset`` minutes east of UTC. ``content`` is False for pure
    renames and mode changes (not an edit). ``size`` is the page's bytes after the change.
    """

    commit: str
    page: str
    path: str
    person: Identity
    co_authors: tuple[Identity, ...]
    at: int
    offset: int
    kind: ChangeKind
    content: bool
    merge: bool
    revert: bool
    bulk: bool
    door: Door
    size: int
    lines_added: int
    lines_removed: int
    summary: str


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open span of time ``[since, until)``, in UTC seconds."""

    since: int
    until: int
    label: str = field(default="", compare=False)

    def __contains__(self, at: object) -> bool:
        return isinstance(at, int) and self.since <= at < self.until

    @property
    def days(self) -> float:
        return (self.until - self.since) / 86400

    def previous(self) -> Window:
        """The window of the same length that ends where this one begins."""
        return Window(self.since - (self.until - self.since), self.since)

    def year_ago(self) -> Window:
        """The same window 365 days earlier."""
        year = 365 * 86400
        return Window(self.since - year, self.until - year)

    @staticmethod
    def of_days(since: date, until: date) -> Window:
        """From the first moment of ``since`` to the first moment of ``until`` (UTC days)."""
        return Window(_midnight(since), _midnight(until))

    @staticmethod
    def last_days(now: int, days: int) -> Window:
        """The ``days`` days that end with today (UTC)."""
        tomorrow = datetime.fromtimestamp(now, UTC).date() + timedelta(days=1)
        return Window.of_days(tomorrow - timedelta(days=days), tomorrow)


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
