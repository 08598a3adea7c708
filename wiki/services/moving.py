"""Renaming and moving pages and folders, with the links in other pages mended in the same commit."""

from __future__ import annotations

import time
from collections.abc import Mapping

from wiki.errors import FolderChanged, FolderNotFound, NameTaken, NothingToSave, PageNotFound
from wiki.model import (
    FileWrite,
    Saved,
    Viewer,
    check_file_path,
    check_page_name,
    is_page_path,
    name_key,
    page_name,
)
from wiki.services import policy
from wiki.services.pages import find_page
from wiki.services.placing import SUBMODULE
from wiki.services.policy import Action
from wiki.services.space import Space
from wiki.services.wiki import Wiki
from wiki.services.writing import commit, the_head
from wiki.text.relink import rewrite_links

_CATCH_UP_SECONDS = 2.0
_CATCH_UP_TRIES = 40


def rename_page(
    wiki: Wiki,
    viewer: Viewer,
    space_name: str,
    name: str,
    new_name: str,
    *,
    mend_links: bool = True,
    summary: str = "",
    base: str = "",
) -> Saved:
    """Give a page another name or folder; its history goes with it, its old address leads on.

    ``base`` is the text that was read, where whoever asks names one.

    Raises:
        PageNotFound, NameInvalid, NameTaken, NothingToSave.
        EditConflict: somebody changed the page since ``base``, or just now.
    """
    space = wiki.space(viewer, space_name)
    policy.allow(viewer, Action.EDIT, space_name, wiki.settings)
    old = find_page(space, name)
    if old is None:
        raise PageNotFound(space_name, name)
    new_name = check_page_name(new_name)
    new = new_name + old[len(page_name(old)) :]
    message = summary or f"Rename {page_name(old)} to {new_name}"
    bases = {old: base} if base else {}
    return _move(wiki, viewer, space, {old: new}, bases, mend_links=mend_links, message=message)


def rename_folder(
    wiki: Wiki,
    viewer: Viewer,
    space_name: str,
    folder: str,
    new_folder: str,
    *,
    mend_links: bool = True,
    summary: str = "",
    base: str = "",
) -> Saved:
    """Move a folder with all that lies in it. ``base`` is the tree that was read, where one is named.

    Raises:
        FolderChanged: something in it is not as in ``base``; and as ``rename_page``.
    """
    space = wiki.space(viewer, space_name)
    policy.allow(viewer, Action.EDIT, space_name, wiki.settings)
    folder, new_folder = folder.strip("/"), check_file_path(new_folder.strip("/"))
    start, head = f"{folder}/", the_head(space)
    inside = [
        entry.path
        for entry in space.repository.tree(head)
        if entry.path.startswith(start) and entry.mode != SUBMODULE
    ]
    if not inside:
        raise FolderNotFound(space_name, folder)
    here = space.repository.entry(head, folder)
    if base and (here is None or here.oid != base):
        raise FolderChanged(folder)
    moved = {path: f"{new_folder}/{path[len(start) :]}" for path in inside}
    message = summary or f"Move {folder} to {new_folder}"
    return _move(wiki, viewer, space, moved, {}, mend_links=mend_links, message=message)


def linking_pages(space: Space, path: str) -> list[str]:
    """The pages whose links lead to this one."""
    return sorted(row.path for row in space.catalogue.backlinks(path) if row.path != path)


def _move(
    wiki: Wiki,
    viewer: Viewer,
    space: Space,
    moved: Mapping[str, str],
    bases: Mapping[str, str],
    *,
    mend_links: bool,
    message: str,
) -> Saved:
    _catch_up(space)
    head = the_head(space)
    _check_free(space, moved)
    writes: list[FileWrite] = []
    changed: list[tuple[str, str]] = []
    for old, new in moved.items():
        entry = space.repository.entry(head, old)
        if entry is None:
            raise PageNotFound(space.name, old)
        before = content = space.repository.read_blob(entry.oid)
        if mend_links and is_page_path(old):
            content = _relinked(space, content, old, moved)
        if content != before:
            changed.append((old, new))
        writes.append(FileWrite(old, None, bases.get(old, entry.oid)))
        writes.append(FileWrite(new, content, ""))
    if mend_links:
        writes += _mended(space, head, moved)
    return commit(wiki, viewer, space, tuple(writes), message, tuple(changed))


def _catch_up(space: Space) -> None:
    """Let the catalogue learn of links written a moment ago; a move must not leave them behind."""
    for _ in range(_CATCH_UP_TRIES):
        if space.follower.follow(rebuild=False):
            return
        time.sleep(_CATCH_UP_SECONDS / _CATCH_UP_TRIES)


def _mended(space: Space, head: str, moved: Mapping[str, str]) -> list[FileWrite]:
    """The other pages whose links change."""
    pages = {page for old in moved for page in linking_pages(space, old)} - set(moved)
    writes = []
    for path in sorted(pages):
        entry = space.repository.entry(head, path)
        if entry is None:
            continue
        content = space.repository.read_blob(entry.oid)
        mended = _relinked(space, content, path, moved)
        if mended != content:
            writes.append(FileWrite(path, mended, entry.oid))
    return writes


def _relinked(space: Space, content: bytes, path: str, moved: Mapping[str, str]) -> bytes:
    """A page's bytes with its links mended; bytes that are no UTF-8 pass through untouched."""
    text = content.decode("utf-8", "surrogateescape")
    mended = rewrite_links(text, path, moved, lambda name: space.catalogue.resolve([name]))
    return mended.encode("utf-8", "surrogateescape")


def _check_free(space: Space, moved: Mapping[str, str]) -> None:
    """No other page or file may have a new name already (a change of capitals alone is a move)."""
    if all(old == new for old, new in moved.items()):
        raise NothingToSave
    for new in moved.values():
        taken = space.catalogue.collision(new)
        if taken is not None and taken not in moved:
            raise NameTaken(page_name(new), page_name(taken))
    keys = [name_key(new) for new in moved.values()]
    if len(set(keys)) < len(keys):
        raise NameTaken(next(iter(moved.values())), next(iter(moved.values())))
