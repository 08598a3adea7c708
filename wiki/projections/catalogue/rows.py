"""What the catalogue answers with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page at the branch's head. ``folder`` "" is the root; ``size`` is in bytes."""

    path: str
    name: str
    title: str
    folder: str
    oid: str
    size: int
    tags: tuple[str, ...] = ()
    owner: str = ""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file that is no page."""

    path: str
    folder: str
    oid: str

    @property
    def name(self) -> str:
        """The file's name within its folder."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder, how many pages lie in it at any depth, and how many in itself."""

    path: str
    pages: int
    own_pages: int

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class FolderListing:
    """One level of the tree: folders and pages by name, and other files.

    ``page`` stands for the folder (its README, index or Home), or None; it is among ``pages`` too.
    At most so many ``pages`` and ``files`` as were asked for; ``total`` says how many pages lie here.
    """

    path: str
    page: PageRow | None
    folders: tuple[FolderRow, ...]
    pages: tuple[PageRow, ...]
    files: tuple[FileRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class TagRow:
    """A tag as most people write it, and how many pages bear it."""

    tag: str
    pages: int


@dataclass(frozen=True, slots=True)
class WantedRow:
    """A name that pages link to and that is not there; ``sources`` are those pages' paths."""

    name: str
    sources: tuple[str, ...]
