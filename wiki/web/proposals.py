"""Proposals in the browser: what waits to be taken in, what one would change, and deciding on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from wiki.errors import EditConflict, NothingToSave, ParameterInvalid
from wiki.model import Collision, ConflictHunk
from wiki.model.drafts import Draft, proposal_place
from wiki.services import drafting, meeting, policy, proposal_decisions, proposals
from wiki.services.meeting import LeftBehind
from wiki.services.proposal_decisions import Decision
from wiki.web import addresses
from wiki.web.context import current_wiki
from wiki.web.editor import Editor, Mark, mark_from
from wiki.web.editor_drafts import (
    draft_at,
    forget_saved,
    keep_refused,
    must_sign_in,
    names_text,
    telling_saved,
)
from wiki.web.errors import keeps_text
from wiki.web.settling import agreed_to, both_texts, fields_of, kept_fields, settled_text
from wiki.web.viewer import current_viewer

bp = Blueprint("proposals", __name__)

_MOST_SETTLED = 1000
MOST_SHOWN = 50
_CHOICES: dict[str, Literal["ours", "theirs", "edit"]] = {
    "ours": "ours",
    "theirs": "theirs",
    "edit": "edit",
}


@dataclass(frozen=True, slots=True)
class Settling:
    """A page on which a proposal collides with the space, as the form shows it.

    ``ours`` stands there now, ``theirs`` is proposed (None: no page); ``both`` has the two where they differ.
    What was chosen and written is there again as ``choice`` and ``text``; as ``earlier`` what was written
    before the page or the proposal changed once more.
    """

    path: str
    over: str
    ours: str | None
    theirs: str | None
    both: str
    choice: str = "edit"
    text: str = ""
    earlier: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody chose and wrote: in the form just sent, or in their ``draft``."""

    form: Mapping[str, str] = field(default_factory=dict)
    mark: Mark = field(default_factory=Mark)
    draft: Draft | None = None


def _again(sentence: str, status: int, space: str, name: str) -> str:
    name = addresses.exact_path(name)
    editor = _sent_editor(space, name)
    if status not in {401, 403}:  # a form whose token is wrong may not be of this person at all
        editor = keep_refused(editor)
    sign_in = status in {401, 403} and must_sign_in()
    return _page(space, name, sentence, Sent(request.form, editor.mark), sign_in=sign_in)


@bp.get("/<space>/-/proposals")
def listed(space: str) -> str:
    """The open proposals of a space, the newest first; ``after`` leads to older ones."""
    wiki, viewer = current_wiki(), current_viewer()
    given = request.args.get("after", "")
    after = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0
    found = proposals.proposals(wiki, viewer, space, after=after, limit=MOST_SHOWN + 1)
    return render_template(
        "proposals/list.html",
        space=wiki.space(viewer, space),
        proposals=found[:MOST_SHOWN],
        older=after + MOST_SHOWN if len(found) > MOST_SHOWN else 0,
        after=after,
    )


@bp.get("/<space>/-/proposals/<path:name>")
def shown(space: str, name: str) -> str:
    """One proposal: who proposes what, and what the viewer chose already where it collides."""
    name = addresses.exact_path(name)
    draft = draft_at(proposal_place(space, name))
    if draft is None:
        return _page(space, name)
    mark = replace(_mark(name), revision=draft.revision)
    return _page(space, name, sent=Sent(fields_of(draft.settling), mark, draft))


@bp.post("/<space>/-/proposals/<path:name>")
@keeps_text(_again)
def decide(space: str, name: str) -> Response | tuple[str, int]:
    """Take it in, or decline it."""
    name = addresses.exact_path(name)
    wiki, viewer = current_wiki(), current_viewer()
    action, tip = request.form.get("action", ""), request.form.get("tip", "")
    editor = _sent_editor(space, name)
    if action == "settle":
        return _page(space, name, sent=Sent(request.form, editor.mark)), 200
    if action == "draft":
        drafting.keep(wiki, viewer, editor.typed)
        flash("Kept as a draft. Only you see it: here, and under “Your drafts”.")
        return redirect(addresses.tool_address(space, "proposals", name), 303)
    if action == "decline":
        proposal_decisions.decline(wiki, viewer, space, name, tip)
        flash("The proposal is closed. Its changes are kept, out of sight.")
        return _decided(editor, "proposals")
    if action != "take-in":
        raise ParameterInvalid("action", "the form has no such button.")
    decisions = tuple(_decisions(request.form))
    question = _question(space, name, decisions)
    if question:
        return question, 409
    try:
        proposal_decisions.take_in(wiki, viewer, space, name, tip, decisions)
    except EditConflict:
        refusal = "Pages changed meanwhile. Nothing is saved yet: look at what is below once more."
        return _again(refusal, 409, space, name), 409
    except NothingToSave:
        flash("Everything it proposes is in the space already; it is closed.", "info")
        return _decided(editor, "proposals")
    flash("Taken in. The pages have its changes now, under their authors’ names.")
    return _decided(editor, "history")


def _question(space: str, name: str, decisions: Sequence[Decision]) -> str:
    """The page again, asking whether words of others shall be left out; "" if none would be, or that was
    agreed to."""
    wiki, viewer = current_wiki(), current_viewer()
    policy.allow(viewer, policy.Action.EDIT, space, wiki.settings)
    view = proposals.proposal(wiki, viewer, space, name) if decisions else None
    left = meeting.left_behind(wiki, viewer, view, decisions) if view else []
    agreed = agreed_to(tuple(word for each in left for word in (each.path, *each.words)))
    if not left or request.form.get("leaving_out") == agreed:
        return ""
    editor = keep_refused(_sent_editor(space, name))
    return _page(space, name, sent=Sent(request.form, editor.mark), left=left, agreed=agreed)


def _decided(editor: Editor, tool: str) -> Response:
    forget_saved(editor)
    answer = redirect(addresses.tool_address(editor.space_name, tool), 303)
    return telling_saved(answer, editor.own_draft)


_NOTHING_SENT = Sent()


def _page(
    space: str,
    name: str,
    refusal: str = "",
    sent: Sent = _NOTHING_SENT,
    *,
    sign_in: bool = False,
    left: Sequence[LeftBehind] = (),
    agreed: str = "",
) -> str:
    wiki, viewer = current_wiki(), current_viewer()
    view = proposals.proposal(wiki, viewer, space, name)
    return render_template(
        "proposals/proposal.html",
        space=view.space,
        view=view,
        settling=[_settling(each, view.proposal.tip, sent.form) for each in view.collisions],
        editor=Editor(space, name, mark=sent.mark if sent.mark.part else _mark(name)),
        draft=sent.draft,
        is_sent=request.method == "POST",
        refusal=refusal,
        must_sign_in=sign_in,
        left=[(each, names_text(each.whose)) for each in left],
        agreed=agreed,
        inline=request.args.get("view") == "inline",
    )


def _mark(name: str) -> Mark:
    return Mark(part=proposal_place("", name).part)


def _sent_editor(space: str, name: str) -> Editor:
    """What the form holds, as it is kept."""
    form, place = request.form, proposal_place(space, name)
    has_pages = "path-0" in form
    return Editor(
        space,
        f"Proposal “{name}”",
        settled_text(place, form) if has_pages else "",
        mark=replace(mark_from(form, "", place.part), page="", part=place.part),
        settling=kept_fields(form) if has_pages else "",
    )


def _settling(collision: Collision, tip: str, sent: Mapping[str, str]) -> Settling:
    both = "".join(map(_together, collision.hunks)) or collision.theirs or collision.mine or ""
    page = Settling(
        collision.path, collision.theirs_oid, collision.theirs, collision.mine, both, text=both
    )
    for number in range(_MOST_SETTLED):
        path = sent.get(f"path-{number}")
        if path is None:
            break
        if path == page.path:
            text = sent.get(f"edit-{number}", "").replace("\r\n", "\n")
            if (sent.get("tip"), sent.get(f"over-{number}")) != (tip, page.over):
                return replace(page, earlier=text if text.strip() != both.strip() else "")
            choice = sent.get(f"choice-{number}", "")
            return replace(page, choice=choice if choice in _CHOICES else "edit", text=text)
    return page


def _together(hunk: ConflictHunk) -> str:
    """What both sides did in one place: put together word by word if that is sound, else one after the other."""
    if hunk.kind == "same":
        return hunk.result
    return both_texts(hunk) if hunk.proposal is None else hunk.proposal


def _decisions(form: Mapping[str, str]) -> Iterator[Decision]:
    """What the form says each colliding page shall be."""
    for number in range(_MOST_SETTLED):
        path = form.get(f"path-{number}")
        if path is None:
            return
        choice = _CHOICES.get(form.get(f"choice-{number}", ""))
        if choice is None:
            raise ParameterInvalid(f"choice-{number}", "choose what the page shall say.")
        text = form.get(f"edit-{number}", "").replace("\r\n", "\n")
        yield Decision(path, form.get(f"over-{number}", ""), choice, text)
