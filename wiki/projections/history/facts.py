"""What is read out of a commit by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from wiki.model import Author, Commit, FileChange
from wiki.model.people import Door

DOOR_TRAILER = "door"
"""The trailer (its key in small letters) in which the wiki says how an edit came in."""

_DOORS: tuple[Door, ...] = ("web", "push", "api", "proposal", "import", "mcp")
_CO_AUTHOR = re.compile(r"\s*([^<>]*?)\s*<([^<>]*)>\s*")
_REVERTS = re.compile(r"^This reverts commit [0-9a-f]{7,64}\b", re.MULTILINE)
_MAX_CO_AUTHORS = 50
_LATEST = 1 << 40


def door_of(commit: Commit) -> Door:
    """How the edit came in; "push" where the commit does not say."""
    for key, value in commit.trailers:
        if key.lower().removeprefix("strata-") == DOOR_TRAILER:
            return next((door for door in _DOORS if door == value.strip().lower()), "push")
    return "push"


def co_authors(commit: Commit) -> tuple[Author, ...]:
    """The authors that ``Co-authored-by`` trailers name beside the author, each once."""
    found: dict[Author, None] = {}
    for key, value in commit.trailers:
        if key.lower() == "co-authored-by" and (match := _CO_AUTHOR.fullmatch(value)):
            found[Author(match[1], match[2])] = None
    found.pop(commit.author, None)
    return tuple(found)[:_MAX_CO_AUTHORS]


def says_revert(commit: Commit) -> bool:
    """Whether the message is git's own of a revert."""
    return bool(_REVERTS.search(commit.message))


def place_of(commit: Commit, parents: Iterable[int]) -> int:
    """Where the commit stands in order of time: at its time, but always after its parents."""
    latest = max(parents, default=-_LATEST)
    return max(min(commit.commit_time, _LATEST), latest + 1)


def is_content(change: FileChange) -> bool:
    """Whether text changed: neither a pure rename nor a change of mode alone."""
    return change.kind in {"added", "copied", "deleted"} or change.old_oid != change.new_oid
