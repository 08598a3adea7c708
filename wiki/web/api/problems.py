"""What goes wrong, as RFC 9457 says it: one shape for every refusal of the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

import structlog
from flask import Response, current_app, json, request
from werkzeug.exceptions import HTTPException

from wiki import errors as refusals
from wiki.model import Collision
from wiki.web import addresses
from wiki.web.errors import fault_sentence, request_id, status_of

MEDIA = "application/problem+json"
_log = structlog.get_logger("strata.api")


class Malformed(Exception):
    """What was sent does not fit the endpoint's model; ``faults`` as pydantic tells them."""

    def __init__(
        self, where: Literal["query", "body"], faults: Sequence[Mapping[str, Any]]
    ) -> None:
        super().__init__(where)
        self.where, self.faults = where, faults


class NotJson(Exception):
    """The body is of another type."""


class VersionNeeded(Exception):
    """A write that does not say which version it is based on."""


class SlowDown(Exception):
    """More requests than anybody may make."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def problem(status: int, detail: str, code: str, **more: object) -> Response:
    """A refusal: ``detail`` is a sentence for people, ``code`` a word for programs."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id(),
        **more,
    }
    data = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    response = Response(data, status, content_type=MEDIA)
    response.headers["Cache-Control"] = "no-store"
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Strata"'
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def refused(refusal: refusals.StrataError) -> Response:
    """The problem that a service's refusal is."""
    status = status_of(refusal)
    level = _log.error if status >= 500 else _log.info
    level("refused", request_id=request_id(), path=request.path, kind=type(refusal).__name__)
    sentence = fault_sentence() if isinstance(refusal, refusals.GitFailed) else str(refusal)
    if isinstance(refusal, refusals.SignInNeeded):
        place = addresses.outside_address(addresses.site_address("account/tokens"))
        sentence += f" Here one does so with a personal access token: make one at {place}"
    more: dict[str, object] = {}
    if isinstance(refusal, refusals.EditConflict):
        more["collisions"] = [collision_json(each) for each in refusal.collisions]
    response = problem(status, sentence, type(refusal).__name__, **more)
    if isinstance(refusal, refusals.TooManyAttempts):
        response.headers["Retry-After"] = str(refusal.wait_seconds)
    return response


def malformed(error: Malformed) -> Response:
    """What does not fit, each with the place where it stands."""
    faults = [
        {"where": ".".join(map(str, fault["loc"])), "what": fault["msg"]} for fault in error.faults
    ]
    named = "; ".join(f"{fault['where'] or error.where}: {fault['what']}" for fault in faults[:5])
    status = 400 if error.where == "query" else 422
    return problem(
        status, f"The {error.where} cannot be understood: {named}", "Malformed", faults=faults
    )


def not_json(_: NotJson) -> Response:
    return problem(415, "Send the body as application/json.", "NotJson")


def version_needed(_: VersionNeeded) -> Response:
    sentence = (
        "Say which version this is based on: If-Match with the ETag that reading gave, or "
        "If-None-Match: * for something new. So nothing is overwritten that you have not read."
    )
    return problem(428, sentence, "VersionNeeded")


def slow_down(error: SlowDown) -> Response:
    response = problem(429, f"Too many requests. Wait {error.seconds} seconds.", "SlowDown")
    response.headers["Retry-After"] = str(error.seconds)
    return response


def http_error(error: HTTPException) -> Response:
    """What Flask and Werkzeug refuse by themselves."""
    status = error.code or 500
    allowed = [value for name, value in error.get_headers() if name == "Allow"]
    sentence = f"Not by this method; here: {', '.join(allowed)}." if allowed else error.description
    response = problem(status, sentence or "", error.name.replace(" ", ""))
    if allowed:
        response.headers["Allow"] = ", ".join(allowed)
    return response


def fault(error: Exception) -> Response:
    """An error nobody foresaw: logged with its traceback, told without, and as a problem like any other."""
    if isinstance(error, OSError) and error.errno in refusals.EXHAUSTED:
        return refused(refusals.Overloaded(error.strerror or type(error).__name__))
    if current_app.testing:
        raise error
    _log.error("fault", request_id=request_id(), path=request.path, exc_info=error)
    return problem(500, fault_sentence(), "Fault")


def collision_json(collision: Collision) -> dict[str, object]:
    """One file whose lines two people changed, with all three texts and the merge as far as it goes.

    ``version`` is what stands now: the base of the next try.
    """
    return {
        "path": collision.path,
        "version": collision.theirs_oid,
        "base": collision.base,
        "mine": collision.mine,
        "theirs": collision.theirs,
        "hunks": [
            {"kind": "same", "text": hunk.result}
            if hunk.kind == "same"
            else {
                "kind": "conflict",
                "base": hunk.base,
                "mine": hunk.mine,
                "theirs": hunk.theirs,
                "proposal": hunk.proposal,
            }
            for hunk in collision.hunks
        ],
    }
