"""Writing pages in the browser: a new page, a whole page or one section, preview, and conflicts.

Whatever is refused, the editor comes back with everything that was typed in it (``keeps_text``).
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from urllib.parse import quote

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
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
from wiki.services.placing import placed_html
from wiki.services.space import Space
from wiki.services.writing import SUMMARY_CHARACTERS
from wiki.text.headings import headings
from wiki.web import addresses
from wiki.web.conflicts import question, show_conflict
from wiki.web.context import current_wiki
from wiki.web.editor import Editor, Mark, mark_from
from wiki.web.editor_drafts import (
    beside,
    draft_at,
    forget_saved,
    from_draft,
    keep_refused,
    knowing_draft,
)
from wiki.web.errors import keeps_text
from wiki.web.page_urls import PageUrls
from wiki.web.settling import settled_in
from wiki.web.templates_for_pages import Template, templates_of
from wiki.web.viewer import current_viewer

bp = Blueprint("editing", __name__)

SAVED_COOKIE = "strata-saved"
"""Tells the script in the next page which draft was saved, so that it is not offered again."""


def _refill(sentence: str, status: int, space: str, name: str = "") -> AnyResponse | str:
    editor = _typed(space, addresses.exact_path(name), complete=False)
    if status not in {401, 403}:  # a form whose token is wrong may not be of this person at all
        editor = keep_refused(editor)
    # The version others made meanwhile is not known here: the old base is kept and merged again.
    return _show(editor, refusal=sentence, sign_in=status in {401, 403} and _must_sign_in())


def _must_sign_in() -> bool:
    viewer = current_viewer()
    return not viewer.signed_in and not current_wiki().settings.people.anonymous_editing


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
        return _show(from_draft(draft))
    name = request.args.get("name", "")
    folder = request.args.get("folder", "").strip("/")
    chosen = request.args.get("template", "")
    text = next((t.text for t in templates_of(opened) if t.key == chosen), "")
    title = (name or "").rstrip("/").rpartition("/")[2]
    return _show(
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
    editor = _typed(space, "")
    action = _action()
    if action == "draft":
        return _keep_draft(editor)
    if action == "preview":
        return _show(editor, preview=True)
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
            current_wiki().space(current_viewer(), space)
            policy.allow(current_viewer(), policy.Action.EDIT, space, current_wiki().settings)
            return _show(from_draft(draft))
    form = pages.open_for_editing(current_wiki(), current_viewer(), space, name, anchor)
    editor = Editor(
        space, form.name, form.text, form.base, form.anchor, is_new=not form.base,
        faithful=form.faithful, mark=Mark(form.name, form.anchor),
    )  # fmt: skip
    if editor.is_new:
        editor = replace(editor, text=f"# {name.rpartition('/')[2]}\n\n")
    return _show(knowing_draft(editor))


@bp.post("/<space>/-/edit/<path:name>")
@keeps_text(_refill)
def save(space: str, name: str) -> AnyResponse | str:
    """Save what was typed, merged with what others did; or preview it."""
    editor = _typed(space, addresses.exact_path(name))
    action = _action()
    if action == "draft":
        return _keep_draft(editor)
    if action == "preview":
        return _show(editor, preview=True)
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
    editor = _typed(space, request.form.get("name", ""))
    opened = current_wiki().space(current_viewer(), space)
    policy.allow(current_viewer(), policy.Action.EDIT, space, current_wiki().settings)
    response = make_response(_preview(opened, editor))
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


def _typed(space: str, name: str, *, complete: bool = True) -> Editor:
    """What the form holds, whichever of our forms it is."""
    form = request.form
    is_new = request.endpoint == "editing.create" or not form.get("base", "")
    text = form.get("text", "")
    anchor = form.get("section", "") if form.get("action") != "resolve" else ""
    if form.get("action") == "resolve":
        text = settled_in(form).text(complete=complete)
    return Editor(
        space,
        form.get("name", "").strip().strip("/") if is_new and "name" in form else name,
        text.replace("\r\n", "\n"),
        form.get("base", ""),
        anchor,
        form.get("summary", "")[:SUMMARY_CHARACTERS],
        is_new=is_new,
        mark=mark_from(form, "" if request.endpoint == "editing.create" else name, anchor),
    )


def _action() -> str:
    """Which of the form's buttons was pressed."""
    action = request.form.get("action", "save")
    if action not in {"save", "preview", "resolve", "draft", "merge"}:
        raise ParameterInvalid("action", "the form has no such button.")
    return action


def _keep_draft(editor: Editor) -> AnyResponse | str:
    """Without script: keep what is typed, and go on with it."""
    try:
        drafting.keep(current_wiki(), current_viewer(), editor.typed)
    except DraftElsewhere as other:
        return make_response(_show(editor, refusal=str(other)), 409)
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
    return _show(editor, caught_up=True)


def _show(
    editor: Editor,
    *,
    refusal: str = "",
    sign_in: bool = False,
    preview: bool = False,
    caught_up: bool = False,
) -> str:
    """The editor's page. Without the right to read the space it tells nothing of it."""
    wiki, viewer = current_wiki(), current_viewer()
    space: Space | None = None
    try:
        space = wiki.space(viewer, editor.space_name)
    except StrataError:
        if not refusal:
            raise
    templates: tuple[Template, ...] = ()
    folders: list[str] = []
    if space is not None and editor.is_new:
        templates, folders = templates_of(space), folder_names(space, editor.name)
    heading = next((h.text for h in headings(editor.text)), "") if editor.anchor else ""
    return render_template(
        "editing/edit.html",
        space=space,
        editor=editor,
        section_title=heading,
        refusal=refusal,
        ask_sign_in=sign_in,
        caught_up=caught_up,
        beside=beside(space, editor),
        preview_html=_preview(space, editor) if preview and space is not None else "",
        templates=templates,
        folders=folders,
        limits=wiki.settings.limits,
        summary_characters=SUMMARY_CHARACTERS,
    )


def _preview(space: Space, editor: Editor) -> str:
    wiki = current_wiki()
    rendered = wiki.renderer.preview(editor.text, editor.path)
    return placed_html(wiki, current_viewer(), space, rendered, editor.path, PageUrls())


def _asked(editor: Editor) -> AnyResponse | None:
    """The question whether words of others shall be left out, if they would be."""
    space = current_wiki().space(current_viewer(), editor.space_name)
    policy.allow(current_viewer(), policy.Action.EDIT, space.name, current_wiki().settings)
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
        gone = replace(editor.of_whole_page(), text=text, base="", is_new=True)
        who = meeting.deleted_by(current_wiki(), space, collision.path) or "Somebody"
        page = _show(
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
    response = make_response(redirect(target, 303))
    response.set_cookie(
        SAVED_COOKIE,
        quote(editor.draft, safe="", errors="surrogateescape"),
        max_age=120,
        samesite="Lax",
        path="/",
    )
    return response


def folder_names(space: Space, near: str) -> list[str]:
    """Folders to suggest for a name: those at the top, and those beside what is typed."""
    try:
        top = space.catalogue.folder("", limit=1)
        folder = near.rpartition("/")[0]
        beside = space.catalogue.folder(folder, limit=1) if folder else None
    except StrataError:
        return []
    found = [*(top.folders if top else ()), *(beside.folders if beside else ())]
    return [f"{row.path}/" for row in found][:200]
