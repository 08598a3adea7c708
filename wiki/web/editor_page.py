"""The editor's page, and what its form sends."""

from __future__ import annotations

from flask import render_template, request

from wiki.errors import ParameterInvalid, StrataError
from wiki.services.placing import placed_html
from wiki.services.space import Space
from wiki.services.writing import SUMMARY_CHARACTERS
from wiki.text.headings import headings
from wiki.web.context import current_wiki
from wiki.web.editor import Editor, mark_from
from wiki.web.editor_drafts import beside
from wiki.web.page_urls import PageUrls
from wiki.web.settling import is_settling, kept_fields, settled_in
from wiki.web.templates_for_pages import Template, templates_of
from wiki.web.viewer import current_viewer


def editor_sent(space: str, name: str, *, complete: bool = True) -> Editor:
    """What the form holds, whichever of our forms it is."""
    form = request.form
    is_new = request.endpoint == "editing.create" or not form.get("base", "")
    text = form.get("text", "")
    settles = is_settling(form)
    anchor = "" if settles else form.get("section", "")
    if settles:
        resolves = form.get("action") == "resolve"
        text = settled_in(form).text(complete=complete and resolves)
    return Editor(
        space,
        form.get("name", "").strip().strip("/") if is_new and "name" in form else name,
        text.replace("\r\n", "\n"),
        form.get("base", ""),
        anchor,
        form.get("summary", "")[:SUMMARY_CHARACTERS],
        is_new=is_new,
        mark=mark_from(form, "" if request.endpoint == "editing.create" else name, anchor),
        settling=kept_fields(form) if settles else "",
    )


def button_pressed() -> str:
    """Which of the form's buttons was pressed."""
    action = request.form.get("action", "save")
    if action not in {"save", "preview", "resolve", "settle", "draft", "merge"}:
        raise ParameterInvalid("action", "the form has no such button.")
    return action


def show_editor(
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
        preview_html=preview_html(space, editor) if preview and space is not None else "",
        templates=templates,
        folders=folders,
        limits=wiki.settings.limits,
        summary_characters=SUMMARY_CHARACTERS,
    )


def preview_html(space: Space, editor: Editor) -> str:
    """What the text would look like, saved."""
    wiki = current_wiki()
    rendered = wiki.renderer.preview(editor.text, editor.path)
    return placed_html(wiki, current_viewer(), space, rendered, editor.path, PageUrls())


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
