"""What the API tells of proposals, and what it takes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from wiki.web.api.routes import Value
from wiki.web.api.values import Row, Version, When


class Proposed(Value):
    """A proposal that was made; the space itself has not changed."""

    proposal: str
    commit: str
    web: str


class Proposal(Value):
    """A proposal that is open. ``tip`` is its last commit; ``commits`` is how many it brings, at most 200."""

    name: str
    title: str
    authors: list[str]
    at: When
    tip: Version
    commits: int
    web: str


class Proposals(Value):
    proposals: list[Proposal]
    next: int | None


class ProposedChange(Value):
    """One of a proposal's commits."""

    commit: str
    author: str
    at: When
    summary: str


class ProposedFile(Value):
    """What a proposal does to a file since it was begun. ``hunks`` are stretches of rows; ``note`` says why there are
    none. Beyond the first twenty files only names are told."""

    path: str
    effect: Literal["created", "changed", "deleted", "renamed"]
    renamed_from: str
    added: int | None
    removed: int | None
    note: str
    hunks: list[list[Row]]


class Collision(Value):
    """A file that others changed at the same place: ``mine`` is proposed, ``theirs`` stands in the space
    now, as ``version`` names it; null where there is none. ``hunks`` is the merge as far as it goes."""

    path: str
    version: Version
    base: str | None
    mine: str | None
    theirs: str | None
    hunks: list[dict[str, str | None]]


class ProposalInFull(Proposal):
    """A proposal with what it changes. ``state``: "fits" can be taken in as it is; "collides": first settle
    the ``collisions``; "nothing": all of it is in the space already; "apart": it cannot be taken in, and
    ``obstacle`` says why. ``mine``: it is yours, so that you may decline it."""

    state: Literal["fits", "collides", "nothing", "apart"]
    obstacle: str
    mine: bool
    changes: list[ProposedChange]
    files: list[ProposedFile]
    total: Annotated[int, Field(description="How many files it changes; `files` are the first.")]
    collisions: list[Collision]


class ProposedPage(Value):
    """A page of a proposal: its new text, and the version it was made from ("" for a new page)."""

    name: Annotated[str, Field(min_length=1, max_length=1000)]
    text: str
    version: str = ""


class NewProposal(Value):
    pages: Annotated[list[ProposedPage], Field(min_length=1, max_length=100)]
    summary: Annotated[str, Field(max_length=500)] = ""


class Settlement(Value):
    """What a file that collides shall be: as it stands in the space, as proposed, or ``text``."""

    path: Annotated[str, Field(max_length=4000)]
    version: Annotated[str, Field(max_length=64, description="As its collision named it.")]
    choice: Literal["space", "proposal", "text"]
    text: str = ""


class TakeIn(Value):
    """What was looked at: ``tip`` as reading gave it; and how each collision is settled."""

    tip: Annotated[str, Field(min_length=1, max_length=64)]
    settled: Annotated[tuple[Settlement, ...], Field(max_length=1000)] = ()


class Declined(Value):
    """A proposal that is declined; its commits are kept, out of sight."""

    proposal: str
    tip: str
