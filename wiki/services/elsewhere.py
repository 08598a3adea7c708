"""Where a name leads that no page bears: another spelling, a new name, or nowhere any more."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from wiki.errors import IndexNotReady
from wiki.model import PAGE_SUFFIXES, is_hidden, is_page_path, page_name
from wiki.projections.catalogue import PageRow
from wiki.services.folders import side_tree
from wiki.services.page_views import Missing, Moved
from wiki.services.placing import FOLDER, SUBMODULE, SYMLINK
from wiki.services.space import Space

MAX_SIMILAR = 6

T = TypeVar("T")


def elsewhere(space: Space, head: str, name: str) -> Moved | Missing:
    """Where a name that is no page's leads: a folder, a file, another spelling, a new name."""
    hidden = is_hidden(name)
    entry = None if hidden else space.repository.entry(head, name)
    if entry is not None:
        if entry.mode == FOLDER:
            return Moved(space, entry.path + "/")
        if entry.mode not in {SYMLINK, SUBMODULE}:
            return Moved(space, entry.path, is_file=True)
    spelt = gently(lambda: _respelt(space, head, name), None)
    if spelt:
        return Moved(space, spelt)
    deleted_path, deleted_by = "", ""
    for path in [name + suffix for suffix in PAGE_SUFFIXES]:
        target = gently(partial(space.history.redirect, path), None)
        if target and space.repository.entry(head, target) is not None:
            return Moved(space, target, renamed=True)
        deleted = gently(partial(space.history.deleted, path), None)
        if deleted and not deleted_by:
            deleted_path, deleted_by = path, str(getattr(deleted, "oid", deleted))
    return _missing(space, name, deleted_path, deleted_by)


def _respelt(space: Space, head: str, name: str) -> str | None:
    """A page or folder whose name differs only in capitals, letters' forms, or hyphens."""
    for written in (name, name.replace(" ", "-")):
        found = space.catalogue.resolve([written])
        if found and page_name(found) != name and found.rstrip("/") != name:
            entry = space.repository.entry(head, found.rstrip("/"))
            if entry is not None and (found.endswith("/") or is_page_path(found)):
                return found
    return None


def _missing(space: Space, name: str, deleted_path: str, deleted_by: str) -> Missing:
    last = name.rpartition("/")[2].replace("-", " ").replace("_", " ")
    similar = listed(lambda: space.catalogue.suggest(last, MAX_SIMILAR))
    wanted_by = listed(lambda: _wanting(space, name))
    return Missing(
        space,
        name,
        deleted_path,
        deleted_by,
        tuple(similar),
        tuple(wanted_by),
        tree=side_tree(space, f"{name}.md"),
    )


def _wanting(space: Space, name: str) -> list[PageRow]:
    """Pages that link to this name already."""
    for row in space.catalogue.wanted():
        if row.name == name:
            pages = (space.catalogue.page(path) for path in row.sources[:MAX_SIMILAR])
            return [page for page in pages if page]
    return []


def gently(ask: Callable[[], T], otherwise: T) -> T:
    """What a projection tells; ``otherwise`` while it is being built."""
    try:
        return ask()
    except IndexNotReady:
        return otherwise


def listed(ask: Callable[[], list[T]]) -> list[T]:
    """What a projection lists; nothing while it is being built."""
    return gently(ask, [])
