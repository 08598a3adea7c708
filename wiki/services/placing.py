"""Where the links of a rendered page lead now: to pages and files that are there, or to be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from wiki.errors import IndexNotReady, StrataError
from wiki.model import PAGE_SUFFIXES, Viewer, is_page_path, page_name
from wiki.services.space import Space
from wiki.services.wiki import Wiki
from wiki.text.links import Link, PlacedLink, candidates, fragment_href, place_links
from wiki.text.render import Rendered

FOLDER, SYMLINK, SUBMODULE = 0o040000, 0o120000, 0o160000
"""git's modes of what is no file."""

MAX_LINKS = 2_000
"""Of a page with more links, the rest are taken to lead somewhere."""


class Urls(Protocol):
    """How the web room writes addresses; services know none."""

    def page(self, space: str, path: str) -> str:
        """Of a page by its name or path; of a folder if it ends with "/"."""

    def file(self, space: str, path: str) -> str:
        """Of an attachment's bytes."""

    def local(self, path: str) -> str:
        """Of a path on this server, such as ``/handbook/-/history``."""


def placed_html(
    wiki: Wiki, viewer: Viewer, space: Space, rendered: Rendered, path: str, urls: Urls
) -> str:
    """The page's HTML with every link's address; links to what is not there are marked."""
    if not rendered.links:
        return rendered.html
    placer = _Placer(wiki, viewer, space, path, urls)
    return place_links(rendered.html, placer.place(rendered.links))


class _Placer:
    def __init__(self, wiki: Wiki, viewer: Viewer, space: Space, path: str, urls: Urls) -> None:
        self.wiki, self.viewer, self.space, self.path, self.urls = wiki, viewer, space, path, urls

    def place(self, links: Sequence[Link]) -> list[PlacedLink]:
        """One address for each link; other spaces only as far as the viewer may read them."""
        within = [self._within(link) for link in links]
        placed: list[PlacedLink] = [PlacedLink("", "missing")] * len(links)
        by_space: dict[str, list[int]] = {}
        for index, (space, _) in enumerate(within[:MAX_LINKS]):
            by_space.setdefault(space, []).append(index)
        for space, indexes in by_space.items():
            tried = [candidates(within[i][1], self.path) for i in indexes]
            for i, names, found in zip(indexes, tried, self._resolve(space, tried), strict=True):
                placed[i] = self._placed(space, links[i], names, found)
        for i in range(MAX_LINKS, len(links)):
            names = candidates(within[i][1], self.path)
            placed[i] = self._placed(within[i][0], links[i], names, names[0] if names else None)
        return placed

    def _within(self, link: Link) -> tuple[str, Link]:
        """The link's space, and the link as seen from there.

        ``/handbook/how`` may be an address copied from the browser rather than a path.
        """
        if link.space:
            return link.space, link
        first, _, rest = link.target.removeprefix("/").partition("/")
        known = link.target.startswith("/") and rest and first in self.wiki.space_names()
        if known and not self._resolve(self.space.name, [candidates(link, self.path)])[0]:
            return first, replace(link, target=f"/{rest}")
        return self.space.name, link

    def _resolve(self, space_name: str, tried: Sequence[Sequence[str]]) -> list[str | None]:
        try:
            space = (
                self.space
                if space_name == self.space.name
                else self.wiki.space(self.viewer, space_name)
            )
        except StrataError:
            return [None] * len(tried)
        return resolve(space, tried)

    def _placed(
        self, space: str, link: Link, names: Sequence[str], found: str | None
    ) -> PlacedLink:
        fragment = fragment_href(link.fragment)
        if link.target.startswith("/") and "/-/" in link.target:
            return PlacedLink(self.urls.local(link.target) + fragment)
        if found is None:
            return self._missing(space, link, names)
        if link.kind == "image":
            return PlacedLink("" if is_page_path(found) else self.urls.file(space, found))
        if found.endswith("/") or is_page_path(found):
            return PlacedLink(self.urls.page(space, found) + fragment)
        return PlacedLink(self.urls.file(space, found) + fragment)

    def _missing(self, space: str, link: Link, names: Sequence[str]) -> PlacedLink:
        if not names or link.kind == "image":
            return PlacedLink("", "missing")
        name = page_name(names[0])
        last = name.rpartition("/")[2]
        if link.kind == "relative" and "." in last and not names[0].endswith(PAGE_SUFFIXES):
            return PlacedLink(self.urls.file(space, names[0]), "missing")
        return PlacedLink(self.urls.page(space, name), "missing")


def resolve(space: Space, tried: Sequence[Sequence[str]]) -> list[str | None]:
    """The path that each list of candidates leads to, at the head; folders end with "/".

    The catalogue answers; while it is behind the head (a page was made just now) or being built,
    the tree itself has the last word.
    """
    head = space.repository.head()
    if head is None:
        return [None] * len(tried)
    try:
        found = space.catalogue.resolve_many(tried)
        if space.catalogue.position() == head:
            return found
    except IndexNotReady:
        found = [None] * len(tried)
    return [
        (path if path and _is_there(space, head, path) else None) or _in_tree(space, head, names)
        for path, names in zip(found, tried, strict=True)
    ]


def _is_there(space: Space, head: str, path: str) -> bool:
    return space.repository.entry(head, path.rstrip("/")) is not None


def _in_tree(space: Space, head: str, names: Sequence[str]) -> str | None:
    for name in names:
        path = find_in_tree(space, head, name)
        if path is not None:
            return path
    return None


def find_in_tree(space: Space, head: str, name: str) -> str | None:
    """The path of the page or file with exactly this name or path; a folder's ends with "/"."""
    if not name or name.startswith("/"):
        return None
    for suffix in ("", *PAGE_SUFFIXES):
        try:
            entry = space.repository.entry(head, name + suffix)
        except StrataError:
            return None
        if entry is not None and entry.mode != SUBMODULE and not (suffix and entry.mode == FOLDER):
            return entry.path + "/" if entry.mode == FOLDER else entry.path
    return None
