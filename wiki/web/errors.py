"""Every refusal as a response: one table of statuses, one page, no traceback for anybody.

A view that holds text somebody typed names, with :func:`keeps_text`, a function that shows the
filled form again; a refusal of its POST then comes back as that form instead of an error page.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import (
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from wiki import errors as refusals
from wiki.services.space import Space
from wiki.web import addresses, security
from wiki.web.context import current_wiki
from wiki.web.viewer import current_viewer

STATUSES: dict[type[refusals.StrataError], int] = {
    refusals.NotFound: 404,
    refusals.NameInvalid: 400,
    refusals.NameTaken: 409,
    refusals.FileTaken: 409,
    refusals.NothingChosen: 422,
    refusals.SignInNeeded: 401,
    refusals.NotAllowed: 403,
    refusals.TooFewPeople: 403,
    refusals.SignInRefused: 401,
    refusals.TooManyAttempts: 429,
    refusals.AccountInvalid: 422,
    refusals.TokenInvalid: 422,
    refusals.ErasureRefused: 422,
    refusals.RemoteRefused: 422,
    refusals.TokenRefused: 401,
    refusals.TokenReadOnly: 403,
    refusals.PushRefused: 422,
    refusals.UnrelatedHistory: 409,
    refusals.TooManyCollisions: 409,
    refusals.AccountsUnavailable: 503,
    refusals.EditConflict: 409,
    refusals.FolderChanged: 409,
    refusals.ProposalMoved: 409,
    refusals.TooManyProposals: 409,
    refusals.DraftElsewhere: 409,
    refusals.DraftGone: 410,
    refusals.DraftOfAnother: 403,
    refusals.DraftsFull: 507,
    refusals.ContentRefused: 422,
    refusals.TooLarge: 413,
    refusals.TypeRefused: 415,
    refusals.NothingToSave: 422,
    refusals.SpaceBusy: 503,
    refusals.StorageFull: 507,
    refusals.StorageReadOnly: 503,
    refusals.SavedWithFault: 500,
    refusals.Overloaded: 503,
    refusals.RepositoryDamaged: 500,
    refusals.GitFailed: 500,
    refusals.ImportRefused: 422,
    refusals.SpaceExists: 409,
    refusals.QueryRefused: 400,
    refusals.SearchNotReady: 503,
    refusals.IndexNotReady: 503,
    refusals.WindowInvalid: 400,
    refusals.TeamInvalid: 422,
    refusals.ParameterInvalid: 400,
    refusals.NoRepository: 422,
    refusals.AddressUnavailable: 500,
    refusals.McpMissing: 500,
    refusals.AnswerRefused: 500,
    refusals.WikiUnreachable: 500,
    refusals.SettingInvalid: 500,
}
"""The status of each refusal; a class that is not here has that of its nearest base."""

_TITLES = {
    400: "That cannot be read",
    401: "Sign in first",
    403: "Not yours to open",
    404: "Nothing here",
    405: "That cannot be done here",
    409: "Somebody was faster",
    413: "Too large",
    415: "This kind of file is not accepted",
    422: "Not quite yet",
    429: "One moment",
    500: "Something broke",
    503: "Not available right now",
    507: "The disk is full",
}
_SENTENCES = {
    400: "The address or the form contains something this wiki cannot understand. Go back and try again.",
    403: "You may not open this.",
    404: "There is no page at this address. Check its spelling, or search for it.",
    405: "This address cannot be used in that way. Go back and use the buttons of the page.",
    413: "What you sent is larger than this wiki accepts. Go back in your browser: your text is still "
    "there. Make it smaller, then send it again.",
    500: "This is a fault of the wiki, not yours. It has been recorded. Try again; if it happens again, "
    "tell an administrator the number below.",
}
_FORGED = (
    "This form was open for so long that the wiki no longer recognises it, or your browser refuses "
    "cookies. Nothing was saved. What you typed is kept: send it again."
)
_UNSEEN_FIELDS = ("csrf_token", "password", "secret")
_UNTYPED = frozenset({"csrf_token", "action", "base", "next", "tip", "token", "revision"})
"""Fields that hold nothing anybody typed: a button alone is pressed again where it stands."""


_log = structlog.get_logger("strata.web")
View = TypeVar("View", bound=Callable[..., Any])
Refill = Callable[..., AnyResponse | str]


def setup(app: Flask) -> None:
    """Turn whatever goes wrong into a page or JSON with a sentence and a request id."""
    app.register_error_handler(refusals.StrataError, show_refusal)
    app.register_error_handler(CSRFError, show_forged)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(Exception, show_fault)


def status_of(refusal: refusals.StrataError) -> int:
    """The HTTP status of a refusal."""
    return next((STATUSES[kind] for kind in type(refusal).__mro__ if kind in STATUSES), 500)


def keeps_text(refill: Refill) -> Callable[[View], View]:
    """Mark a view whose form is shown again, filled, when its POST is refused.

    ``refill(refusal_sentence, status, **view_args)`` returns that page.
    """

    def mark(view: View) -> View:
        view.refill = refill  # type: ignore[attr-defined]
        return view

    return mark


def fault_sentence() -> str:
    """What is said of a fault of the wiki's own."""
    return _SENTENCES[500]


def request_id() -> str:
    """The number by which this request is found in the log."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(6)
    return str(g.request_id)


def show_refusal(refusal: refusals.StrataError) -> AnyResponse:
    """The page or JSON of a refusal, in the status of the table."""
    lost = g.get("accounts_unavailable")
    if lost is not None and isinstance(refusal, refusals.SignInNeeded):
        refusal = lost  # signing in again would not help
    status = status_of(refusal)
    if status >= 500:
        _log.error("refused", request_id=request_id(), path=request.path, error=repr(refusal))
    else:
        _log.info(
            "refused", request_id=request_id(), path=request.path, kind=type(refusal).__name__
        )
    if isinstance(refusal, refusals.SavedWithFault):
        return _saved_with_fault(refusal)
    sentence = str(refusal)
    if isinstance(refusal, refusals.GitFailed):  # its detail names paths of this machine
        sentence = _SENTENCES[500]
    filled = _refilled(sentence, status)
    if filled is not None:
        return filled
    if isinstance(refusal, refusals.SignInNeeded) and not wants_data() and request.method == "GET":
        return redirect(addresses.site_address("sign-in", next=addresses.present_address()))
    names = _typed_in_vain()
    response = _answer(status, sentence, kind=type(refusal).__name__, refusal=refusal, **names)
    if isinstance(refusal, refusals.TooManyAttempts):
        response.headers["Retry-After"] = str(refusal.wait_seconds)
    elif status == 503:
        response.headers["Retry-After"] = "5"
    return response


def show_forged(error: CSRFError) -> AnyResponse:
    """A form without a valid token: nothing is done, and what was typed is shown again."""
    _log.info("forged", request_id=request_id(), path=request.path, reason=error.description)
    filled = _refilled(_FORGED, 403)
    if filled is not None:
        return filled
    return _answer(
        403,
        _FORGED,
        kind="FormExpired",
        title="Please send it again",
        **_typed_in_vain(),
    )


def _saved_with_fault(refusal: refusals.SavedWithFault) -> Response:
    """No editor that says “Not saved”: it is saved. What was typed is shown, to be copied."""
    return _answer(
        status_of(refusal),
        str(refusal),
        kind="SavedWithFault",
        title="Saved, but the disk reports an error",
        **_typed_in_vain() | {"trusted": False},
    )


def _typed_in_vain() -> dict[str, Any]:
    """What a form held that was not accepted, for the page that says so: to be copied or, where one of
    our own pages sent it and all of it may be shown, to be sent again."""
    try:
        sent = list(request.form.items(multi=True)) if request.method == "POST" else []
    except HTTPException:  # larger than is read at all
        sent = []
    if all(name in _UNTYPED for name, _ in sent):
        return {"fields": [], "trusted": False}
    fields = [(name, value) for name, value in sent if not _is_secret(name)]
    is_whole = not any(value and _is_secret(name) and name != "csrf_token" for name, value in sent)
    return {"fields": fields, "trusted": is_whole and security.same_origin()}


def show_http_error(error: HTTPException) -> AnyResponse:
    """404, 405, 413… raised by Flask itself."""
    status = error.code or 500
    if isinstance(error, SecurityError):
        return Response("This wiki has another address.\n", 400, content_type="text/plain")
    if status < 400:
        return make_response(error.get_response())
    filled = _refilled(_SENTENCES.get(status, ""), status) if status != 413 else None
    if filled is not None:
        return filled
    sentence = _SENTENCES.get(status, error.description or "")
    names = _typed_in_vain()
    response = _answer(status, sentence, kind=error.name.replace(" ", ""), **names)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def show_fault(fault: Exception) -> AnyResponse:
    """An error nobody foresaw: logged with its traceback, shown without."""
    if isinstance(fault, OSError) and fault.errno in refusals.EXHAUSTED:
        return show_refusal(refusals.Overloaded(fault.strerror or type(fault).__name__))
    if current_app.testing:
        raise fault
    _log.error(
        "fault", request_id=request_id(), path=request.path, method=request.method, exc_info=fault
    )
    filled = _refilled(_SENTENCES[500], 500)
    if filled is not None:
        return filled
    return _answer(500, _SENTENCES[500], kind="Fault", **_typed_in_vain())


def wants_data() -> bool:
    """Whether the client asked for JSON or CSV rather than for a page."""
    if request.path.endswith((".json", ".csv", ".atom")):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" and "text/html" not in request.headers.get("Accept", "")


def _answer(status: int, sentence: str, *, kind: str, title: str = "", **names: Any) -> Response:
    if wants_data():
        error = {"code": kind, "message": sentence, "request_id": request_id()}
        response = jsonify(error=error)
    else:
        title = title or _TITLES.get(status, "That did not work")
        response = _page(status, sentence, title=title, kind=kind, **names)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(status: int, sentence: str, **names: object) -> Response:
    """The error page; bare text where what is broken breaks our own layout, too."""
    try:
        page = render_template(
            "errors/error.html",
            status=status,
            sentence=sentence,
            request_id=request_id(),
            space=_space(),
            **names,
        )
    except Exception as error:
        if current_app.testing:
            raise
        # Not its traceback: showing one opens files, and perhaps none can be opened.
        _log.error("error page", request_id=request_id(), path=request.path, error=repr(error))
        return Response(f"{sentence}\nRequest {request_id()}\n", content_type="text/plain")
    return make_response(page)


def _space() -> Space | None:
    """The space that the request is about, if the viewer may read it."""
    name = (request.view_args or {}).get("space", "")
    try:
        return current_wiki().space(current_viewer(), name) if name else None
    except refusals.StrataError:
        return None


def _refilled(sentence: str, status: int) -> Response | None:
    """The form of this view, filled with what was typed; None if it has none or that fails too."""
    view = current_app.view_functions.get(request.endpoint or "")
    refill: Refill | None = getattr(view, "refill", None)
    if refill is None or request.method != "POST" or "refilling" in g:
        return None
    g.refilling = True
    try:
        response = make_response(refill(sentence, status, **(request.view_args or {})))
    except (refusals.StrataError, HTTPException):
        return None  # who may not do this may not see the form; or what it is about is gone
    except Exception:
        if current_app.testing:
            raise
        _log.error("refill", request_id=request_id(), path=request.path, exc_info=True)
        return None
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_secret(name: str) -> bool:
    return any(part in name.lower() for part in _UNSEEN_FIELDS)
