"""Finding pages: one space or all that the viewer may read, nothing of any other.

Totals, suggestions and type-ahead come from readable spaces only: a space that somebody may not
read is not asked, so nothing about it can be told from the answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from wiki.errors import IndexNotReady, NameInvalid, QueryRefused, SearchNotReady
from wiki.model import Author, Viewer, check_page_name, page_name
from wiki.projections.catalogue import PageRow
from wiki.projections.history import HistoryRow
from wiki.projections.search import (
    Filter,
    Hit,
    Piece,
    Query,
    SearchResult,
    days_of,
    fold,
    parse_query,
)
from wiki.services.elsewhere import gently, listed
from wiki.services.space import Space
from wiki.services.wiki import Wiki

PAGE_SIZE = 10
LAST_PAGE = 50
"""Whoever looks further should ask better; and no answer costs more for being far down."""
MAX_AUTHORS = 400

State = Literal["ready", "behind", "building"]


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page that was found. ``changed_at`` is in UTC seconds, None if not known yet."""

    space: Space
    path: str
    name: str
    title: tuple[Piece, ...]
    snippet: tuple[Piece, ...]
    tags: tuple[str, ...]
    changed_at: int | None
    changed_by: str


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search.

    ``total`` is exact. ``state``: "building" if an index that was asked for is not there yet (its
    pages are missing from the answer), "behind" if newer changes are still being taken in.
    ``loosened``, ``cut`` and ``suggestion`` as in ``SearchResult``. ``new_page`` is what a page about
    this might be called; "" if the query is more than a few words.
    """

    text: str
    total: int
    pages: tuple[FoundPage, ...]
    page: int
    last_page: int
    suggestion: str
    loosened: bool
    cut: bool
    state: State
    filters: tuple[UsedFilter, ...]
    new_page: str


@dataclass(frozen=True, slots=True)
class UsedFilter:
    """A filter of the query, and the query without it."""

    field: str
    value: str
    without: str


def search(
    wiki: Wiki,
    viewer: Viewer,
    space_name: str | None,
    text: str,
    page: int = 1,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Found:
    """Pages of a space (None: of all that the viewer may read) that match, ten a page.

    Raises:
        SpaceNotFound, SignInNeeded: the viewer may not read the space.
        QueryRefused: the query means nothing or costs too much.
    """
    spaces = wiki.spaces(viewer) if space_name is None else [wiki.space(viewer, space_name)]
    query = parse_query(text)
    until = clock() + wiki.settings.limits.search_seconds
    page = max(1, min(page, LAST_PAGE))
    wanted = page * PAGE_SIZE
    answers: list[tuple[Space, SearchResult]] = []
    building = False
    for space in spaces:
        try:
            answers.append((space, _ask(space, query, wanted, lambda: clock() > until)))
        except (SearchNotReady, IndexNotReady):
            building = True
            space.follower.follow_soon()
    return _found(query, answers, page, building)


def suggest(
    wiki: Wiki, viewer: Viewer, space_name: str, typed: str, limit: int = 8
) -> list[PageRow]:
    """Pages of a space for type-ahead; nothing while the catalogue is being built.

    Raises:
        SpaceNotFound, SignInNeeded: the viewer may not read the space.
    """
    space = wiki.space(viewer, space_name)
    typed = typed.strip()
    return listed(lambda: space.catalogue.suggest(typed, limit)) if typed else []


def stamp(wiki: Wiki, viewer: Viewer, space_name: str | None) -> str:
    """Changes whenever the answers to a search may; "" while an index is being built."""
    spaces = wiki.spaces(viewer) if space_name is None else [wiki.space(viewer, space_name)]
    try:
        parts = [
            f"{s.name} {s.search.stamp()} {s.history.position()} {s.veil.version}" for s in spaces
        ]
    except SearchNotReady:
        return ""
    current = all(_is_current(space) for space in spaces)
    return " ".join(parts) if current else ""


# -- inside ----------------------------------------------------------------------------------


def _ask(space: Space, query: Query, wanted: int, expired: Callable[[], bool]) -> SearchResult:
    outside = _paths_of(space, query.outside())
    return space.search.search(query, 0, wanted, expired, outside)


def _found(
    query: Query, answers: Sequence[tuple[Space, SearchResult]], page: int, building: bool
) -> Found:
    exact = [answer for answer in answers if not answer[1].loosened]
    if any(result.total for _, result in exact):
        answers = exact  # pages with all the words somewhere: those with only some are left out
    merged = sorted(
        ((space, hit) for space, result in answers for hit in result.hits),
        key=lambda found: (-found[1].score, found[0].name),
    )
    total = sum(result.total for _, result in answers)
    shown = merged[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    behind = any(not _is_current(space) for space, _ in answers)
    return Found(
        text=query.text,
        total=total,
        pages=_found_pages(shown),
        page=page,
        last_page=max(1, min(LAST_PAGE, -(-total // PAGE_SIZE))),
        suggestion=next((r.suggestion for _, r in answers if r.suggestion), ""),
        loosened=any(result.loosened for _, result in answers),
        cut=any(result.cut for _, result in answers),
        state="building" if building else "behind" if behind else "ready",
        filters=tuple(
            UsedFilter(part.field, part.value, query.without(part)) for part in query.filters()
        ),
        new_page=_new_page(query),
    )


def _new_page(query: Query) -> str:
    if query.filters() or any(word in query.text.split() for word in ("AND", "OR", "NOT")):
        return ""
    try:
        return check_page_name(query.text.strip('"'))
    except NameInvalid:
        return ""


def _found_pages(shown: Sequence[tuple[Space, Hit]]) -> tuple[FoundPage, ...]:
    """The hits with what the history knows of them, asked once a space."""
    last: dict[tuple[str, str], HistoryRow] = {}
    for space in {space.name: space for space, _ in shown}.values():
        paths = [hit.path for found_in, hit in shown if found_in is space]
        last.update(_last_changes(space, paths))
    found = []
    for space, hit in shown:
        row = last.get((space.name, hit.path))
        found.append(
            FoundPage(
                space=space,
                path=hit.path,
                name=page_name(hit.path),
                title=hit.title,
                snippet=hit.snippet,
                tags=hit.tags,
                changed_at=row.commit.author_time if row else None,
                changed_by=row.commit.said_by if row else "",
            )
        )
    return tuple(found)


def _last_changes(space: Space, paths: list[str]) -> dict[tuple[str, str], HistoryRow]:
    nothing: dict[str, HistoryRow] = {}
    rows = gently(lambda: space.history.last_changes(paths), nothing)
    return {(space.name, path): row for path, row in rows.items()}


def _is_current(space: Space) -> bool:
    """Whether the index shows the branch's head; if not, following is set going."""
    head = space.repository.head() or ""
    if space.search.shows(head):
        return True
    space.follower.follow_soon()
    return False


def _paths_of(space: Space, filters: Collection[Filter]) -> Mapping[Filter, Collection[str]]:
    return {part: _paths(space, part) for part in filters}


def _paths(space: Space, part: Filter) -> Collection[str]:
    """The paths of pages that a filter about history lets through.

    ``author:`` is whoever ever changed the page's text; ``after:`` and ``before:`` are about the
    last change, on or after the first day named, and before it.
    """
    if part.field == "author":
        return space.history.written_by(_authors(space, part.value))
    since = _seconds(days_of(part.value)[0])
    changed = space.history.changed_since(since)
    if part.field == "after":
        return changed
    return space.history.changed_since(-(2**62)) - changed


def _authors(space: Space, wanted: str) -> list[Author]:
    """Everybody whose name or address has words that begin with each word asked for; former members
    by neither."""
    starts = fold(wanted).split()
    former = space.veil.former()
    found = []
    for author in space.history.authors():
        if former.number_of(author):
            continue
        words = fold(f"{author.name} {author.email}").replace("@", " ").replace(".", " ").split()
        whole = fold(author.email)
        if all(whole == start or any(w.startswith(start) for w in words) for start in starts):
            found.append(author)
            if len(found) > MAX_AUTHORS:
                raise QueryRefused("more than 400 people are called so. Write more of the name.")
    return found


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
