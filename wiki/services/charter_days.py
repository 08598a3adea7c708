"""Since when a charter holds: the day it names, or else the day on which it was first written."""

from __future__ import annotations

from dataclasses import replace

from wiki.model import NO_PURPOSE, Purpose
from wiki.projections.history import History
from wiki.services.history import EARLIEST
from wiki.services.kept import Kept
from wiki.services.space import CHARTER, Space

_MOST_VERSIONS = 1000
_DAY = 86400

_first = Kept(64)


def purpose_of(space: Space) -> Purpose:
    """What a space says it is for, with the day since when it says so."""
    purpose = space.charter().purpose
    key = (str(space.index_folder), space.history.position())
    return with_day(purpose, _first.get(key, lambda: first_written(space.history)))


def with_day(purpose: Purpose, first: int | None) -> Purpose:
    """The purpose with ``since``: its own, or when its file was first written (UTC seconds), so that no
    goal is blamed for days before it was set."""
    if purpose == NO_PURPOSE or purpose.since is not None:
        return purpose
    return replace(purpose, since=first)


def first_written(history: History) -> int | None:
    """When the charter's file came into being, in UTC seconds; None without one."""
    versions = history.versions(CHARTER, limit=_MOST_VERSIONS)
    row = history.commit(versions[-1][0]) if versions else None
    if row is None:
        return None
    possible = EARLIEST <= row.author_time <= row.commit_time + _DAY
    return row.author_time if possible else row.commit_time
