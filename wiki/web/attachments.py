"""Files beside a page: upload, replace, delete. The editor's script sends pasted pictures here."""

from __future__ import annotations

from dataclasses import dataclass
from io import SEEK_END
from pathlib import PurePosixPath
from urllib.parse import quote

from flask import Blueprint, flash, jsonify, redirect, render_template, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from wiki.errors import FileTaken, NameTaken, NothingChosen
from wiki.services import policy
from wiki.services.attachments import (
    Upload,
    attach,
    attachment_path,
    attachments,
    remove_attachment,
)
from wiki.services.space import Space
from wiki.web import addresses
from wiki.web.context import current_wiki
from wiki.web.errors import keeps_text, wants_data
from wiki.web.viewer import current_viewer

bp = Blueprint("attachments", __name__)

IMAGES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was kept, and the Markdown that shows it on the page."""

    name: str
    path: str
    url: str
    markdown: str


def _list_again(sentence: str, _status: int, space: str, name: str) -> str:
    return _list(_space(space), addresses.exact_path(name), sentence)


@bp.get("/<space>/-/attachments/<path:name>")
def list_files(space: str, name: str) -> str:
    """The files in the page's folder, and a form to add to them."""
    return _list(_space(space), addresses.exact_path(name), "")


@bp.post("/<space>/-/attachments/<path:name>")
@keeps_text(_list_again)
def change_files(space: str, name: str) -> Response:
    """Attach, replace (``replace`` is the file's path) or delete (``delete`` is its path)."""
    name = addresses.exact_path(name)
    back = redirect(addresses.tool_address(space, "attachments", name), 303)
    if "delete" in request.form:
        path = request.form["delete"]
        remove_attachment(current_wiki(), current_viewer(), space, path)
        flash(f"“{_last(path)}” is deleted. Its history stays.")
        return back
    sent = [file for file in request.files.getlist("files") if file.filename]
    if not sent:
        raise NothingChosen
    replaced = request.form.get("replace", "")
    kept = [_keep(space, name, file, replaced) for file in sent]
    if wants_data():
        return jsonify(files=[{field: getattr(k, field) for field in k.__slots__} for k in kept])
    names = ", ".join(f"“{k.name}”" for k in kept)
    flash(f"{names} {'is' if len(kept) == 1 else 'are'} {'replaced' if replaced else 'attached'}.")
    return back


def _keep(space_name: str, page: str, file: FileStorage, replaced: str) -> Kept:
    """One upload. A replacement keeps the name of the file whose place it takes."""
    space = _space(space_name)
    folder = page.rpartition("/")[0]
    name = _last(replaced) if replaced else file.filename or ""
    path = attachment_path(folder, name)
    oid = ""
    head = space.repository.head()
    if replaced and head is not None:
        entry = space.repository.entry(head, path)
        oid = entry.oid if entry else ""
    size = file.stream.seek(0, SEEK_END)
    file.stream.seek(0)
    limit = current_wiki().settings.limits.attachment_bytes
    upload = Upload(name, file.stream.read(limit + 1), size)
    try:
        attach(current_wiki(), current_viewer(), space_name, folder, upload, replace=oid)
    except NameTaken as taken:
        raise (FileTaken(path) if taken.name == taken.existing else taken) from taken
    last = _last(path)
    stem = PurePosixPath(last).stem.replace("[", "").replace("]", "")
    shown = f"![{stem}]" if last.lower().endswith(IMAGES) else f"[{last}]"
    return Kept(
        last,
        path,
        addresses.tool_address(space_name, "file", path),
        f"{shown}({quote(last, errors='surrogateescape')})",
    )


def _list(space: Space, name: str, refusal: str) -> str:
    wiki, viewer = current_wiki(), current_viewer()
    return render_template(
        "editing/attachments.html",
        space=space,
        name=name,
        folder=name.rpartition("/")[0],
        files=attachments(space, name.rpartition("/")[0]),
        images=IMAGES,
        limits=wiki.settings.limits,
        may_attach=policy.may(viewer, policy.Action.ATTACH, space.name, wiki.settings),
        refusal=refusal,
    )


def _space(name: str) -> Space:
    return current_wiki().space(current_viewer(), name)


def _last(path: str) -> str:
    return path.rpartition("/")[2]
