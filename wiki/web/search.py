"""Searching a space or all spaces, and the type-ahead under search fields."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response, render_template, request

from wiki.errors import QueryRefused
from wiki.model import page_name
from wiki.projections.search.parsing import MAX_LENGTH
from wiki.services import searching
from wiki.services.space import Space
from wiki.web import addresses
from wiki.web.context import current_wiki
from wiki.web.errors import status_of
from wiki.web.page_cache import etag_of
from wiki.web.viewer import current_viewer

bp = Blueprint("search", __name__)


@bp.get("/<space>/-/search")
def search_space(space: str) -> Response:
    """Pages of one space that match ``q``."""
    return _results(current_wiki().space(current_viewer(), space))


@bp.get("/-/search")
def search_all() -> Response:
    """Pages that match ``q`` in all spaces the viewer may read."""
    return _results(None)


@bp.get("/<space>/-/suggest")
def suggest(space: str) -> Response:
    """The pages whose title or name begins with ``q``, as JSON: title, path, url."""
    typed = request.args.get("q", "")[:MAX_LENGTH]
    rows = searching.suggest(current_wiki(), current_viewer(), space, typed)
    items = [
        {
            "title": row.title,
            "path": _shown(page_name(row.path)),
            "url": addresses.page_address(space, row.path),
        }
        for row in rows
    ]
    return _conditional(jsonify(items))


def _results(space: Space | None) -> Response:
    text = " ".join(request.args.get("q", "").split())
    names = {"space": space, "query_text": _shown(text), "max_length": MAX_LENGTH}
    if not text:
        return _conditional(make_response(render_template("search/results.html", **names)))
    name = space.name if space else None
    page = request.args.get("page", 1, int)
    try:
        found = searching.search(current_wiki(), current_viewer(), name, text, page)
    except QueryRefused as refusal:
        body = render_template("search/results.html", refusal=str(refusal), **names)
        return make_response(body, status_of(refusal))
    response = make_response(render_template("search/results.html", found=found, **names))
    if found.state != "ready":  # what is missing may be there in a moment
        response.headers["Cache-Control"] = "no-store"
        return response
    return _conditional(response)


def _conditional(response: Response) -> Response:
    """The response with an ETag; 304 to a browser that has it already."""
    response.set_etag(etag_of(response.get_data()), weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie"
    response.make_conditional(request)
    return response


def _shown(text: str) -> str:
    """Text fit for a page: bytes of a name that are no UTF-8 are replaced."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
