"""Drafts around the editor: opening one, what is told beside it, and forgetting what was saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import quote

import structlog
from werkzeug.wrappers import Response

from wiki.errors import AccountsUnavailable, StrataError
from wiki.model.drafts import Draft, DraftPlace
from wiki.services import drafting
from wiki.services.drafting import Since
from wiki.services.drafts import AtWork
from wiki.services.space import Space
from wiki.web import addresses
from wiki.web.context import current_wiki
from wiki.web.editor import Editor, Mark, new_writer
from wiki.web.viewer import current_viewer

SAVED_COOKIE = "strata-saved"
"""Tells the script in the next page which draft was saved, so that it is not offered again."""

Answer = TypeVar("Answer", bound=Response)
_NAMED = 3
_log = structlog.get_logger("strata.drafts")


@dataclass(frozen=True, slots=True)
class Newer:
    """That others changed a page while somebody writes: a sentence, and where the change is shown
    ("" if it cannot be). ``oid`` tells one such state from another.
    """

    sentence: str
    address: str
    oid: str
    deleted: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """What the editor tells around what it holds: an earlier draft to go on with (``draft``, and
    what others did since it was begun), drafts of other new pages, who else is at work, and what was
    saved meanwhile.
    """

    draft: Draft | None = None
    draft_newer: Newer | None = None
    new_drafts: tuple[Draft, ...] = ()
    others: tuple[AtWork, ...] = ()
    newer: Newer | None = None


NOTHING = Beside()


def draft_at(place: DraftPlace) -> Draft | None:
    """The viewer's draft of this place, if any can be read."""
    try:
        return current_wiki().drafts.find(current_viewer(), place)
    except AccountsUnavailable:
        return None


def from_draft(draft: Draft) -> Editor:
    """The editor as its draft left it: merged, when it is saved, with what others did since."""
    place = draft.place
    space = current_wiki().space(current_viewer(), place.space)
    return Editor(
        place.space,
        drafting.called_now(space, place.page) if place.page else draft.name,
        draft.text,
        draft.base,
        place.part if place.page and not draft.settling else "",
        draft.summary,
        is_new=not draft.base,
        mark=Mark(place.page, place.part, new_writer(), draft.revision),
        from_draft=True,
        settling=draft.settling,
    )


def knowing_draft(editor: Editor) -> Editor:
    """An editor just opened; a draft that says the same as the page needs no asking about."""
    draft = draft_at(editor.place)
    held = (editor.text, editor.base, "")
    if draft is None or (draft.text, draft.base, draft.settling) != held:
        return editor
    return replace(editor, mark=replace(editor.mark, revision=draft.revision))


def beside(space: Space | None, editor: Editor) -> Beside:
    """What is to be told beside an editor. That it cannot be told keeps nobody from writing."""
    if space is None or not current_viewer().signed_in:
        return NOTHING
    try:
        return _beside(space, editor)
    except StrataError as reason:
        _log.error("drafts not told", error=str(reason))
        return NOTHING


def _beside(space: Space, editor: Editor) -> Beside:
    wiki, viewer = current_wiki(), current_viewer()
    draft = draft_at(editor.place)
    if draft is not None and (
        draft.revision == editor.mark.revision or draft.writer == editor.mark.writer
    ):
        draft = None  # it is the one in the editor
    elif draft is None and editor.base:
        draft = drafting.under_earlier_name(wiki, viewer, space, editor.typed.place)
    return Beside(
        draft,
        newer_than(space, draft.place.page, draft.base) if draft is not None else None,
        _new_drafts(space, editor),
        drafting.others_at(wiki, viewer, space.name, editor.mark.page),
        newer_than(space, editor.name, editor.base) if not editor.is_new else None,
    )


def _new_drafts(space: Space, editor: Editor) -> tuple[Draft, ...]:
    if editor.mark.page:
        return ()
    drafts = drafting.of_new_pages(current_wiki(), current_viewer(), space.name)
    return tuple(draft for draft in drafts if draft.place != editor.place)


def newer_than(space: Space, name: str, base: str) -> Newer | None:
    """What others saved in a page since it had the text ``base``."""
    since = drafting.changed_since(current_wiki(), space, name, base)
    if since is None:
        return None
    if since.deleted:
        return Newer("Somebody deleted this page meanwhile.", "", "", deleted=True)
    return Newer(_sentence(since), _difference(space, since), since.oid, deleted=False)


def keep_refused(editor: Editor) -> Editor:
    """Keep what was typed although it could not be saved; the editor, knowing of it."""
    if not current_viewer().signed_in or not editor.text:
        return editor
    try:
        kept = drafting.keep(current_wiki(), current_viewer(), editor.typed)
    except StrataError as reason:
        _log.info("draft not kept", error=str(reason))
        return editor
    if editor.typed.place != editor.place:
        return editor
    return replace(editor, mark=replace(editor.mark, revision=kept.revision))


def must_sign_in() -> bool:
    """Whether the viewer may be refused only for want of a session."""
    viewer = current_viewer()
    return not viewer.signed_in and not current_wiki().settings.people.anonymous_editing


def forget_saved(editor: Editor) -> None:
    """The draft of what was saved is needed no more."""
    try:
        for place in {editor.place, editor.typed.place}:
            saved = replace(editor.typed, place=place, over=editor.mark.revision)
            current_wiki().drafts.forget_saved(current_viewer(), saved)
    except StrataError as reason:  # it is saved nevertheless
        _log.error("draft not forgotten", error=str(reason))


def telling_saved(response: Answer, key: str) -> Answer:
    """An answer by which the browser, too, forgets what it kept under this name."""
    response.set_cookie(
        SAVED_COOKIE,
        quote(key, safe="", errors="surrogateescape"),
        max_age=120,
        samesite="Lax",
        path="/",
    )
    return response


def names_text(names: Sequence[str]) -> str:
    """``Ada``, ``Ada and Ben``, ``Ada, Ben and 2 others``."""
    if not names:
        return "Somebody"
    shown = list(names[:_NAMED])
    left = len(names) - len(shown)
    if left:
        shown = [*shown[:-1], f"{left + 1} others"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]


def _sentence(since: Since) -> str:
    who = names_text(since.people)
    if since.more:
        return f"{who} saved many changes of this page meanwhile."
    if since.count > 1:
        return f"{who} saved {since.count} changes of this page meanwhile."
    return f"{who} saved a change of this page meanwhile."


def _difference(space: Space, since: Since) -> str:
    if not since.new:
        return addresses.tool_address(space.name, "history", since.name)
    return addresses.tool_address(space.name, "diff", since.name, old=since.old, new=since.new)
