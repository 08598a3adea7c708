"""Other names for pages and folders through the API: links are mended, histories go along."""

from __future__ import annotations

from flask import Response

from wiki.model import Saved, page_name
from wiki.services import moving, pages
from wiki.services.space import Space
from wiki.web import addresses
from wiki.web.api.routes import Answer, Routes
from wiki.web.api.texts import text
from wiki.web.api.values import NewName, Renamed
from wiki.web.api.versions import base_of_write, with_version
from wiki.web.context import current_wiki
from wiki.web.viewer import current_viewer

routes = Routes("pages")


@routes.add(
    "PATCH",
    "/spaces/<space>/pages/<path:name>",
    {200: Answer("It has its new name; the old address leads there.", Renamed)},
    body=NewName,
    conditional="change",
)
def rename_page(space: str, name: str, body: NewName) -> Response:
    """Rename or move a page, and mend the links to it."""
    base = base_of_write(may_make=False)
    wiki, viewer, name = current_wiki(), current_viewer(), addresses.exact_path(name)
    new = body.name.strip("/")
    saved = moving.rename_page(
        wiki, viewer, space, name, new,
        mend_links=body.mend_links, summary=body.summary, base=base,
    )  # fmt: skip
    opened = wiki.space(viewer, space)
    path = pages.find_page(opened, new) or new
    return _told(opened, saved, new, path, addresses.page_address(space, path))


@routes.add(
    "PATCH",
    "/spaces/<space>/folders/<path:folder>",
    {200: Answer("It has its new name.", Renamed)},
    body=NewName,
    conditional="change",
)
def rename_folder(space: str, folder: str, body: NewName) -> Response:
    """Rename or move a folder with all that lies in it, and mend the links."""
    base = base_of_write(may_make=False)
    wiki, viewer, folder = current_wiki(), current_viewer(), addresses.exact_path(folder)
    new = body.name.strip("/")
    saved = moving.rename_folder(
        wiki, viewer, space, folder, new,
        mend_links=body.mend_links, summary=body.summary, base=base,
    )  # fmt: skip
    opened = wiki.space(viewer, space)
    return _told(opened, saved, new, new, addresses.page_address(space, f"{new}/"))


def _told(space: Space, saved: Saved, name: str, path: str, web: str) -> Response:
    """``path`` is where it lies now."""
    repository = space.repository
    entry = repository.entry(saved.commit, path)
    mended = [
        text(page_name(change.path))
        for change in repository.diff_trees(saved.parent, saved.commit)
        if change.old and change.new and change.path != path
    ]
    version = entry.oid if entry else ""
    told = Renamed(commit=saved.commit, name=name, version=version, mended=mended, web=web)
    response = Response(told.model_dump_json(), content_type="application/json")
    return with_version(response, version) if version else response
