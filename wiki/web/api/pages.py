"""Pages through the API: listed, read, written, deleted."""

from __future__ import annotations

from typing import Annotated

from flask import Response, request
from pydantic import Field

from wiki.errors import FolderNotFound, NothingToSave, PageNotFound
from wiki.model import Saved, page_name
from wiki.services import folders, pages, reading
from wiki.services.page_views import PageView
from wiki.services.space import Space
from wiki.text.editable import to_text
from wiki.web import addresses
from wiki.web.api.routes import Answer, Routes, Value
from wiki.web.api.texts import text
from wiki.web.api.values import Cursor, Limit, Page, PageRef, Pages, PageText, Written
from wiki.web.api.versions import as_it_is, base_of_write, with_version
from wiki.web.context import current_wiki
from wiki.web.page_urls import PageUrls
from wiki.web.viewer import current_viewer

routes = Routes("pages")


class Listing(Value):
    folder: Annotated[str, Field(max_length=1000, description="Only below this folder.")] = ""
    after: Cursor = 0
    limit: Limit = 100


class Reading(Value):
    html: Annotated[bool, Field(description="Also the page as HTML.")] = False


@routes.add("GET", "/spaces/<space>/pages", {200: Answer("Pages by path.", Pages)}, query=Listing)
def list_pages(space: str, query: Listing) -> Pages:
    """The pages of a space, by path."""
    opened = current_wiki().space(current_viewer(), space)
    limit, offset = query.limit + 1, query.after
    folder = query.folder.strip("/")
    rows = opened.catalogue.pages(folder, recursive=True, offset=offset, limit=limit)
    if folder and not rows and not folders.is_folder(opened, folder):
        raise FolderNotFound(space, folder)
    shown = rows[: query.limit]
    return Pages(
        pages=[
            PageRef(
                name=text(page_name(row.path)),
                path=text(row.path),
                title=text(row.title),
                version=row.oid,
                tags=list(row.tags),
                web=addresses.page_address(space, row.path),
            )
            for row in shown
        ],
        next=offset + query.limit if len(rows) > query.limit else None,
    )


@routes.add(
    "GET",
    "/spaces/<space>/pages/<path:name>",
    {200: Answer("The page; its version is also the ETag.", Page), 304: Answer("As it was.")},
    query=Reading,
)
def get_page(space: str, name: str, query: Reading) -> Response:
    """A page's text as it stands now."""
    wiki, viewer = current_wiki(), current_viewer()
    opened = wiki.space(viewer, space)
    path = pages.find_page(opened, addresses.exact_path(name))
    head = opened.repository.head()
    entry = opened.repository.entry(head, path) if head and path else None
    if head is None or path is None or entry is None:
        raise PageNotFound(space, name)
    found = Page(
        space=space,
        name=text(page_name(path)),
        path=text(path),
        text=to_text(opened.repository.read_blob(entry.oid)).text,
        version=entry.oid,
        head=head,
        html=_html(opened, path) if query.html else None,
        web=addresses.page_address(space, path),
    )
    response = Response(found.model_dump_json(), content_type="application/json")
    return with_version(response, entry.oid).make_conditional(request)  # type: ignore[return-value]


@routes.add(
    "PUT",
    "/spaces/<space>/pages/<path:name>",
    {200: Answer("Saved.", Written), 201: Answer("Made.", Written)},
    body=PageText,
    conditional="make",
)
def put_page(space: str, name: str, body: PageText) -> Response:
    """Change a page (If-Match) or make one (If-None-Match: *)."""
    base = base_of_write(may_make=True)
    wiki, viewer, name = current_wiki(), current_viewer(), addresses.exact_path(name)
    try:
        saved = pages.save_page(wiki, viewer, space, name, body.text, base, body.summary)
    except NothingToSave:  # it says that already: who asks once more is not refused
        saved = as_it_is(wiki.space(viewer, space))
    return _written(wiki.space(viewer, space), name, saved, 200 if base else 201)


@routes.add(
    "DELETE",
    "/spaces/<space>/pages/<path:name>",
    {200: Answer("Deleted; its history stays.", Written)},
    conditional="change",
)
def delete_page(space: str, name: str) -> Written:
    """Delete a page."""
    base = base_of_write(may_make=False)
    name = addresses.exact_path(name)
    saved = pages.delete_page(current_wiki(), current_viewer(), space, name, base)
    return Written(commit=saved.commit, version=None, merged=False)


def _written(space: Space, name: str, saved: Saved, status: int) -> Response:
    path = pages.find_page(space, name)
    entry = space.repository.entry(saved.commit, path) if path else None
    version = entry.oid if entry else None
    told = Written(commit=saved.commit, version=version, merged=bool(saved.merged))
    response = Response(told.model_dump_json(), status, content_type="application/json")
    return with_version(response, version) if version else response


def _html(space: Space, path: str) -> str:
    view = reading.open_page(
        current_wiki(), current_viewer(), space.name, page_name(path), PageUrls()
    )
    return view.html if isinstance(view, PageView) else ""
