"""All endpoints under ``/api/v1``, with what holds for each: who asks, how often, and one shape for refusals."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, current_app, g, json, request
from flask.sansio.blueprints import BlueprintSetupState
from werkzeug.exceptions import BadRequest, HTTPException, NotFound, UnsupportedMediaType
from werkzeug.wrappers import Response as AnyResponse

from wiki.errors import StrataError, TokenRefused
from wiki.model import ANONYMOUS
from wiki.web.api import history, pages, proposing, renaming, reports, search, spaces, tree
from wiki.web.api.access import Allowance, count_request, sign_in
from wiki.web.api.openapi import document
from wiki.web.api.problems import (
    Malformed,
    NotJson,
    SlowDown,
    VersionNeeded,
    fault,
    http_error,
    malformed,
    not_json,
    refused,
    slow_down,
    version_needed,
)
from wiki.web.api.routes import respond
from wiki.web.errors import show_http_error
from wiki.web.security import csrf

PREFIX = "/api/v1"
SUBJECTS = (
    spaces.routes,
    pages.routes,
    renaming.routes,
    tree.routes,
    history.routes,
    search.routes,
    reports.routes,
    proposing.routes,
)
"""Every subject, in the order of the document."""

bp = Blueprint("api", __name__, url_prefix=PREFIX)
csrf.exempt(bp)
ENDPOINTS = [endpoint for routes in SUBJECTS for endpoint in routes.endpoints]

for each in ENDPOINTS:
    bp.add_url_rule(each.rule, each.name, partial(respond, each), methods=[each.method])

ALLOWANCE = "strata.api.allowance"


@bp.record
def keep_count(state: BlueprintSetupState) -> None:
    """Each application counts its own requests."""
    state.app.extensions[ALLOWANCE] = Allowance()


@bp.before_request
def admit() -> None:
    """Who asks, and whether they may ask again already."""
    allowance = current_app.extensions[ALLOWANCE]
    try:
        sign_in()
    except TokenRefused:
        g.viewer = ANONYMOUS
        count_request(allowance)  # a wrong token is not tried for nothing
        raise
    count_request(allowance)


@bp.before_request
def take_whole_and_plain() -> None:
    """What says that it is packed, or a part of something, would be kept as if it were not."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body unpacked, without Content-Encoding.")
    if "Content-Range" in request.headers:
        raise BadRequest("Send all of it: a part cannot be put in its place.")


@bp.app_errorhandler(405)
def not_by_this_method(error: HTTPException) -> AnyResponse:
    """A method that no endpoint has belongs to no blueprint, so the application asks whose shape to use."""
    inside = request.path.startswith(f"{PREFIX}/")
    return http_error(error) if inside else show_http_error(error)


@bp.after_request
def keep_private(response: Response) -> Response:
    """What one may read another may not: no cache between keeps it."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response.headers.setdefault("Vary", "Authorization")
    return response


@bp.get("/openapi.json")
def openapi() -> Response:
    """This document."""
    body = json.dumps(document(ENDPOINTS, request.script_root + PREFIX))
    return Response(body, content_type="application/json")


@bp.route("/", defaults={"path": ""}, strict_slashes=False)
@bp.route("/<path:path>")
def nothing(path: str) -> Response:  # noqa: ARG001
    """What no endpoint answers is refused in the API's own shape."""
    raise NotFound(f"There is no such endpoint. All of them are in {PREFIX}/openapi.json.")


bp.register_error_handler(StrataError, refused)
bp.register_error_handler(Malformed, malformed)
bp.register_error_handler(NotJson, not_json)
bp.register_error_handler(VersionNeeded, version_needed)
bp.register_error_handler(SlowDown, slow_down)
bp.register_error_handler(HTTPException, http_error)
bp.register_error_handler(Exception, fault)
