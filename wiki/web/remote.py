"""The repository that a space is exchanged with: arranging it, seeing how it goes, and the bell that rings for it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from wiki.errors import RemoteRefused, SpaceBusy
from wiki.services import policy
from wiki.services.exchanging import PROPOSAL, describe, exchange_now
from wiki.services.remotes import DIRECTIONS, Exchange
from wiki.services.space import Space
from wiki.web import addresses
from wiki.web.context import current_wiki
from wiki.web.errors import status_of
from wiki.web.security import csrf
from wiki.web.viewer import current_viewer

bp = Blueprint("remote", __name__)

_SHOWN_SECRET = "\u2022" * 8
"""Stands in the form for a secret that is kept; sent back, it means: the one there is."""


@bp.get("/<space>/-/remote")
def shown(space: str) -> str:
    """What is arranged, how it last went, and the form."""
    return _page(_administered(space))


@bp.post("/<space>/-/remote")
def change(space: str) -> Response | str | tuple[str, int]:
    """Arrange, exchange now, pause, end, or go on after a rewritten history."""
    opened = _administered(space)
    action = request.form.get("action", "")
    remotes = current_wiki().remotes
    if action == "arrange":
        return _arrange(opened)
    if action == "now":
        return _now(opened)
    if action == "hook":
        return _page(opened, hook=remotes.make_hook(space))
    steps: dict[str, Callable[[], None]] = {
        "pause": lambda: remotes.pause(space, paused=True),
        "go-on": lambda: remotes.pause(space, paused=False),
        "accept": lambda: remotes.accept(space),
        "end": lambda: remotes.end(space),
    }
    if action in steps:
        steps[action]()
        flash(
            "Done." if action != "end" else "It is exchanged no more. Both sides stay as they are."
        )
    return redirect(addresses.tool_address(space, "remote"), 303)


@bp.post("/<space>/-/remote/hook/<secret>")
@csrf.exempt  # type: ignore[untyped-decorator]
def ring(space: str, secret: str) -> tuple[str, int]:
    """The other side says that it changed; whoever knows the address may."""
    known = current_wiki().remotes.ring(space, secret)
    return ("It will be exchanged.\n", 202) if known else ("No such hook.\n", 404)


def _administered(space: str) -> Space:
    wiki, viewer = current_wiki(), current_viewer()
    opened = wiki.space(viewer, space)
    policy.allow(viewer, policy.Action.ADMINISTER, space, wiki.settings)
    return opened


def _arrange(space: Space) -> Response | tuple[str, int]:
    form = request.form
    secret = form.get("secret", "")
    minutes = form.get("minutes", "")
    try:
        current_wiki().remotes.arrange(
            space.name,
            form.get("url", "").strip(),
            form.get("branch", "").strip(),
            form.get("direction", ""),
            user=form.get("user", ""),
            secret=None if secret == _SHOWN_SECRET else secret,
            minutes=int(minutes)
            if minutes.isascii() and minutes.isdigit() and len(minutes) < 7
            else 0,
        )
    except RemoteRefused as refusal:
        return _page(space, refusal=str(refusal)), status_of(refusal)
    flash("Arranged. The first exchange begins in a moment.")
    return redirect(addresses.tool_address(space.name, "remote"), 303)


def _now(space: Space) -> Response:
    try:
        ended = exchange_now(current_wiki(), current_viewer(), space.name)
    except SpaceBusy:
        flash("It is being exchanged at this moment.", "info")
        return redirect(addresses.tool_address(space.name, "remote"), 303)
    if not ended.trouble:
        flash(describe(ended))
    return redirect(addresses.tool_address(space.name, "remote"), 303)


def _page(space: Space, *, refusal: str = "", hook: str = "") -> str:
    remotes = current_wiki().remotes
    arranged = remotes.of(space.name)
    address = addresses.tool_address(space.name, f"remote/hook/{hook}") if hook else ""
    return render_template(
        "admin/remote.html",
        space=space,
        arranged=arranged,
        typed=request.form if refusal else _filled(space, arranged),
        refusal=refusal,
        directions=list(DIRECTIONS.items()),
        hook=address,
        proposal=PROPOSAL,
    )


def _filled(space: Space, arranged: Exchange | None) -> dict[str, object]:
    """The form's fields as they stand."""
    if arranged is None:
        return {"branch": space.repository.branch, "direction": "both", "minutes": 15}
    kept = current_wiki().remotes.has_secret(space.name)
    return {
        "url": arranged.url,
        "branch": arranged.branch,
        "direction": arranged.direction,
        "user": arranged.user,
        "secret": _SHOWN_SECRET if kept else "",
        "minutes": arranged.every_seconds // 60,
    }
