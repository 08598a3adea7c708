"""Proposals in the browser: what waits to be taken in, what one would change, and deciding on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from wiki.errors import EditConflict, NothingToSave, ParameterInvalid
from wiki.model import Collision, ConflictHunk
from wiki.services import proposals
from wiki.services.proposals import Decision
from wiki.web import addresses
from wiki.web.context import current_wiki
from wiki.web.settling import both_texts
from wiki.web.viewer import current_viewer

bp = Blueprint("proposals", __name__)

_MOST_SETTLED = 1000
_CHOICES: dict[str, Literal["ours", "theirs", "edit"]] = {
    "ours": "ours",
    "theirs": "theirs",
    "edit": "edit",
}


@dataclass(frozen=True, slots=True)
class Settling:
    """A page on which a proposal collides with the space, as the form shows it.

    ``ours`` stands there now, ``theirs`` is proposed (None: no page); ``both`` has the two where they differ.
    """

    path: str
    over: str
    ours: str | None
    theirs: str | None
    both: str


@bp.get("/<space>/-/proposals")
def listed(space: str) -> str:
    """Every open proposal of a space."""
    wiki, viewer = current_wiki(), current_viewer()
    return render_template(
        "proposals/list.html",
        space=wiki.space(viewer, space),
        proposals=proposals.proposals(wiki, viewer, space),
    )


@bp.get("/<space>/-/proposals/<path:name>")
def shown(space: str, name: str) -> str:
    """One proposal: who proposes what."""
    return _page(space, addresses.exact_path(name))


@bp.post("/<space>/-/proposals/<path:name>")
def decide(space: str, name: str) -> Response | tuple[str, int]:
    """Take it in, or decline it."""
    name = addresses.exact_path(name)
    wiki, viewer = current_wiki(), current_viewer()
    action, tip = request.form.get("action", ""), request.form.get("tip", "")
    if action == "decline":
        proposals.decline(wiki, viewer, space, name, tip)
        flash("The proposal is declined. Its changes are kept, out of sight.")
        return redirect(addresses.tool_address(space, "proposals"), 303)
    if action != "take-in":
        raise ParameterInvalid("action", "the form has no such button.")
    try:
        proposals.take_in(wiki, viewer, space, name, tip, tuple(_decisions(request.form)))
    except EditConflict:
        refusal = "Other pages changed meanwhile. Nothing is saved; decide on these places, too."
        return _page(space, name, refusal), 409
    except NothingToSave:
        flash("Everything it proposes is in the space already; it is closed.", "info")
        return redirect(addresses.tool_address(space, "proposals"), 303)
    flash("Taken in. The pages have its changes now, under their authors’ names.")
    return redirect(addresses.tool_address(space, "history"), 303)


def _page(space: str, name: str, refusal: str = "") -> str:
    wiki, viewer = current_wiki(), current_viewer()
    view = proposals.proposal(wiki, viewer, space, name)
    return render_template(
        "proposals/proposal.html",
        space=view.space,
        view=view,
        settling=[_settling(collision) for collision in view.collisions],
        refusal=refusal,
        inline=request.args.get("view") == "inline",
    )


def _settling(collision: Collision) -> Settling:
    both = "".join(map(_together, collision.hunks)) or collision.theirs or collision.mine or ""
    return Settling(collision.path, collision.theirs_oid, collision.theirs, collision.mine, both)


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
