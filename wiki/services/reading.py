"""Opening pages: what stands at an address now, or stood there once.

Everything is read from git at the branch's head, so one's own save is always seen; what the
projections add (who changed it last, what links here) may be a moment behind, and is left out while
they are being built.
"""

from __future__ import annotations

from functools import partial

from wiki.errors import (
    FileNotInSpace,
    PageNotFound,
    RevisionNotFound,
)
from wiki.model import PAGE_SUFFIXES, TreeEntry, Viewer, is_hidden, is_page_path, page_name
from wiki.services.elsewhere import elsewhere, gently, listed
from wiki.services.folders import FolderView, folder_view, side_tree
from wiki.services.page_views import FileBytes, FolderPage, Missing, Moved, PageView
from wiki.services.placing import FOLDER, SUBMODULE, SYMLINK, Urls, placed_html
from wiki.services.space import Space
from wiki.services.wiki import Wiki
from wiki.text.render import Rendered, render_source
from wiki.text.titles import name_title

MAX_BACKLINKS = 200


def open_page(
    wiki: Wiki, viewer: Viewer, space_name: str, name: str, urls: Urls
) -> PageView | FolderPage | Moved | Missing:
    """What stands at ``/<space>/<name>``; a name that ends with "/" (or is "") is a folder.

    Raises:
        SpaceNotFound, SignInNeeded: the viewer may not read the space, or it is not there.
        RepositoryDamaged: the page's text cannot be read.
    """
    space = wiki.space(viewer, space_name)
    head = space.repository.head()
    if head is None:
        return Missing(space, name.rstrip("/"), empty_space=True)
    if name == "" or name.endswith("/"):
        return _open_folder(wiki, viewer, space, head, name.rstrip("/"), urls)
    entry = _page_entry(space, head, name)
    if entry is not None:
        return _view(wiki, viewer, space, head, entry, urls)
    return elsewhere(space, head, name)


def open_version(
    wiki: Wiki, viewer: Viewer, space_name: str, revision: str, path: str, urls: Urls
) -> PageView:
    """The page as it was in a commit; its links lead to where things are now.

    Raises:
        RevisionNotFound: no commit of this space, or the page is not in it.
    """
    space = wiki.space(viewer, space_name)
    commit = space.repository.resolve(revision)
    entry = _page_entry(space, commit, path, exact=True) or _page_entry(space, commit, path)
    if entry is None:
        raise RevisionNotFound(revision)
    return _view(wiki, viewer, space, commit, entry, urls, old=True)


def source(wiki: Wiki, viewer: Viewer, space_name: str, name: str, revision: str = "") -> FileBytes:
    """A page's bytes, untouched; ``name`` with or without its ending.

    Raises:
        PageNotFound, RevisionNotFound.
    """
    space = wiki.space(viewer, space_name)
    commit = space.repository.resolve(revision) if revision else space.repository.head()
    entry = None
    if commit is not None:
        entry = _page_entry(space, commit, name, exact=True) or _page_entry(space, commit, name)
    if entry is None:
        raise PageNotFound(space_name, name)
    return FileBytes(entry.path, entry.oid, space.repository.read_blob(entry.oid))


def attachment(
    wiki: Wiki, viewer: Viewer, space_name: str, path: str, revision: str = ""
) -> FileBytes:
    """A file's bytes. Symbolic links are never followed, and hidden files are not told.

    Raises:
        FileNotInSpace, RevisionNotFound.
    """
    space = wiki.space(viewer, space_name)
    commit = space.repository.resolve(revision) if revision else space.repository.head()
    if commit is None or is_hidden(path):
        raise FileNotInSpace(space_name, path)
    entry = space.repository.entry(commit, path)
    if entry is None or entry.mode in {FOLDER, SYMLINK, SUBMODULE}:
        raise FileNotInSpace(space_name, path)
    return FileBytes(path, entry.oid, space.repository.read_blob(entry.oid))


def is_settled(space: Space, head: str) -> bool:
    """Whether what the projections tell is of this very head."""
    return bool(space.catalogue.position() == head and space.history.position() == head)


# -- inside ----------------------------------------------------------------------------------


def _page_entry(space: Space, commit: str, name: str, *, exact: bool = False) -> TreeEntry | None:
    """The page's file in a commit; with ``exact``, ``name`` is its path already."""
    if not name or is_hidden(name):
        return None
    for suffix in ("",) if exact else PAGE_SUFFIXES:
        entry = space.repository.entry(commit, name + suffix)
        if entry and entry.mode not in {FOLDER, SUBMODULE} and is_page_path(entry.path):
            return entry
    return None if exact else _oddly_ended(space, commit, name)


def _oddly_ended(space: Space, commit: str, name: str) -> TreeEntry | None:
    """A page whose ending is written in capitals."""
    for entry in space.repository.folder(commit, name.rpartition("/")[0]):
        is_file = entry.path.startswith(name) and entry.mode not in {FOLDER, SUBMODULE}
        if is_file and is_page_path(entry.path) and page_name(entry.path) == name:
            return entry
    return None


def _view(
    wiki: Wiki,
    viewer: Viewer,
    space: Space,
    commit: str,
    entry: TreeEntry,
    urls: Urls,
    *,
    old: bool = False,
    listing: FolderView | None = None,
) -> PageView:
    rendered, note, size = _rendered(wiki, space, entry)
    name = page_name(entry.path)
    extras: dict[str, object] = {}
    if not old:
        extras = {
            "last_change": gently(partial(space.history.last_change, entry.path), None),
            "backlinks": tuple(listed(partial(space.catalogue.backlinks, entry.path)))[
                :MAX_BACKLINKS
            ],
            "tree": side_tree(space, entry.path),
            "settled": is_settled(space, commit),
        }
    return PageView(
        space=space,
        path=entry.path,
        name=name,
        oid=entry.oid,
        commit=commit,
        revision=commit if old else "",
        title=rendered.title or name_title(name),
        html=placed_html(wiki, viewer, space, rendered, entry.path, urls),
        rendered=rendered,
        size=size,
        note=note,
        listing=listing,
        **extras,  # type: ignore[arg-type]
    )


def _rendered(wiki: Wiki, space: Space, entry: TreeEntry) -> tuple[Rendered, str, int]:
    """The page as HTML, why it is shown as source if it is, and its size in bytes."""
    if entry.mode == SYMLINK:
        content = space.repository.read_blob(entry.oid)
        note = "This file only points to another one. The wiki does not follow it."
        return render_source(content.decode("utf-8", "replace"), entry.path), note, len(content)
    known = wiki.renderer.known(entry.oid, entry.path)
    if known is not None:
        return known, "", 0
    content = space.repository.read_blob(entry.oid)
    if b"\0" in content[:8000]:
        note = "This page is not text. It can be downloaded as it is."
        return render_source("", entry.path), note, len(content)
    rendered = wiki.renderer.page(entry.oid, content, entry.path)
    return rendered, _note(wiki, rendered, len(content)), len(content)


def _note(wiki: Wiki, rendered: Rendered, size: int) -> str:
    if not rendered.as_source:
        return ""
    if size > wiki.settings.limits.page_bytes:
        return "This page is too large to be laid out, so its source is shown."
    return "Laying out this page takes too long, so its source is shown."


def _open_folder(
    wiki: Wiki, viewer: Viewer, space: Space, head: str, folder: str, urls: Urls
) -> PageView | FolderPage | Moved | Missing:
    listing = folder_view(space, head, folder)
    if listing is None:
        return elsewhere(space, head, folder)
    if listing.page:
        entry = space.repository.entry(head, listing.page)
        if entry is not None:
            return _view(wiki, viewer, space, head, entry, urls, listing=listing)
    return FolderPage(space, listing, side_tree(space, f"{folder}/"), is_settled(space, head))
