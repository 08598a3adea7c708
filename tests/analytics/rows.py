"""Rows of history to compute with, written short."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from wiki.model import Identity, PageChange

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
        "summary": "s",
    }
    return PageChange(**(values | other))
