"""Folders: what lies in one, and the part of the tree around a page for the side bar."""

from __future__ import annotations

from dataclasses import dataclass

from wiki.errors import IndexNotReady
from wiki.model import TreeEntry, is_hidden, is_page_path, page_name
from wiki.model.names import FOLDER_PAGES
from wiki.projections.catalogue import FolderListing
from wiki.projections.history import HistoryRow
from wiki.services.placing import FOLDER
from wiki.services.space import Space
from wiki.text.titles import name_title

SIDE_PAGES = 60
"""Levels with more pages are not unfolded in the side bar; a folder's own page lists them."""

LISTED = 500


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page in a list: its path, name and title."""

    path: str
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class ListedFolder:
    """A folder in a list; ``pages`` counts those at any depth, None while unknown."""

    path: str
    name: str
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class FolderView:
    """One level of the tree. ``page`` is the path of the page that stands for the folder, or "".

    ``total`` counts the pages of this level; ``pages`` are those from ``offset`` on.
    """

    path: str
    title: str
    page: str
    folders: tuple[ListedFolder, ...]
    pages: tuple[ListedPage, ...]
    files: tuple[str, ...]
    total: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class TreeNode:
    """An entry of the tree in the side bar; ``path`` of a folder ends with "/".

    ``more``: it stands for so many further pages of this level.
    """

    path: str
    title: str
    current: bool = False
    open: bool = False
    children: tuple[TreeNode, ...] = ()
    more: int = 0


def is_folder(space: Space, folder: str) -> bool:
    """Whether there is a folder of this name that readers see."""
    head = space.repository.head()
    entry = space.repository.entry(head, folder) if head and not is_hidden(folder) else None
    return entry is not None and entry.mode == FOLDER


def folder_view(space: Space, head: str, folder: str, offset: int = 0) -> FolderView | None:
    """What lies in a folder at the head; None if there is no such folder.

    Titles and counts come from the catalogue; while it is being built, names from the tree.
    """
    if is_hidden(folder):
        return None
    entry = space.repository.entry(head, folder)
    if entry is None or entry.mode != FOLDER:
        return None
    try:
        listing = space.catalogue.folder(folder, offset=offset, limit=LISTED)
        if listing is not None:
            return _from_catalogue(listing, offset)
    except IndexNotReady:
        pass
    return _from_tree(space.repository.folder(head, folder), folder, offset)


def _from_catalogue(listing: FolderListing, offset: int) -> FolderView:
    path = listing.path
    return FolderView(
        path=path,
        title=folder_title(path),
        page=listing.page.path if listing.page else "",
        folders=tuple(ListedFolder(row.path, row.name, row.pages) for row in listing.folders),
        pages=tuple(ListedPage(row.path, row.name, row.title) for row in listing.pages),
        files=tuple(row.path for row in listing.files),
        total=listing.total,
        offset=offset,
    )


def _from_tree(entries: list[TreeEntry], folder: str, offset: int) -> FolderView:
    shown = [entry for entry in entries if not entry.path.rpartition("/")[2].startswith(".")]
    files = [entry.path for entry in shown if entry.mode in {0o100644, 0o100755}]
    pages = sorted(path for path in files if is_page_path(path))
    names = [page_name(path) for path in pages]
    return FolderView(
        path=folder,
        title=folder_title(folder),
        page=_folder_page(pages),
        folders=tuple(
            ListedFolder(entry.path, entry.path.rpartition("/")[2])
            for entry in shown
            if entry.mode == FOLDER
        ),
        pages=tuple(
            ListedPage(path, name, name_title(name))
            for path, name in list(zip(pages, names, strict=True))[offset : offset + LISTED]
        ),
        files=tuple(path for path in files if not is_page_path(path)),
        total=len(pages),
        offset=offset,
    )


def _folder_page(pages: list[str]) -> str:
    """README before index before Home."""
    for stem in FOLDER_PAGES:
        for path in pages:
            if page_name(path).rpartition("/")[2].casefold() == stem:
                return path
    return ""


def folder_title(path: str) -> str:
    """A folder's name as words; the root is the home."""
    return name_title(path) if path else "Home"


def side_tree(space: Space, path: str) -> tuple[TreeNode, ...]:
    """The top level of the tree, opened along the way to ``path`` (a page, or a folder's with "/")."""
    try:
        return _level(space, "", path)
    except IndexNotReady:
        return ()


def _level(space: Space, folder: str, path: str) -> tuple[TreeNode, ...]:
    listing = space.catalogue.folder(folder, limit=SIDE_PAGES)
    if listing is None:
        return ()
    nodes = []
    for row in listing.folders:
        inside = path.startswith(row.path + "/")
        children = _level(space, row.path, path) if inside else ()
        here = path == row.path + "/"
        nodes.append(TreeNode(row.path + "/", row.name, here, inside, children))
    return (*nodes, *_pages_of_level(space, listing, path))


def _pages_of_level(space: Space, listing: FolderListing, path: str) -> list[TreeNode]:
    """All pages of the level; of very many only the one that is open."""
    own = listing.page.path if listing.page else ""
    if listing.total <= SIDE_PAGES:
        shown = [row for row in listing.pages if row.path != own]
        return [TreeNode(row.path, row.title, row.path == path) for row in shown]
    nodes = []
    here = space.catalogue.page(path) if path != own and not path.endswith("/") else None
    if here is not None and here.path == path and here.folder == listing.path:
        nodes.append(TreeNode(path, here.title, current=True))
    rest = listing.total - len(nodes) - bool(own)
    words = "more pages" if nodes else "pages"
    nodes.append(TreeNode(listing.path + "/", f"{rest:,} {words}…", more=rest))
    return nodes


def last_changed(space: Space) -> tuple[int | None, HistoryRow | None]:
    """How many pages a space has, and its latest change; None while that is being counted."""
    try:
        rows = space.history.changes(limit=1)
        return space.catalogue.count(), next(iter(rows), None)
    except IndexNotReady:
        return None, None
