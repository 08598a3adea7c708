"""Rows of history to compute with, written short."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from wiki.model import Door, Identity, Met
from wiki.model.history import ChangeKind


@dataclass(frozen=True)
class PageChange:
    """A commit's change to one page, its author resolved: a row of a history told by hand.

    ``page`` is the page's lasting identity through renames, ``path`` its path after this change. ``at``
    is UTC seconds, ``offset`` minutes east of UTC, ``size`` the page's bytes afterwards, ``order`` the
    commit's place in the log.
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
    order: int = 0
    met: Met = ""


ROBOT = Identity("robot", "Robot", is_bot=True)


def at(text: str) -> int:
    """``2026-03-01`` or ``2026-03-01 14:30``, in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def change(who: str, when: str, page: str = "a", **other: Any) -> PageChange:
    """An edit of a page by somebody (or by the robot) at a time."""
    person = ROBOT if who == "robot" else Identity(who, who.title())
    values: dict[str, Any] = {
        "commit": f"{who} {when} {page}",
        "page": page,
        "path": f"{page}.md",
        "person": person,
        "co_authors": (),
        "at": at(when),
        "offset": 0,
        "kind": "modified",
        "content": True,
        "merge": False,
        "revert": False,
        "bulk": False,
        "door": "push",
        "size": 100,
        "lines_added": 3,
        "lines_removed": 1,
    }
    return PageChange(**(values | other))
