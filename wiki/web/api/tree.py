"""Folders through the API, and files beside pages."""

from __future__ import annotations

from typing import Annotated

from flask import Response, request
from pydantic import Field
from werkzeug.exceptions import UnsupportedMediaType

from wiki.errors import FolderNotFound, NothingToSave
from wiki.model import check_file_path
from wiki.services import attachments, folders, reading
from wiki.services.attachments import Upload
from wiki.web import addresses
from wiki.web.api.routes import Answer, Routes, Value
from wiki.web.api.texts import text
from wiki.web.api.values import Cursor, FileRef, Files, Folder, Tree, Written
from wiki.web.api.versions import as_it_is, base_of_write, with_version
from wiki.web.context import current_wiki
from wiki.web.files import disposition
from wiki.web.security import SANDBOX_POLICY
from wiki.web.viewer import current_viewer

routes = Routes("tree")
BYTES = "application/octet-stream"


class Level(Value):
    folder: Annotated[str, Field(max_length=1000, description='"" is the top.')] = ""
    after: Cursor = 0


class InFolder(Value):
    folder: Annotated[str, Field(max_length=1000, description='"" is the top.')] = ""


@routes.add("GET", "/spaces/<space>/tree", {200: Answer("One level of it.", Tree)}, query=Level)
def get_tree(space: str, query: Level) -> Tree:
    """What lies in a folder: folders, pages, files."""
    opened = current_wiki().space(current_viewer(), space)
    head = opened.repository.head()
    folder = query.folder.strip("/")
    found = folders.folder_view(opened, head, folder, query.after) if head else None
    entry = opened.repository.entry(head, folder) if head and found else None
    if found is None or entry is None:
        if folder:
            raise FolderNotFound(space, folder)
        return Tree(path="", version="", page="", folders=[], pages=[], files=[], next=None)
    shown = found.offset + len(found.pages)
    return Tree(
        path=text(found.path),
        version=entry.oid,
        page=text(found.page),
        folders=[
            Folder(path=text(each.path), name=text(each.name), pages=each.pages)
            for each in found.folders
        ],
        pages=[text(page.name) for page in found.pages],
        files=[text(file) for file in found.files],
        next=shown if shown < found.total else None,
    )


@routes.add("GET", "/spaces/<space>/files", {200: Answer("Its files.", Files)}, query=InFolder)
def list_files(space: str, query: InFolder) -> Files:
    """The files of a folder that are no pages."""
    opened = current_wiki().space(current_viewer(), space)
    folder = query.folder.strip("/")
    rows = attachments.attachments(opened, folder)
    if folder and not rows and not folders.is_folder(opened, folder):
        raise FolderNotFound(space, folder)
    return Files(files=[FileRef(path=text(row.path), version=row.oid) for row in rows])


@routes.add(
    "GET",
    "/spaces/<space>/files/<path:path>",
    {200: Answer("Its bytes.", media=BYTES), 304: Answer("As it was.")},
)
def get_file(space: str, path: str) -> Response:
    """A file's bytes."""
    path = addresses.exact_path(path)
    found = reading.attachment(current_wiki(), current_viewer(), space, path)
    response = Response(found.content, content_type=BYTES)
    response.headers["Content-Disposition"] = disposition(path.rpartition("/")[2], inline=False)
    response.headers["Content-Security-Policy"] = SANDBOX_POLICY
    return with_version(response, found.oid).make_conditional(request)  # type: ignore[return-value]


@routes.add(
    "PUT",
    "/spaces/<space>/files/<path:path>",
    {200: Answer("Replaced.", Written), 201: Answer("Kept.", Written)},
    media=BYTES,
    conditional="make",
)
def put_file(space: str, path: str) -> tuple[Written, int]:
    """Keep a file (If-None-Match: *) or replace one (If-Match)."""
    if request.mimetype == "multipart/form-data":
        raise UnsupportedMediaType("Send the file's bytes alone, not a form (curl -T file).")
    base = base_of_write(may_make=True)
    # Only the last part of an upload's name counts there; here the whole name was meant.
    folder, _, name = check_file_path(addresses.exact_path(path)).rpartition("/")
    wiki, viewer = current_wiki(), current_viewer()
    size = request.content_length or 0
    upload = Upload(name, request.get_data(cache=False), size)
    try:
        saved = attachments.attach(wiki, viewer, space, folder, upload, replace=base)
    except NothingToSave:
        saved = as_it_is(wiki.space(viewer, space))
    kept = attachments.attachment_path(folder, name)
    entry = wiki.space(viewer, space).repository.entry(saved.commit, kept)
    version = entry.oid if entry else None
    return Written(commit=saved.commit, version=version, merged=False), 200 if base else 201


@routes.add(
    "DELETE",
    "/spaces/<space>/files/<path:path>",
    {200: Answer("Deleted; its history stays.", Written)},
    conditional="change",
)
def delete_file(space: str, path: str) -> Written:
    """Delete a file."""
    base = base_of_write(may_make=False)
    path = addresses.exact_path(path)
    saved = attachments.remove_attachment(current_wiki(), current_viewer(), space, path, base)
    return Written(commit=saved.commit, version=None, merged=False)
