"""What the API answers with, and what it takes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from wiki.web.api.routes import Value

Version = Annotated[
    str, Field(description="Names a text for good: the ETag, and the base of the next write.")
]
When = Annotated[
    str | None,
    Field(description="A moment in UTC, as in RFC 3339; null if no clock can be believed."),
]
Limit = Annotated[int, Field(ge=1, le=500, description="How many at most.")]
Cursor = Annotated[
    int, Field(ge=0, le=10_000_000, description="Where to go on: `next` of the answer before.")
]


class Space(Value):
    """A space: one repository of pages with a purpose."""

    name: str
    title: str
    description: str
    head: str | None
    web: str
    git: str


class Spaces(Value):
    spaces: list[Space]


class PageRef(Value):
    """A page in a list."""

    name: str
    path: str
    title: str
    version: Version
    tags: list[str]
    web: str


class Pages(Value):
    pages: list[PageRef]
    next: int | None


class Page(Value):
    """A page with its text. ``html`` is there if it was asked for."""

    space: str
    name: str
    path: str
    text: str
    version: Version
    head: str
    html: str | None = None
    web: str


class PageText(Value):
    """A page's new text, and what to say of the change."""

    text: str
    summary: Annotated[str, Field(max_length=500)] = ""


class Written(Value):
    """What a write became. ``merged``: others had changed the page, and both changes are in it: read it anew."""

    commit: str
    version: Version | None
    merged: bool
