"""Who looked at whose figures, for those whom the settings name: the works council, say."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from wiki.services.looks import SHOWN
from wiki.services.who_looked import all_looks
from wiki.web.addresses import site_address
from wiki.web.context import current_wiki
from wiki.web.viewer import current_viewer

bp = Blueprint("looks", __name__)

_LARGEST = 2**62


@bp.get("/-/looks")
def listed() -> Response:
    """The lines, newest first."""
    before = min(max(0, request.args.get("before", 0, int)), _LARGEST)
    wiki = current_wiki()
    rows = all_looks(wiki, current_viewer(), before)
    older = site_address("looks", before=str(rows[-1].number)) if len(rows) == SHOWN else ""
    days = wiki.settings.people.looks_days
    body = render_template("people/looks.html", rows=rows, older=older, days=days)
    response = Response(body)
    response.headers["Cache-Control"] = "no-store"
    return response
