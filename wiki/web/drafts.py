"""Drafts over HTTP: kept by the editor's script as one types, and listed for their owner."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from wiki.errors import (
    DraftElsewhere,
    DraftNotFound,
    DraftOfAnother,
    ParameterInvalid,
    SignInNeeded,
)
from wiki.model import Viewer
from wiki.model.drafts import Draft, DraftPlace, Typed
from wiki.services import drafting, policy
from wiki.services.drafts import DRAFT_DAYS, AtWork
from wiki.services.space import Space
from wiki.web import addresses
from wiki.web.context import current_wiki, iso_time
from wiki.web.editor_drafts import Newer, draft_at, newer_than
from wiki.web.settling import kept_fields, settled_text
from wiki.web.viewer import current_viewer

bp = Blueprint("drafts", __name__)

_WRITER_CHARACTERS = 32
_LARGEST = 2**31 - 1


@bp.after_request
def keep_private(response: Response) -> Response:
    """No cache keeps what somebody has not saved."""
    response.headers["Cache-Control"] = "no-store"
    return response


# -- for the editor's script -----------------------------------------------------------------


@bp.put("/<space>/-/drafts", defaults={"name": ""})
@bp.put("/<space>/-/drafts/<path:name>")
def keep(space: str, name: str) -> AnyResponse | tuple[Response, int]:
    """Keep what is typed. 409 with the other text if another tab or device kept one meanwhile."""
    wiki, viewer = current_wiki(), current_viewer()
    body = _sent()
    typist = _text(body, "account")
    if viewer.signed_in and typist and typist != viewer.account:
        raise DraftOfAnother(typist, viewer.account)
    typed = _typed(DraftPlace(space, addresses.exact_path(name), _text(body, "part")), body)
    try:
        kept = drafting.keep(wiki, viewer, typed)
    except DraftElsewhere as refusal:
        return _elsewhere(refusal), 409
    return jsonify(
        revision=kept.revision,
        at=iso_time(kept.at),
        others=[_told(other) for other in kept.others],
        newer=_newer(wiki.space(viewer, space), typed.place.page, typed.base),
    )


@bp.get("/<space>/-/drafts", defaults={"name": ""})
@bp.get("/<space>/-/drafts/<path:name>")
def look(space: str, name: str) -> AnyResponse:
    """Who else is at a page (or its ``part``), what was saved since ``base``, and which revision of
    a draft there is (0: none)."""
    wiki, viewer = current_wiki(), current_viewer()
    opened = wiki.space(viewer, space)
    policy.allow(viewer, policy.Action.EDIT, space, wiki.settings)
    name = addresses.exact_path(name)
    base = request.args.get("base", "")
    draft = draft_at(DraftPlace(space, name, request.args.get("part", "")))
    others = drafting.others_at(wiki, viewer, space, name)
    return jsonify(
        revision=draft.revision if draft else 0,
        others=[_told(other) for other in others],
        newer=_newer(opened, name, base),
    )


# -- for their owner -------------------------------------------------------------------------


@bp.get("/-/drafts")
def list_drafts() -> str:
    """Everything the viewer has typed and not saved."""
    rows = drafting.mine(current_wiki(), _signed_in())
    return render_template("editing/drafts.html", rows=rows, days=DRAFT_DAYS)


@bp.get("/-/drafts/count")
def count_drafts() -> AnyResponse:
    """How many drafts the viewer has, for the menu."""
    return jsonify(count=current_wiki().drafts.count(current_viewer()))


@bp.get("/-/drafts/<draft_id>")
def show_draft(draft_id: str) -> str:
    """One draft beside its page as it is now, and its text to be copied."""
    draft = _draft(draft_id)
    view = drafting.compare(current_wiki(), current_viewer(), draft)
    return render_template(
        "editing/draft.html", view=view, draft=draft, space=view.row.space, inline=False
    )


@bp.post("/-/drafts/<draft_id>/discard")
def discard(draft_id: str) -> AnyResponse:
    """Forget a draft."""
    draft = _draft(draft_id)
    current_wiki().drafts.discard(current_viewer(), draft.id)
    flash("The draft is discarded.")
    wanted = request.form.get("next", "")
    return redirect(
        addresses.safe_next(wanted) if wanted else addresses.site_address("drafts"), 303
    )


def _draft(draft_id: str) -> Draft:
    draft = current_wiki().drafts.open(_signed_in(), draft_id)
    if draft is None:
        raise DraftNotFound
    return draft


def _signed_in() -> Viewer:
    viewer = current_viewer()
    if not viewer.signed_in:
        raise SignInNeeded("see your drafts")
    return viewer


def _elsewhere(refusal: DraftElsewhere) -> Response:
    other = refusal.draft
    return jsonify(
        error={"code": "DraftElsewhere", "message": str(refusal)},
        draft={
            "text": other.text,
            "base": other.base,
            "name": other.name,
            "summary": other.summary,
            "revision": other.revision,
            "at": iso_time(other.updated_at),
            "address": addresses.site_address(f"drafts/{other.id}"),
            "editor": addresses.draft_address(other.place),
            "settling": bool(other.settling),
        },
    )


def _newer(space: Space, name: str, base: str) -> dict[str, object] | None:
    found: Newer | None = newer_than(space, name, base) if name else None
    if found is None:
        return None
    return {
        "sentence": found.sentence,
        "address": found.address,
        "oid": found.oid,
        "deleted": found.deleted,
    }


def _told(other: AtWork) -> dict[str, str]:
    return {"name": other.name, "since": iso_time(other.since)}


def _typed(place: DraftPlace, body: dict[str, Any]) -> Typed:
    fields = _fields(body)
    return Typed(
        place,
        settled_text(place, fields) if fields else _text(body, "text").replace("\r\n", "\n"),
        _text(body, "base"),
        _text(body, "name"),
        _text(body, "summary"),
        _text(body, "writer")[:_WRITER_CHARACTERS],
        _number(body, "step"),
        _number(body, "over"),
        kept_fields(fields) if fields else "",
    )


def _fields(body: dict[str, Any]) -> dict[str, str]:
    """What a form holds in which somebody settles what met; nothing for a text in the editor."""
    fields = body.get("settling") or {}
    if not isinstance(fields, dict) or not all(isinstance(each, str) for each in fields.values()):
        raise ParameterInvalid("settling", "it holds no fields of a form.")
    return fields


def _sent() -> dict[str, Any]:
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # nested without end
        body = None
    if not isinstance(body, dict):
        raise ParameterInvalid("body", "it is no JSON object.")
    return body


def _text(body: dict[str, Any], key: str) -> str:
    value = body.get(key, "")
    if not isinstance(value, str):
        raise ParameterInvalid(key, "it is no text.")
    return value


def _number(body: dict[str, Any], key: str) -> int:
    value = body.get(key, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
        raise ParameterInvalid(key, "it is no number.")
    return value
