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


class NewName(Value):
    """What a page or a folder shall be called, with the folders above it."""

    name: Annotated[str, Field(min_length=1, max_length=1000)]
    mend_links: Annotated[bool, Field(description="Mend the links that lead there.")] = True
    summary: Annotated[str, Field(max_length=500)] = ""


class Renamed(Value):
    """What has a new name now. ``mended`` are the other pages whose links were changed with that."""

    commit: str
    name: str
    version: Version
    mended: list[str]
    web: str


class Folder(Value):
    """A folder; ``pages`` counts those at any depth, null while unknown."""

    path: str
    name: str
    pages: int | None


class Tree(Value):
    """One level of the tree of pages. ``version`` names all that lies in the folder, at any depth."""

    path: str
    version: Version
    page: str
    folders: list[Folder]
    pages: list[str]
    files: list[str]
    next: int | None


class FileChange(Value):
    path: str
    effect: str
    renamed_from: str


class Change(Value):
    """A change in a history. ``files`` are the first of ``total``."""

    commit: str
    author: str
    pushed_by: str
    co_authors: list[str]
    at: When
    summary: str
    door: str
    files: list[FileChange]
    total: int
    web: str


class Changes(Value):
    changes: list[Change]
    next: str | None


class Row(Value):
    """A line of the old text beside its counterpart in the new; null where there is none."""

    kind: str
    old_line: int | None
    old: str | None
    new_line: int | None
    new: str | None


class Difference(Value):
    """Two versions of a page. ``hunks`` are stretches of rows; ``note`` says why there are none."""

    name: str
    old: str
    new: str
    added: int
    removed: int
    note: str
    hunks: list[list[Row]]


class Hit(Value):
    """A page that was found; ``snippet`` is plain text, ``marked`` its words that were looked for."""

    space: str
    name: str
    title: str
    snippet: str
    marked: list[str]
    tags: list[str]
    changed_at: When
    changed_by: str
    web: str


class Hits(Value):
    """The answer to a search. ``state``: "ready", "behind" or "building"."""

    total: int
    hits: list[Hit]
    suggestion: str
    state: str
    next: int | None


class ReportKind(Value):
    name: str
    title: str


class Reports(Value):
    reports: list[ReportKind]


class FileRef(Value):
    """A file that is no page."""

    path: str
    version: Version


class Files(Value):
    files: list[FileRef]
