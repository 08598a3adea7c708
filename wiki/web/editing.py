"""Writing pages in the browser: a new page, a whole page or one section, preview, and conflicts.

Whatever is refused, the editor comes back with everything that was typed in it (``keeps_text``).
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from urllib.parse import quote

from flask import Blueprint, Response, flash, make_response, redirect, request
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from wiki.errors import (
    DraftElsewhere,
    EditConflict,
    NothingToSave,
    ParameterInvalid,
    RevisionNotFound,
    StrataError,
)
from wiki.model import Collision, Saved
from wiki.model.drafts import DraftPlace
from wiki.services import drafting, meeting, pages, policy
from wiki.services.space import Space
from wiki.web import addresses
from wiki.web.conflicts import Told, question, show_again, show_conflict
from wiki.web.context import current_wiki
from wiki.web.editor import Editor, Mark
from wiki.web.editor_drafts import (
    draft_at,
    forget_saved,
    from_draft,
    keep_refused,
    knowing_draft,
    must_sign_in,
    telling_saved,
)
from wiki.web.editor_page import button_pressed, editor_sent, preview_html, show_editor
from wiki.web.errors import keeps_text
from wiki.web.settling import fields_of, is_settling, settled_in
from wiki.web.templates_for_pages import templates_of
from wiki.web.viewer import current_viewer

bp = Blueprint("editing", __name__)


@bp.after_request
def keep_private(response: Response) -> Response:
    """No cache keeps what somebody is writing."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def _refill(sentence: str, status: int, space: str, name: str = "") -> AnyResponse | str:
    editor = editor_sent(space, addresses.exact_path(name), complete=False)
    if status not in {401, 403}:  # a form whose token is wrong may not be of this person at all
        editor = keep_refused(editor)
    sign_in = status in {401, 403} and must_sign_in()
    if is_settling(request.form):
        told = Told(sentence, sign_in, earlier=True)
        return show_again(_readable(space), editor, request.form, told)
    # The version others made meanwhile is not known here: the old base is kept and merged again.
    return show_editor(editor, refusal=sentence, sign_in=sign_in)


def _readable(space: str) -> Space | None:
    try:
        return current_wiki().space(current_viewer(), space)
    except StrataError:
        return None


@bp.get("/<space>/-/new")
def new_page(space: str) -> str:
    """An empty editor that asks for a name; ``?folder=``, ``?name=`` and ``?template=`` fill it, or
    ``?draft=`` an earlier draft.
    """
    wiki, viewer = current_wiki(), current_viewer()
    opened = wiki.space(viewer, space)
    policy.allow(viewer, policy.Action.EDIT, space, wiki.settings)
    key = request.args.get("draft", "")
    draft = draft_at(DraftPlace(space, "", key)) if key else None
    if draft is not None:
        return show_editor(from_draft(draft))
    name = request.args.get("name", "")
    folder = request.args.get("folder", "").strip("/")
    chosen = request.args.get("template", "")
    text = next((t.text for t in templates_of(opened) if t.key == chosen), "")
    title = (name or "").rstrip("/").rpartition("/")[2]
    return show_editor(
        Editor(
            space,
            name or (f"{folder}/" if folder else ""),
            text.replace("{{title}}", title or "Title"),
            template=chosen,
            is_new=True,
            mark=Mark(part=secrets.token_hex(8)),
        )
    )


@bp.post("/<space>/-/new")
@keeps_text(_refill)
def create(space: str) -> AnyResponse | str:
    """Make the page, unless one of this name is there."""
    editor = editor_sent(space, "")
    action = button_pressed()
    if action == "draft":
        return _keep_draft(editor)
    if action == "preview":
        return show_editor(editor, preview=True)
    saved = pages.save_page(
        current_wiki(), current_viewer(), space, editor.name, editor.text, "", editor.summary
    )
    return _saved(editor, saved)


@bp.get("/<space>/-/edit/<path:name>")
def edit(space: str, name: str) -> str:
    """The page in the editor, or with ``?section=`` a part of it; a page not there begins empty.
    ``?draft=`` goes on with the viewer's draft of it.
    """
    name = addresses.exact_path(name)
    anchor = request.args.get("section", "")
    if request.args.get("draft"):
        draft = draft_at(DraftPlace(space, name, anchor))
        if draft is not None:
            return _go_on(_open_to_edit(space), from_draft(draft))
    form = pages.open_for_editing(current_wiki(), current_viewer(), space, name, anchor)
    editor = Editor(
        space, form.name, form.text, form.base, form.anchor, is_new=not form.base,
        faithful=form.faithful, mark=Mark(form.name, form.anchor),
    )  # fmt: skip
    if editor.is_new:
        editor = replace(editor, text=f"# {name.rpartition('/')[2]}\n\n")
    return show_editor(knowing_draft(editor))


@bp.post("/<space>/-/edit/<path:name>")
@keeps_text(_refill)
def save(space: str, name: str) -> AnyResponse | str:
    """Save what was typed, merged with what others did; or preview it."""
    editor = editor_sent(space, addresses.exact_path(name))
    action = button_pressed()
    if action == "draft":
        return _keep_draft(editor)
    if action == "preview":
        return show_editor(editor, preview=True)
    if action == "settle":
        return _go_on(_open_to_edit(space), editor)
    try:
        if action == "merge":
            return _catch_up(editor)
        asked = _asked(editor) if action == "resolve" else None
        if asked is not None:
            return asked
        saved = _save(editor)
    except NothingToSave:
        flash("Nothing was changed.", "info")
        return _done(editor, editor.name)
    except EditConflict as conflict:
        return _conflict(editor, conflict.collisions[0])
    except RevisionNotFound:
        return _conflict(editor, _without_base(editor))
    return _saved(editor, saved)


@bp.post("/<space>/-/preview")
def preview(space: str) -> AnyResponse:
    """The HTML of what was typed, for the editor's script."""
    editor = editor_sent(space, request.form.get("name", ""))
    response = make_response(preview_html(_open_to_edit(space), editor))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/-/form-token")
def form_token() -> AnyResponse:
    """A token for the forms of this session, for an editor that outlived the session it began in.

    No other site can read the answer: the browser keeps it to pages of this one.
    """
    response = make_response(generate_csrf())
    response.headers["Cache-Control"] = "no-store"
    response.content_type = "text/plain; charset=utf-8"
    return response


def _open_to_edit(space: str) -> Space:
    opened = current_wiki().space(current_viewer(), space)
    policy.allow(current_viewer(), policy.Action.EDIT, space, current_wiki().settings)
    return opened


def _go_on(space: Space, editor: Editor) -> str:
    """With a draft: in the editor, or where somebody was settling what met."""
    if editor.settling:
        try:
            return show_again(space, editor, fields_of(editor.settling), Told(earlier=True))
        except ParameterInvalid:  # kept by another version of this page; the text is whole
            return show_editor(editor.of_whole_page())
    return show_editor(editor)


def _save(editor: Editor) -> Saved:
    wiki, viewer = current_wiki(), current_viewer()
    text, summary = editor.text, editor.summary
    if request.form.get("action") == "resolve":
        met = settled_in(request.form).met
        return pages.save_page(
            wiki, viewer, editor.space_name, editor.name, text, editor.base, summary, met=met
        )
    if editor.anchor:
        return pages.save_section(
            wiki, viewer, editor.space_name, editor.name, editor.anchor, text, editor.base, summary
        )
    return pages.save_page(wiki, viewer, editor.space_name, editor.name, text, editor.base, summary)


def _keep_draft(editor: Editor) -> AnyResponse | str:
    """Without script: keep what is typed, and go on with it."""
    try:
        drafting.keep(current_wiki(), current_viewer(), editor.typed)
    except DraftElsewhere as other:
        if not editor.settling:
            return make_response(show_editor(editor, refusal=str(other)), 409)
        told = Told(str(other), earlier=True)
        page = show_again(_open_to_edit(editor.space_name), editor, request.form, told)
        return make_response(page, 409)
    flash("Kept as a draft. Only you see it: here, and under “Your drafts”.")
    return redirect(addresses.draft_address(editor.place), 303)


def _catch_up(editor: Editor) -> str:
    """The editor with what others saved meanwhile in its text, to be looked at before it is saved."""
    wiki, viewer = current_wiki(), current_viewer()
    place = DraftPlace(editor.space_name, editor.name, editor.anchor)
    caught = drafting.catch_up(wiki, viewer, place, editor.text, editor.base)
    if caught.anchor != editor.anchor:
        forget_saved(editor)
        editor = editor.of_whole_page()
    editor = replace(editor, text=caught.text, base=caught.base, from_draft=True)
    return show_editor(editor, caught_up=True)


def _asked(editor: Editor) -> AnyResponse | None:
    """The question whether words of others shall be left out, if they would be."""
    space = _open_to_edit(editor.space_name)
    editor = keep_refused(editor)
    page = question(space, editor, request.form)
    return make_response(page, 409) if page is not None else None


def _without_base(editor: Editor) -> Collision:
    return meeting.without_base(
        current_wiki(), current_viewer(), editor.space_name, editor.name, editor.text,
        editor.anchor, editor.base,
    )  # fmt: skip


def _conflict(editor: Editor, collision: Collision) -> AnyResponse | str:
    editor = keep_refused(editor)
    space = current_wiki().space(current_viewer(), editor.space_name)
    if collision.theirs is None:  # deleted meanwhile: saving again would make the page anew
        text = collision.mine or editor.text
        gone = replace(editor.of_whole_page(), settling="", text=text, base="", is_new=True)
        who = meeting.deleted_by(current_wiki(), space, collision.path) or "Somebody"
        page = show_editor(
            gone,
            refusal=f"{who} deleted this page while you were editing. Your text is kept below: "
            "save it to create the page again, or leave it deleted.",
        )
        return make_response(page, 409)
    return make_response(show_conflict(space, editor, collision), 409)


def _saved(editor: Editor, saved: Saved) -> AnyResponse:
    space = current_wiki().space(current_viewer(), editor.space_name)
    if saved.merged:
        flash("Saved. Others changed this page while you wrote; both changes are in it now.")
    else:
        flash("The page is created." if editor.is_new else "Saved.")
    path = pages.find_page(space, editor.name)
    return _done(editor, path or editor.name)


def _done(editor: Editor, name: str) -> Response:
    """To the page (and the section that was edited), forgetting the draft."""
    forget_saved(editor)
    target = addresses.page_address(editor.space_name, name)
    if editor.anchor:
        target += f"#{quote('user-content-' + editor.anchor)}"
    return telling_saved(make_response(redirect(target, 303)), editor.own_draft)
