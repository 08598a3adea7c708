"""History in the browser: lists, two versions compared, one change, feeds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import groupby

from flask import Blueprint, Response, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from wiki.services import comparing, history
from wiki.services.history import Asked, Change, HistoryView
from wiki.services.report_windows import day_after, day_before, days_between, zone_of
from wiki.services.space import Space
from wiki.web import addresses, feeds
from wiki.web.context import current_wiki, date_text
from wiki.web.viewer import current_viewer

bp = Blueprint("history", __name__)

ATOM = "application/atom+xml; charset=utf-8"

Day = tuple[str, list[Change]]


# -- lists -----------------------------------------------------------------------------------


@bp.get("/-/history")
def everywhere() -> AnyResponse:
    """The newest changes of all spaces the viewer may read."""
    wiki, viewer = current_wiki(), current_viewer()
    heads = [f"{space.name}:{space.repository.head()}" for space in wiki.spaces(viewer)]

    def body() -> str:
        before = request.args.get("before", "")
        changes, older = history.everything(wiki, viewer, before=before)
        return render_template(
            "history/everywhere.html",
            days=by_day(changes),
            older=addresses.site_address("history", before=older) if older else "",
            newest=addresses.site_address("history") if before else "",
            clock=clock_text,
        )

    return conditional(heads, body)


@bp.get("/<space>/-/history")
def of_space(space: str) -> AnyResponse:
    """Recent changes of a space."""
    return _listed(
        space,
        lambda asked: history.space_history(current_wiki(), current_viewer(), space, asked),
    )


@bp.get("/<space>/-/history/folder/<path:folder>")
def of_folder(space: str, folder: str) -> AnyResponse:
    """Recent changes under a folder."""
    folder = addresses.exact_path(folder).strip("/")
    return _listed(
        space,
        lambda asked: history.folder_history(
            current_wiki(), current_viewer(), space, folder, asked
        ),
    )


@bp.get("/<space>/-/history/<path:name>")
def of_page(space: str, name: str) -> AnyResponse:
    """A page's history through its names."""
    name = addresses.exact_path(name)
    return _listed(
        space,
        lambda asked: history.page_history(current_wiki(), current_viewer(), space, name, asked),
    )


def _listed(space: str, ask: Callable[[Asked], HistoryView]) -> AnyResponse:
    opened = current_wiki().space(current_viewer(), space)
    before, who = request.args.get("before", ""), request.args.get("who", "")
    since = request.args.get("since", "")
    until = day_after(request.args.get("last", "")) or request.args.get("until", "")

    def body() -> str:
        zone = zone_of(current_wiki().settings)
        window = days_between(since, until, zone, int(time.time()))
        view = ask(Asked(before, who, window))
        return render_template(
            "history/list.html",
            space=opened,
            view=view,
            days=by_day(view.changes),
            address=lambda **query: _list_address(view, **query),
            before=before,
            chosen={"who": who, "since": since, "until": until, "last": day_before(until)},
            clock=clock_text,
            feed=_feed_address(view),
        )

    return conditional([_head(opened)], body)


def _list_address(view: HistoryView, **query: str) -> str:
    """The address of this list with other parameters."""
    tool = {"space": "history", "folder": "history/folder", "page": "history"}[view.kind]
    path = view.name if view.kind != "folder" else view.path
    return addresses.tool_address(view.space.name, tool, path, **query)


def _feed_address(view: HistoryView) -> str:
    query = {view.kind: view.name} if view.kind != "space" else {}
    return addresses.tool_address(view.space.name, "feed.atom", **query)


def by_day(changes: Iterable[Change]) -> list[Day]:
    """Changes under the (UTC) days they were made on, in their order."""
    return [(day, list(group)) for day, group in groupby(changes, key=_day)]


def _day(change: Change) -> str:
    if change.at is None:
        return "At an unknown time"
    today = int(time.time()) // 86400
    passed = today - change.at // 86400
    if passed in {0, 1}:
        return ("Today", "Yesterday")[passed]
    return f"{datetime.fromtimestamp(change.at, UTC):%A}, {date_text(change.at)}"


def clock_text(seconds: int) -> str:
    """``14:05`` (UTC)."""
    return f"{datetime.fromtimestamp(seconds, UTC):%H:%M}"


# -- versions --------------------------------------------------------------------------------


@bp.get("/<space>/-/diff/<path:name>")
def diff(space: str, name: str) -> AnyResponse:
    """Two versions of a page compared; without ``new`` the last, without ``old`` that before it."""
    wiki, viewer = current_wiki(), current_viewer()
    opened = wiki.space(viewer, space)
    name = addresses.exact_path(name)

    def body() -> str:
        old, new = request.args.get("old", ""), request.args.get("new", "")
        view = comparing.compare(wiki, viewer, space, name, old, new)
        inline = request.args.get("view") == "inline"
        return render_template(
            "history/diff.html", space=opened, view=view, inline=inline, old=old, new=new
        )

    return conditional([_head(opened)], body)


@bp.get("/<space>/-/change/<commit>")
def change(space: str, commit: str) -> AnyResponse:
    """One change with all its files."""
    wiki, viewer = current_wiki(), current_viewer()
    opened = wiki.space(viewer, space)

    def body() -> str:
        view = comparing.show_change(wiki, viewer, space, commit)
        inline = request.args.get("view") == "inline"
        return render_template("history/change.html", space=opened, view=view, inline=inline)

    return conditional([_head(opened)], body)


# -- feeds -----------------------------------------------------------------------------------


@bp.get("/-/feed.atom")
def everything_feed() -> AnyResponse:
    """The newest changes of all spaces the viewer may read."""
    wiki, viewer = current_wiki(), current_viewer()
    heads = [f"{space.name}:{space.repository.head()}" for space in wiki.spaces(viewer)]

    def body() -> bytes:
        changes, _ = history.everything(wiki, viewer)
        about = feeds.About(
            wiki.settings.wiki.name, "all", addresses.site_address("history"), request.path
        )
        return feeds.atom(about, changes)

    return conditional(heads, body, ATOM)


@bp.get("/<space>/-/feed.atom")
def feed(space: str) -> AnyResponse:
    """The newest changes of a space, or of the ``page`` or ``folder`` asked for."""
    opened = current_wiki().space(current_viewer(), space)
    page, folder = request.args.get("page", ""), request.args.get("folder", "")

    def body() -> bytes:
        view = _fed(space, page, folder)
        subject = f"{view.name} · {opened.title}" if view.name else opened.title
        where = f"{space}/{view.kind}/{view.name}"
        about = feeds.About(subject, where, _list_address(view), _feed_address(view))
        return feeds.atom(about, view.changes)

    return conditional([_head(opened)], body, ATOM)


def _fed(space: str, page: str, folder: str) -> HistoryView:
    wiki, viewer = current_wiki(), current_viewer()
    if page:
        return history.page_history(wiki, viewer, space, page)
    if folder:
        return history.folder_history(wiki, viewer, space, folder)
    return history.space_history(wiki, viewer, space)


# -- answering -------------------------------------------------------------------------------


def _head(space: Space) -> str:
    """What a space's history is a function of: the head, and how far it has been followed."""
    return f"{space.repository.head()} {space.history.position()} {space.veil.version}"


def conditional(
    parts: list[str],
    body: Callable[[], str | bytes],
    content_type: str = "text/html; charset=utf-8",
) -> AnyResponse:
    """The page, or 304 to a browser that has it: it depends on ``parts``, the address, the viewer
    and the day alone, so an unchanged one is not even made."""
    viewer = current_viewer()
    today = int(time.time()) // 86400
    identity = [*parts, request.full_path, request.script_root, viewer.account, str(viewer.role)]
    etag = blake2b("\n".join([*identity, str(today)]).encode("utf-8", "replace"), digest_size=12)
    if _has_messages():
        return Response(_encoded(body()), content_type=content_type)
    if request.if_none_match.contains_weak(etag.hexdigest()):
        response = Response(status=304)
    else:
        response = Response(_encoded(body()), content_type=content_type)
    response.headers["ETag"] = f'W/"{etag.hexdigest()}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie"
    return response


def _has_messages() -> bool:
    return "session" in request.cookies and "_flashes" in session


def _encoded(body: str | bytes) -> bytes:
    return body if isinstance(body, bytes) else body.encode("utf-8", "replace")
