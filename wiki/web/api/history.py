"""Histories and differences through the API."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from wiki.errors import ParameterInvalid
from wiki.services import comparing, history
from wiki.services.comparing import ChangeView
from wiki.services.history import Asked, HistoryView
from wiki.services.report_windows import days_between, zone_of
from wiki.text.diff import Diff, Span
from wiki.text.diff import Row as DiffRow
from wiki.web import addresses
from wiki.web.api.routes import Answer, Routes, Value
from wiki.web.api.texts import moment, text
from wiki.web.api.values import Change, Changes, Difference, FileChange, Row
from wiki.web.context import current_wiki
from wiki.web.viewer import current_viewer

routes = Routes("history")

Day = Annotated[str, Field(max_length=10, description="A day, as 2026-03-31.")]


class Listing(Value):
    page: Annotated[
        str, Field(max_length=1000, description="Only of this page, through its names.")
    ] = ""
    folder: Annotated[str, Field(max_length=1000, description="Only below this folder.")] = ""
    since: Day = ""
    until: Annotated[Day, Field(description="Up to, but not including, this day.")] = ""
    after: Annotated[
        str,
        Field(
            pattern=r"^(-?[0-9]{1,18}-([0-9a-f]{40}|[0-9a-f]{64}))?$",
            description="Where to go on: `next`.",
        ),
    ] = ""


class Versions(Value):
    old: Annotated[
        str, Field(max_length=64, description="A commit; the one before `new` if empty.")
    ] = ""
    new: Annotated[str, Field(max_length=64, description="A commit; the last if empty.")] = ""


@routes.add(
    "GET", "/spaces/<space>/history", {200: Answer("Newest first.", Changes)}, query=Listing
)
def get_history(space: str, query: Listing) -> Changes:
    """What happened in a space, a folder or to a page."""
    view = _view(space, query)
    return Changes(changes=[_told(change) for change in view.changes], next=view.older or None)


@routes.add("GET", "/spaces/<space>/changes/<commit>", {200: Answer("The change.", Change)})
def get_change(space: str, commit: str) -> Change:
    """One change."""
    view: ChangeView = comparing.show_change(current_wiki(), current_viewer(), space, commit)
    return _told(view.change)


@routes.add(
    "GET", "/spaces/<space>/diff/<path:name>", {200: Answer("How they differ.", Difference)},
    query=Versions,
)  # fmt: skip
def get_diff(space: str, name: str, query: Versions) -> Difference:
    """Two versions of a page compared."""
    name = addresses.exact_path(name)
    view = comparing.compare(current_wiki(), current_viewer(), space, name, query.old, query.new)
    diff = view.diff or Diff(())
    return Difference(
        name=text(view.name),
        old=view.old.commit,
        new=view.new.commit,
        added=diff.added,
        removed=diff.removed,
        note=view.note or ("It is too large to be shown whole." if diff.too_large else ""),
        hunks=[rows_of(rows) for rows in diff.hunks],
    )


def _view(space: str, query: Listing) -> HistoryView:
    wiki, viewer = current_wiki(), current_viewer()
    if query.page and query.folder:
        raise ParameterInvalid("page", "ask for a page or for a folder.")
    window = days_between(query.since, query.until, zone_of(wiki.settings), int(time.time()))
    asked = Asked(query.after, window=window)
    if query.page:
        return history.page_history(wiki, viewer, space, query.page, asked)
    if query.folder:
        return history.folder_history(wiki, viewer, space, query.folder.strip("/"), asked)
    return history.space_history(wiki, viewer, space, asked)


def _told(change: history.Change) -> Change:
    pusher = getattr(change, "pushed_by", None)
    return Change(
        commit=change.oid,
        author=change.person.name,
        pushed_by=pusher.name if pusher else "",
        co_authors=[person.name for person in change.co_authors],
        at=moment(change.at),
        summary=change.summary,
        door=change.door,
        files=[
            FileChange(
                path=text(file.path), effect=file.effect, renamed_from=text(file.renamed_from)
            )
            for file in change.files
        ],
        total=change.total,
        web=addresses.tool_address(change.space.name, "change", change.oid),
    )


def rows_of(rows: Iterable[DiffRow]) -> list[Row]:
    """A stretch of a difference."""
    return [_row(row) for row in rows]


def _row(row: DiffRow) -> Row:
    def line(number: int | None, spans: tuple[Span, ...]) -> str | None:
        return None if number is None else "".join(span.text for span in spans)

    return Row(
        kind=row.kind,
        old_line=row.old_number,
        old=line(row.old_number, row.old_spans),
        new_line=row.new_number,
        new=line(row.new_number, row.new_spans),
    )
