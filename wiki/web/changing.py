"""Moving, deleting, restoring and taking back: each asks first, then makes one new change."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from wiki.errors import EditConflict, PageNotFound, StrataError
from wiki.model import page_name
from wiki.services import moving, pages, policy, undoing
from wiki.services.history import known_commit
from wiki.services.space import Space
from wiki.services.writing import SUMMARY_CHARACTERS
from wiki.web import addresses
from wiki.web.context import current_wiki
from wiki.web.editor_page import folder_names
from wiki.web.errors import keeps_text
from wiki.web.viewer import current_viewer

bp = Blueprint("changing", __name__)

LINKING_SHOWN = 50


# -- rename or move --------------------------------------------------------------------------


def _move_again(sentence: str, _status: int, space: str, name: str) -> str:
    return _move_page(_allowed(space, policy.Action.EDIT), addresses.exact_path(name), sentence)


@bp.get("/<space>/-/move/<path:name>")
def move_form(space: str, name: str) -> str:
    """Ask for the new name; says how many pages link here. A name ending with / is a folder."""
    return _move_page(_allowed(space, policy.Action.EDIT), addresses.exact_path(name), "")


@bp.post("/<space>/-/move/<path:name>")
@keeps_text(_move_again)
def move(space: str, name: str) -> Response:
    """Move the page or folder, and mend the links to it if asked."""
    name = addresses.exact_path(name)
    new = request.form.get("new_name", "").strip().strip("/")
    mend = request.form.get("mend") == "1"
    wiki, viewer, summary = current_wiki(), current_viewer(), _reason("summary")
    if name.endswith("/"):
        moving.rename_folder(wiki, viewer, space, name, new, mend_links=mend, summary=summary)
        flash(f"The folder is now called “{new}”.")
        return redirect(addresses.page_address(space, f"{new}/"), 303)
    moving.rename_page(wiki, viewer, space, name, new, mend_links=mend, summary=summary)
    flash(f"The page is now called “{new}”. Its old address leads here.")
    return redirect(addresses.page_address(space, new), 303)


def _move_page(space: Space, name: str, refusal: str) -> str:
    is_folder = name.endswith("/")
    linking: list[str] = []
    if not is_folder:
        path = _existing(space, name)
        try:
            linking = [page_name(page) for page in moving.linking_pages(space, path)]
        except StrataError:
            linking = []  # the list is being built; links are mended all the same
    return render_template(
        "editing/move.html",
        space=space,
        name=name,
        is_folder=is_folder,
        new_name=request.form.get("new_name", name.rstrip("/")),
        summary=_reason("summary"),
        mend=request.method == "GET" or request.form.get("mend") == "1",
        linking=linking[:LINKING_SHOWN],
        linking_count=len(linking),
        folders=folder_names(space, name),
        refusal=refusal,
    )


# -- delete ----------------------------------------------------------------------------------


def _delete_again(sentence: str, _status: int, space: str, name: str) -> str:
    return _delete_page(_allowed(space, policy.Action.DELETE), addresses.exact_path(name), sentence)


@bp.get("/<space>/-/delete/<path:name>")
def delete_form(space: str, name: str) -> str:
    """Ask whether, and why."""
    return _delete_page(_allowed(space, policy.Action.DELETE), addresses.exact_path(name), "")


@bp.post("/<space>/-/delete/<path:name>")
@keeps_text(_delete_again)
def delete(space: str, name: str) -> Response | tuple[str, int]:
    """Take the page away, unless somebody changed it since the form was shown."""
    name = addresses.exact_path(name)
    opened = _allowed(space, policy.Action.DELETE)
    path = _existing(opened, name)
    base, reason = request.form.get("base", ""), _reason("reason")
    try:
        pages.delete_page(current_wiki(), current_viewer(), space, name, base, reason)
    except EditConflict:
        sentence = "Somebody changed this page a moment ago. Look at it again before you delete it."
        return _delete_page(opened, name, sentence), 409
    flash(f"“{name}” is deleted. Its history stays, and it can be brought back.")
    return redirect(addresses.tool_address(space, "restore", path), 303)


def _delete_page(space: Space, name: str, refusal: str) -> str:
    path = _existing(space, name)
    head = space.repository.head()
    entry = space.repository.entry(head, path) if head else None
    try:
        linking = [page_name(page) for page in moving.linking_pages(space, path)]
    except StrataError:
        linking = []
    return render_template(
        "editing/delete.html",
        space=space,
        name=name,
        base=entry.oid if entry else "",
        reason=_reason("reason"),
        linking=linking[:LINKING_SHOWN],
        linking_count=len(linking),
        refusal=refusal,
    )


# -- restore ---------------------------------------------------------------------------------


def _restore_again(sentence: str, _status: int, space: str, path: str) -> str:
    opened = _allowed(space, policy.Action.DELETE)
    return _restore_page(opened, addresses.exact_path(path), sentence)


@bp.get("/<space>/-/restore/<path:path>")
def restore_form(space: str, path: str) -> str:
    """Offer to bring a deleted page back, or with ``?revision=`` to set one back to a version."""
    return _restore_page(_allowed(space, policy.Action.DELETE), addresses.exact_path(path), "")


@bp.post("/<space>/-/restore/<path:path>")
@keeps_text(_restore_again)
def restore(space: str, path: str) -> Response:
    """Bring it back, as one new change."""
    path = addresses.exact_path(path)
    revision = request.form.get("revision", "")
    undoing.restore_page(
        current_wiki(), current_viewer(), space, path, revision, _reason("summary")
    )
    flash("The earlier version is back." if revision else "The page is back.")
    return redirect(addresses.page_address(space, path), 303)


def _restore_page(space: Space, path: str, refusal: str) -> str:
    head = space.repository.head()
    revision = request.values.get("revision", "")
    return render_template(
        "editing/restore.html",
        space=space,
        path=path,
        name=page_name(path),
        is_there=head is not None and space.repository.entry(head, path) is not None,
        version=known_commit(space, revision) if revision else None,
        revision=revision,
        summary=_reason("summary"),
        refusal=refusal,
    )


# -- take a change back ----------------------------------------------------------------------


def _revert_again(sentence: str, _status: int, space: str, commit: str) -> str:
    return _revert_page(_allowed(space, policy.Action.EDIT), commit, sentence)


@bp.get("/<space>/-/revert/<commit>")
def revert_form(space: str, commit: str) -> str:
    """Say what taking this change back would do."""
    return _revert_page(_allowed(space, policy.Action.EDIT), commit, "")


@bp.post("/<space>/-/revert/<commit>")
@keeps_text(_revert_again)
def revert(space: str, commit: str) -> Response | tuple[str, int]:
    """Take it back, keeping what was done since; where lines collide, say in which pages."""
    try:
        saved = undoing.revert_commit(
            current_wiki(), current_viewer(), space, commit, _reason("summary")
        )
    except EditConflict as conflict:
        opened = _allowed(space, policy.Action.EDIT)
        sentence = (
            "Later changes touch the same lines, so this one cannot be taken back by itself. "
            "Nothing was changed. Edit these pages by hand:"
        )
        colliding = [page_name(collision.path) for collision in conflict.collisions]
        return _revert_page(opened, commit, sentence, colliding), 409
    flash("The change is taken back.")
    return redirect(addresses.tool_address(space, "change", saved.commit), 303)


def _revert_page(
    space: Space, commit: str, refusal: str, colliding: list[str] | None = None
) -> str:
    wiki, viewer = current_wiki(), current_viewer()
    effects = undoing.preview_revert(wiki, viewer, space.name, commit)
    return render_template(
        "editing/revert.html",
        space=space,
        change=known_commit(space, commit),
        effects=[(page_name(each.path), each.effect) for each in effects],
        summary=_reason("summary"),
        refusal=refusal,
        colliding=colliding or [],
    )


# -- for all of them -------------------------------------------------------------------------


def _allowed(space: str, action: policy.Action) -> Space:
    wiki, viewer = current_wiki(), current_viewer()
    opened = wiki.space(viewer, space)
    policy.allow(viewer, action, space, wiki.settings)
    return opened


def _existing(space: Space, name: str) -> str:
    path = pages.find_page(space, name)
    if path is None:
        raise PageNotFound(space.name, name)
    return path


def _reason(field: str) -> str:
    return request.form.get(field, "")[:SUMMARY_CHARACTERS]
