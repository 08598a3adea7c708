"""Commits and what they changed, as the log tells them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from wiki.model.people import Author

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

    def previous(self, zone: tzinfo = UTC) -> Window:
        """The window of as many days that ends where this one begins."""
        days = round(self.days)
        if days * 86400 != self.until - self.since and zone is UTC:
            return Window(self.since - (self.until - self.since), self.since)
        return Window(_days_before(self.since, days, zone), self.since)

    def year_ago(self, zone: tzinfo = UTC) -> Window:
        """The same window 365 days earlier."""
        return Window(_days_before(self.since, 365, zone), _days_before(self.until, 365, zone))

    @staticmethod
    def of_days(since: date, until: date, zone: tzinfo = UTC) -> Window:
        """From the first moment of ``since`` to the first moment of ``until`` in a time zone."""
        return Window(_midnight(since, zone), _midnight(until, zone))

    @staticmethod
    def last_days(now: int, days: int, zone: tzinfo = UTC) -> Window:
        """The ``days`` days that end with today in a time zone."""
        tomorrow = datetime.fromtimestamp(now, zone).date() + timedelta(days=1)
        return Window.of_days(tomorrow - timedelta(days=days), tomorrow, zone)


def _midnight(day: date, zone: tzinfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp())


def _days_before(at: int, days: int, zone: tzinfo) -> int:
    """The same time of day so many days earlier, on the zone's clocks (a day may have 23 hours)."""
    local = datetime.fromtimestamp(at, zone)
    return int((local.replace(tzinfo=None) - timedelta(days=days)).replace(tzinfo=zone).timestamp())
