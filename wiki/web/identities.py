"""Who is counted as one person, for everybody to see; those who administer correct it here."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from wiki.errors import EditConflict, NothingToSave, ParameterInvalid
from wiki.model import Author
from wiki.services import identities, policy
from wiki.services.people import mailmap_of
from wiki.services.space import Space
from wiki.web import addresses
from wiki.web.context import current_wiki
from wiki.web.errors import keeps_text
from wiki.web.viewer import current_viewer

bp = Blueprint("identities", __name__)

SHOWN = 50
CANDIDATES = 20
_MOST = 10_000_000
_MAX_TEXT = 120

_TITLES: dict[identities.Sort, str] = {
    "people": "People",
    "joined": "Joined",
    "split": "Sharing an address",
    "machines": "Machines",
}


@bp.after_request
def keep_private(response: Response) -> Response:
    """No cache keeps addresses."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/<space>/-/identities")
def listed(space: str) -> str:
    """Everybody, with what was joined and split, and why."""
    wiki, viewer = current_wiki(), current_viewer()
    opened = wiki.space(viewer, space)
    sort, text = _sort(), request.args.get("q", "")[:_MAX_TEXT].strip()
    start = min(max(0, request.args.get("from", 0, int)), _MOST)
    found = identities.listing(wiki, viewer, opened, sort=sort, text=text, start=start, limit=SHOWN)

    def address(**query: object) -> str:
        given = {"sort": sort if sort != "people" else "", "q": text, **query}
        return addresses.tool_address(space, "identities", "", **given)

    return render_template(
        "people/identities.html",
        space=opened,
        found=found,
        titles=_TITLES,
        sort=sort,
        text=text,
        start=start,
        address=address,
        newer=address(from_=max(0, start - SHOWN) or "") if start else "",
        older=address(from_=start + SHOWN) if start + SHOWN < found.found else "",
        may_correct=identities.may_correct(wiki, viewer, opened),
    )


def _join_again(sentence: str, _status: int, space: str, who: str) -> str:
    return _correction(_administered(space), who, sentence)


@bp.get("/<space>/-/identities/<who>")
def correction(space: str, who: str) -> str:
    """One person's names and addresses, to be joined with another's or split."""
    return _correction(_administered(space), who, "")


@bp.post("/<space>/-/identities/<who>/join")
@keeps_text(_join_again)
def join(space: str, who: str) -> Response | tuple[str, int]:
    """Count another person as this one."""
    base, other = request.form.get("base", ""), request.form.get("other", "")
    if not other:
        return _correction(_administered(space), who, "Choose who is the same person."), 400
    try:
        _, mark = identities.join(current_wiki(), current_viewer(), space, who, other, base)
    except (EditConflict, NothingToSave) as refusal:
        return _refused(space, who, refusal)
    flash("They count as one person now, in histories and in reports.")
    return redirect(addresses.tool_address(space, "identities", mark), 303)


@bp.post("/<space>/-/identities/<who>/split")
@keeps_text(_join_again)
def split(space: str, who: str) -> Response | tuple[str, int]:
    """Count some of this person's entries as somebody else."""
    base, marks = request.form.get("base", ""), request.form.getlist("entry")
    if not marks:
        return _correction(_administered(space), who, "Choose the entries of somebody else."), 400
    known = Author(request.form.get("name", "")[:200], request.form.get("address", "")[:400])
    wiki, viewer = current_wiki(), current_viewer()
    try:
        _, mark = identities.split(wiki, viewer, space, who, marks, known, base)
    except (EditConflict, NothingToSave) as refusal:
        return _refused(space, who, refusal)
    flash("They count as two people now, in histories and in reports.")
    return redirect(addresses.tool_address(space, "identities", mark), 303)


def _refused(space: str, who: str, refusal: EditConflict | NothingToSave) -> tuple[str, int]:
    opened = _administered(space)
    if isinstance(refusal, NothingToSave):
        return _correction(opened, who, "It is written down so already; nothing was changed."), 422
    sentence = "Somebody corrected people a moment ago. Look at it again before you do."
    return _correction(opened, who, sentence), 409


def _correction(space: Space, who: str, refusal: str) -> str:
    wiki, viewer = current_wiki(), current_viewer()
    one = identities.somebody(wiki, space, who)
    text = request.values.get("q", "")[:_MAX_TEXT].strip()
    candidates: tuple[identities.Somebody, ...] = ()
    if text:
        found = identities.listing(wiki, viewer, space, text=text, limit=CANDIDATES + 1)
        candidates = tuple(each for each in found.somebodies if each.who != who)[:CANDIDATES]
    return render_template(
        "people/correction.html",
        space=space,
        one=one,
        text=text,
        candidates=candidates,
        base=mailmap_of(space).oid,
        chosen=request.form.getlist("entry"),
        name=request.form.get("name", "")[:200],
        address=request.form.get("address", "")[:400],
        refusal=refusal,
    )


def _sort() -> identities.Sort:
    given = request.args.get("sort", "people")
    if given not in identities.SORTS:
        raise ParameterInvalid("sort", f"choose one of {', '.join(identities.SORTS)}.")
    return given


def _administered(space: str) -> Space:
    wiki, viewer = current_wiki(), current_viewer()
    opened = wiki.space(viewer, space)
    policy.allow(viewer, policy.Action.ADMINISTER, space, wiki.settings)
    return opened
